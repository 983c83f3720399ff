//! `xuncha export`: records, coverage and lists as CSV, GeoJSON or JSON lines, row by row, however many.
//!
//! - `table`: rows into a file of one of the formats. `records`, `coverage`, `lists`: where they come from.
//!
//! A volunteer's position is the volunteer's: no export has it. A record on a map stands at its venue.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

mod coverage;
mod lists;
mod records;
mod table;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::json;
use xuncha_core::domain::{Month, Station};
use xuncha_hub::import;
use xuncha_hub::store::Store;

use table::{Format, Table};

use super::members::find_station;
use super::{DataArgs, block_on};
use crate::clock::ClockArgs;
use crate::failure::Failure;
use crate::output::Out;

/// Write records, coverage and lists as CSV and GeoJSON
///
/// Reads only, and may run beside a running hub. Nothing of a volunteer's own position is written.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha export coverage --data DIR --month 2026-11 --out 11月.csv --bom --lang zh
  xuncha export records --data DIR --month 2026-11 --format geojson --out records.geojson
  xuncha export venues --data DIR --out venues.csv      can be changed and imported again, by its ids
  xuncha export records --data DIR --json | jq 'select(.grade == \"doubtful\")'

--bom lets Excel know that a CSV is UTF-8. With --json and no --out, rows come as one JSON document a line;
with --out, --json tells how many rows were written.")]
pub struct ExportArgs {
    /// What to write
    #[arg(value_enum)]
    what: What,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Only this station, by name, code or id
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// The month of records and coverage, such as 2026-11 [default: all records; coverage of this month]
    #[arg(long, value_name = "MONTH")]
    month: Option<Month>,
    /// Form of the file [default: by --out's ending, else CSV]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// File to write, in place of standard output; it appears when it is whole
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Begin a CSV with a byte order mark
    #[arg(long)]
    bom: bool,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Every record with what was found, how well the place is proven, and its receipt number
    Records,
    /// Every venue of a month: visits that count, state, last day
    Coverage,
    /// The stations
    Stations,
    /// The members
    Members,
    /// The venues
    Venues,
    /// The schools
    Schools,
}

/// What an export reads from.
struct Source<'a> {
    store: &'a Store,
    args: &'a ExportArgs,
    stations: Vec<Station>,
}

/// Exports.
///
/// # Errors
/// If something cannot be read or written; no file appears then.
pub fn run(args: &ExportArgs, out: Out) -> Result<ExitCode, Failure> {
    let ending = args.out.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    let format = args.format.unwrap_or(match ending {
        Some("geojson") => Format::Geojson,
        Some("jsonl" | "ndjson") => Format::Jsonl,
        None if out.is_json() && args.out.is_none() => Format::Jsonl,
        _ => Format::Csv,
    });
    let Some(path) = &args.out else {
        let written = write(args, format, io::stdout().lock(), out);
        return match written {
            Err(Failure::Error(error)) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
            other => other.map(|_| ExitCode::SUCCESS),
        };
    };
    let mut unfinished = path.clone().into_os_string();
    unfinished.push(".unfinished");
    let file = File::create(&unfinished).with_context(|| format!("cannot write {}", path.display()))?;
    let rows = write(args, format, &file, out).and_then(|rows| {
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        Ok(rows)
    });
    if rows.is_err() {
        // It is worth nothing; that it could not be removed is not the news.
        let _ = fs::remove_file(&unfinished);
    }
    let rows = rows?;
    out.show(&json!({ "rows": rows, "file": path }), |text| {
        writeln!(text, "{}: {rows} {}", path.display(), out.pick("行", "rows"))
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let csv = cause.downcast_ref::<csv::Error>().and_then(|error| match error.kind() {
            csv::ErrorKind::Io(error) => Some(error.kind()),
            _ => None,
        });
        io.or(csv) == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Writes all rows and gives their number.
fn write(args: &ExportArgs, format: Format, to: impl Write, out: Out) -> Result<u64, Failure> {
    let mut table = Table::begin(BufWriter::new(to), format, args.bom, out)?;
    block_on(async {
        let store = args.data.open().await?;
        let stations = match &args.station {
            Some(name) => vec![find_station(&store, name).await?],
            None => import::on_file(&store).await?.stations.into_iter().map(|filed| filed.thing).collect(),
        };
        let source = Source { store: &store, args, stations };
        match args.what {
            What::Records => records::write(&source, &mut table, out).await?,
            What::Coverage => coverage::write(&source, &mut table, out).await?,
            What::Stations | What::Members | What::Venues | What::Schools => {
                lists::write(&source, &mut table).await?;
            }
        }
        store.close().await;
        Ok(())
    })?;
    table.end()
}

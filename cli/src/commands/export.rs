//! `xuncha export`: records, findings, coverage and lists as Excel, CSV, GeoJSON or JSON lines, row by row,
//! however many. The hub's own code writes them; here they go to a file, with progress.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::json;
use tokio::sync::mpsc;
use xuncha_core::domain::Month;
use xuncha_hub::audit::{Action, note_at_each};
use xuncha_hub::export::{Ask, Format, What, export};
use xuncha_hub::store::reference;

use super::members::find_station;
use super::{DataArgs, block_on, write_whole};
use crate::clock::ClockArgs;
use crate::failure::Failure;
use crate::output::Out;

/// Pieces made ahead of the file that they go to.
const AHEAD: usize = 4;

/// Write records, findings, coverage and lists as Excel, CSV and GeoJSON
///
/// Changes nothing but the audit, which tells of it, and may run beside a running hub. Nothing of a volunteer's own
/// position is written.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha export coverage --data DIR --month 2026-11 --out 11月.xlsx --lang zh
  xuncha export findings --data DIR --month 2026-11 --out 问题.csv --bom --lang zh
  xuncha export records --data DIR --month 2026-11 --format geojson --out records.geojson
  xuncha export report --data DIR --month 2026-11 --out 11月月报.pdf
  xuncha export venues --data DIR --out venues.csv      can be changed and imported again, by its ids
  xuncha export records --data DIR --json | jq 'select(.grade == \"doubtful\")'

--bom lets Excel know that a CSV is UTF-8. With --json and no --out, rows come as one JSON document a line;
with --out, --json tells how many rows were written.")]
pub struct ExportArgs {
    /// What to write
    #[arg(value_enum)]
    what: WhatArg,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Only this station, by name, code or id
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// The month, such as 2026-11 [default: all records, findings and the whole ledger; coverage and report of this month]
    #[arg(long, value_name = "MONTH")]
    month: Option<Month>,
    /// Form of the file [default: by --out's ending, else CSV; PDF of a report]
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// File to write, in place of standard output; it appears when it is whole
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Begin a CSV with a byte order mark
    #[arg(long)]
    bom: bool,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WhatArg {
    /// Every record with what was found, how well the place is proven, and its receipt number
    Records,
    /// Every finding with its question and answer
    Findings,
    /// Every venue of a month: visits that count, state, last day
    Coverage,
    /// The ledger of the seven duties
    Ledger,
    /// The month report, as PDF or Excel
    Report,
    /// The stations
    Stations,
    /// The members
    Members,
    /// The venues
    Venues,
    /// The schools
    Schools,
}

impl From<WhatArg> for What {
    fn from(what: WhatArg) -> Self {
        match what {
            WhatArg::Records => Self::Records,
            WhatArg::Findings => Self::Findings,
            WhatArg::Coverage => Self::Coverage,
            WhatArg::Ledger => Self::Ledger,
            WhatArg::Report => Self::Report,
            WhatArg::Stations => Self::Stations,
            WhatArg::Members => Self::Members,
            WhatArg::Venues => Self::Venues,
            WhatArg::Schools => Self::Schools,
        }
    }
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// An Excel workbook: real numbers and dates, the header stays in sight
    Xlsx,
    /// Comma-separated values, for Excel and the like
    Csv,
    /// A feature collection (RFC 7946), for maps; rows without a place have no geometry
    Geojson,
    /// One JSON document a line, for programs
    Jsonl,
    /// A report to print
    Pdf,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Xlsx => Self::Xlsx,
            FormatArg::Csv => Self::Csv,
            FormatArg::Geojson => Self::Geojson,
            FormatArg::Jsonl => Self::Jsonl,
            FormatArg::Pdf => Self::Pdf,
        }
    }
}

/// Exports.
///
/// # Errors
/// If something cannot be read or written; no file appears then.
pub fn run(args: &ExportArgs, out: Out) -> Result<ExitCode, Failure> {
    let format = args.format.map_or_else(|| args.format_by_ending(out), |format| Ok(format.into()))?;
    let Some(path) = &args.out else {
        let written = write(args, format, io::stdout().lock(), out);
        return match written {
            Err(Failure::Error(error)) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
            other => other.map(|_| ExitCode::SUCCESS),
        };
    };
    let rows = write_whole(path, |file| write(args, format, file, out))?;
    out.show(&json!({ "rows": rows, "file": path }), |text| {
        writeln!(text, "{}: {rows} {}", path.display(), out.pick("行", "rows"))
    })
}

impl ExportArgs {
    /// The form that the file's name says, however it is written; an ending that says none is a mistake.
    fn format_by_ending(&self, out: Out) -> Result<Format, Failure> {
        let ending = self.out.as_ref().and_then(|path| path.extension());
        let ending = ending.map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("xlsx") => Ok(Format::Xlsx),
            Some("csv") => Ok(Format::Csv),
            Some("geojson") => Ok(Format::Geojson),
            Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
            Some("pdf") => Ok(Format::Pdf),
            Some(other) => Err(Failure::usage(format!(
                "a file that ends in “.{other}” says no form: end it in .xlsx, .csv, .geojson, .jsonl or .pdf, or say --format"
            ))),
            None if matches!(self.what, WhatArg::Report) => Ok(Format::Pdf),
            None if out.is_json() && self.out.is_none() => Ok(Format::Jsonl),
            None => Ok(Format::Csv),
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io =
        |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<io::Error>().map(io::Error::kind);
    error.chain().any(|cause| io(cause) == Some(io::ErrorKind::BrokenPipe))
}

/// Writes all rows and gives their number.
fn write(args: &ExportArgs, format: Format, to: impl Write, out: Out) -> Result<u64, Failure> {
    let mut to = BufWriter::new(to);
    let world = args.clock.world()?;
    let now = world.clock.now();
    block_on(async {
        let store = args.data.open().await?;
        let stations = match &args.station {
            Some(name) => vec![find_station(&store, name).await?],
            None => reference::stations_by_name(&mut *store.read().await?).await?,
        };
        let (what, locale) = (What::from(args.what), out.locale());
        note_at_each(&store, &world, &stations, None, Action::Exported, what.code()).await?;
        let ask = Ask { what, format, locale, stations, month: args.month, now, bom: args.bom };
        let (sender, mut pieces) = mpsc::channel(AHEAD);
        let exporting = tokio::spawn({
            let store = store.clone();
            async move { export(&store, &ask, sender).await }
        });
        let bar = out.progress(0, out.pick("已写行数", "rows written"));
        while let Some(piece) = pieces.recv().await {
            to.write_all(&piece.bytes)?;
            bar.set_position(piece.rows);
        }
        bar.finish_and_clear();
        to.flush()?;
        let rows = exporting.await.context("the export stopped")??;
        store.close().await;
        Ok(rows)
    })
}

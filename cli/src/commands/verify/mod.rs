//! `xuncha verify`: checks everything the hub holds and names what is wrong.
//!
//! It trusts nothing that the hub wrote down beside the records themselves: signatures are checked
//! with the devices' keys, the log is built anew from its leaves, visits are read out of the records
//! again, coverage is counted from the visits, photos are hashed.
//!
//! - `report`: what was found. `station`: the walk through one station. `chain`: the devices' chains.
//! - `visits`, `photos`, `heads`: the other parts.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

mod chain;
mod heads;
mod photos;
mod report;
mod station;
mod visits;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use xuncha_hub::import;
use xuncha_hub::keys::HubKeys;
use xuncha_hub::photos::PhotoStore;

pub use report::{Problem, Report, StationReport};

use super::members::find_station;
use super::{DataArgs, block_on};
use crate::failure::{FAILED, Failure};
use crate::output::Out;

/// Check everything the hub holds and name what is wrong
///
/// Signatures of all records, the chains of the devices, the log, receipts, inclusion and growth of the
/// log, visits, coverage, photos. Reads only, and may run beside a running hub.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha verify --data DIR
  xuncha verify --data DIR --head eyJhbGciOiJFZERTQSIs…    a log head that a phone or an auditor kept
  xuncha verify --data DIR --json | jq '.stations[].wrong'

What was erased on purpose (retention, a person's request) is counted and is not wrong: the log holds
hashes and still verifies. Forks of a device's chain that the hub has told the station head of are notes.

Exit codes: 0 all is well; 1 something is wrong.")]
pub struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Only this station, by name, code or id
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// A signed log head that somebody kept: the log must still begin with it; may be given several times
    #[arg(long, value_name = "JWS")]
    head: Vec<String>,
    /// A file of kept heads, one a line
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// Leave the photos out, which takes most of the time
    #[arg(long)]
    no_photos: bool,
}

/// Verifies and reports.
///
/// # Errors
/// If the database or the keys cannot be read at all.
pub fn run(args: &VerifyArgs, out: Out) -> Result<ExitCode, Failure> {
    let report = block_on(verify(args, out))?;
    out.show(&report, |text| report.tell(text, out))?;
    Ok(ExitCode::from(if report.ok { 0 } else { FAILED }))
}

async fn verify(args: &VerifyArgs, out: Out) -> Result<Report, Failure> {
    let store = args.data.open().await?;
    let config = args.data.config();
    let keys = HubKeys::load(&config.key_file())?;
    let photos = PhotoStore::open(&config).map_err(|error| Failure::coded("photos", error))?;
    let stations = match &args.station {
        Some(name) => vec![find_station(&store, name).await?],
        None => import::on_file(&store).await?.stations.into_iter().map(|filed| filed.thing).collect(),
    };
    let kept = heads::read(&args.head, args.heads.as_deref())?;
    let bar = out.progress(0, out.pick("已核对记录", "records verified"));
    let mut found = Vec::new();
    for station in &stations {
        let shelf = (!args.no_photos).then_some(&photos);
        found.push(station::verify(&store, &keys, shelf, station, &kept, &bar).await?);
    }
    bar.finish_and_clear();
    let hub = heads::same_hub(&store, &keys).await?;
    let strangers = heads::of_no_station(&kept, &keys, &stations);
    store.close().await;
    Ok(Report::new(found, hub.into_iter().chain(strangers).collect()))
}

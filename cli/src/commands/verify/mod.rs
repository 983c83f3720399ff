//! `xuncha verify`: checks everything the hub holds and names what is wrong.
//!
//! It trusts nothing that the hub wrote down beside the records themselves: signatures are checked
//! with the devices' keys, the log is built anew from its leaves, visits are read out of the records
//! again, coverage is counted from the visits, photos are hashed.
//!
//! - `report`: what was found. `station`: the walk through one station, by `row`. `chain`: the devices' chains.
//! - `visits` with their `columns`, `photos`, `heads`, `receipts`, `erasures`: the other parts. `kept`: what was kept of
//!   the hub's word.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

mod chain;
mod columns;
mod erasures;
mod heads;
mod kept;
mod photos;
mod receipts;
mod report;
mod row;
mod station;
mod visits;

use std::process::ExitCode;

use clap::Args;
use indicatif::{MultiProgress, ProgressDrawTarget};
use xuncha_hub::Config;
use xuncha_hub::import;
use xuncha_hub::keys::HubKeys;
use xuncha_hub::photos::PhotoStore;
use xuncha_hub::store::{Store, StoreError};

pub use report::{Problem, Report, StationReport};

use kept::{Kept, KeptArgs};
use receipts::PhotoReceipts;
use report::UNREADABLE;

use super::members::find_station;
use super::{DataArgs, block_on};
use crate::failure::{FAILED, Failure};
use crate::output::Out;

/// Check everything the hub holds and name what is wrong
///
/// Signatures of all records, the chains of the devices, the log, its proofs, visits, coverage, photos; and
/// log heads and receipts that somebody kept. Reads only, and may run beside a running hub.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha verify --data DIR
  xuncha verify --data DIR --head eyJhbGciOiJFZERTQSIs…    a log head that a phone or an auditor kept
  xuncha verify --data DIR --receipts kept.txt    receipts of records and photos that `xuncha field receipts` printed
  xuncha verify --data DIR --json | jq '.stations[].wrong'

What was erased on purpose (retention, a person's request) is counted and is not wrong where the hub signed that it
erased it: the log holds hashes and still verifies. What is gone without such a word is lost. Forks of a device's chain that the hub has told the station head of are notes.

Exit codes: 0 all is well; 1 something is wrong.")]
pub struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Only this station, by name, code or id
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    #[command(flatten)]
    kept: KeptArgs,
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
    let kept = args.kept.read()?;
    checked(&args.data.config()?, args.station.as_deref(), &kept, !args.no_photos, out).await
}

/// Verifies all of a hub.
///
/// # Errors
/// If the database or the keys cannot be read at all.
pub(super) async fn whole(config: &Config, out: Out) -> Result<Report, Failure> {
    checked(config, None, &Kept::default(), true, out).await
}

async fn checked(
    config: &Config,
    station: Option<&str>,
    kept: &Kept,
    with_photos: bool,
    out: Out,
) -> Result<Report, Failure> {
    let store = DataArgs::look_into_database(config).await?;
    let keys = HubKeys::load(&config.key_file())?;
    let photos = PhotoStore::look_into(config).map_err(|error| Failure::coded("photos", error))?;
    let mut hub = damage(&store, out).await;
    let stations = match station {
        Some(name) => vec![find_station(&store, name).await?],
        None => match import::on_file(&store).await {
            Ok(lists) => lists.stations.into_iter().map(|filed| filed.thing).collect(),
            Err(error @ (StoreError::Row(_) | StoreError::Query(_))) => {
                hub.push(Problem::new(UNREADABLE, "stations", error));
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        },
    };
    let both = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
    let bars = station::Bars {
        records: both.add(out.progress(0, out.pick("已核对记录", "records verified"))),
        photos: both.add(out.progress(0, out.pick("已核对照片", "photos verified"))),
    };
    let mut photo_receipts = PhotoReceipts::of(&kept.receipts, &keys);
    let mut found = Vec::new();
    for station in &stations {
        let shelf = with_photos.then_some(&photos);
        match station::verify(&store, &keys, shelf, station, kept, &mut photo_receipts, &bars).await {
            Ok(report) => found.push(report),
            // What is damaged at one station says nothing of the others.
            Err(error @ (StoreError::Row(_) | StoreError::Query(_))) => {
                hub.push(Problem::new(UNREADABLE, station.id, error));
            }
            Err(error) => return Err(error.into()),
        }
    }
    bars.records.finish_and_clear();
    bars.photos.finish_and_clear();
    hub.extend(heads::same_hub(&store, &keys).await?);
    hub.extend(heads::of_no_station(&kept.heads, &keys, &stations));
    hub.extend(receipts::of_no_station(&kept.receipts, &keys, &stations));
    hub.extend(photo_receipts.left_over());
    store.close().await;
    Ok(Report::new(found, hub))
}

/// What the database's own check says of its file.
async fn damage(store: &Store, out: Out) -> Vec<Problem> {
    let waiting = out.progress(0, out.pick("检查数据库文件", "checking the database's file"));
    let told = store.damage().await;
    waiting.finish_and_clear();
    let told = told.unwrap_or_else(|error| vec![error.to_string()]);
    told.into_iter().map(|what| Problem::new("database_damaged", "hub.db", what)).collect()
}

//! `xuncha hub retention` and `xuncha hub erase`: what the hub forgets.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use xuncha_core::domain::{Reason, RecordId};
use xuncha_core::wire::ErasureReason;
use xuncha_hub::retention::{self, Order};
use xuncha_hub::store::reference;

use super::{DataArgs, block_on, find_member, open};
use crate::clock::ClockArgs;
use crate::failure::Failure;
use crate::output::Out;

/// Options of `xuncha hub retention`.
#[derive(Debug, Args)]
pub struct RetentionArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Only say what is due, and erase nothing
    #[arg(long)]
    dry_run: bool,
}

/// Options of `xuncha hub erase`.
#[derive(Debug, Args)]
pub struct EraseArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Erase what this record says, and its photos
    #[arg(long, value_name = "ID", required_unless_present = "member", conflicts_with = "member")]
    record: Option<RecordId>,
    /// Erase what this member recorded, and their name; they are signed out and their phones revoked
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Their station, where two of that name serve
    #[arg(long, value_name = "NAME", requires = "member")]
    station: Option<String>,
    /// Why: it is signed, and stays for good
    #[arg(long, value_name = "TEXT")]
    why: String,
}

/// Says what is due, or erases it.
pub(super) fn retain(args: &RetentionArgs, out: Out) -> Result<ExitCode, Failure> {
    let (keep, told) = block_on(async {
        let app = open(&args.data, &args.clock).await?;
        let now = app.world.clock.now();
        let mut told = Vec::new();
        let stations = reference::stations_by_name(&mut *app.store.read().await?).await?;
        let bar = out.progress(stations.len() as u64, out.pick("已处理的站", "stations"));
        for station in stations {
            let due = retention::due(&app.store, station.id, app.config.keep, now).await?;
            let erased =
                if args.dry_run { None } else { Some(retention::erase_due(&app, station.id).await?) };
            told.push((station, due, erased));
            bar.inc(1);
        }
        bar.finish_and_clear();
        if !args.dry_run {
            retention::done(&app.store, retention::RETENTION, now).await?;
        }
        app.store.close().await;
        Ok((app.config.keep, told))
    })?;
    let stations: Vec<_> = told
        .iter()
        .map(|(station, due, erased)| {
            json!({ "station": station.id, "name": station.name, "due": due, "erased": erased })
        })
        .collect();
    let value = json!({ "keep_days": keep, "dry_run": args.dry_run, "stations": stations });
    out.show(&value, |text| {
        for (station, due, erased) in &told {
            // What was erased, which may be more than was due a moment before.
            let [records, positions, photos, set_aside] = match erased {
                Some(gone) => [gone.records, gone.positions, gone.photos, gone.set_aside],
                None => [due.records, due.positions, due.photos, due.set_aside],
            };
            let counts = out.counts(&[
                (records, "条记录的内容", "contents of records"),
                (positions, "处位置", "positions"),
                (photos, "张照片", "photos"),
                (set_aside, "条搁置的记录", "records set aside"),
            ]);
            writeln!(text, "{}: {counts}", station.name)?;
        }
        let end = if args.dry_run {
            out.pick("已到期；什么也没有删除。", "are due; nothing was erased.")
        } else {
            out.pick("已删除；日志和回执仍可核对。", "are erased; log and receipts still verify.")
        };
        writeln!(text, "{end}")
    })
}

/// Erases what somebody asked for.
pub(super) fn erase(args: &EraseArgs, out: Out) -> Result<ExitCode, Failure> {
    let why = Reason::new(&args.why).map_err(|error| Failure::usage(format!("--why: {error}")))?;
    let order = Order { why: ErasureReason::Request(why), by: None };
    let waiting = out.progress(0, out.pick("正在删除", "erasing"));
    let counts = block_on(async {
        let app = open(&args.data, &args.clock).await?;
        let counts = match (&args.record, &args.member) {
            (Some(record), _) => {
                let found = retention::of_record(&app.store, *record).await?;
                let (station, subject) = found
                    .ok_or_else(|| Failure::coded("not_found", format!("there is no record {record}")))?;
                retention::erase_content(&app, station, &[subject], &order).await?
            }
            (None, Some(name)) => {
                let member = find_member(&app.store, name, args.station.as_deref()).await?;
                retention::forget(&app, &member, &order).await?
            }
            (None, None) => return Err(Failure::usage("name a --record or a --member")),
        };
        app.store.close().await;
        Ok(counts)
    });
    waiting.finish_and_clear();
    let counts = counts?;
    out.show(&json!({ "erased": counts }), |text| {
        let erased = out.counts(&[
            (counts.records, "条记录的内容已删除", "contents of records erased"),
            (counts.photos, "张照片", "photos"),
            (counts.set_aside, "条搁置的记录已删除。", "records set aside erased."),
        ]);
        writeln!(text, "{erased}")
    })
}

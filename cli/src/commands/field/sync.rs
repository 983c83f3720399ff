//! Enrolling and handing over: the two that need a network.

use std::fmt::Write as _;
use std::process::ExitCode;

use indicatif::ProgressBar;
use serde_json::{Value, json};
use xuncha_core::domain::Name;
use xuncha_core::field::book::ReportShown;
use xuncha_core::field::observer::{SyncEvent, SyncObserver};
use xuncha_core::field::sync::SyncReport;
use xuncha_core::field::{FieldBook, FieldErrorCode};
use xuncha_core::wire::{EnrolLink, Platform, Program};

use super::args::{EnrolArgs, SyncArgs};
use super::text;
use crate::commands::block_on;
use crate::failure::{FAILED, Failure, LATER, UPDATE};
use crate::output::Out;

/// Enrols the phone and shows its status.
pub(super) fn enrol(book: &FieldBook, args: &EnrolArgs, out: Out) -> Result<ExitCode, Failure> {
    let link = match (&args.link, &args.hub, &args.code) {
        (Some(link), ..) => link.parse::<EnrolLink>()?,
        (None, Some(hub), Some(code)) => {
            EnrolLink { hub: hub.trim_end_matches('/').to_owned(), key: None, code: code.parse()? }
        }
        _ => return Err(Failure::usage("--link, or --hub with --code")),
    };
    let label = Name::new(&args.label)?;
    block_on(async { Ok(book.enrol(&link, Platform::Cli, label).await?) })?;
    let status = book.status()?;
    out.show(&status, |to| text::status(to, &status))
}

/// Hands over what waits and fetches what is new.
pub(super) fn sync(book: &FieldBook, args: &SyncArgs, out: Out) -> Result<ExitCode, Failure> {
    let watching = Watching {
        bar: (!out.is_json()).then(|| out.progress(0, out.pick("正在同步", "syncing"))),
        events: args.events && out.is_json(),
        out,
    };
    let report = block_on(async { Ok(book.sync(Some(&watching)).await?) });
    if let Some(bar) = &watching.bar {
        bar.finish_and_clear();
    }
    show(&report?, out)
}

/// Asks for a report on this phone to its station, hands over what waits, and shows what came of the report.
pub(super) fn report(book: &FieldBook, out: Out) -> Result<ExitCode, Failure> {
    let version = Name::new(env!("CARGO_PKG_VERSION"))?;
    let asked = book.report(Program { version, system: Name::new(std::env::consts::OS)? })?;
    block_on(async { Ok(book.sync(None).await?) })?;
    let line = book.settings()?.report.unwrap_or(asked);
    out.show(&line, |to| text::line(to, &line.text))?;
    Ok(ExitCode::from(match line.state {
        ReportShown::Reported => 0,
        ReportShown::Waiting => LATER,
        ReportShown::Refused => FAILED,
    }))
}

/// Shows what came of a sync, or of an answer by file.
pub(super) fn show(report: &SyncReport, out: Out) -> Result<ExitCode, Failure> {
    out.show(&to_json(report, out), |to| {
        let moved = report.moved;
        writeln!(
            to,
            "{} {}, {} {}, {} {}, {} {}",
            out.pick("已收到记录", "records received"),
            moved.records_received,
            out.pick("未被接收", "refused"),
            moved.records_refused,
            out.pick("已收到照片", "photos received"),
            moved.photos_received,
            out.pick("还在等待", "still waiting"),
            report.records_waiting + report.photos_waiting,
        )?;
        if let Some(stuck) = report.stuck {
            writeln!(to, "{}", stuck.advice(out.locale()))?;
        }
        report.alerts.iter().try_for_each(|alert| writeln!(to, "{}", alert.advice(out.locale())))
    })?;
    Ok(ExitCode::from(match report.stuck {
        None => 0,
        Some(FieldErrorCode::HubNewer) => UPDATE,
        Some(_) => LATER,
    }))
}

fn to_json(report: &SyncReport, out: Out) -> Value {
    let alert = |alert: &xuncha_core::field::sync::SyncAlert| json!({ "code": alert.code(), "advice": alert.advice(out.locale()) });
    json!({
        "stuck": report.stuck.map(|code| json!({ "code": code, "advice": code.advice(out.locale()) })),
        "records_received": report.moved.records_received,
        "records_refused": report.moved.records_refused,
        "photos_received": report.moved.photos_received,
        "changes": report.moved.changes,
        "records_waiting": report.records_waiting,
        "photos_waiting": report.photos_waiting,
        "alerts": report.alerts.iter().map(alert).collect::<Vec<_>>(),
        "next_try": report.next_try,
    })
}

/// Shows a sync as it goes: a moving sign for people, a line a step for programs that ask for it.
struct Watching {
    bar: Option<ProgressBar>,
    events: bool,
    out: Out,
}

impl SyncObserver for Watching {
    fn on_event(&self, event: SyncEvent) {
        if self.events {
            // A reader that has gone away is no reason to stop handing over.
            let _ = self.out.print(&format!("{}\n", event_to_json(&event)));
        }
        if let (Some(bar), SyncEvent::RecordReceived { .. } | SyncEvent::PhotoReceived(_)) =
            (&self.bar, &event)
        {
            bar.inc(1);
        }
    }
}

fn event_to_json(event: &SyncEvent) -> Value {
    match event {
        SyncEvent::Started { records, photos } => {
            json!({ "event": "started", "records": records, "photos": photos })
        }
        SyncEvent::Sending(records) => json!({ "event": "sending", "records": records }),
        SyncEvent::RecordReceived { record, receipt } => {
            json!({ "event": "record_received", "record": record, "receipt": receipt.to_string() })
        }
        SyncEvent::RecordRefused { record, code } => {
            json!({ "event": "record_refused", "record": record, "code": code })
        }
        SyncEvent::PhotoProgress { photo, sent, total } => {
            json!({ "event": "photo_progress", "photo": photo, "sent": sent, "total": total })
        }
        SyncEvent::PhotoReceived(photo) => json!({ "event": "photo_received", "photo": photo }),
        SyncEvent::ChangesStored { count } => json!({ "event": "changes_stored", "count": count }),
        SyncEvent::Retrying { in_ms } => json!({ "event": "retrying", "in_ms": in_ms }),
    }
}

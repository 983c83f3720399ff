//! Retention and erasure: what the hub keeps only for a time, and what a person asks it to forget (PIPL 47).
//!
//! Photos and positions go first, the content of records later (see [`Keep`]). Hashes, log positions, receipts and
//! tallies stay, so the log still verifies; each erasure is a word that the hub signs
//! ([`xuncha_core::wire::Erasure`]), by which `xuncha verify` tells it from a loss.
//!
//! A position lies inside the bytes that a phone sealed and cannot be cut out of them. When its time is over the
//! sealed bytes go as a whole and an *extract* stays: the record without its positions, whose hash is in the
//! hub's word. From then on the phone's signature of that record can no longer be checked; the extract is as the
//! hub found it on that day.
//!
//! - `erase`: erasing. `forget`: a member who asked for it. `due`: what is due. `chore`: once a day, by one copy of the hub.

mod chore;
mod due;
mod erase;
mod forget;

use serde::{Deserialize, Serialize};
use xuncha_core::domain::{StationId, Timestamp};
use xuncha_core::wire::{ErasureReason, Record};

use crate::app::App;
use crate::error::HubResult;

pub(crate) use chore::done_at;
pub use chore::{BACKUP, RETENTION, done, retain};
pub use due::{Due, Subject, due, of_record};
pub use erase::{Counts, Order, erase_content};
pub use forget::forget;

/// For how long what is kept, in days since the hub had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// The content of records.
    pub records: u32,
    /// Positions in records, and what was set aside.
    pub positions: u32,
    /// Photos.
    pub photos: u32,
}

impl Default for Keep {
    /// Three years for records, half a year for photos and positions.
    fn default() -> Self {
        Self { records: 1_095, positions: 180, photos: 180 }
    }
}

fn before(now: Timestamp, days: u32) -> i64 {
    now.millis() - i64::from(days) * 86_400_000
}

/// Erases what is due of one station, in small transactions.
///
/// # Errors
/// Code `unavailable` for a clock that is wrong. What was erased before a failure stays erased; the next run goes on.
pub async fn erase_due(app: &App, station: StationId) -> HubResult<Counts> {
    // Not by a clock that runs ahead: what is not due yet would be gone.
    let (now, keep) = (app.true_now().await?, app.config.keep);
    let order = Order { why: ErasureReason::Retention, by: None };
    let mut counts = Counts::default();
    loop {
        let records = due::content(&app.store, station, before(now, keep.records)).await?;
        if records.is_empty() {
            break;
        }
        counts += erase_content(app, station, &records, &order).await?;
    }
    let mut from = 0;
    while let Some(last) =
        erase::positions(app, station, before(now, keep.positions), from, &mut counts).await?
    {
        from = last + 1;
    }
    loop {
        let photos = due::photos(&app.store, station, before(now, keep.photos)).await?;
        if photos.is_empty() {
            break;
        }
        counts += erase::photos(app, station, &photos, &order).await?;
    }
    counts.set_aside += erase::set_aside(app, station, before(now, keep.positions)).await?;
    Ok(counts)
}

/// The record without the positions in it.
fn without_positions(mut record: Record) -> Record {
    use xuncha_core::wire::Fact;
    match &mut record.fact {
        Fact::Inspection(inspection) => inspection.fix = None,
        Fact::CheckIn(check_in) => check_in.fix = None,
    }
    record
}

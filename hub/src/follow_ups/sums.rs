//! How many findings of many stations stand where. A station's sums are remembered with the number of
//! its last change, as those of coverage are.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use serde::Serialize;
use xuncha_core::domain::{FollowUp, FollowUpStage, Month, Severity, Station, StationId};

use super::{Within, load_all};
use crate::app::App;
use crate::auth::Caller;
use crate::store::{RowExt as _, StoreError};

/// Stations whose findings are in memory at once.
const AT_ONCE: usize = 20;

/// How many findings stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FollowUpSums {
    /// Nothing was done yet.
    pub open: u64,
    /// Handed over.
    pub handed_over: u64,
    /// Said to be mended.
    pub mended: u64,
    /// Rechecked, not closed yet.
    pub rechecked: u64,
    /// Closed.
    pub closed: u64,
    /// Of those that are not settled: urgent ones.
    pub urgent: u64,
    /// Of those that are not settled: their day has passed.
    pub overdue: u64,
}

impl FollowUpSums {
    /// Of these findings as they stand on a day. One that was found again is told by the newer one.
    #[must_use]
    pub fn of<'a>(ways: impl IntoIterator<Item = &'a FollowUp>, today: NaiveDate) -> Self {
        let mut sums = Self::default();
        for way in ways {
            match way.stage {
                FollowUpStage::Open => sums.open += 1,
                FollowUpStage::HandedOver => sums.handed_over += 1,
                FollowUpStage::Mended => sums.mended += 1,
                FollowUpStage::Rechecked => sums.rechecked += 1,
                FollowUpStage::Closed => sums.closed += 1,
                FollowUpStage::FoundAgain => {}
            }
            let unsettled = !way.stage.is_settled();
            sums.urgent += u64::from(unsettled && way.finding.severity == Severity::S);
            sums.overdue += u64::from(way.is_overdue(today));
        }
        sums
    }
}

/// One station's sums.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StationSums {
    /// The station.
    pub station: Station,
    /// How many findings stand where.
    pub sums: FollowUpSums,
}

/// What a station's sums were made for: its last change, the first month, the day.
type Stand = (i64, Month, NaiveDate);

/// Sums that still hold.
#[derive(Debug, Default)]
pub struct FollowUpCache(Mutex<HashMap<StationId, (Stand, FollowUpSums)>>);

impl FollowUpCache {
    fn get(&self, station: StationId, stand: Stand) -> Option<FollowUpSums> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&station).copied();
        kept.filter(|(at, _)| *at == stand).map(|(_, sums)| sums)
    }

    fn put(&self, station: StationId, stand: Stand, sums: FollowUpSums) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(station, (stand, sums));
    }
}

/// The sums of every station that somebody may read of, by sub-bureau and name.
pub async fn overseen(
    app: &App,
    caller: &Caller,
    since: Month,
    today: NaiveDate,
) -> Result<Vec<StationSums>, StoreError> {
    let mut tx = app.store.snapshot().await?;
    let rows = sqlx::query("SELECT body, changes FROM stations ORDER BY sub_bureau, name, station_id")
        .fetch_all(&mut *tx)
        .await?;
    let mut all = Vec::new();
    let mut stale = HashMap::new();
    for row in rows {
        let station: Station = row.json("body")?;
        if !caller.may_read(station.id) {
            continue;
        }
        let stand = (row.int("changes")?, since, today);
        let known = app.follow_ups.get(station.id, stand);
        if known.is_none() {
            stale.insert(station.id, stand);
        }
        all.push(StationSums { station, sums: known.unwrap_or_default() });
    }
    let ids: Vec<StationId> = stale.keys().copied().collect();
    let mut counted = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let ways = load_all(&mut tx, some, Within::UnsettledOrSince(since)).await?;
        counted.extend(ways.iter().map(|(station, ways)| (*station, FollowUpSums::of(ways, today))));
    }
    for row in &mut all {
        if let Some((stand, sums)) = stale.get(&row.station.id).zip(counted.get(&row.station.id)) {
            row.sums = *sums;
            app.follow_ups.put(row.station.id, *stand, row.sums);
        }
    }
    Ok(all)
}

//! How many findings of many stations stand where.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::AnyConnection;
use xuncha_core::domain::{FollowUp, FollowUpStage, Month, Severity, Station, StationId};

use super::{Within, load_all};
use crate::app::App;
use crate::auth::Caller;
use crate::store::StoreError;
use crate::sums::{Overseen, Sums, View};

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
    pub fn on<'a>(ways: impl IntoIterator<Item = &'a FollowUp>, today: NaiveDate) -> Self {
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

/// The sums of every station that somebody may read of.
pub async fn overseen(
    app: &App,
    caller: &Caller,
    since: Month,
    today: NaiveDate,
) -> Result<Overseen<StationSums>, StoreError> {
    let mut tx = app.store.snapshot().await?;
    let may_see = |station| caller.may_read(station);
    let row = |station, sums| StationSums { station, sums };
    app.follow_ups.overseen(&mut tx, (since, today), may_see, row).await
}

impl Sums for FollowUpSums {
    async fn of(
        db: &mut AnyConnection,
        stations: &[StationId],
        (since, today): View,
    ) -> Result<HashMap<StationId, Self>, StoreError> {
        let mut sums = HashMap::new();
        for some in stations.chunks(AT_ONCE) {
            let ways = load_all(db, some, Within::UnsettledOrSince(since)).await?;
            sums.extend(ways.iter().map(|(station, ways)| (*station, Self::on(ways, today))));
        }
        Ok(sums)
    }
}

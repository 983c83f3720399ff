//! What is counted of a station's month: from the tallies that coverage stands on and the visits they name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use xuncha_core::domain::{
    FollowUpStage, Grade, MemberId, Month, RecordId, Severity, StationId, Verdict, Visit, VisitKind,
};

use crate::coverage::{Totals, VenueCoverage, station_coverage};
use crate::follow_ups::{self, Within};
use crate::ledger::{Supervised, Version, entries, supervised};
use crate::store::{Key as _, RowExt as _, Store, StoreError, month_number};

/// Sums of a month, of one station or many.
#[derive(Debug, Clone, Default)]
pub(super) struct Figures {
    /// Venues by state.
    pub(super) totals: Totals,
    /// Inspections that stand: neither returned nor replaced by a correction.
    pub(super) inspections: u64,
    /// Visits that count.
    pub(super) counted: u64,
    /// Inspections that do not count, as they are too near another.
    pub(super) too_close: u64,
    /// Check-ins.
    pub(super) check_ins: u64,
    /// Records that were returned and wait for their correction.
    pub(super) returned: u64,
    /// Inspections that nobody has reviewed yet.
    pub(super) pending: u64,
    /// Who made inspections or check-ins, and how many of each.
    pub(super) people: BTreeMap<MemberId, (u64, u64)>,
    /// What was found, by severity.
    pub(super) findings: BTreeMap<Severity, u64>,
    /// Of them, what had been found the time before.
    pub(super) repeated: u64,
    /// Where the findings stand on their way now, by the place of the stage in [`FollowUpStage::ALL`].
    pub(super) stages: [u64; FollowUpStage::ALL.len()],
    /// How well the places are proven.
    pub(super) grades: BTreeMap<Grade, u64>,
    /// Entries of the ledger by duty, without what was struck out.
    pub(super) entries: u64,
}

impl Figures {
    /// Adds another station's.
    pub(super) fn add(&mut self, other: Self) {
        self.totals = self.totals.plus(other.totals);
        self.inspections += other.inspections;
        self.counted += other.counted;
        self.too_close += other.too_close;
        self.check_ins += other.check_ins;
        self.returned += other.returned;
        self.pending += other.pending;
        self.repeated += other.repeated;
        self.entries += other.entries;
        for (member, (inspections, check_ins)) in other.people {
            let sum = self.people.entry(member).or_default();
            *sum = (sum.0 + inspections, sum.1 + check_ins);
        }
        for (severity, count) in other.findings {
            *self.findings.entry(severity).or_default() += count;
        }
        for (sum, count) in self.stages.iter_mut().zip(other.stages) {
            *sum += count;
        }
        for (grade, count) in other.grades {
            *self.grades.entry(grade).or_default() += count;
        }
    }

    fn visit(&mut self, visit: &Visit, verdict: Verdict) {
        match verdict {
            Verdict::Corrected => return,
            Verdict::Returned => {
                self.returned += 1;
                return;
            }
            Verdict::Counts => self.counted += 1,
            Verdict::TooClose => self.too_close += u64::from(visit.kind == VisitKind::Inspection),
            Verdict::CheckIn => {}
        }
        let team: BTreeSet<MemberId> =
            std::iter::once(visit.member).chain(visit.companions.iter().copied()).collect();
        for member in team {
            let sum = self.people.entry(member).or_default();
            match visit.kind {
                VisitKind::Inspection => sum.0 += 1,
                VisitKind::CheckIn => sum.1 += 1,
            }
        }
        match visit.kind {
            VisitKind::Inspection => self.inspections += 1,
            VisitKind::CheckIn => self.check_ins += 1,
        }
        if visit.kind == VisitKind::Inspection {
            self.pending += u64::from(visit.review == xuncha_core::domain::Review::Pending);
            *self.grades.entry(visit.grade).or_default() += 1;
        }
        for finding in &visit.findings {
            *self.findings.entry(finding.severity).or_default() += 1;
            self.repeated += u64::from(finding.repeated);
        }
    }
}

/// A station's month.
#[derive(Debug, Default)]
pub(super) struct OfStation {
    pub(super) figures: Figures,
    /// Its venues, by name.
    pub(super) venues: Vec<VenueCoverage>,
    /// What was written in the ledger, without what was struck out.
    pub(super) ledger: Vec<Version>,
    /// What inspections say of duty (3).
    pub(super) supervised: Supervised,
    /// What its members are called.
    pub(super) names: HashMap<MemberId, String>,
}

pub(super) async fn of_station(
    store: &Store,
    station: StationId,
    month: Month,
    today: NaiveDate,
) -> Result<OfStation, StoreError> {
    let told = station_coverage(store, station, month, today).await?;
    let Some(told) = told else { return Ok(OfStation::default()) };
    let mut db = store.snapshot().await?;
    let verdicts: HashMap<RecordId, Verdict> = told
        .venues
        .iter()
        .flat_map(|venue| &venue.tally.records)
        .map(|counted| (counted.record, counted.verdict))
        .collect();
    let mut figures = Figures { totals: told.totals, ..Figures::default() };
    let rows = sqlx::query("SELECT body FROM visits WHERE station_id = $1 AND month = $2")
        .bind(station.key())
        .bind(month_number(month))
        .fetch_all(&mut *db)
        .await?;
    for row in rows {
        let visit: Visit = row.json("body")?;
        if let Some(verdict) = verdicts.get(&visit.record) {
            figures.visit(&visit, *verdict);
        }
    }
    for way in follow_ups::load(&mut db, station, Within::Since(month)).await? {
        if way.found_at.month() == month
            && let Some(at) = FollowUpStage::ALL.iter().position(|stage| *stage == way.stage)
        {
            figures.stages[at] += 1;
        }
    }
    let mut ledger = entries(&mut db, station, month, month).await?;
    ledger.retain(|version| !version.struck);
    figures.entries = ledger.len() as u64;
    let supervised = supervised(&mut db, station, month, month).await?.remove(&month).unwrap_or_default();
    let rows = sqlx::query("SELECT member_id, name FROM members WHERE station_id = $1")
        .bind(station.key())
        .fetch_all(&mut *db)
        .await?;
    let names = rows.iter().map(|row| Ok((row.id("member_id")?, row.text("name")?)));
    let names = names.collect::<Result<_, StoreError>>()?;
    Ok(OfStation { figures, venues: told.venues, ledger, supervised, names })
}

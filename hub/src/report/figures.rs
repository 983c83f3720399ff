//! What is counted of a station's month: from the tallies that coverage stands on and the visits they name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use xuncha_core::domain::{
    DateRange, DayType, FollowUpStage, Grade, MemberId, Month, RecordId, Severity, Station, StationId,
    StatutoryDays, Verdict, Visit, VisitKind, is_peak_for_minors,
};

use crate::coverage::{Totals, VenueCoverage, stations_coverage};
use crate::follow_ups::{self, Within};
use crate::ledger::{Supervised, Version, entries, supervised};
use crate::rules;
use crate::store::{Key, RowExt as _, Sql, Store, StoreError, month_number};

/// Sums of a month, of one station or many.
#[derive(Debug, Clone, Default)]
pub(super) struct Figures {
    /// Venues by state.
    pub(super) totals: Totals,
    /// Inspections that stand: neither returned nor replaced by a correction.
    pub(super) inspections: u64,
    /// Of them, those while minors were likely to be about.
    pub(super) at_peak: u64,
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
        self.at_peak += other.at_peak;
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

    fn visit(&mut self, visit: &Visit, verdict: Verdict, calendar: &StatutoryDays, vacations: &[DateRange]) {
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
            let day_type = calendar.day_type(visit.moment().day()).unwrap_or(DayType::Unknown);
            self.at_peak += u64::from(is_peak_for_minors(visit.moment(), day_type, vacations));
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
    /// School vacations, by the policy of the month.
    vacations: Vec<DateRange>,
}

/// The same month of many stations, in their order, by as few queries as of one.
pub(super) async fn of_stations(
    store: &Store,
    stations: &[Station],
    month: Month,
    today: NaiveDate,
) -> Result<Vec<OfStation>, StoreError> {
    let ids: Vec<StationId> = stations.iter().map(|station| station.id).collect();
    let mut db = store.snapshot().await?;
    let coverage = stations_coverage(&mut db, stations, month, today).await?;
    let supervised = supervised(&mut db, &ids, month, month).await?;
    let mut all: HashMap<StationId, OfStation> = HashMap::new();
    let mut verdicts: HashMap<RecordId, Verdict> = HashMap::new();
    for told in coverage {
        let records = told.venues.iter().flat_map(|venue| &venue.tally.records);
        verdicts.extend(records.map(|counted| (counted.record, counted.verdict)));
        let figures = Figures { totals: told.totals, ..Figures::default() };
        let supervised = supervised.get(&(told.station.id, month)).copied().unwrap_or_default();
        let vacations = told.policy.vacations;
        let of_station =
            OfStation { figures, venues: told.venues, supervised, vacations, ..OfStation::default() };
        all.insert(told.station.id, of_station);
    }
    let calendar = rules::statutory_days(&mut db).await?;
    for row in visits_query(&ids, month).fetch_all(&mut db).await? {
        let visit: Visit = row.json("body")?;
        if let (Some(verdict), Some(told)) =
            (verdicts.get(&visit.record), all.get_mut(&row.id("station_id")?))
        {
            told.figures.visit(&visit, *verdict, &calendar, &told.vacations);
        }
    }
    for (station, ways) in follow_ups::load_all(&mut db, &ids, Within::In(month)).await? {
        let Some(told) = all.get_mut(&station) else { continue };
        for way in &ways {
            if let Some(at) = FollowUpStage::ALL.iter().position(|stage| *stage == way.stage) {
                told.figures.stages[at] += 1;
            }
        }
    }
    for version in entries(&mut db, &ids, month, month).await?.into_iter().filter(|version| !version.struck) {
        if let Some(told) = all.get_mut(&version.entry.station) {
            told.figures.entries += 1;
            told.ledger.push(version);
        }
    }
    let mut members = Sql::new("SELECT station_id, member_id, name FROM members WHERE station_id IN ");
    members.list(ids.iter().map(Key::key));
    for row in members.fetch_all(&mut db).await? {
        if let Some(told) = all.get_mut(&row.id("station_id")?) {
            told.names.insert(row.id("member_id")?, row.text("name")?);
        }
    }
    Ok(ids.iter().map(|id| all.remove(id).unwrap_or_default()).collect())
}

fn visits_query(stations: &[StationId], month: Month) -> Sql {
    let mut query = Sql::new("SELECT station_id, body FROM visits WHERE station_id IN ");
    query.list(stations.iter().map(Key::key)).push(" AND month = ").bind(month_number(month));
    query
}

//! A station's coverage with the people behind it.

use std::collections::HashMap;

use sqlx::AnyConnection;
use xuncha_core::domain::{
    Counted, Month, Policy, PolicyFrom, RecordId, Severity, StationId, Tally, Venue, Visit, policy_for,
};

use super::query::Query;
use super::schools::{around, is_near_school};
use super::view::{Line, Page, Row};
use crate::app::App;
use crate::coverage::station_coverage;
use crate::dashboard::error::{PageError, PageResult};
use crate::dashboard::visitor::{Names, Visitor};
use crate::places::known_schools;
use crate::scope::Operation;
use crate::store::{Key as _, RowExt as _, Sql, StoreError, reference};

/// Ids in one query: well below what either database takes.
const AT_ONCE: usize = 1_000;

/// The page of a station in a month, as it stands now.
pub(super) async fn page(app: &App, visitor: &Visitor, month: Month, query: Query) -> PageResult<Page> {
    let station = &visitor.station;
    let now = app.world.clock.now();
    let told = station_coverage(&app.store, station.id, month, now.day()).await?;
    let told = told.ok_or_else(PageError::not_found)?;
    let mut db = app.store.snapshot().await?;
    let tallies = told.venues.iter().map(|row| &row.tally);
    let visits = visits(&mut db, station.id, tallies).await?;
    let names = Names::of(&mut db, station.id).await?;
    let mut schools = known_schools(&mut db, station.id).await?;
    schools.retain(|school| school.open_on(now.day()));
    let policies = reference::policies(&mut db, station.id).await?;
    let venues = told.venues.iter().map(|row| &row.venue);
    let around = around(station.id, &schools, venues, &policies, month, now.day());
    let rows: Vec<Row> = told
        .venues
        .into_iter()
        .map(|row| Row {
            id: row.venue.id,
            name: row.venue.name.to_string(),
            address: row.venue.address.to_string(),
            state: row.coverage,
            required: row.tally.required,
            counted: row.tally.counted(),
            own: own_policy(&row.venue, &policies, month, &told.policy),
            visits: lines(&row.tally, &visits, &names),
            near_school: is_near_school(&row.venue, &schools, &policies, month),
            kind: row.venue.kind,
        })
        .collect();
    Ok(Page {
        station: station.name.to_string(),
        month,
        now,
        policy: told.policy,
        rows,
        schools: around,
        query,
        has_tiles: app.config.map_tiles.is_some(),
        may_keep: visitor.may(Operation::KeepPlaces),
    })
}

/// What is expected of a venue, if it is another number of visits or another gap than of all.
fn own_policy(venue: &Venue, policies: &[PolicyFrom], month: Month, of_all: &Policy) -> Option<Policy> {
    let policy = policy_for(policies, month, venue.id, &venue.kind);
    let asks = |policy: &Policy| (policy.visits_per_month, policy.min_gap_days);
    (asks(&policy) != asks(of_all)).then_some(policy)
}

/// A venue's records of a month, with who made them and what they found.
pub(in crate::dashboard) fn lines(
    tally: &Tally,
    visits: &HashMap<RecordId, Visit>,
    names: &Names,
) -> Vec<Line> {
    let line = |counted: &Counted| {
        let visit = visits.get(&counted.record)?;
        let mut found: Vec<Severity> = visit.findings.iter().map(|finding| finding.severity).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        Some(Line {
            record: counted.record,
            day: counted.day,
            kind: visit.kind,
            team: names.team(visit.member, &visit.companions),
            grade: visit.grade,
            verdict: counted.verdict,
            found,
        })
    };
    tally.records.iter().filter_map(line).collect()
}

/// The visits that tallies name.
pub(in crate::dashboard) async fn visits(
    db: &mut AnyConnection,
    station: StationId,
    tallies: impl Iterator<Item = &Tally>,
) -> Result<HashMap<RecordId, Visit>, StoreError> {
    let ids: Vec<Vec<u8>> =
        tallies.flat_map(|tally| &tally.records).map(|counted| counted.record.key()).collect();
    let mut visits = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let mut query = Sql::new("SELECT body FROM visits WHERE station_id = ");
        query.bind(station.key()).push(" AND record_id IN ").list(some.iter().cloned());
        for row in query.fetch_all(db).await? {
            let visit: Visit = row.json("body")?;
            visits.insert(visit.record, visit);
        }
    }
    Ok(visits)
}

//! What waits for somebody to look at it, records and alerts: of a station, of all that somebody oversees, and of each of
//! those, for the pages that lead to one.

use maud::{Markup, html};
use sqlx::AnyConnection;
use xuncha_core::domain::{Locale, Station, StationId};

use super::look::{MANY, up_to_many};
use crate::auth::Caller;
use crate::scope::Seat;
use crate::store::{Key, RowExt as _, Sql, StoreError};

/// How much waits; records are counted no further than one over [`MANY`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Records that wait for review.
    pub reviews: u64,
    /// Alerts that nobody has looked at.
    pub alerts: u64,
}

/// As far as records are counted.
fn counted() -> i64 {
    i64::try_from(MANY + 1).unwrap_or(i64::MAX)
}

/// How much waits at a station.
pub(super) async fn at(db: &mut AnyConnection, station: StationId) -> Result<Waiting, StoreError> {
    counted_at(db, Some(vec![station])).await
}

/// How much waits at all stations that somebody oversees.
pub(super) async fn overseen(db: &mut AnyConnection, caller: &Caller) -> Result<Waiting, StoreError> {
    let stations = match &caller.seat {
        Seat::SubBureau { stations, .. } => Some(stations.iter().copied().collect()),
        Seat::Station { .. } | Seat::City => None,
    };
    counted_at(db, stations).await
}

/// How much waits at these stations, or at all.
async fn counted_at(db: &mut AnyConnection, stations: Option<Vec<StationId>>) -> Result<Waiting, StoreError> {
    let there = |query: &mut Sql| {
        if let Some(stations) = &stations {
            query.push(" AND station_id IN ").list(stations.iter().map(Key::key));
        }
    };
    let mut query = Sql::new(
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM visits WHERE review = 'pending' AND kind = 'inspection'",
    );
    there(&mut query);
    query.push(" LIMIT ").bind(counted()).push(") AS pending) AS reviews, ");
    query.push("(SELECT COUNT(*) FROM alerts WHERE seen_at IS NULL");
    there(&mut query);
    query.push(") AS alerts");
    let row = query.fetch_optional(db).await?;
    let row = row.ok_or_else(|| StoreError::Row("a count gave no row".to_owned()))?;
    Ok(Waiting { reviews: row.count("reviews")?, alerts: row.count("alerts")? })
}

/// How much waits at each of them, by sub-bureau and name.
pub(super) async fn at_each(
    db: &mut AnyConnection,
    caller: &Caller,
) -> Result<Vec<(Station, Waiting)>, StoreError> {
    let mut query = Sql::new(
        "SELECT s.body, (SELECT COUNT(*) FROM (SELECT 1 FROM visits v WHERE v.station_id = s.station_id \
         AND v.review = 'pending' AND v.kind = 'inspection' LIMIT ",
    );
    query.bind(counted()).push(
        ") AS pending) AS reviews, \
         (SELECT COUNT(*) FROM alerts a WHERE a.station_id = s.station_id AND a.seen_at IS NULL) AS alerts \
         FROM stations s ORDER BY s.sub_bureau, s.name, s.station_id",
    );
    let mut all = Vec::new();
    for row in query.fetch_all(db).await? {
        let station: Station = row.json("body")?;
        if caller.may_read(station.id) {
            all.push((station, Waiting { reviews: row.count("reviews")?, alerts: row.count("alerts")? }));
        }
    }
    Ok(all)
}

/// The stations with how much waits at each; the page of one is `path`. What `count` gives is shown as `what`.
pub(super) fn page(
    title: &str,
    what: &str,
    path: &str,
    stations: &[(Station, Waiting)],
    count: impl Fn(&Waiting) -> u64,
    l: Locale,
) -> Markup {
    html! {
        div.head { div {
            h1 { (title) }
            p.quiet { (stations.len()) " " (l.pick("个工作站", "stations")) }
        } }
        div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("工作站", "Station")) }
                th.number scope="col" { (what) }
            } }
            tbody { @for (station, waiting) in stations { tr {
                th scope="row" {
                    a href={ (path) "?station=" (station.id) } { (station.name) }
                    span.quiet { (station.sub_bureau) }
                }
                @let count = count(waiting);
                td.number { @if count == 0 { span.not { "0" } } @else { (up_to_many(count)) } }
            } } }
        } }
    }
}

//! What the hub tells: stations, members, venues, schools, policies, visits, follow-ups; rules are kept by [`rules`]. The newest
//! state of each, applied page by page; all of it can be pulled again.

use rusqlite::{Connection, OptionalExtension as _, ToSql, Transaction, params};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::sql::{from_json, to_json};
use super::{StoreError, follow_ups, found_good, rules, visits};
use crate::domain::{
    ChecklistFrom, FollowUpStep, FoundGood, Member, MemberId, PolicyFrom, School, Station, StationId,
    StatutoryYear, Venue, VenueId, Visit,
};
use crate::wire::Change;

/// Applies a page of changes, in their order.
///
/// # Errors
/// [`StoreError`] if it cannot be written; then the transaction must not be committed.
pub fn apply(tx: &Transaction<'_>, changes: &[Change]) -> Result<(), StoreError> {
    changes.iter().try_for_each(|change| match change {
        Change::Station(station) => put_station(tx, station),
        Change::Member(member) => put_member(tx, member),
        Change::Venue(venue) => put_venue(tx, venue),
        Change::School(school) => put_body(tx, "schools", &school.id, &to_json(school)?),
        Change::Policy(policy) => {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO policies (from_month, venues, body) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![policy.from, policy.venues.key(), to_json(policy)?])?;
            Ok(())
        }
        Change::Visit(visit) => visits::put(tx, visit),
        Change::FoundGood(told) => found_good::put(tx, told),
        Change::FollowUp(step) => follow_ups::put(tx, step),
        Change::StatutoryYear(year) => rules::put_year(tx, year),
        Change::Checklist(from) => rules::put_checklist(tx, from),
    })
}

/// Keeps a station.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put_station(tx: &Transaction<'_>, station: &Station) -> Result<(), StoreError> {
    put_body(tx, "stations", &station.id, &to_json(station)?)
}

/// Keeps a member.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put_member(tx: &Transaction<'_>, member: &Member) -> Result<(), StoreError> {
    put_body(tx, "members", &member.id, &to_json(member)?)
}

fn put_venue(tx: &Transaction<'_>, venue: &Venue) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO venues (id, station, name, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![venue.id, venue.station, venue.name.as_str(), to_json(venue)?])?;
    Ok(())
}

fn put_body(tx: &Transaction<'_>, table: &str, id: &dyn ToSql, body: &str) -> Result<(), StoreError> {
    tx.prepare_cached(&format!("INSERT OR REPLACE INTO {table} (id, body) VALUES (?1, ?2)"))?
        .execute(params![id, body])?;
    Ok(())
}

/// Forgets all that the hub told, except the visits that no hub has yet.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn forget_all(tx: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(tx.execute_batch(
        "DELETE FROM stations; DELETE FROM members; DELETE FROM venues; DELETE FROM schools;
         DELETE FROM policies; DELETE FROM rules; DELETE FROM follow_ups;
         DELETE FROM visits WHERE record NOT IN (SELECT id FROM records WHERE state = 'waiting');
         DELETE FROM found_good WHERE record NOT IN (SELECT id FROM records WHERE state = 'waiting');",
    )?)
}

/// Forgets what a damaged file left of a value that cannot be read.
pub(super) fn forget_unreadable(tx: &Transaction<'_>) -> Result<(), StoreError> {
    fn sift<T: DeserializeOwned>(tx: &Transaction<'_>, table: &str) -> Result<(), StoreError> {
        let mut statement = tx.prepare(&format!("SELECT rowid, body FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if from_json::<T>(&row.get::<_, String>(1)?).is_err() {
                tx.execute(&format!("DELETE FROM {table} WHERE rowid = ?1"), [row.get::<_, i64>(0)?])?;
            }
        }
        Ok(())
    }
    sift::<Station>(tx, "stations")?;
    sift::<Member>(tx, "members")?;
    sift::<Venue>(tx, "venues")?;
    sift::<School>(tx, "schools")?;
    sift::<PolicyFrom>(tx, "policies")?;
    sift::<Rule>(tx, "rules")?;
    sift::<Visit>(tx, "visits")?;
    sift::<FoundGood>(tx, "found_good")?;
    sift::<FollowUpStep>(tx, "follow_ups")?;
    sift::<Vec<Change>>(tx, "staged")
}

/// A rule of any kind, to see whether it can be read.
#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "only whether it can be read matters")]
enum Rule {
    Year(StatutoryYear),
    Checklist(ChecklistFrom),
}

/// A station.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn station(conn: &Connection, id: StationId) -> Result<Option<Station>, StoreError> {
    body(conn, "stations", &id)
}

/// A member.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn member(conn: &Connection, id: MemberId) -> Result<Option<Member>, StoreError> {
    body(conn, "members", &id)
}

/// Every member known here, in the order of their ids.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn members(conn: &Connection) -> Result<Vec<Member>, StoreError> {
    bodies(conn, "SELECT body FROM members ORDER BY id")
}

/// A venue.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn venue(conn: &Connection, id: VenueId) -> Result<Option<Venue>, StoreError> {
    body(conn, "venues", &id)
}

/// Every venue known here, by name.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn venues(conn: &Connection) -> Result<Vec<Venue>, StoreError> {
    bodies(conn, "SELECT body FROM venues ORDER BY name, id")
}

/// Every school known here.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn schools(conn: &Connection) -> Result<Vec<School>, StoreError> {
    bodies(conn, "SELECT body FROM schools ORDER BY id")
}

/// What the station expects, month by month.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn policies(conn: &Connection) -> Result<Vec<PolicyFrom>, StoreError> {
    bodies(conn, "SELECT body FROM policies ORDER BY from_month, venues")
}

fn body<T: DeserializeOwned>(
    conn: &Connection,
    table: &str,
    id: &dyn ToSql,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached(&format!("SELECT body FROM {table} WHERE id = ?1"))?
        .query_row([id], |row| row.get(0))
        .optional()?;
    text.as_deref().map(from_json).transpose()
}

fn bodies<T: DeserializeOwned>(conn: &Connection, sql: &str) -> Result<Vec<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(from_json(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(all)
}

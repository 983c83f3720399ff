//! Visits: what the hub tells of all records of the station, and this phone's own that still wait.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use rusqlite::{Connection, OptionalExtension as _, Params, Transaction, params};

use super::StoreError;
use super::sql::{from_json, to_json};
use crate::domain::{Month, RecordId, Review, Timestamp, VenueId, Visit};

/// Keeps the newest state of a visit.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put(tx: &Transaction<'_>, visit: &Visit) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO visits (record, venue, moment, corrects, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![visit.record, visit.venue, visit.moment(), visit.corrects, to_json(visit)?])?;
    Ok(())
}

/// A record's visit.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn get(conn: &Connection, record: RecordId) -> Result<Option<Visit>, StoreError> {
    let body: Option<String> = conn
        .prepare_cached("SELECT body FROM visits WHERE record = ?1")?
        .query_row([record], |row| row.get(0))
        .optional()?;
    body.as_deref().map(from_json).transpose()
}

/// All visits of a venue, the earliest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn of_venue(conn: &Connection, venue: VenueId) -> Result<Vec<Visit>, StoreError> {
    read(conn, "SELECT body FROM visits WHERE venue = ?1 ORDER BY moment, record", [venue])
}

/// The visits of a month, and all that correct them or are corrected by them, whenever those were:
/// what coverage of the month needs to know.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn of_month(conn: &Connection, month: Month) -> Result<Vec<Visit>, StoreError> {
    let midnight = |month: Month| Timestamp::at_shanghai(month.first_day(), NaiveTime::MIN);
    read(
        conn,
        "WITH RECURSIVE line (record) AS (
             SELECT record FROM visits WHERE moment >= ?1 AND moment < ?2
             UNION
             SELECT later.record FROM line JOIN visits AS later ON later.corrects = line.record
             UNION
             SELECT own.corrects FROM line JOIN visits AS own ON own.record = line.record
             WHERE own.corrects IS NOT NULL
         )
         SELECT body FROM visits WHERE record IN line ORDER BY venue, moment, record",
        params![midnight(month), midnight(month.next())],
    )
}

/// The venues at which something urgent was ever found, whatever became of it.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn venues_found_urgent(conn: &Connection) -> Result<BTreeSet<VenueId>, StoreError> {
    let mut statement = conn.prepare_cached(VENUES_FOUND_URGENT)?;
    let venues = statement.query_map([], |row| row.get(0))?;
    Ok(venues.collect::<rusqlite::Result<_>>()?)
}

/// The condition is word for word that of an index, else all visits would be read.
const VENUES_FOUND_URGENT: &str =
    r#"SELECT DISTINCT venue FROM visits WHERE instr(body, '"severity":"S"') > 0"#;

/// Inspections that the hub has and nobody has reviewed, the gravest first, then the oldest; those that only
/// this phone has cannot be reviewed.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn to_review(conn: &Connection, limit: usize) -> Result<Vec<Visit>, StoreError> {
    let sql = format!(
        r#"SELECT body FROM visits WHERE {TO_REVIEW}
        ORDER BY CASE WHEN instr(body, '"severity":"S"') > 0 THEN 0 WHEN instr(body, '"severity":"R"') > 0 THEN 1
            WHEN instr(body, '"severity":"N"') > 0 THEN 2 ELSE 3 END, moment, record LIMIT ?1"#
    );
    read(conn, &sql, [i64::try_from(limit).unwrap_or(i64::MAX)])
}

/// How many they are.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn count_to_review(conn: &Connection) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM visits WHERE {TO_REVIEW}");
    let count: i64 = conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Word for word the condition of an index, too.
const TO_REVIEW: &str = r#"instr(body, '"review":{"state":"pending"}') > 0
    AND instr(body, '"kind":"inspection"') > 0 AND instr(body, '"received_at":') > 0"#;

fn read(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<Visit>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut visits = Vec::new();
    while let Some(row) = rows.next()? {
        visits.push(from_json(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(visits)
}

/// Whether another record corrects this one.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn is_corrected(conn: &Connection, record: RecordId) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("SELECT 1 FROM visits WHERE corrects = ?1")?.exists([record])?)
}

/// Records of this phone that were returned and not corrected yet, the earliest visit first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn returned(conn: &Connection) -> Result<Vec<Visit>, StoreError> {
    // The phone's own records are far fewer than the station's visits, so they come first.
    read(
        conn,
        r#"SELECT visits.body FROM records CROSS JOIN visits ON visits.record = records.id
         WHERE instr(visits.body, '"review":{"state":"returned"') > 0
             AND NOT EXISTS (SELECT 1 FROM visits AS later WHERE later.corrects = visits.record)
         ORDER BY visits.moment, visits.record"#,
        [],
    )
}

/// Remembers when the hub had a record.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn set_received(tx: &Transaction<'_>, record: RecordId, at: Timestamp) -> Result<(), StoreError> {
    match get(tx, record)? {
        Some(visit) if visit.received_at.is_none() => put(tx, &Visit { received_at: Some(at), ..visit }),
        _ => Ok(()),
    }
}

/// Takes the visits of records that wait for what they are: nothing that the hub has, and so nothing it reviewed.
///
/// # Errors
/// [`StoreError`] if it cannot be read or written.
pub fn wait_again(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let waiting = "SELECT body FROM visits WHERE record IN (SELECT id FROM records WHERE state = 'waiting')";
    for visit in read(tx, waiting, [])?.into_iter().filter(|visit| visit.received_at.is_some()) {
        put(tx, &Visit { received_at: None, review: Review::Pending, ..visit })?;
    }
    Ok(())
}

/// Forgets the visit of a record that the hub does not have.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn forget_waiting(tx: &Transaction<'_>, record: RecordId) -> Result<(), StoreError> {
    if get(tx, record)?.is_some_and(|visit| visit.received_at.is_none()) {
        tx.prepare_cached("DELETE FROM visits WHERE record = ?1")?.execute([record])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::testing::Phone;

    #[test]
    fn what_is_asked_of_visits_of_any_age_is_found_by_an_index() {
        let phone = Phone::of_volunteer();
        let plan = |sql: &str| {
            let explain = |conn: &Connection| {
                let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let lines = statement.query_map([], |row| row.get(3))?;
                Ok::<_, StoreError>(lines.collect::<rusqlite::Result<Vec<String>>>()?.concat())
            };
            phone.store.read(explain).unwrap()
        };
        assert!(plan(VENUES_FOUND_URGENT).contains("INDEX visits_found_urgent"));
        for what in ["body", "count(*)"] {
            let plan = plan(&format!("SELECT {what} FROM visits WHERE {TO_REVIEW}"));
            assert!(plan.contains("INDEX visits_to_review"), "{plan}");
        }
    }
}

//! The feed of changes: the newest state of each thing a phone of the station has to know, in the
//! order it changed. Things lie in their tables as they travel, so a page is put together from them
//! without being read: a new phone's first sync costs the hub next to nothing.

use axum::Router;
use std::fmt::Write as _;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use futures_util::TryStreamExt as _;
use http::HeaderMap;
use serde::Deserialize;
use sqlx::AnyConnection;
use xuncha_core::domain::{StationId, Timestamp};
use xuncha_core::wire::merkle::Frontier;
use xuncha_core::wire::{Cursor, ProblemCode, limits};

use crate::app::{App, AppState};
use crate::auth::Device;
use crate::body;
use crate::error::{HubError, HubResult};
use crate::log::{grown, sign_head};
use crate::params::Params;
use crate::store::reference::to_json;
use crate::store::{Key as _, RowExt as _, Store, StoreError};

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/changes", get(changes))
}

/// Bytes of bodies in one page before it ends early: a page must stay far below what a phone reads.
const PAGE_BYTES: usize = limits::ANSWER_BYTES / 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) cursor: Cursor,
    pub(crate) limit: Option<usize>,
    pub(crate) log_size: Option<u64>,
}

async fn changes(
    State(app): State<AppState>,
    device: Device,
    headers: HeaderMap,
    Params(asked): Params<Asked>,
) -> HubResult<Response> {
    let page = page(&app, device.station(), &asked).await?;
    body::packed_json(&headers, page).await
}

/// A `ChangesPage` as text.
pub(crate) async fn page(app: &App, station: StationId, asked: &Asked) -> HubResult<String> {
    let limit = asked.limit.unwrap_or(limits::CHANGES_PAGE);
    if !(1..=limits::CHANGES_PAGE).contains(&limit) {
        return Err(HubError::told(
            ProblemCode::BadRequest,
            format!("limit is 1 to {}", limits::CHANGES_PAGE),
        ));
    }
    let now = app.true_now().await?;
    // One moment for all: the head is that of the very visits on the page.
    let mut tx = app.store.snapshot().await?;
    let row = sqlx::query("SELECT changes, log_frontier FROM stations WHERE station_id = $1")
        .bind(station.key())
        .fetch_one(&mut *tx)
        .await
        .map_err(StoreError::from)?;
    let newest = row.count("changes")?;
    let frontier = Frontier::from_bytes(&row.bytes("log_frontier")?)
        .map_err(|error| StoreError::Row(error.to_string()))?;
    let mut text = String::from(r#"{"changes":["#);
    let next = if was_put_back(&mut tx, station, asked.cursor.0, newest).await? {
        // The phone knows what this hub does not any more. A page that leads back to the beginning tells it
        // to forget that, and to read all anew.
        0
    } else {
        changed(&mut tx, station, asked.cursor.0, limit, &mut text).await?.unwrap_or(newest)
    };
    let more = next < newest;

    let head = sign_head(app, station, frontier.size(), frontier.root(), now)?;
    let consistency = match asked.log_size {
        Some(size) => grown(&mut tx, station, size, frontier.size()).await?,
        None => None,
    };
    let (now, head) = (to_json(&now)?, to_json(&head)?);
    // Writing to a text can't fail.
    let _ = write!(text, r#"],"next":{next},"more":{more},"hub_time":{now},"head":{head}"#);
    if let Some(proof) = consistency {
        text.push_str(r#","consistency":"#);
        text.push_str(&to_json(&proof)?);
    }
    text.push('}');
    Ok(text)
}

/// Notes that a copy of the database was put back, when that was: phones may know changes that came after it. Numbers
/// that such a change may have had are not given again, so a phone that stands at one of them is known by it. They go on
/// at the moment's own number (its milliseconds), so that the same copy can be put back twice.
///
/// # Errors
/// [`StoreError`] if it can't be written.
pub async fn note_put_back(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    for query in [
        "INSERT INTO lost_changes (station_id, after, before) SELECT station_id, changes, \
         CASE WHEN changes + $1 > $2 THEN changes + $1 ELSE $2 END FROM stations",
        "UPDATE stations SET changes = CASE WHEN changes + $1 > $2 THEN changes + $1 ELSE $2 END",
    ] {
        sqlx::query(query).bind(MORE_THAN_WERE_LOST).bind(now.millis()).execute(&mut *tx).await?;
    }
    tx.commit().await
}

/// Whether whoever stands at a change may know what this hub does not any more.
pub(crate) async fn was_put_back(
    db: &mut AnyConnection,
    station: StationId,
    stands_at: u64,
    newest: u64,
) -> Result<bool, StoreError> {
    if stands_at > newest {
        return Ok(true);
    }
    let stands_at = i64::try_from(stands_at).unwrap_or(i64::MAX);
    let lost = "SELECT 1 FROM lost_changes WHERE station_id = $1 AND after < $2 AND before > $3";
    let lost = sqlx::query(lost).bind(station.key()).bind(stands_at).bind(stands_at);
    Ok(lost.fetch_optional(db).await?.is_some())
}

/// No station makes so many changes between two backups.
const MORE_THAN_WERE_LOST: i64 = 1_000_000_000;

/// Writes the changes after `from`, one after the other. Gives the last one's number when the page is
/// full, `None` when there were no more.
async fn changed(
    db: &mut AnyConnection,
    station: StationId,
    from: u64,
    limit: usize,
    text: &mut String,
) -> Result<Option<u64>, StoreError> {
    let mut rows = sqlx::query(FEED)
        .bind(station.key())
        .bind(i64::try_from(from).unwrap_or(i64::MAX))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch(db);
    let mut told = 0;
    while let Some(row) = rows.try_next().await? {
        if told > 0 {
            text.push(',');
        }
        // As serde writes an enum of newtypes: {"visit":{…}}.
        text.push_str(r#"{""#);
        text.push_str(&row.text("kind")?);
        text.push_str(r#"":"#);
        text.push_str(&row.text("body")?);
        text.push('}');
        told += 1;
        // Of one row and one number: they stand on the same page.
        if let Some(found_good) = row.opt_text("found_good")? {
            let _ = write!(text, r#",{{"found_good":{found_good}}}"#);
            told += 1;
        }
        if told + 1 >= limit || text.len() > PAGE_BYTES {
            return Ok(Some(row.count("change_no")?));
        }
    }
    Ok(None)
}

/// Every table of the feed in the order of change. Both databases merge the parts by their indices.
const FEED: &str = "\
    SELECT change_no, 'station' AS kind, body, NULL AS found_good FROM stations WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, 'member' AS kind, body, NULL AS found_good FROM members WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, 'venue' AS kind, body, NULL AS found_good FROM venues WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, 'school' AS kind, body, NULL AS found_good FROM schools WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, 'school' AS kind, body, NULL AS found_good FROM neighbour_schools WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, 'policy' AS kind, body, NULL AS found_good FROM policies WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, 'visit' AS kind, body, found_good FROM visits WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, 'follow_up' AS kind, body, NULL AS found_good FROM follow_ups WHERE station_id = $1 AND change_no > $2 \
    UNION ALL \
    SELECT change_no, kind, body, NULL AS found_good FROM rules WHERE station_id = $1 AND change_no > $2 \
    ORDER BY change_no LIMIT $3";

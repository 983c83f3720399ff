//! Live pages: what changed at a station since a page was made is told to it while it is open, by
//! server-sent events; `hub/web/src/live.ts` hears them. Without that script a page is as it was made, and nothing
//! is lost.
//!
//! Every copy of the hub reads the number of the station's last change from the database, so it does not
//! matter which one took a record. A message says how much of what changed, never what.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use xuncha_core::domain::StationId;

use super::error::PageResult;
use super::visitor::Visitor;
use crate::app::{App, AppState};
use crate::error::HubResult;
use crate::session;
use crate::store::reference::last_change;
use crate::store::{Key as _, RowExt as _, StoreError};

/// How often the station's number is read: one row by its key.
const BEAT: Duration = Duration::from_secs(2);
/// Beats between two looks at whether the session still holds; it is looked at before each message too.
const SESSION_BEATS: u32 = 15;
/// A line that says nothing, so that proxies do not take the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(20);

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/live", get(live))
}

#[derive(Deserialize)]
struct Asked {
    /// The number of the station's last change when the page was made.
    since: u64,
}

/// How much changed at the station since the page was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct News {
    /// Records that came and wait for somebody to look.
    records: u64,
    /// Records that somebody reviewed.
    reviews: u64,
    /// Steps about findings.
    findings: u64,
}

async fn live(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> PageResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let told = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let listener = Listener {
        app,
        headers,
        station: visitor.station.id,
        since: asked.since,
        told: told.unwrap_or(asked.since),
        beats: 0,
    };
    let events = stream::unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// A page that listens.
struct Listener {
    app: AppState,
    headers: HeaderMap,
    station: StationId,
    since: u64,
    /// The last change that it was told of.
    told: u64,
    beats: u32,
}

impl Listener {
    /// The next message; none when nobody may listen any more, or the hub stops. The browser asks again by
    /// itself, and then learns why.
    async fn next(&mut self) -> Option<Event> {
        let mut stops = self.app.stopping.subscribe();
        let stopped = async move {
            let _ = stops.wait_for(|stops| *stops).await;
        };
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                () = tokio::time::sleep(BEAT) => {}
                () = &mut stopped => return None,
            }
            self.beats += 1;
            let newest = self.newest().await.ok()?;
            if newest == self.told && !self.beats.is_multiple_of(SESSION_BEATS) {
                continue;
            }
            if !self.may_listen().await.ok()? {
                return None;
            }
            // A number that went back is that of a hub put back to an old backup: the page is of another time.
            if newest != self.told {
                self.told = newest;
                let mut db = self.app.store.read().await.ok()?;
                let news = news(&mut db, self.station, self.since).await.ok()?;
                let event = Event::default().event("changed").id(newest.to_string());
                return event.json_data(news).ok();
            }
        }
    }

    async fn newest(&self) -> Result<u64, StoreError> {
        let mut db = self.app.store.read().await?;
        last_change(&mut db, self.station).await
    }

    async fn may_listen(&self) -> HubResult<bool> {
        let session = session::find(&self.app, &self.headers).await?;
        Ok(session.is_some_and(|session| session.lacks.is_none() && session.caller.may_read(self.station)))
    }
}

async fn news(db: &mut AnyConnection, station: StationId, since: u64) -> Result<News, StoreError> {
    let since = i64::try_from(since).unwrap_or(i64::MAX);
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM visits WHERE station_id = $1 AND change_no > $2 AND review = 'pending') AS records, \
         (SELECT COUNT(*) FROM visits WHERE station_id = $1 AND change_no > $2 AND review <> 'pending') AS reviews, \
         (SELECT COUNT(*) FROM follow_ups WHERE station_id = $1 AND change_no > $2) AS findings",
    )
    .bind(station.key())
    .bind(since)
    .fetch_one(db)
    .await?;
    Ok(News {
        records: row.count("records")?,
        reviews: row.count("reviews")?,
        findings: row.count("findings")?,
    })
}

/// Lets every open page go, so that the hub need not wait for them.
pub(crate) fn let_go(app: &App) {
    app.stopping.send_replace(true);
}

//! Live pages: what changed since a page was made, at its station or at all that somebody oversees, is told to it
//! while it is open, by server-sent events; `hub/web/src/live.ts` hears them. Without that script a page is as it
//! was made, and nothing is lost.
//!
//! Every copy of the hub reads the numbers of the stations' last changes from the database, so it does not
//! matter which one took a record. A message says how much of what changed, never what. What is due or missed changes
//! with the day too, though nothing happened: a page of yesterday is told so.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use chrono::NaiveDate;
use futures_util::stream::{self, Stream};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use xuncha_core::domain::StationId;

use super::error::PageResult;
use super::visitor::Visitor;
use crate::app::{App, AppState};
use crate::auth::Caller;
use crate::changes::was_put_back;
use crate::error::HubResult;
use crate::session;
use crate::store::reference::{last_change, last_changes};
use crate::store::{Key as _, RowExt as _, StoreError};

/// How often the station's number is read: one row by its key.
const BEAT: Duration = Duration::from_secs(2);
/// How often those of all stations are read. Where hundreds of them write, a page of all is made anew no more often.
const SLOW_BEAT: Duration = Duration::from_secs(5);
/// Beats between two looks at whether the session still holds; it is looked at before each message too.
const SESSION_BEATS: u32 = 15;
/// A line that says nothing, so that proxies do not take the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(20);

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/live", get(live))
}

#[derive(Deserialize)]
struct Asked {
    /// The day on which the page was made; none of a page from before that was told.
    day: Option<NaiveDate>,
    /// The number of the station's last change when the page was made; of a page of all stations, their sum.
    since: u64,
}

/// How much changed since the page was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum News {
    /// At a station.
    Station {
        /// Records that came and wait for somebody to look.
        records: u64,
        /// Records that somebody reviewed.
        reviews: u64,
        /// Steps about findings.
        findings: u64,
    },
    /// Another day began, here: what is due and missed by now is not what the page says.
    Day {
        /// Since the page was made; either way, should a clock have been set right.
        days: u64,
    },
    /// At all stations that somebody oversees, or at one whose database was put back since: nothing on the page holds.
    Any {
        /// Changes of any kind; by how much the number differs, as it falls when a station is no longer overseen.
        changes: u64,
    },
}

/// What a page is about.
#[derive(Debug, Clone, Copy)]
enum About {
    Station(StationId),
    /// All that somebody oversees.
    All,
}

/// The sum of the numbers of last changes over all stations that somebody may read of.
pub(super) async fn sum_of_changes(db: &mut AnyConnection, caller: &Caller) -> Result<u64, StoreError> {
    let all = last_changes(db).await?;
    Ok(all.into_iter().filter(|(station, _)| caller.may_read(*station)).map(|(_, number)| number).sum())
}

async fn live(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> PageResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let told = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let listener = Listener {
        about: if visitor.looks_at_all() { About::All } else { About::Station(visitor.station.id) },
        caller: visitor.caller,
        day: asked.day.unwrap_or(app.world.clock.now().day()),
        app,
        headers,
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
    caller: Caller,
    about: About,
    /// The day on which the page was made, or the last that it was told of.
    day: NaiveDate,
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
        let beat = match self.about {
            About::Station(_) => BEAT,
            About::All => SLOW_BEAT,
        };
        loop {
            tokio::select! {
                () = tokio::time::sleep(beat) => {}
                () = &mut stopped => return None,
            }
            self.beats += 1;
            let newest = self.newest().await.ok()?;
            let today = self.app.world.clock.now().day();
            let same = newest == self.told && today == self.day;
            if same && !self.beats.is_multiple_of(SESSION_BEATS) {
                continue;
            }
            if !self.may_listen().await.ok()? {
                return None;
            }
            // A number that went back is news too: that of a hub put back to an old backup.
            if !same {
                let days = today.signed_duration_since(self.day).num_days().unsigned_abs();
                (self.told, self.day) = (newest, today);
                let news = if days > 0 { News::Day { days } } else { self.news(newest).await.ok()? };
                let event = Event::default().event("changed").id(newest.to_string());
                return event.json_data(news).ok();
            }
        }
    }

    async fn newest(&self) -> Result<u64, StoreError> {
        let mut db = self.app.store.read().await?;
        match self.about {
            About::Station(station) => last_change(&mut db, station).await,
            About::All => sum_of_changes(&mut db, &self.caller).await,
        }
    }

    /// Whether they may listen still; what they oversee may be another part of the hierarchy now.
    async fn may_listen(&mut self) -> HubResult<bool> {
        let session = session::find(&self.app, &self.headers).await?;
        let Some(session) = session.filter(|session| session.lacks.is_none()) else { return Ok(false) };
        self.caller = session.caller;
        Ok(match self.about {
            About::Station(station) => self.caller.may_read(station),
            About::All => self.caller.oversees(),
        })
    }

    async fn news(&self, newest: u64) -> Result<News, StoreError> {
        if let About::Station(station) = self.about {
            let mut db = self.app.store.read().await?;
            if !was_put_back(&mut db, station, self.since, newest).await? {
                return of_station(&mut db, station, self.since).await;
            }
        }
        Ok(News::Any { changes: newest.abs_diff(self.since) })
    }
}

async fn of_station(db: &mut AnyConnection, station: StationId, since: u64) -> Result<News, StoreError> {
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
    Ok(News::Station {
        records: row.count("records")?,
        reviews: row.count("reviews")?,
        findings: row.count("findings")?,
    })
}

/// Lets every open page go, so that the hub need not wait for them.
pub(crate) fn let_go(app: &App) {
    app.stopping.send_replace(true);
}

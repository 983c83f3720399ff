//! Who looks at a page, what of, and in which language; and forms that only our own pages can send.

use axum::body::Body;
use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use chrono::NaiveDate;
use http::request::Parts;
use http::{HeaderMap, Method};
use maud::{Markup, html};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;
use xuncha_core::domain::{Checklists, Locale, MemberId, Sha256Hash, Station, StationId};
use xuncha_core::wire::{ProblemCode, limits};

use super::error::{PageError, PageResult};
use super::look::{Frame, Place, Who, page};
use super::waiting::{self, Waiting};
use crate::app::{App, AppState};
use crate::auth::Caller;
use crate::body;
use crate::error::HubError;
use crate::members;
use crate::rules;
use crate::scope::{Area, Operation};
use crate::session::{self, Session};
use crate::store::StoreError;
use crate::store::reference::{self, station_as_of};

/// What the script of live pages sends with its questions.
const READS_ANEW: &str = "x-xuncha-reads-anew";

/// Somebody who is signed in and looks at a page.
pub(super) struct Visitor {
    /// Who.
    pub caller: Caller,
    /// Their language.
    pub locale: Locale,
    /// What their forms carry.
    pub csrf: String,
    /// The session they are signed in by.
    pub session: Sha256Hash,
    /// The station the page is about: another one than their own only if they may read it.
    pub station: Station,
    /// Their own.
    own: Station,
    /// Every checklist.
    pub lists: Checklists,
    /// Whether the address says which station the page is about.
    chosen: bool,
    /// Whether it is the script that reads an open page anew, and nobody who looks.
    pub reads_anew: bool,
    /// The page's own address; empty if it answers a form.
    here: String,
    /// What waits there, or at all that they oversee until they choose a station.
    waiting: Waiting,
    /// Whether the hub's clock is known to be wrong.
    clock_is_off: bool,
    /// The number of the station's last change before anything of the page was read.
    as_of: u64,
    /// The day on which that was: states of the page go by it.
    today: NaiveDate,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    station: Option<String>,
}

/// `?done=…`: what was just done, for the page that is led to after it.
#[derive(Deserialize)]
pub(super) struct JustDone {
    #[serde(default)]
    pub(super) done: String,
}

impl Visitor {
    async fn of(app: &App, db: &mut AnyConnection, session: Session, parts: &Parts) -> PageResult<Self> {
        if let Some(lacks) = session.lacks {
            return Err(PageError::Unfinished(lacks));
        }
        let Session { caller, csrf, id, .. } = session;
        let asked = Query::<Asked>::try_from_uri(&parts.uri).map(|Query(asked)| asked).unwrap_or_default();
        let asked = asked.station.filter(|text| !text.is_empty());
        let chosen = asked.is_some();
        let asked = match asked {
            Some(text) => text.parse().map_err(|_| PageError::not_found())?,
            None => caller.station(),
        };
        caller.must_read(asked)?;
        let (station, as_of) = station_as_of(db, asked).await?.ok_or_else(PageError::not_found)?;
        let own = if asked == caller.station() {
            station.clone()
        } else {
            reference::station(db, caller.station()).await?.ok_or_else(PageError::not_found)?
        };
        let waiting = if caller.oversees() && !chosen {
            waiting::overseen(db, &caller).await?
        } else {
            waiting::at(db, asked).await?
        };
        let lists = rules::checklists(db).await?;
        // What answers a form has no address to come back to.
        let here = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
        let here = here.map(ToString::to_string).unwrap_or_default();
        Ok(Self {
            caller,
            locale: locale(&parts.headers),
            csrf,
            session: id,
            station,
            own,
            lists,
            chosen,
            reads_anew: parts.headers.contains_key(READS_ANEW),
            here,
            waiting,
            clock_is_off: app.clock_is_off(),
            as_of,
            today: app.world.clock.now().day(),
        })
    }

    /// Whether they look at all that they oversee, and chose no station.
    pub(super) fn looks_at_all(&self) -> bool {
        self.caller.oversees() && !self.chosen
    }

    /// `?station=…` for those who look at more stations than their own, else empty.
    pub(super) fn scope(&self) -> String {
        if self.caller.oversees() { format!("?station={}", self.station.id) } else { String::new() }
    }

    /// The way from one station back to all of them, for those who look at more than their own.
    pub(super) fn back_to_all(&self, path: &str) -> Markup {
        html! { @if self.caller.oversees() {
            a.back.no-print href=(path) { "‹ " (self.locale.pick("全部工作站", "All stations")) }
        } }
    }

    /// The address of a page about the same station, with more of a query.
    pub(super) fn at(&self, path: &str, query: &str) -> String {
        address(path, &self.scope(), query)
    }

    /// Whether they may do something at the station.
    pub(super) fn may(&self, operation: Operation) -> bool {
        self.caller.may(operation, Area::Station(self.station.id))
    }

    /// Refuses what they may not do there.
    pub(super) fn must(&self, operation: Operation) -> PageResult<()> {
        Ok(self.caller.must(operation, self.station.id)?)
    }

    /// A whole page for them.
    pub(super) fn page(&self, place: Option<Place>, title: &str, body: &Markup) -> Markup {
        self.framed(place, title, body, None)
    }

    /// A page of the station that shows what is new there while it is open.
    pub(super) fn live_page(&self, place: Place, title: &str, body: &Markup) -> Markup {
        let live = format!("/live?station={}&day={}&since={}", self.station.id, self.today, self.as_of);
        self.framed(Some(place), title, body, Some(live))
    }

    /// The same of all stations that they oversee; `since` is the sum of their changes before the page was read.
    pub(super) fn live_page_of_all(&self, place: Place, title: &str, body: &Markup, since: u64) -> Markup {
        let live = format!("/live?day={}&since={since}", self.today);
        self.framed(Some(place), title, body, Some(live))
    }

    fn framed(&self, place: Option<Place>, title: &str, body: &Markup, live: Option<String>) -> Markup {
        let member = &self.caller.member;
        let who = Who {
            name: member.name.to_string(),
            role: member.role.label(self.locale).to_owned(),
            station: self.own.name.to_string(),
            csrf: self.csrf.clone(),
            places: Place::ALL.into_iter().filter(|place| self.may(place.operation())).collect(),
            reviews: self.waiting.reviews,
            alerts: self.waiting.alerts,
        };
        let frame = Frame {
            locale: self.locale,
            title: title.to_owned(),
            place,
            who: Some(who),
            here: self.here.clone(),
            // Until they choose a station, the parts of the dashboard are about all that they see.
            scope: if self.chosen { self.scope() } else { String::new() },
            live,
            clock_is_off: self.clock_is_off,
        };
        page(&frame, body)
    }
}

/// An address with a scope, as [`Visitor::scope`] gives it, and more of a query.
pub(super) fn address(path: &str, scope: &str, query: &str) -> String {
    match (scope, query) {
        (scope, "") => format!("{path}{scope}"),
        ("", query) => format!("{path}?{query}"),
        (scope, query) => format!("{path}{scope}&{query}"),
    }
}

/// The language of a browser that has chosen one; Chinese before that.
pub(super) fn locale(headers: &HeaderMap) -> Locale {
    session::cookie(headers, "lang").map_or(Locale::ZhHans, Locale::of_tag)
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> PageResult<Self> {
        let nobody = || match parts.uri.path_and_query() {
            Some(here) if parts.method == Method::GET => PageError::SignIn(here.to_string()),
            _ => PageError::Expired(Vec::new()),
        };
        let token = session::shown(app, &parts.headers).ok_or_else(nobody)?;
        let mut db = app.store.snapshot().await?;
        let session = session::of_token(&mut db, &token, app.world.clock.now()).await?;
        Self::of(app, &mut db, session.ok_or_else(nobody)?, parts).await
    }
}

/// A form that one of our own pages sent.
pub(super) struct Posted<T> {
    /// Who sent it.
    pub visitor: Visitor,
    /// What stands in it.
    pub form: T,
}

/// A form that says no more than which button it was.
#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
struct Guard {
    csrf: String,
}

/// Refuses a form that says another token than its session's pages carry.
pub(super) fn must_be_ours(csrf: &str, said: &str) -> PageResult<()> {
    if session::is_its(csrf, said) { Ok(()) } else { Err(PageError::Expired(Vec::new())) }
}

/// What somebody typed into a form: what machines write has neither blanks nor Chinese, and a password is shown to nobody.
fn typed(form: Vec<(String, String)>) -> Vec<String> {
    const PASSWORDS: [&str; 3] = ["password", "old", "again"];
    let by_hand = |text: &str| text.chars().any(|one| one.is_whitespace() || !one.is_ascii());
    let fields =
        form.into_iter().filter(|(name, text)| !PASSWORDS.contains(&&**name) && by_hand(text.trim()));
    fields.map(|(_, text)| text).collect()
}

impl<T: DeserializeOwned + Send> FromRequest<AppState> for Posted<T> {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &AppState) -> PageResult<Self> {
        let (parts, body) = request.into_parts();
        let session = session::find(app, &parts.headers).await?;
        let content = body::read(body, limits::REQUEST_BYTES).await?;
        let again = || Request::from_parts(parts.clone(), Body::from(content.clone()));
        let bad = |error: axum::extract::rejection::FormRejection| {
            HubError::told(ProblemCode::BadRequest, error.body_text())
        };
        let Form(guard) = Form::<Guard>::from_request(again(), app).await.map_err(bad)?;
        let Some(session) = session.filter(|session| session::is_its(&session.csrf, &guard.csrf)) else {
            let Form(form) = Form::from_request(again(), app).await.map_err(bad)?;
            return Err(PageError::Expired(typed(form)));
        };
        let Form(form) = Form::<T>::from_request(again(), app).await.map_err(bad)?;
        let mut db = app.store.snapshot().await?;
        Ok(Self { visitor: Visitor::of(app, &mut db, session, &parts).await?, form })
    }
}

/// What those who act at a station are called on its pages.
pub(super) struct Names(members::Names);

impl Names {
    /// Its members.
    pub(super) async fn of(db: &mut AnyConnection, station: StationId) -> Result<Self, StoreError> {
        Ok(Self(members::Names::of(db, station).await?))
    }

    /// The same with those who acted there from elsewhere: a city's administrator has no seat at the station.
    pub(super) async fn with(
        self,
        db: &mut AnyConnection,
        acted: impl IntoIterator<Item = MemberId>,
    ) -> Result<Self, StoreError> {
        Ok(Self(self.0.with(db, acted).await?))
    }

    /// One of them.
    pub(super) fn name(&self, member: MemberId) -> &str {
        self.0.get(member).unwrap_or("—")
    }

    /// Those who made a visit, the one who sealed the record first.
    pub(super) fn team(&self, member: MemberId, companions: &[MemberId]) -> Vec<String> {
        std::iter::once(&member).chain(companions).map(|who| self.name(*who).to_owned()).collect()
    }
}

//! The ledger (台账): the entries of a year or month by duty, ready to print; a page for each with all its
//! versions. Inspections stand under duty (3) by themselves, a line a month.
//!
//! - `view`: the list. `form`: the fields of an entry. `one`: an entry, to amend and strike out.

mod form;
mod one;
mod view;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use chrono::{Datelike as _, NaiveDate};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Duty, DutyEntryId, Member, Month, RecordId, Venue};

use super::choice;
use super::error::PageResult;
use super::look::Place;
use super::record;
use super::visitor::{Names, Posted, Visitor};
use crate::app::{App, AppState};
use crate::export::What;
use crate::ledger::{Version, add as add_entry, entries, supervised};
use crate::members::members;
use crate::places::venues;
use crate::scope::Operation;
use form::Fields;
use view::{List, Span};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/ledger", get(show).post(add)).merge(one::router())
}

/// What a form of the ledger offers.
struct Choices {
    members: Vec<Member>,
    venues: Vec<Venue>,
    today: NaiveDate,
}

impl Choices {
    async fn of(app: &App, visitor: &Visitor) -> PageResult<Self> {
        let mut db = app.store.snapshot().await?;
        let venues = venues(&mut db, visitor.station.id).await?;
        drop(db);
        let members = members(&mut *app.store.read().await?, visitor.station.id).await?;
        Ok(Self { members, venues, today: app.world.clock.now().day() })
    }
}

/// What is asked for; what cannot be read is as if it had not been said.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    year: Option<String>,
    month: Option<String>,
    duty: Option<String>,
    /// The record that a new entry is to be about.
    record: Option<RecordId>,
    #[serde(default)]
    done: String,
}

impl Asked {
    fn span(&self, today: NaiveDate) -> Span {
        let year = self.year.as_ref().and_then(|text| text.parse().ok());
        let year = year.filter(|year| (2000..2200).contains(year)).unwrap_or(today.year());
        let month = self.month.as_ref().and_then(|text| text.parse().ok());
        Span { year, month: month.filter(|month| (1..=12).contains(month)) }
    }
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    if visitor.looks_at_all() {
        return choice::page(&app, &visitor, Place::Ledger, "/ledger", &html! {}).await;
    }
    let fields = Fields::new(app.world.clock.now().day(), asked.record);
    page(&app, &visitor, &asked, &fields, None).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    asked: &Asked,
    fields: &Fields,
    wrong: Option<&str>,
) -> PageResult<Markup> {
    let choices = Choices::of(app, visitor).await?;
    let span = asked.span(choices.today);
    let (from, to) = span.months();
    let mut db = app.store.snapshot().await?;
    let list = List {
        entries: entries(&mut db, &[visitor.station.id], from, to).await?,
        supervised: supervised(&mut db, &[visitor.station.id], from, to).await?,
        names: Names::of(&mut db, visitor.station.id).await?,
        span,
        duty: asked.duty.as_deref().and_then(Duty::of_code),
        today: choices.today,
    };
    drop(db);
    note_look(app, visitor, &list.entries).await?;
    let body = view::list(visitor, &list, &choices, fields, &asked.done, wrong);
    Ok(visitor.page(Some(Place::Ledger), visitor.locale.pick("台账", "Ledger"), &body))
}

/// Writes down that somebody looks at how many children, and of which age, entries tell of.
async fn note_look(app: &App, visitor: &Visitor, versions: &[Version]) -> PageResult<()> {
    if versions.iter().any(|version| version.entry.children.is_some()) {
        record::note_look(app, visitor, What::Ledger.code()).await?;
    }
    Ok(())
}

async fn add(
    State(app): State<AppState>,
    Posted { visitor, form }: Posted<Vec<(String, String)>>,
) -> PageResult<Response> {
    visitor.must(Operation::KeepLedger)?;
    let fields = Fields::of_pairs(form);
    let id = DutyEntryId::mint(app.world.clock.now(), app.world.random()?);
    let entry = match fields.read(&app, &visitor, id).await? {
        Ok(entry) => entry,
        Err(wrong) => {
            let words = visitor.locale.pick(wrong.0, wrong.1);
            let again = page(&app, &visitor, &Asked::default(), &fields, Some(words)).await?;
            return Ok(again.into_response());
        }
    };
    add_entry(&app, &visitor.caller, &entry).await?;
    let month = Month::of(entry.day).first_day();
    let to = format!("year={}&month={}&done=added", month.year(), month.month());
    Ok(Redirect::to(&visitor.at("/ledger", &to)).into_response())
}

//! An entry's page: as it is now, to amend or strike out with a reason, and each version it ever had.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use xuncha_core::domain::{DutyEntryId, Reason};

use super::form::{Fields, Wrong};
use super::view::people;
use super::{Choices, note_look};
use crate::app::{App, AppState};
use crate::dashboard::error::{Named, PageError, PageResult};
use crate::dashboard::look::overtaken::{overtaken, words};
use crate::dashboard::look::{Place, bad, csrf, dates, good};
use crate::dashboard::visitor::{JustDone, Names, Posted, Visitor};
use crate::ledger::{self, Version, history};
use crate::scope::Operation;
use crate::seen::Kept;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/ledger/{id}", get(show).post(amend)).route("/ledger/{id}/strike", post(strike))
}

/// What the page says first.
enum Told<'a> {
    Nothing,
    Amended,
    /// What is wrong, and what was typed where it was an amendment.
    Wrong(Wrong, Option<&'a Fields>),
    /// Somebody wrote another version meanwhile; this was typed, if anything was.
    Overtaken(Option<&'a Fields>),
}

const NO_REASON: Wrong = ("请写明原因。", "Say why.");

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<DutyEntryId>,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    let told = if asked.done == "amended" { Told::Amended } else { Told::Nothing };
    page(&app, &visitor, id, told).await
}

async fn page(app: &App, visitor: &Visitor, id: DutyEntryId, told: Told<'_>) -> PageResult<Markup> {
    let choices = Choices::of(app, visitor).await?;
    let mut db = app.store.snapshot().await?;
    let versions = history(&mut db, visitor.station.id, id).await?;
    let names = Names::of(&mut db, visitor.station.id).await?;
    let names = names.with(&mut db, versions.iter().map(|version| version.written_by)).await?;
    drop(db);
    let newest = versions.first().ok_or_else(PageError::not_found)?;
    note_look(app, visitor, &versions).await?;
    let (l, scope) = (visitor.locale, visitor.scope());
    let may = visitor.may(Operation::KeepLedger) && !newest.struck;
    let now = Fields::of(&newest.entry, newest.number);
    let fields = if let Told::Wrong(_, Some(typed)) = told { typed } else { &now };
    let body = html! {
        a.back.no-print href={ "/ledger" (scope) } { "‹ " (l.pick("台账", "Ledger")) }
        div.head { div { h1 { (newest.entry.title) }
            p.quiet { (newest.entry.duty.label(l)) " · " (dates::full_day(newest.entry.day, l)) } } }
        @match told {
            Told::Nothing => {}
            Told::Amended => { (good(l.pick("已保存新版本。", "A new version is kept."))) }
            Told::Wrong((zh, en), _) => { (bad(l.pick(zh, en))) }
            Told::Overtaken(None) => { (bad(words(l))) }
            Told::Overtaken(Some(typed)) => { (overtaken(words(l), &now.in_words(&choices, l), &typed.in_words(&choices, l), l)) }
        }
        section { h2 { (l.pick("各版本", "Versions")) }
            @for version in &versions { (one(visitor, version, &choices, &names)) } }
        @if may {
            section.panel.form.no-print {
                h2 { (l.pick("修改", "Amend")) }
                form method="post" action={ "/ledger/" (id) (scope) } {
                    (csrf(&visitor.csrf))
                    input type="hidden" name="seen" value=(fields.seen);
                    (fields.show(&choices, l))
                    div.field { label for="why" { (l.pick("修改原因", "Why")) }
                        input.wide #why name="reason" required maxlength="300" value=(fields.reason); }
                    button.button type="submit" { (l.pick("保存新版本", "Keep as a new version")) }
                }
            }
            section.panel.form.no-print {
                h2 { (l.pick("作废", "Strike out")) }
                form.row method="post" action={ "/ledger/" (id) "/strike" (scope) } {
                    (csrf(&visitor.csrf))
                    input type="hidden" name="seen" value=(newest.number);
                    div { label for="strike-why" { (l.pick("作废原因", "Why")) } input #strike-why name="reason" required maxlength="300"; }
                    button.button.warn type="submit" { (l.pick("作废这一条", "Strike out")) }
                }
            }
        }
    };
    Ok(visitor.page(Some(Place::Ledger), l.pick("台账", "Ledger"), &body))
}

fn one(visitor: &Visitor, version: &Version, choices: &Choices, names: &Names) -> Markup {
    let (l, entry) = (visitor.locale, &version.entry);
    let venue = entry.venue.and_then(|id| choices.venues.iter().find(|venue| venue.id == id));
    html! {
        article.panel {
            p { b { (l.pick("第 ", "Version ")) (version.number) (l.pick(" 版", "")) }
                @if version.struck { " · " (l.pick("作废", "struck out")) }
                " · " (names.name(version.written_by)) " · " (dates::moment(version.written_at, l))
                @if let Some(reason) = &version.reason { br; (l.pick("原因：", "Why: ")) (reason) } }
            @if !version.struck { dl {
                dt { (l.pick("职责", "Duty")) } dd { (entry.duty.label(l)) }
                dt { (l.pick("日期", "Day")) } dd { (dates::full_day(entry.day, l)) }
                dt { (l.pick("事项", "What was done")) } dd { (entry.title) }
                @if let Some(text) = &entry.text { dt { (l.pick("说明", "More")) } dd { (text) } }
                dt { (l.pick("参加人", "Who took part")) } dd { (people(entry, names, l)) }
                @if let Some(children) = &entry.children { dt { (l.pick("孩子", "Children")) } dd { (children.words(l)) } }
                @if let Some(venue) = venue { dt { (l.pick("场所", "Venue")) } dd { a href={ "/venues/" (venue.id) (visitor.scope()) } { (venue.name) } } }
                @if let Some(record) = entry.record { dt { (l.pick("记录", "Record")) } dd { a href={ "/records/" (record) (visitor.scope()) } { (l.pick("打开这条记录", "the record")) } } }
            } }
        }
    }
}

async fn amend(
    State(app): State<AppState>,
    Named(id): Named<DutyEntryId>,
    Posted { visitor, form }: Posted<Vec<(String, String)>>,
) -> PageResult<Response> {
    visitor.must(Operation::KeepLedger)?;
    let fields = Fields::of_pairs(form);
    let again = async |told| Ok(page(&app, &visitor, id, told).await?.into_response());
    let entry = match fields.read(&app, &visitor, id).await? {
        Ok(entry) => entry,
        Err(wrong) => return again(Told::Wrong(wrong, Some(&fields))).await,
    };
    let Ok(reason) = Reason::new(&fields.reason) else {
        return again(Told::Wrong(NO_REASON, Some(&fields))).await;
    };
    match ledger::amend(&app, &visitor.caller, &entry, &reason, fields.seen).await? {
        Kept::Overtaken => again(Told::Overtaken(Some(&fields))).await,
        Kept::Done => {
            let to = visitor.at(&format!("/ledger/{id}"), "done=amended");
            Ok(Redirect::to(&to).into_response())
        }
    }
}

async fn strike(
    State(app): State<AppState>,
    Named(id): Named<DutyEntryId>,
    Posted { visitor, form }: Posted<Vec<(String, String)>>,
) -> PageResult<Response> {
    let fields = Fields::of_pairs(form);
    let again = async |told| Ok(page(&app, &visitor, id, told).await?.into_response());
    let Ok(reason) = Reason::new(&fields.reason) else { return again(Told::Wrong(NO_REASON, None)).await };
    match ledger::strike(&app, &visitor.caller, visitor.station.id, id, &reason, fields.seen).await? {
        Kept::Overtaken => again(Told::Overtaken(None)).await,
        Kept::Done => Ok(Redirect::to(&visitor.at("/ledger", "done=struck")).into_response()),
    }
}

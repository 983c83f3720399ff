//! The station's people: a list, and a page for each.

mod one;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, Member, MemberId, Name, Role};

use super::error::PageResult;
use super::look::{Place, bad, csrf, good};
use super::visitor::{JustDone, Posted, Visitor};
use crate::app::{App, AppState};
use crate::members::{keep, members, operation};
use crate::scope::Operation;
use crate::seen::Seen;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/members", get(show).post(add)).merge(one::router())
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    visitor.must(Operation::KeepMembers)?;
    list(&app, &visitor, &asked.done, None).await
}

async fn list(app: &App, visitor: &Visitor, done: &str, wrong: Option<&str>) -> PageResult<Markup> {
    let people = members(&mut *app.store.read().await?, visitor.station.id).await?;
    let title = visitor.locale.pick("人员", "Members");
    Ok(visitor.page(Some(Place::Manage), title, &view(visitor, &people, done, wrong)))
}

#[derive(Deserialize)]
struct Add {
    name: String,
    role: Role,
}

async fn add(State(app): State<AppState>, Posted { visitor, form }: Posted<Add>) -> PageResult<Response> {
    visitor.must(Operation::KeepMembers)?;
    let Ok(name) = Name::new(&form.name) else {
        let words = bad_name(visitor.locale);
        return Ok(list(&app, &visitor, "", Some(words)).await?.into_response());
    };
    let member = Member {
        id: MemberId::mint(app.world.clock.now(), app.world.random()?),
        station: visitor.station.id,
        name,
        role: form.role,
        active: true,
    };
    // Nothing can stand under an id that was just made.
    let _ = keep(&app, &visitor.caller, &member, &Seen::default()).await?;
    Ok(Redirect::to(&visitor.at(&format!("/members/{}", member.id), "done=added")).into_response())
}

fn bad_name(l: Locale) -> &'static str {
    l.pick("请填写姓名，不要太长。", "Fill in a name, not too long.")
}

/// The roles that the reader may give.
fn roles(visitor: &Visitor) -> impl Iterator<Item = Role> + '_ {
    Role::ALL.into_iter().filter(|role| visitor.may(operation(*role)))
}

fn view(visitor: &Visitor, people: &[Member], done: &str, wrong: Option<&str>) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("人员", "members")) }
            p.quiet { (people.iter().filter(|member| member.active).count()) " " (l.pick("人在岗", "serve")) }
        } }
        @if done == "kept" { (good(l.pick("已保存。", "Saved."))) }
        @if let Some(wrong) = wrong { (bad(wrong)) }
        section.panel.no-print {
            h2 { (l.pick("新增人员", "Add a member")) }
            form.row method="post" action={ "/members" (scope) } {
                (csrf(&visitor.csrf))
                div { label for="name" { (l.pick("姓名", "Name")) } input #name name="name" required maxlength="100"; }
                div { label for="role" { (l.pick("身份", "Role")) }
                    select #role name="role" { @for role in roles(visitor) { option value=(role.code()) { (role.label(l)) } } } }
                button.button type="submit" { (l.pick("新增", "Add")) }
            }
        }
        @if people.is_empty() { div.panel { p.empty { (l.pick("还没有登记人员。", "Nobody is on file yet.")) } } }
        @else { div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("姓名", "Name")) }
                th scope="col" { (l.pick("身份", "Role")) }
                th scope="col" { (l.pick("状态", "State")) }
            } }
            tbody { @for member in people { tr {
                th scope="row" { a href={ "/members/" (member.id) (scope) } { (member.name) } }
                td { (member.role.label(l)) }
                td { (state(member, l)) }
            } } }
        } } }
    }
}

/// Whether somebody serves: sign and word.
fn state(member: &Member, l: Locale) -> Markup {
    html! {
        @if member.active { span.state.met { i aria-hidden="true" { "✓" } (l.pick("在岗", "serves")) } }
        @else { span.state.exempt { i aria-hidden="true" { "–" } (l.pick("已离岗", "left")) } }
    }
}

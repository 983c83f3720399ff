//! Everybody's own page: where they are signed in, their password, their second factor.

mod second_factor;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use http::header::SET_COOKIE;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::Sha256Hash;

use super::error::PageResult;
use super::look::{bad, csrf, dates, good};
use super::password;
use super::sign_in::new_password_fields;
use super::visitor::{JustDone, Posted, Visitor};
use crate::app::{App, AppState};
use crate::audit::{Action, note};
use crate::session::{self, Listed};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/account", get(show))
        .route("/account/password", post(change))
        .route("/account/sessions", post(end))
        .merge(second_factor::router())
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    let l = visitor.locale;
    let told = match asked.done.as_str() {
        "password" => Some(Ok(l.pick(
            "新密码已保存，其他地方已退出。",
            "The new password holds; elsewhere you are signed out.",
        ))),
        "ended" => Some(Ok(l.pick("已退出。", "Signed out there."))),
        "on" => Some(Ok(l.pick("两步验证已开启。", "The second factor is on."))),
        "off" => Some(Ok(l.pick("两步验证已关闭。", "The second factor is off."))),
        _ => None,
    };
    page(&app, &visitor, told).await
}

async fn page(app: &App, visitor: &Visitor, told: Option<Result<&str, &str>>) -> PageResult<Markup> {
    let l = visitor.locale;
    let member = &visitor.caller.member;
    let sessions = session::list(app, member).await?;
    let second = crate::second_factor::is_on(app, member).await?;
    let body = html! {
        div.head { div {
            h1 { (l.pick("我的账号", "My account")) }
            p.quiet { (member.name) " · " (member.role.label(l)) }
        } }
        @match told {
            Some(Ok(words)) => { (good(words)) }
            Some(Err(words)) => { (bad(words)) }
            None => {}
        }
        (signed_in(visitor, &sessions))
        div.columns {
            section.panel {
                h2 { (l.pick("修改密码", "Change the password")) }
                form method="post" action="/account/password" {
                    (csrf(&visitor.csrf))
                    div.field {
                        label for="old" { (l.pick("现在的密码", "Password now")) }
                        input #old name="old" type="password" autocomplete="current-password" required maxlength="1024";
                    }
                    (new_password_fields(l))
                    button.button type="submit" { (l.pick("保存新密码", "Save the new password")) }
                }
                p.quiet { (l.pick("至少十个字符。保存后，其他电脑上会自动退出。", "At least ten characters. Elsewhere you are signed out then.")) }
            }
            (second_factor::panel(second, visitor))
        }
    };
    Ok(visitor.page(None, l.pick("我的账号", "My account"), &body))
}

fn signed_in(visitor: &Visitor, sessions: &[Listed]) -> Markup {
    let l = visitor.locale;
    html! {
        div.sheet tabindex="0" role="region" aria-label=(l.pick("登录", "Sign-ins")) { table {
            caption { (l.pick("目前在这些地方登录着", "You are signed in here")) }
            thead { tr {
                th scope="col" { (l.pick("浏览器", "Browser")) }
                th scope="col" { (l.pick("登录时间", "Since")) }
                th scope="col" { (l.pick("自动退出", "Ends by itself")) }
                th.no-print scope="col" { (l.pick("操作", "Action")) }
            } }
            tbody { @for session in sessions {
                @let own = session.id == visitor.session;
                tr {
                    th scope="row" {
                        @if session.browser.is_empty() { (l.pick("未知", "Unknown")) } @else { (session.browser) }
                        @if own { span.quiet { (l.pick("现在这里", "this one")) } }
                    }
                    td.nowrap { (dates::moment(session.since, l)) }
                    td.nowrap { (dates::moment(session.until, l)) }
                    td.no-print { @if !own {
                        form method="post" action="/account/sessions" {
                            (csrf(&visitor.csrf))
                            input type="hidden" name="session" value=(session.id);
                            button.button.plain-button type="submit" { (l.pick("退出", "Sign out there")) }
                        }
                    } }
                }
            } }
        } }
        @if sessions.len() > 1 {
            form.no-print method="post" action="/account/sessions" {
                (csrf(&visitor.csrf))
                p { button.button.warn type="submit" { (l.pick("退出其他所有地方", "Sign out everywhere else")) } }
            }
        }
    }
}

#[derive(Deserialize)]
struct End {
    /// Which; all but this one if none is named.
    session: Option<Sha256Hash>,
}

async fn end(State(app): State<AppState>, Posted { visitor, form }: Posted<End>) -> PageResult<Redirect> {
    let member = &visitor.caller.member;
    let mut tx = app.store.begin().await?;
    match &form.session {
        Some(id) => session::end_one(&mut tx, member, id).await?,
        None => session::end_all(&mut tx, member, Some(&visitor.session)).await?,
    }
    note(&app, &mut tx, member.station, Some(member.id), Action::SignedOutElsewhere, member.id).await?;
    tx.commit().await?;
    Ok(Redirect::to("/account?done=ended"))
}

#[derive(Deserialize)]
struct Change {
    old: String,
    password: String,
    again: String,
}

async fn change(
    State(app): State<AppState>,
    headers: HeaderMap,
    Posted { visitor, form }: Posted<Change>,
) -> PageResult<Response> {
    if let Some(words) = refused(&app, &visitor, form).await? {
        return Ok(page(&app, &visitor, Some(Err(words))).await?.into_response());
    }
    let cookie = session::begin(&app, &headers, &visitor.caller.member, None).await?;
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to("/account?done=password")).into_response())
}

/// Sets the new password; if it may not be, why.
async fn refused(app: &App, visitor: &Visitor, form: Change) -> PageResult<Option<&'static str>> {
    let l = visitor.locale;
    let member = &visitor.caller.member;
    if let Some(words) = password::not_said_again(app, member, form.old, l).await? {
        return Ok(Some(words));
    }
    if form.password != form.again {
        return Ok(Some(l.pick("两次输入不一样。", "The two are not the same.")));
    }
    match password::set(app, member, &form.password, Some(member.id)).await {
        Ok(()) => Ok(None),
        Err(error) => Ok(Some(error.advice(l)?)),
    }
}

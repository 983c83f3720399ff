//! Signing in and out, and the switch of languages.

mod known;
mod rest;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, Member};
use xuncha_core::wire::ProblemCode;

use super::error::PageResult;
use super::look::{Frame, bad, page, percent};
use super::password;
use super::visitor::{Nothing, Posted, locale};
use crate::app::{App, AppState};
use crate::audit::{Action, note_by_itself};
use crate::caller_address::CallerAddress;
use crate::second_factor;
use crate::session;
use crate::session::Lacks;
use crate::store::{RowExt as _, StoreError};
use crate::tries::{self, Against};

pub(super) use rest::new_password_fields;

/// People of one name who may each have a password; more are not looked at, and say their station or code.
const NAMESAKES: i64 = 8;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/lang/{tag}", get(switch))
        .merge(rest::router())
}

/// The page's address, with the one to come back to.
pub(super) fn path(next: &str) -> String {
    match next {
        "" | "/" => "/sign-in".to_owned(),
        next => format!("/sign-in?next={}", percent(next)),
    }
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

async fn show(headers: HeaderMap, Query(Next { next }): Query<Next>) -> Markup {
    form(locale(&headers), &next, None)
}

#[derive(Deserialize)]
struct Answers {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(app): State<AppState>,
    address: CallerAddress,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> PageResult<Response> {
    let l = locale(&headers);
    let name = answers.name.as_str();
    let browser = known::browser(&app, &headers, name);
    let against = match &browser {
        Some(browser) => vec![Against::KnownBrowser(browser)],
        None => vec![Against::NameFrom(name, address), Against::Name(name), Against::Address(address)],
    };
    if !tries::may_try(&app, &against).await? {
        let words = ProblemCode::TooManyAttempts.advice(l);
        return Ok((StatusCode::TOO_MANY_REQUESTS, form(l, &answers.next, Some(words))).into_response());
    }
    let address = browser.is_none().then_some(address);
    let Some((member, temporary)) = whose(&app, name, answers.password, address).await? else {
        // Said whoever asks: the answer does not tell who exists.
        let words = l.pick(
            "姓名或密码不对。如果有很多同名的人，请在姓名后空一格写上工作站，或改填名单里的编号。试错多次之后，请等一刻钟再试。",
            "Name or password is wrong. If many have your name, type the station behind it after a space, or your code in \
             the lists instead. After many wrong ones wait a quarter of an hour.",
        );
        return Ok((StatusCode::FORBIDDEN, form(l, &answers.next, Some(words))).into_response());
    };
    tries::was_right(&app, &against).await?;
    let lacks = if second_factor::is_on(&app, &member).await? {
        Some(Lacks::SecondFactor)
    } else {
        temporary.then_some(Lacks::NewPassword)
    };
    let session = session::begin(&app, &headers, &member, lacks).await?;
    let cookies = [session, known::remember(&app, browser, name)?].map(|cookie| (SET_COOKIE, cookie));
    if let Some(lacks) = lacks {
        return Ok((AppendHeaders(cookies), Redirect::to(lacks.page())).into_response());
    }
    note_sign_in(&app, &member).await?;
    Ok((AppendHeaders(cookies), Redirect::to(local(&answers.next))).into_response())
}

async fn note_sign_in(app: &App, member: &Member) -> PageResult<()> {
    Ok(note_by_itself(app, member.station, Some(member.id), Action::SignedIn, member.id).await?)
}

/// The member of this name, with the station behind it or without, or of this code in the import lists, whose password
/// it is, and whether that is a temporary one. Of a stranger's guess it is counted whom it may be at, as one person can be
/// called in several ways; who was guessed at too often is answered as one that there is not, which tells nothing of them.
async fn whose(
    app: &App,
    name: &str,
    password: String,
    stranger: Option<CallerAddress>,
) -> PageResult<Option<(Member, bool)>> {
    let mut may_be = called(app, name.trim()).await?;
    if let Some(address) = stranger {
        may_be = not_guessed_too_often(app, may_be, address).await?;
    }
    let kept = may_be.iter().map(|one| one.phc.clone()).collect();
    let Some(at) = password::matching(password, kept).await? else { return Ok(None) };
    let right = may_be.swap_remove(at);
    if let Some(address) = stranger {
        tries::was_right(app, &right.against(address)).await?;
        for other in &may_be {
            tries::was_at_another(app, &other.against(address)).await?;
        }
    }
    Ok(Some((right.member, right.temporary)))
}

/// Somebody whom a name or code may mean, with their password's hash.
struct Called {
    id: String,
    member: Member,
    phc: String,
    temporary: bool,
}

impl Called {
    fn against(&self, address: CallerAddress) -> [Against<'_>; 2] {
        [Against::MemberFrom(&self.id, address), Against::Member(&self.id)]
    }
}

async fn not_guessed_too_often(
    app: &App,
    all: Vec<Called>,
    address: CallerAddress,
) -> PageResult<Vec<Called>> {
    let mut may_be = Vec::with_capacity(all.len());
    for one in all {
        if tries::may_try(app, &one.against(address)).await? {
            may_be.push(one);
        }
    }
    Ok(may_be)
}

async fn called(app: &App, name: &str) -> PageResult<Vec<Called>> {
    let (of_station, station) = name.rsplit_once(char::is_whitespace).unwrap_or_default();
    let rows = sqlx::query(
        "SELECT m.body, p.phc, p.temporary FROM passwords p \
         JOIN members m ON m.station_id = p.station_id AND m.member_id = p.member_id \
         JOIN stations s ON s.station_id = m.station_id \
         WHERE (m.name = $1 OR m.code = $2 OR (m.name = $3 AND s.name = $4)) AND m.active = 1 \
         ORDER BY p.member_id LIMIT $5",
    )
    .bind(name.to_owned())
    .bind(name.to_owned())
    .bind(of_station.trim().to_owned())
    .bind(station.to_owned())
    .bind(NAMESAKES)
    .fetch_all(&mut *app.store.read().await?)
    .await?;
    let called = rows.iter().map(|row| {
        let member: Member = row.json("body")?;
        let (phc, temporary) = (row.text("phc")?, row.int("temporary")? != 0);
        Ok(Called { id: member.id.to_string(), member, phc, temporary })
    });
    Ok(called.collect::<Result<_, StoreError>>()?)
}

async fn sign_out(
    State(app): State<AppState>,
    headers: HeaderMap,
    Posted { .. }: Posted<Nothing>,
) -> PageResult<Response> {
    let cookie = session::end(&app, &headers).await?;
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to("/sign-in")).into_response())
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

async fn switch(Path(tag): Path<String>, Query(Back { back }): Query<Back>) -> Response {
    let cookie = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", Locale::of_tag(&tag).tag());
    (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(local(&back))).into_response()
}

/// An address on this hub; anything that could lead elsewhere leads to the first page.
fn local(path: &str) -> &str {
    let plain = path.bytes().all(|byte| (b'!'..=b'~').contains(&byte) && byte != b'\\');
    if plain && path.starts_with('/') && !path.starts_with("//") { path } else { "/coverage" }
}

/// A page with one narrow form on it.
fn narrow(l: Locale, title: &str, here: &str, wrong: Option<&str>, body: &Markup) -> Markup {
    let frame = Frame::of_nobody(l, title, here);
    page(
        &frame,
        &html! {
            div.narrow { div.panel {
                h1 { (title) }
                @if let Some(wrong) = wrong { (bad(wrong)) }
                (body)
            } }
        },
    )
}

fn form(l: Locale, next: &str, wrong: Option<&str>) -> Markup {
    let body = html! {
                p.quiet { (l.pick("站长看板：场所覆盖、审核与提醒", "For station heads: coverage, reviews and alerts")) }
                form method="post" action="/sign-in" {
                    input type="hidden" name="next" value=(next);
                    div.field {
                        label for="name" { (l.pick("姓名", "Name")) }
                        input #name name="name" type="text" autocomplete="username" required maxlength="100"
                            autofocus[wrong.is_none()];
                    }
                    div.field {
                        label for="password" { (l.pick("密码", "Password")) }
                        input #password name="password" type="password" autocomplete="current-password" required
                            maxlength="1024";
                    }
                    button.button type="submit" { (l.pick("登录", "Sign in")) }
                }
                p.quiet { (l.pick("忘记密码，请找系统管理员重新设置。", "If you forgot it, ask the administrator to set it anew.")) }
    };
    narrow(l, l.pick("登录", "Sign in"), &path(next), wrong, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        assert_eq!(local("/venues/1?month=2026-11"), "/venues/1?month=2026-11");
        for away in ["", "//evil.example", "https://evil.example", "/\\evil.example", "x", "/a\r\nb", "/ 网"]
        {
            assert_eq!(local(away), "/coverage", "{away}");
        }
    }
}

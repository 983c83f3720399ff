//! The rest of signing in, after the password: the code of a second factor, and a password of one's own
//! in place of a temporary one.

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::Locale;
use xuncha_core::wire::ProblemCode;

use super::{narrow, note_sign_in};
use crate::app::{App, AppState};
use crate::dashboard::error::PageResult;
use crate::dashboard::look::csrf;
use crate::dashboard::password;
use crate::dashboard::visitor::locale;
use crate::error::HubError;
use crate::second_factor;
use crate::session::{self, Lacks, Session};
use crate::tries::{self, Against};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in/code", get(code).post(take_code))
        .route("/sign-in/password", get(own_password).post(set_own_password))
}

/// A session that lacks just this; whoever has none signs in first, whoever has all goes to the first page.
async fn lacking(app: &App, headers: &HeaderMap, what: Lacks) -> PageResult<Result<Session, Redirect>> {
    Ok(match session::find(app, headers).await? {
        None => Err(Redirect::to("/sign-in")),
        Some(session) if session.lacks == Some(what) => Ok(session),
        Some(session) => Err(Redirect::to(session.lacks.map_or("/coverage", Lacks::page))),
    })
}

async fn code(State(app): State<AppState>, headers: HeaderMap) -> PageResult<Response> {
    Ok(match lacking(&app, &headers, Lacks::SecondFactor).await? {
        Ok(session) => code_form(locale(&headers), &session.csrf, None).into_response(),
        Err(elsewhere) => elsewhere.into_response(),
    })
}

#[derive(Deserialize)]
struct Code {
    csrf: String,
    code: String,
}

async fn take_code(
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<Code>,
) -> PageResult<Response> {
    let l = locale(&headers);
    let session = match lacking(&app, &headers, Lacks::SecondFactor).await? {
        Ok(session) if session.fits(&form.csrf) => session,
        Ok(_) => return Err(HubError::new(ProblemCode::Forbidden).into()),
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let member = &session.caller.member;
    let id = member.id.to_string();
    let against = [Against::SecondFactor(&id)];
    if !tries::may_try(&app, &against).await? {
        let words = ProblemCode::TooManyAttempts.advice(l);
        return Ok((StatusCode::TOO_MANY_REQUESTS, code_form(l, &session.csrf, Some(words))).into_response());
    }
    if !second_factor::take(&app, member, &form.code).await? {
        let words =
            l.pick("验证码不对，或已用过。请等下一个。", "The code is wrong or was used. Wait for the next.");
        return Ok((StatusCode::FORBIDDEN, code_form(l, &session.csrf, Some(words))).into_response());
    }
    tries::was_right(&app, &against).await?;
    let lacks = password::is_temporary(&app, member).await?.then_some(Lacks::NewPassword);
    let cookie = session::begin(&app, &headers, member, lacks).await?;
    if lacks.is_none() {
        note_sign_in(&app, member).await?;
    }
    let next = lacks.map_or("/coverage", Lacks::page);
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(next)).into_response())
}

async fn own_password(State(app): State<AppState>, headers: HeaderMap) -> PageResult<Response> {
    Ok(match lacking(&app, &headers, Lacks::NewPassword).await? {
        Ok(session) => password_form(locale(&headers), &session.csrf, None).into_response(),
        Err(elsewhere) => elsewhere.into_response(),
    })
}

#[derive(Deserialize)]
struct OwnPassword {
    csrf: String,
    password: String,
    again: String,
}

async fn set_own_password(
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<OwnPassword>,
) -> PageResult<Response> {
    let l = locale(&headers);
    let session = match lacking(&app, &headers, Lacks::NewPassword).await? {
        Ok(session) if session.fits(&form.csrf) => session,
        Ok(_) => return Err(HubError::new(ProblemCode::Forbidden).into()),
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let member = &session.caller.member;
    let wrong = if form.password != form.again {
        Some(l.pick("两次输入不一样。", "The two are not the same."))
    } else if password::is_kept(&app, member, form.password.clone()).await? {
        Some(l.pick("请不要用临时密码，另想一个。", "Choose another one than the temporary password."))
    } else {
        None
    };
    if let Some(words) = wrong {
        return Ok((StatusCode::BAD_REQUEST, password_form(l, &session.csrf, Some(words))).into_response());
    }
    if let Err(error) = password::set(&app, member, &form.password, Some(member.id)).await {
        let words = error.advice(l)?;
        return Ok((StatusCode::BAD_REQUEST, password_form(l, &session.csrf, Some(words))).into_response());
    }
    let cookie = session::begin(&app, &headers, member, None).await?;
    note_sign_in(&app, member).await?;
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to("/coverage")).into_response())
}

fn code_form(l: Locale, token: &str, wrong: Option<&str>) -> Markup {
    let body = html! {
        p.quiet { (l.pick(
            "请打开手机上的验证器，输入六位数字。手机不在身边时，输入一个备用码。",
            "Open the authenticator on your phone and type the six digits; without the phone, a recovery code.",
        )) }
        form method="post" action="/sign-in/code" {
            (csrf(token))
            div.field {
                label for="code" { (l.pick("验证码", "Code")) }
                input #code name="code" type="text" autocomplete="one-time-code" required maxlength="40" autofocus;
            }
            button.button type="submit" { (l.pick("继续", "Go on")) }
        }
        p.quiet { a href="/sign-in" { (l.pick("换一个人登录", "Sign in as somebody else")) } }
    };
    narrow(l, l.pick("两步验证", "Second factor"), "/sign-in/code", wrong, &body)
}

fn password_form(l: Locale, token: &str, wrong: Option<&str>) -> Markup {
    let body = html! {
        p.quiet { (l.pick(
            "您用的是临时密码。请设一个自己的密码，至少十个字符，例如一句好记的话。",
            "Your password is a temporary one. Choose your own: at least ten characters, a sentence for example.",
        )) }
        form method="post" action="/sign-in/password" {
            (csrf(token))
            (new_password_fields(l))
            button.button type="submit" { (l.pick("保存并进入", "Save and enter")) }
        }
    };
    narrow(l, l.pick("设置密码", "Choose a password"), "/sign-in/password", wrong, &body)
}

/// A new password, twice.
pub(in crate::dashboard) fn new_password_fields(l: Locale) -> Markup {
    html! {
        div.field {
            label for="password" { (l.pick("新密码", "New password")) }
            input #password name="password" type="password" autocomplete="new-password" required maxlength="1024";
        }
        div.field {
            label for="again" { (l.pick("再输一遍", "The same again")) }
            input #again name="again" type="password" autocomplete="new-password" required maxlength="1024";
        }
    }
}

//! Turning one's own second factor on and off.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::wire::ProblemCode;

use crate::app::AppState;
use crate::dashboard::error::PageResult;
use crate::dashboard::look::{bad, csrf, qr};
use crate::dashboard::password;
use crate::dashboard::visitor::{Posted, Visitor};
use crate::second_factor::{self, Shown};
use crate::tries::{self, Against};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/account/second-factor", get(show).post(turn_on))
        .route("/account/second-factor/off", post(turn_off))
}

/// What the account's page says of it.
pub(super) fn panel(on: bool, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! {
        section.panel {
            h2 { (l.pick("两步验证", "Second factor")) }
            @if on {
                p { span.state.met { i aria-hidden="true" { "✓" } (l.pick("已开启", "on")) } }
                details {
                    summary { (l.pick("关闭…", "Turn off…")) }
                    form method="post" action="/account/second-factor/off" {
                        (csrf(&visitor.csrf))
                        div.field {
                            label for="off-password" { (l.pick("现在的密码", "Password now")) }
                            input #off-password name="password" type="password" autocomplete="current-password" required maxlength="1024";
                        }
                        button.button.warn type="submit" { (l.pick("关闭两步验证", "Turn it off")) }
                    }
                }
            } @else {
                p { (l.pick(
                    "开启后，登录时除密码外还要输入手机验证器上的六位数字。别人知道密码也进不来。",
                    "Once on, signing in takes the six digits of an app on your phone beside the password.",
                )) }
                p { a.button.plain-button href="/account/second-factor" { (l.pick("开启两步验证", "Turn it on")) } }
            }
        }
    }
}

async fn show(State(app): State<AppState>, visitor: Visitor) -> PageResult<Response> {
    form(&app, &visitor, None).await
}

async fn form(app: &AppState, visitor: &Visitor, wrong: Option<&str>) -> PageResult<Response> {
    let Some(shown) = second_factor::prepare(app, &visitor.caller.member).await? else {
        return Ok(Redirect::to("/account").into_response());
    };
    let title = visitor.locale.pick("开启两步验证", "Turn on the second factor");
    Ok(visitor.page(None, title, &enrol(&shown, visitor, wrong)).into_response())
}

fn enrol(shown: &Shown, visitor: &Visitor, wrong: Option<&str>) -> Markup {
    let l = visitor.locale;
    html! {
        a.back href="/account" { "‹ " (l.pick("我的账号", "My account")) }
        section.panel.card {
            h1 { (l.pick("开启两步验证", "Turn on the second factor")) }
            @if let Some(wrong) = wrong { (bad(wrong)) }
            ol.steps {
                li { (l.pick("在手机上打开验证器（任何支持 TOTP 的应用）。", "Open an authenticator on the phone (any that knows TOTP).")) }
                li { (l.pick("扫描下面的二维码；扫不了就手工输入密钥。", "Scan this code, or type the key below it.")) }
                li { (l.pick("在最下面填手机上显示的六位数字和现在的密码。", "Type the six digits that the phone shows, and your password.")) }
            }
            @if let Some(svg) = qr(&shown.link) { (svg) }
            p { (l.pick("密钥：", "Key: ")) code { (shown.secret) } }
            form method="post" action="/account/second-factor" {
                (csrf(&visitor.csrf))
                div.field {
                    label for="code" { (l.pick("六位数字", "Six digits")) }
                    input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="10";
                }
                div.field {
                    label for="on-password" { (l.pick("现在的密码", "Password now")) }
                    input #on-password name="password" type="password" autocomplete="current-password" required maxlength="1024";
                }
                button.button type="submit" { (l.pick("开启", "Turn on")) }
            }
        }
    }
}

#[derive(Deserialize)]
struct Code {
    code: String,
    #[serde(default)]
    password: String,
}

async fn turn_on(
    State(app): State<AppState>,
    Posted { visitor, form: asked }: Posted<Code>,
) -> PageResult<Response> {
    let l = visitor.locale;
    let member = &visitor.caller.member;
    if let Some(words) = password::not_said_again(&app, member, asked.password, l).await? {
        return form(&app, &visitor, Some(words)).await;
    }
    let id = member.id.to_string();
    let against = [Against::SecondFactor(&id)];
    if !tries::may_try(&app, &against).await? {
        return form(&app, &visitor, Some(ProblemCode::TooManyAttempts.advice(l))).await;
    }
    let Some(codes) = second_factor::turn_on(&app, member, &asked.code).await? else {
        let words = l.pick(
            "数字不对。请看手机上现在的数字，并核对手机时间。",
            "Wrong digits. Look at those of now, and at the phone's clock.",
        );
        return form(&app, &visitor, Some(words)).await;
    };
    tries::was_right(&app, &against).await?;
    let title = l.pick("备用码", "Recovery codes");
    let body = html! {
        section.panel.card {
            h1 { (title) }
            p.told.due { i.sign aria-hidden="true" { "!" }
                (l.pick("请现在打印或抄下，放在安全的地方：离开本页后不能再看。", "Print or copy them now and keep them safe: they are not shown again.")) }
            p { (l.pick("手机不在身边时，登录时输入其中一个代替六位数字；每个只能用一次。",
                "Without the phone, type one of them in place of the six digits; each works once.")) }
            ul.codes { @for code in &codes { li { code { (code) } } } }
            p.no-print { a.button href="/account?done=on" { (l.pick("已保存，返回", "Kept; go back")) } }
        }
    };
    Ok(visitor.page(None, title, &body).into_response())
}

#[derive(Deserialize)]
struct Off {
    password: String,
}

async fn turn_off(
    State(app): State<AppState>,
    Posted { visitor, form }: Posted<Off>,
) -> PageResult<Response> {
    let member = &visitor.caller.member;
    if let Some(words) = password::not_said_again(&app, member, form.password, visitor.locale).await? {
        return Ok(super::page(&app, &visitor, Some(Err(words))).await?.into_response());
    }
    second_factor::turn_off(&app, member, Some(member.id)).await?;
    Ok(Redirect::to("/account?done=off").into_response())
}

//! The station's phones: which there are and how they stand, ending one at once, and cards for new ones.

mod card;
mod report;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{DeviceId, Locale, Member, MemberId};

use super::choice;
use super::error::{Named, PageResult};
use super::look::{Place, bad, csrf, dates, good};
use super::password;
use super::visitor::{JustDone, Nothing, Posted, Visitor};
use crate::app::{App, AppState};
use crate::devices::{DeviceRow, devices, revoke};
use crate::enrolment::make_card;
use crate::members::{may_equip, members};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/devices", get(show))
        .route("/devices/{id}/revoke", post(end))
        .route("/enrolments", post(hand_out))
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    visitor.must(Operation::KeepDevices)?;
    if visitor.looks_at_all() {
        return choice::page(&app, &visitor, Place::Devices, "/devices", &html! {}).await;
    }
    let revoked =
        html! { @if asked.done == "revoked" { (good(visitor.locale.pick("已停用。", "Revoked."))) } };
    page(&app, &visitor, &revoked).await
}

/// The phones; `told` is what just happened.
async fn page(app: &App, visitor: &Visitor, told: &Markup) -> PageResult<Markup> {
    let phones = devices(&app.store, visitor.station.id).await?;
    let mut members = members(&mut *app.store.read().await?, visitor.station.id).await?;
    members.retain(|member| member.active && may_equip(&visitor.caller, member));
    let title = visitor.locale.pick("手机", "Phones");
    Ok(visitor.page(Some(Place::Devices), title, &view(visitor, &phones, &members, told)))
}

async fn end(
    State(app): State<AppState>,
    Named(id): Named<DeviceId>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> PageResult<Redirect> {
    visitor.must(Operation::KeepDevices)?;
    revoke(&app, visitor.station.id, id, Some(&visitor.caller)).await?;
    Ok(Redirect::to(&visitor.at("/devices", "done=revoked")))
}

/// A card that leads a phone to 0.0.0.0 leads nowhere.
const NO_ADDRESS: (&str, &str) = (
    "登记卡没有开出：服务器不知道手机用哪个地址访问它。请系统管理员设置 public_url（如 https://hub.example）后重新启动。",
    "No card was made: the hub does not know by which address phones reach it. Have the administrator set public_url, \
     such as https://hub.example, and start it again.",
);

#[derive(Deserialize)]
struct HandOut {
    member: MemberId,
    /// Of whoever asks, for a card of their own.
    password: Option<String>,
}

/// The card is shown once: the code is not kept, so reloading the page makes another.
async fn hand_out(
    State(app): State<AppState>,
    Posted { visitor, form }: Posted<HandOut>,
) -> PageResult<Markup> {
    visitor.must(Operation::KeepDevices)?;
    if app.known_address().is_none() {
        return page(&app, &visitor, &bad(visitor.locale.pick(NO_ADDRESS.0, NO_ADDRESS.1))).await;
    }
    if form.member == visitor.caller.member.id
        && let Some(words) = not_for_oneself(&app, &visitor, form.password).await?
    {
        return page(&app, &visitor, &for_oneself(&visitor, words)).await;
    }
    let card = make_card(&app, visitor.station.id, form.member, Some(&visitor.caller)).await?;
    let title = visitor.locale.pick("登记卡", "Enrolment card");
    Ok(visitor.page(Some(Place::Devices), title, &card::view(&card, &visitor)))
}

/// Why nobody gets a card of their own yet: a phone of theirs stays in when the browser is long closed.
async fn not_for_oneself(
    app: &App,
    visitor: &Visitor,
    password: Option<String>,
) -> PageResult<Option<&'static str>> {
    let (l, member) = (visitor.locale, &visitor.caller.member);
    let Some(password) = password else {
        return Ok(Some(l.pick(
            "给自己开登记卡，要再输入一次密码。",
            "For a card of your own, say your password once more.",
        )));
    };
    Ok(password::not_said_again(app, member, password, l).await?)
}

fn for_oneself(visitor: &Visitor, words: &str) -> Markup {
    let l = visitor.locale;
    html! {
        (bad(words))
        form.panel method="post" action={ "/enrolments" (visitor.scope()) } {
            (csrf(&visitor.csrf))
            input type="hidden" name="member" value=(visitor.caller.member.id);
            div.field {
                label for="own-password" { (l.pick("现在的密码", "Password now")) }
                input #own-password name="password" type="password" autocomplete="current-password" required maxlength="1024";
            }
            button.button type="submit" { (l.pick("给自己开登记卡", "Make a card for myself")) }
        }
    }
}

fn view(visitor: &Visitor, phones: &[DeviceRow], members: &[Member], told: &Markup) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        (visitor.back_to_all("/devices"))
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("手机", "phones")) }
            p.quiet { (l.pick("手机丢失、换人或不再使用，请立即停用；已上传的记录不受影响。",
                "Revoke a phone at once when it is lost, changes hands or is put away; records it sent stay.")) }
        } }
        (told)
        section.panel.no-print {
            h2 { (l.pick("登记新手机", "Enrol a phone")) }
            @if members.is_empty() { p { (l.pick("还没有登记成员。", "No members are on file yet.")) } }
            @else {
                form.row method="post" action={ "/enrolments" (scope) } {
                    (csrf(&visitor.csrf))
                    div {
                        label for="member" { (l.pick("给谁", "For whom")) }
                        select #member name="member" { @for member in members {
                            option value=(member.id) { (member.name) " · " (member.role.label(l)) }
                        } }
                    }
                    button.button type="submit" { (l.pick("开登记卡", "Make a card")) }
                }
            }
        }
        @if phones.is_empty() {
            div.panel { p.empty { (l.pick("还没有登记手机。", "No phone is enrolled yet.")) } }
        } @else {
            div.sheet { table {
                thead { tr {
                    th scope="col" { (l.pick("持有人", "Owner")) }
                    th scope="col" { (l.pick("手机", "Phone")) }
                    th scope="col" { (l.pick("登记时间", "Enrolled")) }
                    th scope="col" { (l.pick("状态", "State")) }
                    th scope="col" { (l.pick("手机报告", "Its own report")) }
                    th.no-print scope="col" { (l.pick("操作", "Action")) }
                } }
                tbody { @for phone in phones { (row(phone, visitor)) } }
            } }
        }
    }
}

fn row(phone: &DeviceRow, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! {
        tr {
            th scope="row" { (phone.member.name) span.quiet { (phone.member.role.label(l)) } }
            td { (phone.label) span.quiet { (platform(&phone.platform, l)) } }
            td.nowrap { (dates::moment(phone.enrolled_at, l)) }
            td {
                @if let Some(at) = phone.revoked_at {
                    span.state.exempt { i aria-hidden="true" { "✕" } (l.pick("已停用", "revoked")) } span.quiet { (dates::moment(at, l)) }
                } @else { span.state.met { i aria-hidden="true" { "✓" } (l.pick("使用中", "in use")) } }
            }
            td { (report::view(phone.self_report.as_ref(), l)) }
            td.no-print { @if phone.revoked_at.is_none() && may_equip(&visitor.caller, &phone.member) {
                // Two steps without a script: the button that ends the phone shows only once it is asked for.
                details {
                    summary { (l.pick("停用…", "Revoke…")) }
                    form method="post" action={ "/devices/" (phone.id) "/revoke" (visitor.scope()) } {
                        (csrf(&visitor.csrf))
                        button.button.warn type="submit" { (l.pick("确认停用这部手机", "Revoke this phone")) }
                    }
                }
            } }
        }
    }
}

fn platform(code: &str, l: Locale) -> &str {
    match code {
        "android" => l.pick("安卓", "Android"),
        "ios" => l.pick("苹果", "iPhone"),
        "cli" => l.pick("命令行", "Command line"),
        other => other,
    }
}

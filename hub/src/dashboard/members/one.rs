//! A member's page: name and role, leaving and coming back, password, second factor, phones.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, Member, MemberId, Name, Role};

use super::{bad_name, roles, state};
use crate::app::{App, AppState};
use crate::dashboard::error::{Named, PageError, PageResult};
use crate::dashboard::look::overtaken::{Field, overtaken, seen, words};
use crate::dashboard::look::{Place, bad, csrf, dates, good};
use crate::dashboard::password::{self, PasswordError};
use crate::dashboard::visitor::{Nothing, Posted, Visitor};
use crate::devices::{DeviceRow, devices};
use crate::members::{keep, member, operation};
use crate::scope::Operation;
use crate::second_factor;
use crate::seen::{Kept, Seen};
use crate::session::{self, Listed};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/members/{id}", get(show).post(change))
        .route("/members/{id}/service", post(service))
        .route("/members/{id}/password", post(give_password))
        .route("/members/{id}/second-factor", post(forget_second_factor))
}

#[derive(Deserialize)]
struct Asked {
    /// What was just done.
    #[serde(default)]
    done: String,
}

struct Page {
    member: Member,
    phones: Vec<DeviceRow>,
    sessions: Vec<Listed>,
    second_factor: bool,
}

async fn load(app: &App, visitor: &Visitor, id: MemberId) -> PageResult<Page> {
    visitor.must(Operation::KeepMembers)?;
    let station = visitor.station.id;
    let member = member(&app.store, station, id).await?.ok_or_else(PageError::not_found)?;
    let mut phones = devices(&app.store, station).await?;
    phones.retain(|phone| phone.member.id == id && phone.revoked_at.is_none());
    let sessions = session::list(app, &member).await?;
    let second_factor = second_factor::is_on(app, &member).await?;
    Ok(Page { member, phones, sessions, second_factor })
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<MemberId>,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    let l = visitor.locale;
    let told = html! { @match asked.done.as_str() {
        "added" => { (good(l.pick("已新增。下面可以开登记卡。", "Added. Make an enrolment card below."))) }
        "kept" => { (good(l.pick("已保存。", "Saved."))) }
        "off" => { (good(l.pick("两步验证已关闭。", "The second factor is off."))) }
        "name" => { (bad(bad_name(l))) }
        _ => {}
    } };
    let page = load(&app, &visitor, id).await?;
    Ok(shown(&page, &visitor, &told))
}

fn shown(page: &Page, visitor: &Visitor, told: &Markup) -> Markup {
    visitor.page(Some(Place::Manage), page.member.name.as_str(), &view(page, visitor, told))
}

#[derive(Deserialize)]
struct Change {
    name: String,
    role: Role,
    /// What was on file when the form was shown.
    #[serde(default)]
    seen: Seen,
}

/// The form in words.
fn in_words(name: &str, role: Role, l: Locale) -> [Field; 2] {
    [(l.pick("姓名", "Name"), name.to_owned()), (l.pick("身份", "Role"), role.label(l).to_owned())]
}

async fn change(
    State(app): State<AppState>,
    Named(id): Named<MemberId>,
    Posted { visitor, form }: Posted<Change>,
) -> PageResult<Response> {
    let old = load(&app, &visitor, id).await?.member;
    let to = |done: &str| Ok(Redirect::to(&visitor.at(&format!("/members/{id}"), done)).into_response());
    let Ok(name) = Name::new(&form.name) else { return to("done=name") };
    let member = Member { name, role: form.role, ..old };
    if keep(&app, &visitor.caller, &member, &form.seen).await? == Kept::Done {
        return to("done=kept");
    }
    let (l, page) = (visitor.locale, load(&app, &visitor, id).await?);
    let now = in_words(page.member.name.as_str(), page.member.role, l);
    let told = overtaken(words(l), &now, &in_words(&form.name, form.role, l), l);
    Ok(shown(&page, &visitor, &told).into_response())
}

#[derive(Deserialize)]
struct Service {
    serves: bool,
}

async fn service(
    State(app): State<AppState>,
    Named(id): Named<MemberId>,
    Posted { visitor, form }: Posted<Service>,
) -> PageResult<Response> {
    let old = load(&app, &visitor, id).await?.member;
    let seen = Seen::of(Some(&old));
    let member = Member { active: form.serves, ..old };
    if keep(&app, &visitor.caller, &member, &seen).await? == Kept::Done {
        return Ok(Redirect::to(&visitor.at(&format!("/members/{id}"), "done=kept")).into_response());
    }
    let page = load(&app, &visitor, id).await?;
    Ok(shown(&page, &visitor, &bad(words(visitor.locale))).into_response())
}

/// The password is shown once: it is not kept, so reloading the page makes another.
async fn give_password(
    State(app): State<AppState>,
    Named(id): Named<MemberId>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> PageResult<Response> {
    visitor.must(Operation::ResetPasswords)?;
    let (l, page) = (visitor.locale, load(&app, &visitor, id).await?);
    let given = password::give(&app, &page.member, Some(visitor.caller.member.id)).await;
    let given = given.map_err(|error| match error {
        PasswordError::Hub(error) => error,
        other => crate::error::HubError::Fault(other.to_string()),
    })?;
    let title = l.pick("临时密码", "Temporary password");
    let body = html! {
        a.back.no-print href={ "/members/" (id) (visitor.scope()) } { "‹ " (page.member.name) }
        section.panel.card {
            h1 { (page.member.name) " · " (title) }
            p.told.due.no-print { i.sign aria-hidden="true" { "!" }
                (l.pick("请现在打印或抄下：离开本页后不能再看。", "Print or copy it now: it is not shown again.")) }
            p.code { (given) }
            p { (l.pick("首次登录后必须换成自己的密码。请当面交给本人。",
                "At the first sign-in another one must be chosen. Hand it over in person.")) }
            @if let Some(address) = app.known_address() { p.quiet { (l.pick("登录地址：", "Sign in at: ")) (address) "/sign-in" } }
        }
    };
    Ok(visitor.page(Some(Place::Manage), title, &body).into_response())
}

async fn forget_second_factor(
    State(app): State<AppState>,
    Named(id): Named<MemberId>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> PageResult<Redirect> {
    visitor.must(Operation::ResetPasswords)?;
    let member = load(&app, &visitor, id).await?.member;
    second_factor::turn_off(&app, &member, Some(visitor.caller.member.id)).await?;
    Ok(Redirect::to(&visitor.at(&format!("/members/{id}"), "done=off")))
}

fn view(page: &Page, visitor: &Visitor, told: &Markup) -> Markup {
    let (l, scope, member) = (visitor.locale, visitor.scope(), &page.member);
    html! {
        a.back.no-print href={ "/members" (scope) } { "‹ " (l.pick("人员", "Members")) }
        div.head { div {
            h1 { (member.name) " " (state(member, l)) }
            p.quiet { (member.role.label(l)) " · " (visitor.station.name) }
        } }
        (told)
        div.columns {
            div {
                @if visitor.may(operation(member.role)) { (details(member, visitor)) }
                (phones(page, visitor))
            }
            div {
                @if visitor.may(Operation::ResetPasswords) { (signing_in(page, visitor)) }
            }
        }
    }
}

fn details(member: &Member, visitor: &Visitor) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        section.panel {
            h2 { (l.pick("姓名与身份", "Name and role")) }
            form.row method="post" action={ "/members/" (member.id) (scope) } {
                (csrf(&visitor.csrf)) (seen(&Seen::of(Some(member))))
                div { label for="name" { (l.pick("姓名", "Name")) }
                    input #name name="name" required maxlength="100" value=(member.name); }
                div { label for="role" { (l.pick("身份", "Role")) }
                    select #role name="role" { @for role in roles(visitor) {
                        option value=(role.code()) selected[role == member.role] { (role.label(l)) }
                    } } }
                button.button type="submit" { (l.pick("保存", "Save")) }
            }
            @if roles(visitor).any(|role| role > member.role && operation(role) == Operation::Appoint) {
                p.quiet { (l.pick("升任教导员、督导或管理员的，原有手机和未用的登记卡立即失效，请另开登记卡。手机上未上传的记录：升任教导员的，重新登记后照常上传；督导和管理员不做检查，请先上传再升任。",
                    "Who rises to head, supervisor or administrator gets a new card: phones and cards of before end at once. What waits on a phone goes up once it is enrolled again as a head's; supervisors and administrators don't inspect, so it must go up before.")) }
            }
            @if member.id != visitor.caller.member.id {
                @if member.active {
                    details {
                        summary { (l.pick("离岗…", "Leaves…")) }
                        form method="post" action={ "/members/" (member.id) "/service" (scope) } {
                            (csrf(&visitor.csrf))
                            p { (l.pick("离岗后，其手机和登录立即失效；已有记录不受影响。",
                                "Phones and sign-ins end at once; records stay.")) }
                            button.button.warn type="submit" name="serves" value="false" { (l.pick("确认离岗", "Confirm")) }
                        }
                    }
                } @else {
                    form method="post" action={ "/members/" (member.id) "/service" (scope) } {
                        (csrf(&visitor.csrf))
                        button.button.plain-button type="submit" name="serves" value="true" { (l.pick("重新上岗", "Comes back")) }
                    }
                }
            }
        }
    }
}

fn phones(page: &Page, visitor: &Visitor) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        section.panel {
            h2 { (l.pick("手机", "Phones")) }
            @if page.phones.is_empty() { p.not { (l.pick("没有在用的手机。", "No phone is in use.")) } }
            ul.history { @for phone in &page.phones { li {
                h3 { (phone.label) }
                div.quiet { (l.pick("登记于 ", "Enrolled ")) (dates::moment(phone.enrolled_at, l)) }
                details {
                    summary { (l.pick("停用…", "Revoke…")) }
                    form method="post" action={ "/devices/" (phone.id) "/revoke" (scope) } {
                        (csrf(&visitor.csrf))
                        button.button.warn type="submit" { (l.pick("确认停用这部手机", "Revoke this phone")) }
                    }
                }
            } } }
            @if page.member.active {
                form.no-print method="post" action={ "/enrolments" (scope) } {
                    (csrf(&visitor.csrf))
                    input type="hidden" name="member" value=(page.member.id);
                    button.button.plain-button type="submit" { (l.pick("开登记卡", "Make an enrolment card")) }
                }
            }
        }
    }
}

fn signing_in(page: &Page, visitor: &Visitor) -> Markup {
    let (l, scope, id) = (visitor.locale, visitor.scope(), page.member.id);
    html! {
        section.panel {
            h2 { (l.pick("看板登录", "Signing in")) }
            p { (page.sessions.len()) " " (l.pick("处正在登录", "places signed in now")) }
            @if page.member.active {
                details {
                    summary { (l.pick("重设密码…", "Give a new password…")) }
                    form method="post" action={ "/members/" (id) "/password" (scope) } {
                        (csrf(&visitor.csrf))
                        p { (l.pick("会显示一个临时密码；原密码和所有登录立即失效。",
                            "A temporary password is shown; the old one and all sign-ins end at once.")) }
                        button.button.warn type="submit" { (l.pick("生成临时密码", "Make a temporary password")) }
                    }
                }
            }
            @if page.second_factor {
                details {
                    summary { (l.pick("关闭两步验证…", "Turn off the second factor…")) }
                    form method="post" action={ "/members/" (id) "/second-factor" (scope) } {
                        (csrf(&visitor.csrf))
                        p { (l.pick("仅在本人丢失手机和备用码时使用，请先当面核实。",
                            "Only if phone and recovery codes are lost; make sure in person who asks.")) }
                        button.button.warn type="submit" { (l.pick("关闭两步验证", "Turn it off")) }
                    }
                }
            }
        }
    }
}

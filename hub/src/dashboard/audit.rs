//! Who looked at what about minors, and who did what: the audit, newest first, for administrators.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use sqlx::AnyConnection;
use uuid::Uuid;
use xuncha_core::domain::{Locale, Timestamp};

use super::error::PageResult;
use super::look::{Place, dates};
use super::visitor::Visitor;
use crate::app::AppState;
use crate::export::What;
use crate::scope::Operation;
use crate::store::{EXPORTED, Key as _, LOOKED, RowExt as _, Sql, StoreError};

/// The lists that tell how many minors were seen.
const WITH_MINORS: [What; 3] = [What::Records, What::Findings, What::Report];
/// Lines on a page.
const LINES: i64 = 100;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/audit", get(show))
}

#[derive(Deserialize)]
struct Asked {
    /// `minors`: only who looked at what about minors.
    #[serde(default)]
    about: String,
    /// Only what was before this entry.
    before: Option<Uuid>,
}

/// A line of the audit.
struct Line {
    id: Uuid,
    at: Timestamp,
    who: Option<Uuid>,
    action: String,
    subject: String,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    visitor.must(Operation::ReadAudit)?;
    let minors = asked.about == "minors";
    let mut query =
        Sql::new("SELECT entry_id, at, member_id, action, subject FROM audit WHERE station_id = ");
    query.bind(visitor.station.id.key());
    if minors {
        query
            .push(" AND (action = ")
            .bind(LOOKED.to_owned())
            .push(" OR (action = ")
            .bind(EXPORTED.to_owned());
        query.push(" AND subject IN ").list(WITH_MINORS.map(|what| what.code().to_owned())).push("))");
    }
    if let Some(before) = asked.before {
        query.push(" AND entry_id < ").bind(before.key());
    }
    query.push(" ORDER BY entry_id DESC LIMIT ").bind(LINES);
    let mut db = app.store.snapshot().await?;
    let rows = query.fetch_all(&mut db).await?;
    let lines = rows.iter().map(|row| {
        Ok(Line {
            id: row.id("entry_id")?,
            at: row.time("at")?,
            who: row.opt_id("member_id")?,
            action: row.text("action")?,
            subject: row.text("subject")?,
        })
    });
    let lines = lines.collect::<Result<Vec<_>, StoreError>>()?;
    let names = names(&mut db, &lines).await?;
    let title = visitor.locale.pick("查看记录", "Who looked and did");
    Ok(visitor.page(Some(Place::Manage), title, &view(&visitor, &lines, &names, minors)))
}

/// The names of the members and venues that lines name.
async fn names(db: &mut AnyConnection, lines: &[Line]) -> Result<HashMap<Uuid, String>, StoreError> {
    let ids = lines.iter().flat_map(|line| [line.who, line.subject.parse().ok()]).flatten();
    let ids: Vec<Vec<u8>> = ids.map(|id: Uuid| id.key()).collect();
    let mut names = HashMap::new();
    for text in [
        "SELECT member_id AS id, name FROM members WHERE member_id IN ",
        "SELECT venue_id AS id, name FROM venues WHERE venue_id IN ",
        "SELECT school_id AS id, name FROM schools WHERE school_id IN ",
    ] {
        let mut query = Sql::new(text);
        query.list(ids.iter().cloned());
        for row in query.fetch_all(db).await? {
            names.insert(row.id("id")?, row.text("name")?);
        }
    }
    Ok(names)
}

fn view(visitor: &Visitor, lines: &[Line], names: &HashMap<Uuid, String>, minors: bool) -> Markup {
    let l = visitor.locale;
    let about = if minors { "about=minors" } else { "" };
    html! {
        a.back.no-print href={ "/manage" (visitor.scope()) } { "‹ " (l.pick("管理", "Manage")) }
        div.head {
            div {
                h1 { (visitor.station.name) " · " (l.pick("查看记录", "who looked and did")) }
                p.quiet { (l.pick("只增不改。涉及未成年人的内容，每次查看都会记下。",
                    "Only ever added to. Each look at what was found about minors is written down.")) }
            }
            nav.row aria-label=(l.pick("范围", "Which")) {
                a.button.plain-button href=(visitor.at("/audit", "")) aria-current=[(!minors).then_some("true")] { (l.pick("全部", "All")) }
                a.button.plain-button href=(visitor.at("/audit", "about=minors")) aria-current=[minors.then_some("true")] { (l.pick("只看涉及未成年人", "About minors only")) }
            }
        }
        @if lines.is_empty() { div.panel { p.empty { (l.pick("没有记录。", "Nothing is written down.")) } } }
        @else {
            div.sheet { table {
                thead { tr {
                    th scope="col" { (l.pick("时间", "When")) }
                    th scope="col" { (l.pick("谁", "Who")) }
                    th scope="col" { (l.pick("做了什么", "What")) }
                    th scope="col" { (l.pick("对象", "To what")) }
                } }
                tbody { @for line in lines { tr {
                    td.nowrap { (dates::moment(line.at, l)) }
                    td { @match line.who {
                        None => { (l.pick("服务器命令行", "The hub's command line")) }
                        Some(id) => { (names.get(&id).map_or("—", String::as_str)) }
                    } }
                    td { (words(&line.action, l)) }
                    td { (subject(line, names, visitor)) }
                } } }
            } }
            @if let Some(last) = lines.last().filter(|_| i64::try_from(lines.len()) == Ok(LINES)) {
                @let more = if about.is_empty() { format!("before={}", last.id) } else { format!("{about}&before={}", last.id) };
                p.no-print { a.button.plain-button href=(visitor.at("/audit", &more)) { (l.pick("更早的", "Earlier")) } }
            }
        }
    }
}

fn subject(line: &Line, names: &HashMap<Uuid, String>, visitor: &Visitor) -> Markup {
    if line.action == EXPORTED {
        let what = What::ALL.into_iter().find(|what| what.code() == line.subject);
        return html! { (what.map_or(line.subject.as_str(), |what| what.label(visitor.locale))) };
    }
    let id: Option<Uuid> = line.subject.parse().ok();
    let name = id.and_then(|id| names.get(&id));
    let is_record = ["record ", "finding ", LOOKED].iter().any(|kind| line.action.starts_with(kind));
    html! {
        @if let Some(name) = name { (name) }
        @else if is_record { a href={ "/records/" (line.subject) (visitor.scope()) } { (visitor.locale.pick("记录", "record")) } }
        @else { span.quiet-inline { (line.subject.chars().take(13).collect::<String>()) } }
    }
}

/// An action in words. One that has none yet is shown as it is written down.
fn words(action: &str, l: Locale) -> &str {
    match action {
        LOOKED => l.pick("查看了涉及未成年人的内容", action),
        EXPORTED => l.pick("导出了", action),
        "imported" => l.pick("导入了", action),
        "took a bundle" => l.pick("接收了拷贝上交", action),
        "signed in" => l.pick("登录", action),
        "signed out elsewhere" => l.pick("退出了其他登录", action),
        "password set" => l.pick("设置了密码", action),
        "temporary password given" => l.pick("发放了临时密码", action),
        "second factor turned on" => l.pick("开启了两步验证", action),
        "second factor turned off" => l.pick("关闭了两步验证", action),
        "recovery code used" => l.pick("用备用码登录", action),
        "enrolment handed out" => l.pick("开了登记卡", action),
        "device revoked" => l.pick("停用了手机", action),
        "record erased on request" => l.pick("应要求删除了内容", action),
        "record approved" => l.pick("审核通过", action),
        "record returned" => l.pick("退回了记录", action),
        "record pending" => l.pick("撤回了审核", action),
        "finding handed_over" => l.pick("转交了问题", action),
        "finding mended" => l.pick("登记了已整改", action),
        "finding rechecked" => l.pick("登记了已复查", action),
        "finding open" => l.pick("重新打开了问题", action),
        "finding closed" => l.pick("办结了问题", action),
        "alert seen" => l.pick("已知悉提醒", action),
        "member added" => l.pick("新增了人员", action),
        "member changed" => l.pick("修改了人员", action),
        "member left" => l.pick("办理了离岗", action),
        "member came back" => l.pick("办理了重新上岗", action),
        "venue added" => l.pick("新增了场所", action),
        "venue changed" => l.pick("修改了场所", action),
        "venue closed" => l.pick("登记了停业", action),
        "venue suspended" => l.pick("登记了暂停", action),
        "venue open again" => l.pick("恢复了检查", action),
        "venue merged" => l.pick("合并了重复场所", action),
        "venue moved" => l.pick("移交了场所", action),
        "school added" => l.pick("新增了学校", action),
        "school changed" => l.pick("修改了学校", action),
        "school closed" => l.pick("登记了学校停办", action),
        "school open again" => l.pick("恢复了学校", action),
        "school moved" => l.pick("移交了学校", action),
        "ledger entry added" => l.pick("新增了台账", action),
        "ledger entry amended" => l.pick("修改了台账", action),
        "ledger entry struck out" => l.pick("作废了台账", action),
        "statutory days set" => l.pick("设置了节假日", action),
        "checklist put in force" => l.pick("启用了检查清单新版本", action),
        "policy of findings set" => l.pick("设置了问题的处置", action),
        "policy set" => l.pick("设置了工作要求", action),
        other => other,
    }
}

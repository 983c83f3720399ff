//! What a station keeps: the way to each page of it. Above a station the way to what all keep, and to each of them.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use super::choice;
use super::error::PageResult;
use super::look::Place;
use super::visitor::Visitor;
use crate::app::AppState;
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/manage", get(show))
}

async fn show(State(app): State<AppState>, visitor: Visitor) -> PageResult<Markup> {
    visitor.must(Place::Manage.operation())?;
    let (l, scope) = (visitor.locale, visitor.scope());
    let pages = [
        (
            Operation::KeepMembers,
            "/members",
            l.pick("人员", "Members"),
            l.pick("新增、修改、离岗，开登记卡，重设密码。", "Add, change, leave; cards and passwords."),
        ),
        (
            Operation::KeepPlaces,
            "/places",
            l.pick("场所与学校", "Venues and schools"),
            l.pick("新增、修改、停业、暂停、合并重复。", "Add, change, close, suspend, merge doubles."),
        ),
        (
            Operation::SetPolicy,
            "/policy",
            l.pick("工作要求", "What is expected"),
            l.pick("每月几次、间隔几天、多近算到场。", "Visits a month, days between, how near."),
        ),
        (
            Operation::Read,
            "/checklists",
            l.pick("检查清单", "Checklists"),
            l.pick(
                "看各版本的问题，试运行、启用新版本。",
                "See each version, try a new one, put it in force.",
            ),
        ),
        (
            Operation::Read,
            "/calendar",
            l.pick("法定节假日", "Statutory days"),
            l.pick("各年的法定节假日和放假安排。", "Statutory days and days off of each year."),
        ),
        (
            Operation::ReadAudit,
            "/audit",
            l.pick("操作记录", "Who looked and did"),
            l.pick(
                "谁看过涉及未成年人的内容，谁改过什么。",
                "Who saw what about minors, and who changed what.",
            ),
        ),
    ];
    let all = visitor.looks_at_all();
    // What holds at every station needs none to be chosen.
    let is_shown = |operation| visitor.may(operation) && (!all || operation == Operation::Read);
    let ways = html! {
        ul.ways { @for (operation, path, name, what) in pages { @if is_shown(operation) {
            li { a.panel href={ (path) (scope) } { b { (name) } span { (what) } } }
        } } }
    };
    if all {
        return choice::page(&app, &visitor, Place::Manage, "/manage", &ways).await;
    }
    let body = html! {
        (visitor.back_to_all("/manage"))
        div.head { div { h1 { (visitor.station.name) " · " (l.pick("管理", "Manage")) } } }
        (ways)
    };
    Ok(visitor.page(Some(Place::Manage), l.pick("管理", "Manage"), &body))
}

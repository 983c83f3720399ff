//! What a head must look at: phones whose chain of records forked or broke, records that came twice
//! with other content, and well-signed ones that were not taken. All of them are kept for as long as such things are;
//! an alert outlives what was set aside for it, and then says so.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use sqlx::any::AnyRow;
use xuncha_core::domain::{Locale, RecordId, Sha256Hash, Timestamp};
use xuncha_core::wire::RefusalCode;

use super::error::PageResult;
use super::look::{Place, ROOM, csrf, cut, dates, goes_on};
use super::visitor::{Posted, Visitor};
use super::waiting;
use crate::app::AppState;
use crate::audit::{Action, note};
use crate::scope::Operation;
use crate::store::{Key as _, RowExt as _, StoreError};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/alerts", get(show)).route("/alerts/seen", post(seen))
}

struct Alert {
    kind: String,
    sha256: Sha256Hash,
    record: RecordId,
    /// The record it does not go together with.
    other: Option<RecordId>,
    kept: Kept,
    phone: Option<String>,
    member: Option<String>,
    raised_at: Timestamp,
    seen_at: Option<Timestamp>,
}

/// What is left of the record that raised an alert.
enum Kept {
    /// It was taken and has a page. Whether all that it said is there yet.
    Taken { whole: bool },
    /// It was set aside, and has no page: it belongs to none of the station's visits.
    Aside { code: String, detail: Option<String> },
    /// It was set aside, and its time is over, or somebody asked to be forgotten. What was taken under its number, if
    /// anything was, is another.
    Gone,
}

impl Kept {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        if row.opt_int("log_index")?.is_some() {
            return Ok(Self::Taken { whole: row.opt_bytes("sealed")?.is_some() });
        }
        Ok(match row.opt_text("code")? {
            Some(code) => Self::Aside { code, detail: row.opt_text("detail")? },
            None => Self::Gone,
        })
    }

    const fn is_whole(&self) -> bool {
        matches!(self, Self::Taken { whole: true } | Self::Aside { .. })
    }
}

fn read(row: &AnyRow) -> Result<Alert, StoreError> {
    Ok(Alert {
        kind: row.text("kind")?,
        sha256: row.hash("sha256")?,
        record: row.id("record_id")?,
        other: row.opt_id("other_id")?,
        kept: Kept::read(row)?,
        phone: row.opt_text("label")?,
        member: row.opt_text("name")?,
        raised_at: row.time("raised_at")?,
        seen_at: row.opt_time("seen_at")?,
    })
}

async fn show(State(app): State<AppState>, visitor: Visitor) -> PageResult<Markup> {
    let l = visitor.locale;
    if visitor.looks_at_all() {
        let stations = waiting::at_each(&mut *app.store.read().await?, &visitor.caller).await?;
        let (title, what) =
            (l.pick("各站提醒", "Alerts of all stations"), l.pick("未知悉的提醒", "Not seen yet"));
        let body = waiting::page(title, what, "/alerts", &stations, |waiting| waiting.alerts, l);
        return Ok(visitor.page(Some(Place::Alerts), title, &body));
    }
    let rows = sqlx::query(
        "SELECT a.kind, a.sha256, a.record_id, a.other_id, a.raised_at, a.seen_at, r.log_index, \
         p.record_id AS sealed, s.code, s.detail, d.label, m.name FROM alerts a \
         LEFT JOIN records r ON r.station_id = a.station_id AND r.record_id = a.record_id AND r.sha256 = a.sha256 \
         LEFT JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id \
         LEFT JOIN set_aside s ON s.station_id = a.station_id AND s.sha256 = a.sha256 \
         LEFT JOIN devices d ON d.station_id = a.station_id AND d.device_id = a.device_id \
         LEFT JOIN members m ON m.station_id = d.station_id AND m.member_id = d.member_id \
         WHERE a.station_id = $1 \
         ORDER BY CASE WHEN a.seen_at IS NULL THEN 0 ELSE 1 END, a.raised_at DESC LIMIT $2",
    )
    .bind(visitor.station.id.key())
    .bind(ROOM + 1)
    .fetch_all(&mut *app.store.read().await?)
    .await?;
    let mut alerts = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut alerts);
    let title = l.pick("提醒", "Alerts");
    Ok(visitor.page(Some(Place::Alerts), title, &view(&visitor, &alerts, more)))
}

#[derive(Deserialize)]
struct Seen {
    kind: String,
    sha256: Sha256Hash,
}

async fn seen(State(app): State<AppState>, Posted { visitor, form }: Posted<Seen>) -> PageResult<Redirect> {
    visitor.must(Operation::Review)?;
    let (station, now, member) = (visitor.station.id, app.world.clock.now(), visitor.caller.member.id);
    let mut tx = app.store.begin().await?;
    let marked = sqlx::query(
        "UPDATE alerts SET seen_at = $1, seen_by = $2 \
         WHERE station_id = $3 AND kind = $4 AND sha256 = $5 AND seen_at IS NULL",
    )
    .bind(now.millis())
    .bind(member.key())
    .bind(station.key())
    .bind(form.kind)
    .bind(form.sha256.key())
    .execute(&mut *tx)
    .await?;
    if marked.rows_affected() > 0 {
        note(&app, &mut tx, station, Some(member), Action::AlertSeen, form.sha256).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/alerts{}", visitor.scope())))
}

fn view(visitor: &Visitor, alerts: &[Alert], more: bool) -> Markup {
    let l = visitor.locale;
    html! {
        (visitor.back_to_all("/alerts"))
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("提醒", "alerts")) }
            @if alerts.iter().all(|alert| alert.kept.is_whole()) {
                p.quiet { (l.pick("这里的记录都完整保存着，没有丢弃。", "All records named here are kept whole; none was dropped.")) }
            }
        } }
        @if alerts.is_empty() {
            div.panel { p.empty { (l.pick("没有提醒。", "There are no alerts.")) } }
        } @else {
            @if more { (goes_on(l)) }
            div.panel { ul.history { @for alert in alerts { (entry(alert, visitor, l)) } } }
        }
    }
}

fn entry(alert: &Alert, visitor: &Visitor, l: Locale) -> Markup {
    let scope = visitor.scope();
    let (title, meaning) = words(&alert.kind, l);
    html! {
        li {
            h3 {
                @if alert.seen_at.is_none() { span.state.late { i aria-hidden="true" { "!" } (title) } }
                @else { span.state.exempt { i aria-hidden="true" { "✓" } (title) } }
                span.quiet-inline { (dates::moment(alert.raised_at, l)) }
            }
            div { (alert.member.as_deref().unwrap_or("—")) @if let Some(phone) = &alert.phone { " · " (phone) } }
            p { (meaning) }
            @if let Kept::Aside { code, detail } = &alert.kept {
                p { (l.pick("未接收的原因：", "Why it was not taken: ")) (refusal(code, l))
                    @if let Some(detail) = detail { " " span.quiet lang="en" { (detail) } } }
            }
            p.quiet {
                (l.pick("记录", "Record")) " "
                @match alert.kept {
                    Kept::Taken { .. } => { a href={ "/records/" (alert.record) (scope) } { (alert.record) } }
                    Kept::Aside { .. } => { (alert.record) }
                    Kept::Gone => { (alert.record) (l.pick("（未接收，已按期限或应要求删除）", " (not taken, erased as the rules ask)")) }
                }
                @if let Some(other) = alert.other { " · " (l.pick("对照", "and")) " " a href={ "/records/" (other) (scope) } { (other) } }
            }
            @if let Some(at) = alert.seen_at { p.quiet { (l.pick("已知悉：", "Seen: ")) (dates::moment(at, l)) } }
            @else if visitor.may(Operation::Review) {
                form.no-print method="post" action={ "/alerts/seen" (scope) } {
                    (csrf(&visitor.csrf))
                    input type="hidden" name="kind" value=(alert.kind);
                    input type="hidden" name="sha256" value=(alert.sha256);
                    button.button.plain-button type="submit" { (l.pick("已知悉", "Seen")) }
                }
            }
        }
    }
}

/// What an alert is called, and what it means.
fn words(kind: &str, l: Locale) -> (&str, &'static str) {
    match kind {
        "fork" => (
            l.pick("同一部手机出现两条记录链", "A phone's chain forked"),
            l.pick(
                "这部手机可能被恢复过备份或被复制。请核对两条链的记录，然后让它重新登记。",
                "The phone was perhaps restored from a backup or cloned. Check both branches and enrol it again.",
            ),
        ),
        "broken_chain" => (
            l.pick("记录链前后不接", "A phone's chain does not fit"),
            l.pick(
                "相邻两条记录对不上，可能有记录被改动或手机被恢复过备份。请与持有人核对。",
                "Two neighbouring records do not fit: one was altered perhaps, or the phone was restored. Check with its owner.",
            ),
        ),
        "conflict" => (
            l.pick("同号不同内容", "Same number, other content"),
            l.pick(
                "收到过一条同号但内容不同的记录。请与持有人核对以哪一条为准。",
                "A record came under the number of another, with other content. Ask its owner which one holds.",
            ),
        ),
        "bad_correction" => (
            l.pick("更正与原记录不符", "A correction of something else"),
            l.pick(
                "这条更正与它所指的记录不是同一次检查（场所、人员或时间不同），已退回，不作更正。",
                "It is of another visit than the record it names (venue, member or time differ). It was returned and corrects nothing.",
            ),
        ),
        "set_aside" => (
            l.pick("有一条记录未被接收", "A record was not taken"),
            l.pick(
                "签名无误，但未能计入，记录另行存放。",
                "It was well signed but could not be counted, and was put apart.",
            ),
        ),
        other => (other, ""),
    }
}

fn refusal(code: &str, l: Locale) -> String {
    RefusalCode::of_code(code).map_or_else(|| code.to_owned(), |known| known.advice(l).to_owned())
}

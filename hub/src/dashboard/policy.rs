//! What is expected: of the station, of a kind of its venues, of one venue; now and from a month on.
//!
//! - `handling`: how findings are handled.

mod handling;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{
    Locale, Metres, Month, NEIGHBOUR_REACH, OpeningHours, Policy, PolicyFor, PolicyFrom, Severity, Venue,
    VenueKind, policy_in,
};

use super::error::{PageError, PageResult};
use super::look::{Place, csrf, dates};
use super::visitor::{JustDone, Posted, Visitor};
use crate::app::{App, AppState};
use crate::follow_ups;
use crate::places::venues;
use crate::policies;
use crate::scope::Operation;
use crate::store::reference;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/policy", get(show).post(set))
        .route("/policy/end", post(end))
        .route("/policy/findings", post(handling::set))
}

/// A policy as the form has it. `venues` is [`PolicyFor::key`].
#[derive(Debug, Deserialize)]
struct Fields {
    venues: String,
    from: Month,
    visits_per_month: u8,
    min_gap_days: u8,
    check_ins_count: bool,
    on_site_radius: f64,
    near_school: f64,
    near_kindergarten: f64,
    opens: String,
    closes: String,
    hours_severity: Severity,
}

/// Why a form was not taken, in both languages.
type Wrong = (&'static str, &'static str);

impl Fields {
    fn of(policy: &Policy, from: Month, venues: String) -> Self {
        Self {
            venues,
            from,
            visits_per_month: policy.visits_per_month,
            min_gap_days: policy.min_gap_days,
            check_ins_count: policy.check_ins_count,
            on_site_radius: policy.on_site_radius.0,
            near_school: policy.near_school.0,
            near_kindergarten: policy.near_kindergarten.0,
            opens: policy.cafe_hours.opens_text(),
            closes: policy.cafe_hours.closes_text(),
            hours_severity: policy.hours_severity,
        }
    }

    /// The policy; vacations are no part of the form and stay as they are.
    fn read(&self, now: &Policy) -> Result<Policy, Wrong> {
        let length = |metres: f64| {
            // Farther than that a station does not know the schools of its neighbours.
            let wrong = ("距离应是 0 到 1000 米。", "A distance is 0 to 1000 metres.");
            Metres::try_from(metres).ok().filter(|metres| *metres <= NEIGHBOUR_REACH).ok_or(wrong)
        };
        let hours = OpeningHours::new(&self.opens, &self.closes);
        let policy = Policy {
            visits_per_month: self.visits_per_month,
            min_gap_days: self.min_gap_days,
            check_ins_count: self.check_ins_count,
            on_site_radius: length(self.on_site_radius)?,
            near_school: length(self.near_school)?,
            near_kindergarten: length(self.near_kindergarten)?,
            cafe_hours: hours
                .map_err(|_| ("营业时间应写成 08:00 到 24:00。", "Hours are written 08:00 to 24:00."))?,
            hours_severity: self.hours_severity,
            vacations: now.vacations.clone(),
        };
        let wrong = (
            "每月 1 到 31 次，间隔 0 到 30 天，并且二月里也要排得下。",
            "1 to 31 visits, 0 to 30 days apart, and all must fit into a February.",
        );
        policy.checked().map_err(|_| wrong)
    }
}

/// What the page knows.
struct Known {
    history: Vec<PolicyFrom>,
    venues: Vec<Venue>,
    this_month: Month,
    handling: handling::Fields,
}

impl Known {
    async fn load(app: &App, visitor: &Visitor) -> PageResult<Self> {
        visitor.must(Operation::SetPolicy)?;
        let mut db = app.store.snapshot().await?;
        let station = visitor.station.id;
        Ok(Self {
            history: reference::policies(&mut db, station).await?,
            venues: venues(&mut db, station).await?,
            this_month: app.world.clock.now().month(),
            handling: handling::fields(&follow_ups::handling(&mut db, station).await?),
        })
    }

    /// Which venues a key means; none for one that names nothing here.
    fn whose(&self, key: &str) -> Option<PolicyFor> {
        if key.is_empty() {
            return Some(PolicyFor::Station);
        }
        let venue = self.venues.iter().find(|venue| venue.id.to_string() == key);
        let venue = venue.map(|venue| PolicyFor::Venue(venue.id));
        venue.or_else(|| key.parse().ok().map(PolicyFor::Kind))
    }

    /// In words.
    fn words(&self, whose: &PolicyFor, l: Locale) -> String {
        match whose {
            PolicyFor::Station => l.pick("全站", "the whole station").to_owned(),
            PolicyFor::Kind(kind) => format!("{}{}", l.pick("全部", "every "), kind.label(l)),
            PolicyFor::Venue(id) => {
                let venue = self.venues.iter().find(|venue| venue.id == *id);
                venue.map_or_else(|| id.to_string(), |venue| venue.name.to_string())
            }
        }
    }
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    let known = Known::load(&app, &visitor).await?;
    Ok(page(&visitor, &known, &fields_now(&known), (asked.done == "kept").then_some(Ok(()))))
}

/// The form with what holds for the station now.
fn fields_now(known: &Known) -> Fields {
    Fields::of(&policy_in(&known.history, known.this_month), known.this_month, String::new())
}

async fn set(
    State(app): State<AppState>,
    Posted { visitor, form: fields }: Posted<Fields>,
) -> PageResult<Response> {
    let known = Known::load(&app, &visitor).await?;
    let read = match known.whose(&fields.venues) {
        None => Err(("没有这个场所或类型。", "There is no such venue or kind.")),
        Some(_) if fields.from < known.this_month => Err((
            "已经过去的月份不能改，请从本月或以后开始。",
            "Months that are over stay as they are: begin this month or later.",
        )),
        Some(venues) => {
            let now = policy_in(&known.history, fields.from);
            fields.read(&now).map(|policy| PolicyFrom { from: fields.from, until: None, venues, policy })
        }
    };
    let entry = match read {
        Ok(entry) => entry,
        Err(wrong) => return Ok(page(&visitor, &known, &fields, Some(Err(wrong))).into_response()),
    };
    policies::set(&app, &visitor.caller, visitor.station.id, &entry).await?;
    Ok(Redirect::to(&visitor.at("/policy", "done=kept")).into_response())
}

#[derive(Deserialize)]
struct End {
    venues: String,
    from: Month,
    until: Month,
}

async fn end(State(app): State<AppState>, Posted { visitor, form }: Posted<End>) -> PageResult<Redirect> {
    let known = Known::load(&app, &visitor).await?;
    let entry =
        known.history.iter().find(|entry| entry.venues.key() == form.venues && entry.from == form.from);
    let entry = entry.ok_or_else(PageError::not_found)?;
    let ended = PolicyFrom { until: Some(form.until), ..entry.clone() };
    policies::set(&app, &visitor.caller, visitor.station.id, &ended).await?;
    Ok(Redirect::to(&visitor.at("/policy", "done=kept")))
}

fn page(visitor: &Visitor, known: &Known, fields: &Fields, told: Option<Result<(), Wrong>>) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("工作要求", "what is expected")) }
            p.quiet { (l.pick("某个场所的要求优先于其类型的要求，类型的优先于全站的。手机下次同步后照此计算。",
                "A venue's own stands before its kind's, and that before the station's. Phones follow at their next sync.")) }
        } }
        @match told {
            Some(Ok(())) => { p.told.good role="status" { i.sign aria-hidden="true" { "✓" } (l.pick("已保存。", "Saved.")) } }
            Some(Err((zh, en))) => { p.told.bad role="alert" { i.sign aria-hidden="true" { "✕" } (l.pick(zh, en)) } }
            None => {}
        }
        (entries(visitor, known))
        (form(visitor, known, fields))
        (handling::form(visitor, &known.handling))
    };
    visitor.page(Some(Place::Manage), l.pick("工作要求", "What is expected"), &body)
}

fn entries(visitor: &Visitor, known: &Known) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        // Nothing in it can have the focus: so that the keyboard too moves it aside where it is too wide.
        div.sheet tabindex="0" role="region" aria-label=(l.pick("现行要求", "What is expected now")) { table {
            thead { tr {
                th scope="col" { (l.pick("对象", "For")) }
                th scope="col" { (l.pick("从", "From")) }
                th scope="col" { (l.pick("每月", "A month")) }
                th scope="col" { (l.pick("间隔", "Apart")) }
                th scope="col" { (l.pick("签到", "Check-ins")) }
                th scope="col" { (l.pick("到场距离", "On site within")) }
                th scope="col" { (l.pick("近学校 / 幼儿园", "Near school / kindergarten")) }
                th scope="col" { (l.pick("网吧营业时间", "Café hours")) }
                th.no-print scope="col" { (l.pick("操作", "Action")) }
            } }
            tbody {
                @if known.history.iter().all(|entry| !entry.venues.is_station()) { tr {
                    th scope="row" { (l.pick("全站", "the whole station")) } td { (l.pick("默认", "default")) }
                    (cells(&Policy::default(), l)) td.no-print {}
                } }
                @for entry in &known.history { tr {
                    th scope="row" { (known.words(&entry.venues, l)) }
                    td.nowrap { (dates::month(entry.from, l))
                        @if let Some(until) = entry.until { span.quiet { (l.pick("到 ", "before ")) (dates::month(until, l)) (l.pick(" 前", "")) } } }
                    (cells(&entry.policy, l))
                    td.no-print { @if !entry.venues.is_station() && entry.until.is_none() {
                        details {
                            summary { (l.pick("取消…", "End…")) }
                            form method="post" action={ "/policy/end" (scope) } {
                                (csrf(&visitor.csrf))
                                input type="hidden" name="venues" value=(entry.venues.key());
                                input type="hidden" name="from" value=(entry.from);
                                input type="hidden" name="until" value=(known.this_month.max(entry.from));
                                button.button.warn type="submit" { (l.pick("本月起不再单独要求", "No longer, from this month")) }
                            }
                        }
                    } }
                } }
            }
        } }
    }
}

fn cells(policy: &Policy, l: Locale) -> Markup {
    html! {
        td.nowrap { (policy.visits_per_month) " " (l.pick("次", "visits")) }
        td.nowrap { (policy.min_gap_days) " " (l.pick("天", "days")) }
        td { @if policy.check_ins_count { (l.pick("计入", "count")) } @else { (l.pick("不计", "do not count")) } }
        td.nowrap { (policy.on_site_radius.text(l)) }
        td.nowrap { (policy.near_school.text(l)) " / " (policy.near_kindergarten.text(l)) }
        td.nowrap { (policy.cafe_hours.opens_text()) "–" (policy.cafe_hours.closes_text()) }
    }
}

fn form(visitor: &Visitor, known: &Known, fields: &Fields) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let mut kinds: Vec<&VenueKind> = known.venues.iter().map(|venue| &venue.kind).collect();
    kinds.sort();
    kinds.dedup();
    let number = |id: &'static str, label: &'static str, value: String, max: u16| {
        html! {
            div { label for=(id) { (label) } input id=(id) name=(id) type="number" min="0" max=(max) step="any" required value=(value); }
        }
    };
    html! {
        section.panel.form.no-print {
            h2 { (l.pick("设置要求", "Set what is expected")) }
            form method="post" action={ "/policy" (scope) } {
                (csrf(&visitor.csrf))
                div.row.field {
                    div { label for="venues" { (l.pick("对象", "For")) }
                        select #venues name="venues" {
                            option value="" selected[fields.venues.is_empty()] { (l.pick("全站", "the whole station")) }
                            @for kind in kinds { option value=(kind.code()) selected[fields.venues == kind.code()] { (l.pick("全部", "every ")) (kind.label(l)) } }
                            @for venue in &known.venues { option value=(venue.id) selected[fields.venues == venue.id.to_string()] { (venue.name) } }
                        } }
                    div { label for="from" { (l.pick("从哪个月起", "From the month")) }
                        input #from name="from" type="month" required min=(known.this_month) value=(fields.from); }
                }
                div.row.field {
                    (number("visits_per_month", l.pick("每月次数", "Visits a month"), fields.visits_per_month.to_string(), 31))
                    (number("min_gap_days", l.pick("两次至少间隔（天）", "Days apart at least"), fields.min_gap_days.to_string(), 30))
                    div { label for="check_ins_count" { (l.pick("民警签到", "Police check-ins")) }
                        select #check_ins_count name="check_ins_count" {
                            option value="false" selected[!fields.check_ins_count] { (l.pick("不计入次数", "do not count")) }
                            option value="true" selected[fields.check_ins_count] { (l.pick("计入次数", "count")) }
                        } }
                }
                div.row.field {
                    (number("on_site_radius", l.pick("多近算到场（米）", "On site within (m)"), fields.on_site_radius.to_string(), 1000))
                    (number("near_school", l.pick("近学校（米）", "Near a school (m)"), fields.near_school.to_string(), 1000))
                    (number("near_kindergarten", l.pick("近幼儿园（米）", "Near a kindergarten (m)"), fields.near_kindergarten.to_string(), 1000))
                }
                div.row.field {
                    div { label for="opens" { (l.pick("网吧营业从", "Cafés open")) } input #opens name="opens" required maxlength="5" size="6" value=(fields.opens); }
                    div { label for="closes" { (l.pick("到", "until")) } input #closes name="closes" required maxlength="5" size="6" value=(fields.closes); }
                    div { label for="hours_severity" { (l.pick("不在规定时间营业", "Open at other hours")) }
                        select #hours_severity name="hours_severity" { @for severity in [Severity::N, Severity::R, Severity::S] {
                            @let code = serde_json::to_value(severity).ok();
                            option value=(code.as_ref().and_then(|code| code.as_str()).unwrap_or_default()) selected[severity == fields.hours_severity] { (severity.label(l)) }
                        } } }
                }
                button.button type="submit" { (l.pick("保存", "Save")) }
            }
        }
    }
}

//! What is expected: of the station, of a kind of its venues, of one venue; now and from a month on.
//!
//! - `form`: the form of what is expected; `vacations`: its rows of school vacations. `handling`: how findings are handled.

mod form;
mod handling;
mod vacations;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{
    DateRange, Locale, Month, Policy, PolicyFor, PolicyFrom, Venue, policy_for, policy_in,
};

use super::error::{PageError, PageResult};
use super::look::overtaken::{overtaken, seen, words};
use super::look::{Place, bad, csrf, dates, good, percent};
use super::visitor::{Posted, Visitor};
use crate::app::{App, AppState};
use crate::follow_ups;
use crate::places::venues;
use crate::policies::{self, in_place_of};
use crate::scope::Operation;
use crate::seen::{Kept, Seen};
use crate::store::reference;
use form::Fields;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/policy", get(show).post(set))
        .route("/policy/end", post(end))
        .route("/policy/findings", post(handling::set))
}

/// Why a form was not taken, in both languages.
type Wrong = (&'static str, &'static str);

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

    /// What is expected of some venues from a month on, or would be without what is set anew: what was set for them, also
    /// if it ended, else what holds for them too.
    fn expected(&self, venues: &PolicyFor, month: Month) -> Policy {
        if let Some(entry) = in_place_of(&self.history, venues, month) {
            return entry.policy.clone();
        }
        let venue = match venues {
            PolicyFor::Venue(id) => self.venues.iter().find(|venue| venue.id == *id),
            PolicyFor::Station | PolicyFor::Kind(_) => None,
        };
        let of_venue = |venue: &Venue| policy_for(&self.history, month, venue.id, &venue.kind);
        venue.map_or_else(|| policy_in(&self.history, month), of_venue)
    }

    /// The school vacations of the station, as they stand for a month.
    fn vacations(&self, month: Month) -> Vec<DateRange> {
        policy_in(&self.history, month).vacations
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

/// What is asked for; what cannot be read is as if it had not been said.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    done: String,
    /// [`PolicyFor::key`] of the venues whose policy is to be changed.
    #[serde(default, rename = "for")]
    venues: String,
    /// The month from which on it is.
    #[serde(default)]
    from: String,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    let known = Known::load(&app, &visitor).await?;
    let told = html! { @if asked.done == "kept" { (good(visitor.locale.pick("已保存。", "Saved."))) } };
    let venues = known.whose(&asked.venues).unwrap_or(PolicyFor::Station);
    // Months that are over stay as they are.
    let from = asked.from.parse().map_or(known.this_month, |month: Month| month.max(known.this_month));
    Ok(page(&visitor, &known, &Fields::of(&known, &venues, from), &told))
}

/// The form with what holds for the station now.
fn fields_now(known: &Known) -> Fields {
    Fields::of(known, &PolicyFor::Station, known.this_month)
}

async fn set(
    State(app): State<AppState>,
    Posted { visitor, form: fields }: Posted<Fields>,
) -> PageResult<Response> {
    let l = visitor.locale;
    let known = Known::load(&app, &visitor).await?;
    let read = match known.whose(&fields.venues) {
        None => Err(l.pick("没有这个场所或类型。", "There is no such venue or kind.").to_owned()),
        Some(_) if fields.from < known.this_month => Err(l
            .pick(
                "已经过去的月份不能改，请从本月或以后开始。",
                "Months that are over stay as they are: begin this month or later.",
            )
            .to_owned()),
        Some(venues) => fields.read(&venues, &known.vacations(fields.from), l).map(|policy| {
            // What was to end, ends.
            let until = in_place_of(&known.history, &venues, fields.from).and_then(|entry| entry.until);
            let until = until.filter(|until| *until > fields.from);
            PolicyFrom { from: fields.from, until, venues, policy }
        }),
    };
    let entry = match read {
        Ok(entry) => entry,
        Err(why) => return Ok(page(&visitor, &known, &fields, &bad(why)).into_response()),
    };
    if policies::set(&app, &visitor.caller, visitor.station.id, &entry, &fields.seen).await? == Kept::Done {
        return Ok(Redirect::to(&visitor.at("/policy", "done=kept")).into_response());
    }
    let known = Known::load(&app, &visitor).await?;
    let now = Fields::of(&known, &entry.venues, entry.from);
    let why = l.pick(
        "没有保存：这一对象从这个月起另有要求，您打开的不是它，或者别人刚刚改过。下面是它现在的要求，请对照后再改。",
        "Not saved: for these venues something else is set from that month on than you opened, or somebody has just \
         changed it. It is below as it stands now; compare, and change it again.",
    );
    let told = overtaken(why, &now.in_words(l), &fields.in_words(l), l);
    Ok(page(&visitor, &known, &now, &told).into_response())
}

#[derive(Deserialize)]
struct End {
    venues: String,
    from: Month,
    until: Month,
    /// The entry that was shown.
    #[serde(default)]
    seen: Seen,
}

async fn end(State(app): State<AppState>, Posted { visitor, form }: Posted<End>) -> PageResult<Response> {
    let known = Known::load(&app, &visitor).await?;
    let entry =
        known.history.iter().find(|entry| entry.venues.key() == form.venues && entry.from == form.from);
    let entry = entry.ok_or_else(PageError::not_found)?;
    let ended = PolicyFrom { until: Some(form.until), ..entry.clone() };
    if policies::set(&app, &visitor.caller, visitor.station.id, &ended, &form.seen).await? == Kept::Done {
        return Ok(Redirect::to(&visitor.at("/policy", "done=kept")).into_response());
    }
    let known = Known::load(&app, &visitor).await?;
    Ok(page(&visitor, &known, &fields_now(&known), &bad(words(visitor.locale))).into_response())
}

fn page(visitor: &Visitor, known: &Known, fields: &Fields, told: &Markup) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("工作要求", "what is expected")) }
            p.quiet { (l.pick("某个场所的要求优先于其类型的要求，类型的优先于全站的。手机下次同步后照此计算。",
                "A venue's own stands before its kind's, and that before the station's. Phones follow at their next sync.")) }
        } }
        (told)
        (entries(visitor, known))
        (form::form(visitor, known, fields))
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
                th scope="col" { (l.pick("学校放假", "School vacations")) }
                th.no-print scope="col" { (l.pick("操作", "Action")) }
            } }
            tbody {
                @if known.history.iter().all(|entry| !entry.venues.is_station()) { tr {
                    th scope="row" { (l.pick("全站", "the whole station")) } td { (l.pick("默认", "default")) }
                    (cells(&Policy::default(), l)) td { (vacations::in_list(&[], l)) } td.no-print { (change(visitor, &PolicyFor::Station, known.this_month)) }
                } }
                @for entry in &known.history { tr {
                    th scope="row" { (known.words(&entry.venues, l)) }
                    td.nowrap { (dates::month(entry.from, l))
                        @if let Some(until) = entry.until { span.quiet { (l.pick("到 ", "before ")) (dates::month(until, l)) (l.pick(" 前", "")) } } }
                    (cells(&entry.policy, l))
                    td { @if entry.venues.is_station() { (vacations::in_list(&entry.policy.vacations, l)) }
                        @else { (l.pick("随全站", "as the station")) } }
                    td.no-print {
                    // One that another has taken the place of is not to be changed any more.
                    @if in_place_of(&known.history, &entry.venues, entry.from.max(known.this_month)) == Some(entry) {
                        (change(visitor, &entry.venues, entry.from))
                    }
                    @if !entry.venues.is_station() && entry.until.is_none() {
                        details {
                            summary { (l.pick("取消…", "End…")) }
                            form method="post" action={ "/policy/end" (scope) } {
                                (csrf(&visitor.csrf))
                                input type="hidden" name="venues" value=(entry.venues.key());
                                (seen(&Seen::of(Some(entry))))
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

/// The way to the form with what was set for some venues from a month on.
fn change(visitor: &Visitor, venues: &PolicyFor, from: Month) -> Markup {
    let path = visitor.at("/policy", &format!("for={}&from={from}", percent(&venues.key())));
    html! { a href={ (path) "#set" } { (visitor.locale.pick("修改…", "Change…")) } }
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

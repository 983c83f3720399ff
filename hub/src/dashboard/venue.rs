//! A venue's page: where it stands, its history, what was found, what is expected, and how far schools are.

mod earlier;
mod history;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{
    CoverageState, FollowUp, Handling, Locale, Metres, Month, Policy, PolicyFor, ReferenceDistance, School,
    Tally, Venue, VenueId, VenueKind, VisitKind, entry_for,
};

use self::earlier::Earlier;
use super::coverage::{Line, lines, visit_line, visits};
use super::error::{Named, PageError, PageResult};
use super::findings::{Drawn, way};
use super::items;
use super::look::signs::{self, Standing};
use super::look::{Place, dates, percent};
use super::record::{Stretch, note_look, photos, review_state, stretch};
use super::visitor::{Names, Visitor};
use crate::app::{App, AppState};
use crate::follow_ups::{self, MadeBy, Within, about_minors};
use crate::places;
use crate::records::Told;
use crate::scope::Operation;
use crate::store::{Key as _, RowExt as _, month_number, reference};

/// Findings that are settled and still shown.
const SETTLED: usize = 20;
/// Schools that are named though none is near.
const SCHOOLS: usize = 3;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/venues/{id}", get(show)).route("/venues/{id}/history", get(history::show))
}

#[derive(Deserialize)]
struct Asked {
    month: Option<String>,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<VenueId>,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    let today = app.world.clock.now().day();
    let month = asked.month.and_then(|text| text.parse().ok()).unwrap_or(Month::of(today));
    let page = load(&app, &visitor, id, month, today).await?;
    let may = visitor.may(Operation::FollowUp);
    let drawn = Drawn {
        visitor: &visitor,
        names: &page.names,
        made_by: &page.made_by,
        today,
        handling: &page.handling,
        may,
        not_taken: None,
    };
    let minors_found = page.findings.iter().any(|found| about_minors(&visitor.lists, &found.finding.item));
    if minors_found || page.history.visits.iter().any(|told| told.about_minors(&visitor.lists)) {
        note_look(&app, &visitor, &id.to_string()).await?;
    }
    for earlier in &page.earlier {
        earlier.note_look(&app, &visitor).await?;
    }
    Ok(visitor.page(Some(Place::Coverage), page.venue.name.as_str(), &view(&page, &drawn)))
}

struct Page {
    venue: Venue,
    month: Month,
    today: NaiveDate,
    policy: Policy,
    /// Which venues that policy is for, and since when; none if it is the default.
    policy_of: Option<(PolicyFor, Month)>,
    tally: Tally,
    state: CoverageState,
    lines: Vec<Line>,
    history: Stretch,
    /// What was found there and what became of it, the most needed first.
    findings: Vec<FollowUp>,
    made_by: MadeBy,
    names: Names,
    handling: Handling,
    /// The nearest first.
    schools: Vec<(Metres, School)>,
    /// What it brings along from where it was before.
    earlier: Vec<Earlier>,
}

async fn load(app: &App, visitor: &Visitor, id: VenueId, month: Month, today: NaiveDate) -> PageResult<Page> {
    let station = visitor.station.id;
    let mut db = app.store.snapshot().await?;
    let row = sqlx::query(
        "SELECT v.body AS venue, t.body AS tally FROM venues v \
         LEFT JOIN tallies t ON t.station_id = v.station_id AND t.month = $1 AND t.venue_id = v.venue_id \
         WHERE v.station_id = $2 AND v.venue_id = $3",
    )
    .bind(month_number(month))
    .bind(station.key())
    .bind(id.key())
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(PageError::not_found)?;
    let venue: Venue = row.json("venue")?;
    let policies = reference::policies(&mut db, station).await?;
    let entry = entry_for(&policies, month, venue.id, &venue.kind);
    let policy_of = entry.map(|entry| (entry.venues.clone(), entry.from));
    let policy = entry.map_or_else(Policy::default, |entry| entry.policy.clone());
    let tally = row.opt_json("tally")?.unwrap_or_else(|| Tally::of(&[], &venue.life, &policy, month));
    let visits = visits(&mut db, station, std::iter::once(&tally)).await?;
    let history = stretch(&mut db, station, id, None).await?;
    let findings = follow_ups::load(&mut db, station, Within::Venue(id)).await?;
    let acted = findings.iter().flat_map(|way| &way.steps).map(|step| step.by);
    let names = Names::of(&mut db, station).await?.with(&mut db, acted).await?;
    let made_by = MadeBy::of(&mut db, station, &visitor.lists, &findings).await?;
    let handling = follow_ups::handling(&mut db, station).await?;
    let mut schools = Vec::new();
    if let Some(at) = venue.position {
        for school in places::known_schools(&mut db, station).await? {
            if school.open_on(today) {
                schools.push((school.distance_from(at), school));
            }
        }
        schools.sort_by(|(a, _), (b, _)| a.0.total_cmp(&b.0));
        let near = schools.iter().filter(|(metres, school)| policy.is_near(school.level, *metres)).count();
        schools.truncate(near.max(SCHOOLS));
    }
    let may_read_earlier = visitor.may(Operation::ReadEarlier);
    Ok(Page {
        earlier: if may_read_earlier {
            Earlier::of(&mut db, &visitor.lists, station, id).await?
        } else {
            Vec::new()
        },
        state: tally.state(&venue.life, &policy, today),
        lines: lines(&tally, &visits, &names),
        venue,
        month,
        today,
        policy,
        policy_of,
        tally,
        history,
        findings,
        made_by,
        names,
        handling,
        schools,
    })
}

fn view(page: &Page, drawn: &Drawn<'_>) -> Markup {
    let venue = &page.venue;
    let (l, scope) = (drawn.visitor.locale, drawn.visitor.scope());
    let scope = scope.as_str();
    html! {
        a.back.no-print href=(drawn.visitor.at("/coverage", &format!("month={}", page.month))) {
            "‹ " (dates::month(page.month, l)) " " (l.pick("覆盖", "coverage"))
        }
        div.head { div {
            h1 { (venue.name) }
            p.quiet { (venue.kind.label(l)) @if !venue.address.as_str().is_empty() { " · " (venue.address) } }
        }
            a.button.plain-button.no-print href={ "/venues/" (venue.id) "/placard" (scope) } { (l.pick("打印标牌", "Placard")) }
        }
        div.columns {
            div {
                section.panel {
                    h2 { (dates::month(page.month, l)) }
                    p {
                        (signs::state(Standing::of(page.state), l))
                        @if let Some(words) = page.state.last_day_words(l) { " " (words) }
                        " · " (page.tally.counted()) " / " (page.tally.required) " " (l.pick("次", "visits"))
                    }
                    @if page.lines.is_empty() { p.not { (l.pick("本月还没有人去过。", "Nobody has been there this month.")) } }
                    @else { ul.visits { @for line in &page.lines { (visit_line(line, scope, l)) } } }
                    (expected(page, l))
                }
                (findings(page, drawn))
                section.panel {
                    h2 { (l.pick("历次检查与签到", "History")) }
                    @if page.history.visits.is_empty() { p.empty { (l.pick("还没有记录。", "There are no records yet.")) } }
                    ul.history { @for told in &page.history.visits { (record(told, &venue.kind, &page.names, drawn.visitor)) } }
                    (history::older(venue.id, 0, page.history.older, drawn.visitor))
                }
                @for earlier in &page.earlier { (earlier.view(venue, drawn.visitor)) }
            }
            (schools(page, l))
        }
    }
}

/// What is expected there that month, and who says so.
fn expected(page: &Page, l: Locale) -> Markup {
    let policy = &page.policy;
    let whose = match page.policy_of.as_ref().map(|(whose, _)| whose) {
        None => l.pick("默认", "the default"),
        Some(PolicyFor::Station) => l.pick("全站", "of the whole station"),
        Some(PolicyFor::Kind(_)) => l.pick("这一类型", "of this kind"),
        Some(PolicyFor::Venue(_)) => l.pick("本场所单独", "of this venue alone"),
    };
    html! {
        p.quiet {
            (l.pick("工作要求（", "Expected (")) (whose)
            @if let Some((_, from)) = &page.policy_of { (l.pick("，自 ", ", from ")) (dates::month(*from, l)) }
            (l.pick("）：每月 ", "): visits a month: ")) (policy.visits_per_month)
            (l.pick(" 次，至少相隔 ", "; days apart: ")) (policy.min_gap_days)
            (l.pick(" 天；民警签到", "; check-ins of the police "))
            @if policy.check_ins_count { (l.pick("计入", "count")) } @else { (l.pick("不计", "do not count")) }
            (l.pick("；到场 ", "; on site within ")) (policy.on_site_radius.text(l))
            @if page.venue.kind == VenueKind::InternetCafe {
                (l.pick("；网吧营业 ", "; café hours ")) (policy.cafe_hours.opens_text()) "–" (policy.cafe_hours.closes_text())
            }
        }
    }
}

/// What was found and its way: all that is not settled, and the last that is.
fn findings(page: &Page, drawn: &Drawn<'_>) -> Markup {
    let l = drawn.visitor.locale;
    let (settled, open): (Vec<_>, Vec<_>) = page.findings.iter().partition(|found| found.stage.is_settled());
    let back = format!("venue={}", percent(page.venue.name.as_str()));
    html! {
        @if !page.findings.is_empty() {
            section.panel {
                h2 { (l.pick("问题与整改", "Findings and what became of them")) }
                @if open.is_empty() { p.counts { i.sign aria-hidden="true" { "✓" } (l.pick("没有未办结的问题。", "Nothing is open.")) } }
                ul.history { @for found in open { (way(found, None, true, &back, drawn)) } }
                @if !settled.is_empty() {
                    details {
                        summary { (l.pick("以前的问题", "Earlier findings")) " · " (settled.len()) }
                        ul.history { @for found in settled.iter().rev().take(SETTLED) { (way(found, None, true, &back, drawn)) } }
                    }
                }
            }
        }
    }
}

fn record(told: &Told, kind: &VenueKind, names: &Names, visitor: &Visitor) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let address = format!("/records/{}{scope}", told.visit.record);
    html! {
        li {
            (visit(told, kind, names, Some(&address), visitor))
            @if let Some(record) = told.content.record() {
                div.quiet { @for (number, reason) in record.evidence().reasons.iter().enumerate() {
                    @if number > 0 { (l.pick("；", "; ")) } (reason.sentence(l))
                } }
            }
            @if !told.photos.is_empty() { (photos(&told.photos.iter().collect::<Vec<_>>(), told.made_by(&visitor.lists, kind), visitor)) }
        }
    }
}

/// When somebody was there, at a venue of what kind, who, and what was found; `address` is the record's, for those
/// who may open it.
fn visit(told: &Told, at: &VenueKind, names: &Names, address: Option<&str>, visitor: &Visitor) -> Markup {
    let (l, visit) = (visitor.locale, &told.visit);
    let moment = dates::moment(visit.happened_at, l);
    html! {
        h3 {
            @if let Some(address) = address { a href=(address) { (moment) } } @else { (moment) }
            @if visit.kind == VisitKind::CheckIn { span { (l.pick("签到", "check-in")) } } @else { (review_state(&visit.review, l)) }
            (signs::grade(visit.grade, l))
        }
        div { (names.team(visit.member, &visit.companions).join(l.pick("、", ", "))) }
        @if !visit.findings.is_empty() {
            (items::findings(&visitor.lists, told.made_by(&visitor.lists, at), told, l))
        } @else if visit.kind == VisitKind::Inspection {
            div.counts { i.sign aria-hidden="true" { "✓" } (l.pick("未发现问题", "Nothing was found")) }
        }
    }
}

/// Distances for people to judge by; what follows from them is not for this program to say.
fn schools(page: &Page, l: Locale) -> Markup {
    html! {
        section.panel {
            h2 { (l.pick("附近学校", "Schools around")) }
            @if page.venue.position.is_none() {
                p { (l.pick("场所位置未登记，无法计算距离。", "The venue's position is not on file, so no distance is computed.")) }
            } @else if page.schools.is_empty() {
                p { (l.pick("本站没有登记学校，邻站一公里内也没有。", "No schools are on file at this station, nor at its neighbours within a kilometre.")) }
            }
            @if !page.schools.is_empty() { ul.history { @for (metres, school) in &page.schools {
                @let near = page.policy.is_near(school.level, *metres);
                li {
                    h3 { (school.name)
                        @if near { span.state.due { i aria-hidden="true" { "●" } (l.pick("近学校", "near a school")) } }
                    }
                    div.quiet { (school.level.label(l))
                        @if school.station != page.venue.station { " · " (l.pick("邻站登记", "kept by another station")) }
                    }
                    div { (ReferenceDistance::computed(*metres, page.today).text(l)) }
                    @if near { div.quiet { (l.pick("本站关注范围：", "The station looks closer within ")) (page.policy.near(school.level).text(l)) } }
                }
            } } }
            p.quiet { (l.pick(
                "参考距离只供工作参考，不作为认定依据；各地量法不同，以主管部门为准。",
                "Reference distances help the work and decide nothing; ways of measuring differ, and the authorities' is the one that holds.",
            )) }
        }
    }
}

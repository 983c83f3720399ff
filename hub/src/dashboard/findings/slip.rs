//! The slip (交接单) that a finding is handed over with: one sheet of A4 for the police, the culture
//! department or whoever can have it mended. It says what was seen, and of minors no more than a number.

use axum::extract::State;
use maud::{Markup, html};
use xuncha_core::domain::{FollowUp, Handling, ItemId, Locale, RecordId, Route, Venue};

use super::follow_ups;
use crate::app::AppState;
use crate::dashboard::error::{Named, PageError, PageResult};
use crate::dashboard::items;
use crate::dashboard::look::{Place, dates, signs};
use crate::dashboard::visitor::Visitor;
use crate::places::venue;
use crate::records::{Told, told_of};

pub(super) async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named((record, item)): Named<(RecordId, ItemId)>,
) -> PageResult<Markup> {
    let station = visitor.station.id;
    let mut db = app.store.snapshot().await?;
    let way = follow_ups::find(&mut db, station, record, &item).await?.ok_or_else(PageError::not_found)?;
    let told = told_of(&mut db, station, record).await?.ok_or_else(PageError::not_found)?;
    let venue = venue(&mut db, station, way.venue).await?;
    let handling = follow_ups::handling(&mut db, station).await?;
    drop(db);
    follow_ups::note_look(&app, &visitor.caller, station, [&way], &record.to_string(), false).await?;
    let slip = Slip {
        way: &way,
        told: &told,
        venue: &venue,
        handling: &handling,
        today: app.world.clock.now().day(),
    };
    Ok(visitor.page(
        Some(Place::Findings),
        visitor.locale.pick("问题交接单", "Hand-over slip"),
        &page(&slip, &visitor),
    ))
}

struct Slip<'a> {
    way: &'a FollowUp,
    told: &'a Told,
    venue: &'a Venue,
    handling: &'a Handling,
    today: chrono::NaiveDate,
}

fn page(slip: &Slip<'_>, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let Slip { way, told, venue, handling, today } = *slip;
    let item = visitor.lists.item(told.made_by(&visitor.lists, &venue.kind), &way.finding.item);
    html! {
        a.back.no-print href=(visitor.at("/findings", "")) { "‹ " (l.pick("问题台", "Findings")) }
        p.quiet.no-print { (l.pick("用浏览器的打印功能打印，一张 A4。", "Print it with the browser; it is one sheet of A4.")) }
        article.panel.slip {
            h1 { (l.pick("问题交接单", "Hand-over slip")) }
            p.quiet { (visitor.station.sub_bureau) " · " (visitor.station.name) " · " (l.pick("记录回执号 ", "receipt no. ")) (told.receipt) }
            dl {
                dt { (l.pick("转交给", "To")) } dd { (routes(way.handed_to(), handling, l)) }
                dt { (l.pick("场所", "Venue")) } dd { (venue.name) " · " (venue.kind.label(l)) }
                @if !venue.address.as_str().is_empty() { dt { (l.pick("地址", "Address")) } dd { (venue.address) } }
                dt { (l.pick("发现时间", "Seen at")) } dd { (dates::moment(way.found_at, l)) }
                dt { (l.pick("轻重", "Severity")) } dd { (signs::severity(way.finding.severity, l))
                    @if way.finding.repeated { (l.pick("（此前检查也有）", " (found before too)")) } }
                dt { (l.pick("检查内容", "Asked")) } dd { (items::question(item, &way.finding.item, l)) }
                @let inspection = told.content.inspection();
                @let answer = inspection.and_then(|told| told.answers.iter().find(|answer| answer.item == way.finding.item));
                @if let Some(answer) = answer { dt { (l.pick("看到的情况", "Seen")) } dd { (items::answer(answer, item, l)) } }
                @if let Some(item) = item { @if !item.basis.is_empty() {
                    dt { (l.pick("参考条款", "For reference")) }
                    dd { (item.basis.iter().map(|basis| basis.cite(l)).collect::<Vec<_>>().join(l.pick("；", "; "))) }
                } }
                @for step in &way.steps {
                    dt { (dates::day(step.at.day(), l)) } dd { (step.act.words(l))
                        @if let Some(note) = &step.note { (l.pick("：", ": ")) (note) } }
                }
                @if let Some(due) = way.due { dt { (l.pick("希望回复日期", "An answer is asked for by")) } dd { (dates::full_day(due, l)) } }
            }
            p { (l.pick(
                "以上是志愿者到场看到的情况，供贵单位核实；是否成立、如何处理，由主管部门认定。",
                "This is what volunteers saw on the spot, for you to verify; what it amounts to is for the authorities to say.",
            )) }
            div.signatures {
                div { (l.pick("转交人（签名）：", "Handed over by: ")) }
                div { (l.pick("接收人（签名）：", "Received by: ")) }
                div { (l.pick("转交日期：", "Date: ")) (dates::full_day(today, l)) }
                div { (l.pick("接收日期：", "Date received: ")) }
            }
            // Who is in danger calls these two, whatever numbers a station has of its own.
            p.quiet {
                (l.pick("危险、赌博、毒品请拨打 110；火险请拨打 119；文化市场问题可拨打 ", "Danger, gambling, drugs: 110. Fire: 119. Culture and markets: "))
                (handling.contact(Route::Hotline12345).unwrap_or_default())
                (l.pick("。本单不写未成年人姓名、学校。", ". No minor is named here, nor a school."))
            }
        }
    }
}

/// The one it was handed over to, or all of them with boxes to tick.
fn routes(handed_to: Option<Route>, handling: &Handling, l: Locale) -> Markup {
    let number =
        |route: Route| handling.contact(route).map(|number| format!("（{number}）")).unwrap_or_default();
    html! {
        @match handed_to {
            Some(route) => { (route.label(l)) (number(route)) }
            None => { @for route in Route::ALL { span.tick { "□ " (route.label(l)) (number(route)) } " " } }
        }
    }
}

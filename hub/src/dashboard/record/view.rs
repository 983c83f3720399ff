//! How a record is drawn.

use maud::{Markup, html};
use xuncha_core::domain::{Fix, Locale, Note, Review, Severity, VisitKind, is_peak_for_minors};
use xuncha_core::wire::{Fact, Record, ReviewState};

use super::answers::answers;
use super::load::Page;
use super::map::map;
use super::{NotTaken, Why};
use crate::dashboard::items;
use crate::dashboard::look::{bad, csrf, dates, percent, signs};
use crate::dashboard::visitor::Visitor;
use crate::records::Content;
use crate::scope::Operation;

/// The page.
pub(super) fn page(page: &Page, visitor: &Visitor, not_taken: Option<&NotTaken>) -> Markup {
    let l = visitor.locale;
    let (told, scope) = (&page.told, visitor.scope());
    let visit = &told.visit;
    let venue = page.venue.as_ref().map_or("—", |venue| venue.name.as_str());
    let by = page.venue.as_ref().and_then(|venue| told.made_by(&visitor.lists, &venue.kind));
    html! {
        a.back.no-print href={ "/reviews" (scope) } { "‹ " (l.pick("待审核", "To review")) }
        div.head { div {
            h1 { (venue) " · " (dates::moment(visit.happened_at, l)) }
            p.quiet {
                (kind(visit.kind, l)) " · " (page.names.team(visit.member, &visit.companions).join(l.pick("、", ", ")))
                " · " (signs::grade(visit.grade, l)) " · " (review_state(&visit.review, l))
            }
        } }
        @if let Some(not_taken) = not_taken.filter(|not_taken| not_taken.why == Why::Overtaken) {
            (bad(overtaken(page, not_taken, l)))
        }
        @if let Some(newer) = page.corrected_by {
            p.told.due { i.sign aria-hidden="true" { "!" } (l.pick("这条记录已有更正：", "This record has a correction: "))
                a href={ "/records/" (newer) (scope) } { (l.pick("查看更正", "see it")) } }
        }
        @if let Some(older) = visit.corrects {
            p.told.due { i.sign aria-hidden="true" { "!" } (l.pick("这是一条更正，原记录：", "This is a correction of: "))
                a href={ "/records/" (older) (scope) } { (l.pick("查看原记录", "the earlier record")) } }
        }
        div.columns {
            div {
                @if !visit.findings.is_empty() {
                    section.panel {
                        h2 { (l.pick("发现", "Found")) }
                        (items::findings(&visitor.lists, by, told, l))
                        p.no-print { a href=(visitor.at("/findings", &format!("venue={}", percent(venue)))) { (l.pick("在问题台处理 ›", "Follow up ›")) } }
                        @if visit.findings.iter().any(|finding| finding.severity == Severity::S) {
                            p.quiet { (l.pick("紧急事项应已当场告知社区民警或拨打110，请核实。",
                                "Urgent things should have gone to the community police or 110 at once; please make sure.")) }
                        }
                    }
                }
                (content(page, visitor))
            }
            div {
                (review(page, visitor, not_taken))
                (facts(page, visitor))
            }
        }
    }
}

fn kind(kind: VisitKind, l: Locale) -> &'static str {
    match kind {
        VisitKind::Inspection => l.pick("检查", "Inspection"),
        VisitKind::CheckIn => l.pick("签到", "Check-in"),
    }
}

/// Where a review stands: sign and words.
pub(in crate::dashboard) fn review_state(review: &Review, l: Locale) -> Markup {
    let (class, sign, words) = match review {
        Review::Pending => ("due", "●", l.pick("待审核", "to review")),
        Review::Approved => ("met", "✓", l.pick("已通过", "approved")),
        Review::Returned { .. } => ("late", "↩", l.pick("已退回", "returned")),
    };
    html! { span class={ "state " (class) } { i aria-hidden="true" { (sign) } (words) } }
}

fn content(page: &Page, visitor: &Visitor) -> Markup {
    let (l, told) = (visitor.locale, &page.told);
    let record = match &told.content {
        Content::There(record) => record,
        Content::Erased => {
            return html! { section.panel { p.empty { (l.pick("内容已按期限或应要求删除，只留下它曾经存在的证明。",
            "Its content was erased as the rules ask; only the proof that it was there remains.")) } } };
        }
        Content::Unreadable => {
            return bad(l.pick(
                "内容读不出来，并不是按期限删除的。请系统管理员运行 xuncha verify 检查。现在不能通过；可以退回，请志愿者重新提交。",
                "Its content can't be read, though nobody erased it. Ask the administrator to run xuncha verify. It can't be \
                 approved; it can be returned, so that the volunteer sends it once more.",
            ));
        }
    };
    match &record.fact {
        Fact::Inspection(inspection) => answers(inspection, page.last_time.as_ref(), &told.photos, visitor),
        Fact::CheckIn(check_in) => html! { section.panel {
            h2 { (l.pick("签到", "Check-in")) }
            p { (check_in.note.as_ref().map_or(l.pick("没有备注。", "No remark."), Note::as_str)) }
        } },
    }
}

/// That somebody else was faster, what they decided, and what was typed, which may have no form any more.
fn overtaken(page: &Page, not_taken: &NotTaken, l: Locale) -> Markup {
    let stands = match &page.told.visit.review {
        Review::Pending => l.pick("待审核", "to review"),
        Review::Approved => l.pick("已通过", "approved"),
        Review::Returned { .. } => l.pick("已退回", "returned"),
    };
    html! {
        (l.pick("您的审核没有保存：这条记录刚刚已由别人审核，现在是“", "Your review was not kept: somebody else has just reviewed this record, and it is “"))
        (stands) (l.pick("”", "” now"))
        @if let Some((who, _)) = &page.reviewed { (l.pick("（", " (")) (who) (l.pick("）", ")")) }
        (l.pick("。", "."))
        @if !not_taken.reason.trim().is_empty() {
            (l.pick("您填写的退回原因：“", " The reason you typed: “")) (not_taken.reason) "”"
        }
    }
}

fn review(page: &Page, visitor: &Visitor, not_taken: Option<&NotTaken>) -> Markup {
    let l = visitor.locale;
    let visit = &page.told.visit;
    let action = format!("/records/{}/review{}", visit.record, visitor.scope());
    let seen = ReviewState::of(&visit.review).code();
    html! {
        section.panel {
            h2 { (l.pick("审核", "Review")) }
            p { (review_state(&visit.review, l))
                @if let Some((who, when)) = &page.reviewed { " " span.quiet-inline { (who) " · " (dates::moment(*when, l)) } }
            }
            @if let Review::Returned { reason } = &visit.review { p { (l.pick("退回原因：", "Reason: ")) (reason) } }
            @if visitor.may(Operation::Review) && visit.kind == VisitKind::Inspection {
                // Nobody approves what nobody can read.
                @if visit.review != Review::Approved && !page.told.content.is_unreadable() {
                    form.field method="post" action=(action) {
                        (csrf(&visitor.csrf))
                        input type="hidden" name="seen" value=(seen);
                        button.button type="submit" name="decision" value="approved" { "✓ " (l.pick("通过", "Approve")) }
                    }
                }
                @if !visit.review.is_returned() {
                    form method="post" action=(action) {
                        (csrf(&visitor.csrf))
                        input type="hidden" name="seen" value=(seen);
                        label for="reason" { (l.pick("退回原因（志愿者会看到）", "Reason to return it (the volunteer reads it)")) }
                        @if not_taken.is_some_and(|not_taken| not_taken.why == Why::Reason) {
                            (bad(l.pick("请写明退回原因，最多 300 个字。", "Say why it is returned, in 300 characters at most.")))
                        }
                        div.field { textarea #reason name="reason" maxlength="300" required
                            placeholder=(l.pick("例如：入口标志的照片看不清，请下次补拍", "e.g. the sign can't be read in the photo")) {
                            (not_taken.map_or("", |not_taken| &not_taken.reason))
                        } }
                        button.button.warn type="submit" name="decision" value="returned" { "↩ " (l.pick("退回", "Return")) }
                    }
                }
            }
        }
    }
}

fn facts(page: &Page, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let told = &page.told;
    let moment = told.visit.moment();
    html! {
        section.panel {
            h2 { (l.pick("现场凭据", "Evidence")) }
            p { (signs::grade(told.visit.grade, l)) }
            @if let Some(evidence) = told.content.record().map(Record::evidence) {
                ul.plain { @for reason in &evidence.reasons { li { (reason.sentence(l)) } } }
            }
            @if told.positions_erased { p.quiet { (l.pick("位置已按期限删除。", "The position was erased after its time.")) } }
            @if let Some(record) = told.content.record() { (map(page.venue.as_ref(), fix(record), &page.schools, l)) }
        }
        section.panel {
            h2 { (l.pick("来源", "Origin")) }
            dl {
                dt { (l.pick("回执号", "Receipt no.")) } dd { (told.receipt) }
                @if let Some(record) = told.content.record() {
                    @if let Some(inspection) = record.inspection() {
                        dt { (l.pick("检查时间", "Inspected")) }
                        dd { (dates::moment(record.set_right(inspection.started_at), l)) " – "
                            (record.set_right(inspection.finished_at).shanghai().format("%H:%M")) }
                        dt { (l.pick("当天", "That day")) }
                        dd { (inspection.day_type.label(l))
                            @if is_peak_for_minors(moment, inspection.day_type, &page.vacations) {
                                " · " (l.pick("未成年人较多的时段", "a time when minors are likely to be about"))
                            }
                        }
                        @if let Some(hours) = page.hours {
                            dt { (l.pick("规定营业时间", "Hours by rule")) }
                            dd { (hours)
                                @if !hours.is_open_lawfully(moment.time_of_day()) {
                                    " · " (l.pick("检查开始时在此以外", "the inspection began outside them"))
                                }
                            }
                        }
                    }
                    dt { (l.pick("手机封存", "Sealed")) } dd { (dates::moment(record.set_right(record.sealed_at), l)) }
                }
                dt { (l.pick("收到", "Received")) } dd { (dates::moment(told.received_at, l)) }
                @if let Some(phone) = &page.phone { dt { (l.pick("手机", "Phone")) } dd { (phone) } }
            }
            @if visitor.may(Operation::KeepLedger) { p.no-print {
                a href={ (visitor.at("/ledger", &format!("record={}", told.visit.record))) "#add" } { (l.pick("记入台账", "Enter in the ledger")) }
            } }
        }
    }
}

/// The one reading of the position, if there was one.
const fn fix(record: &Record) -> Option<&Fix> {
    match &record.fact {
        Fact::Inspection(inspection) => inspection.fix.as_ref(),
        Fact::CheckIn(check_in) => check_in.fix.as_ref(),
    }
}

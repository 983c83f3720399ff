//! What was answered, item by item, beside what was answered at the inspection before.

use chrono::NaiveDate;
use maud::{Markup, html};
use xuncha_core::domain::{Checklist, Checklists, Inspection, ItemAnswer, ItemId, Locale};
use xuncha_core::wire::{ToldPhoto, Whereabouts};

use crate::dashboard::items;
use crate::dashboard::look::dates;
use crate::dashboard::visitor::Visitor;

/// Every item; `before` is the venue's inspection before, if there was one.
pub(super) fn answers(
    inspection: &Inspection,
    before: Option<&(NaiveDate, Box<Inspection>)>,
    all: &[ToldPhoto],
    visitor: &Visitor,
) -> Markup {
    let l = visitor.locale;
    let by = made_by(&visitor.lists, inspection);
    let of = |item: Option<&ItemId>| {
        all.iter().filter(move |photo| photo.item.as_ref() == item).collect::<Vec<_>>()
    };
    html! {
        section.panel {
            h2 { (l.pick("逐项回答", "Answers")) }
            div.wide-table { table.answers {
                thead { tr {
                    th scope="col" { (l.pick("检查内容", "Asked")) }
                    th scope="col" { (l.pick("这次", "This time")) }
                    @if let Some((day, _)) = before {
                        th scope="col" { (l.pick("上次", "Last time")) span.quiet { (dates::day(*day, l)) } }
                    }
                } }
                tbody { @for answer in &inspection.answers {
                    @let item = visitor.lists.item(by, &answer.item);
                    tr {
                        th scope="row" { (items::question(item, &answer.item, l))
                            @if let Some(item) = item { span.quiet { (cited(item, l)) } }
                        }
                        td { (items::answer(answer, item, l))
                            @let photos_here = of(Some(&answer.item));
                            @if !photos_here.is_empty() { (photos(&photos_here, by, visitor)) }
                        }
                        @if let Some((_, before)) = before { (last_time(answer, before, visitor)) }
                    }
                } }
            } }
            @let others = of(None);
            @if !others.is_empty() { h2 { (l.pick("其他照片", "Other photos")) } (photos(&others, by, visitor)) }
        }
    }
}

fn made_by<'a>(lists: &'a Checklists, inspection: &Inspection) -> Option<&'a Checklist> {
    lists.find(&inspection.checklist.code, inspection.checklist.version).map(|list| &**list)
}

/// What was answered then; that it is another answer now is said in words.
fn last_time(now: &ItemAnswer, before: &Inspection, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let then = before.answers.iter().find(|answer| answer.item == now.item);
    html! {
        td { @match then {
            None => { span.not { (l.pick("没有这一项", "Not asked")) } }
            Some(then) => {
                (items::answer(then, visitor.lists.item(made_by(&visitor.lists, before), &then.item), l))
                @if then.answer != now.answer { " " span.changed { (l.pick("有变化", "changed")) } }
            }
        } }
    }
}

fn cited(item: &xuncha_core::domain::Item, l: Locale) -> String {
    let cited: Vec<String> = item.basis.iter().map(|basis| basis.cite(l)).collect();
    cited.join(l.pick("；", "; "))
}

/// Photos of an inspection by a checklist: those that have come, and a place for those on their way.
pub(in crate::dashboard) fn photos(
    photos: &[&ToldPhoto],
    by: Option<&Checklist>,
    visitor: &Visitor,
) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        ul.photos {
            @for ToldPhoto { id, item, whereabouts, .. } in photos {
                @let words = item.as_ref().map_or(l.pick("场所照片", "Photo of the venue"), |id| items::question(visitor.lists.item(by, id), id, l));
                @match whereabouts {
                    Whereabouts::Here => li { a href={ "/photos/" (id) (scope) } { img src={ "/photos/" (id) "/small" (scope) } alt=(words) loading="lazy" width="168" height="126"; } }
                    Whereabouts::OnItsWay => li.wait { (l.pick("照片上传中", "Photo on its way")) }
                    Whereabouts::Erased => li.wait { (l.pick("照片已按期限删除", "Photo erased after its time")) }
                }
            }
        }
    }
}

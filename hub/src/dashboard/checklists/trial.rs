//! What came of a file that was tried: every bad line of it, or what it would change and the way to put it in force.

use maud::{Markup, html};
use xuncha_core::domain::{Checklist, Locale};

use super::{all, compare, preview};
use crate::app::App;
use crate::dashboard::look::{self, csrf};
use crate::dashboard::visitor::Visitor;
use crate::import::checklist::BadLine;
use crate::scope::Operation;

/// All that is wrong with a file.
pub(super) fn bad(lines: &[BadLine], l: Locale) -> Markup {
    html! {
        (look::bad(html! {
            (l.pick("这个文件不能用，有误的地方：", "This file can't be used. What is wrong with it: ")) (lines.len())
        }))
        div.sheet { table {
            thead { tr {
                th.number scope="col" { (l.pick("行", "Line")) }
                th scope="col" { (l.pick("哪里", "Where")) }
                th scope="col" { (l.pick("为什么", "Why")) }
            } }
            tbody { @for bad in lines { tr {
                td.number { @match bad.line { Some(line) => { (line) } None => { span.not { "—" } } } }
                th scope="row" { (bad.at) }
                td { (bad.why.sentence(l)) }
            } } }
        } }
    }
}

/// What a file would change, how its questions would look, and the way to put it in force.
pub(super) fn good(app: &App, list: &Checklist, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let newest =
        all(&visitor.lists).into_iter().map(|(_, known)| known).find(|known| known.code == list.code);
    let newer = newest.is_none_or(|newest| list.version > newest.version);
    html! {
        (look::good(html! {
            (list.title.get(l)) " · " (l.pick("版本 ", "version ")) (list.version) (l.pick("：文件可用。", ": the file can be used."))
        }))
        @if let Some(newest) = newest {
            @if !newer {
                p.told.due { i.sign aria-hidden="true" { "!" } (l.pick("版本号应大于现在的 ", "Its version must be greater than that of now, ")) (newest.version) }
            }
            (compare::table(newest, list, l))
        }
        @if newer && visitor.may(Operation::KeepRules) { (way(app, list, visitor)) }
        details { summary { (l.pick("手机上的样子…", "As on the phone…")) } (preview::questions(list, l)) }
    }
}

fn way(app: &App, list: &Checklist, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! {
        section.panel.form.no-print {
            h2 { (l.pick("启用这一版本", "Put it in force")) }
            form method="post" enctype="multipart/form-data" action={ "/checklists/force" (visitor.scope()) } {
                (csrf(&visitor.csrf))
                input type="hidden" name="list" value=(serde_json::to_string(list).unwrap_or_default());
                div.row {
                    div { label for="from" { (l.pick("从哪一天起", "From the day")) }
                        input #from type="date" name="from" required min=(app.world.clock.now().day()) placeholder="2026-12-01"; }
                    button.button type="submit" { (l.pick("全市启用", "In force for all stations")) }
                }
                p.quiet { (l.pick("启用后不能撤回，只能再启用更新的版本。", "It can't be taken back; only a newer version can follow.")) }
            }
        }
    }
}

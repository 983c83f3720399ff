//! Two versions of a checklist side by side: what was added, taken away, changed.

use maud::{Markup, html};
use xuncha_core::domain::{Checklist, Item, Locale};

use super::{kinds, preview};

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    Added,
    Gone,
    Changed,
    Same,
}

/// Every question of either, in the order of the new one; those that are gone come last.
fn pairs<'a>(old: &'a Checklist, new: &'a Checklist) -> Vec<(Became, Option<&'a Item>, Option<&'a Item>)> {
    let kept = new.items.iter().map(|item| match old.item(&item.id) {
        None => (Became::Added, None, Some(item)),
        Some(before) if before == item => (Became::Same, Some(before), Some(item)),
        Some(before) => (Became::Changed, Some(before), Some(item)),
    });
    let gone = old.items.iter().filter(|item| new.item(&item.id).is_none());
    kept.chain(gone.map(|item| (Became::Gone, Some(item), None))).collect()
}

/// The table.
pub(super) fn table(old: &Checklist, new: &Checklist, l: Locale) -> Markup {
    let pairs = pairs(old, new);
    let same = pairs.iter().filter(|(became, ..)| *became == Became::Same).count();
    let version = l.pick("版本 ", "Version ");
    html! {
        div.sheet { table {
            caption { (pairs.len() - same) " " (l.pick("个问题有变化，", "questions differ, ")) (same) " " (l.pick("个不变", "are the same")) }
            thead { tr {
                th scope="col" { (l.pick("变化", "What")) }
                th scope="col" { (version) (old.version) }
                th scope="col" { (version) (new.version) }
            } }
            tbody {
                (line(l.pick("标题", "Title"), old.title.get(l), new.title.get(l), l))
                (line(l.pick("用于", "For"), &kinds(old, l), &kinds(new, l), l))
                (line(l.pick("说明", "Note"), old.note.get(l), new.note.get(l), l))
                @for (became, old, new) in pairs.iter().filter(|(became, ..)| *became != Became::Same) { tr {
                    td.nowrap { (sign(*became, l)) }
                    td { (side(*old, l)) }
                    td { (side(*new, l)) }
                } }
            }
        } }
    }
}

/// Something that the list says of itself, if it differs.
fn line(what: &str, old: &str, new: &str, l: Locale) -> Markup {
    html! { @if old != new { tr {
        td.nowrap { (sign(Became::Changed, l)) span.quiet { (what) } }
        td { (old) }
        td { (new) }
    } } }
}

fn side(item: Option<&Item>, l: Locale) -> Markup {
    html! {
        @if let Some(item) = item { b { (item.question.get(l)) } (preview::answers(item, l)) }
        @else { span.not { "—" } }
    }
}

fn sign(became: Became, l: Locale) -> Markup {
    html! { @match became {
        Became::Added => { span.state.met { i aria-hidden="true" { "+" } (l.pick("新增", "added")) } }
        Became::Gone => { span.state.missed { i aria-hidden="true" { "–" } (l.pick("去掉", "gone")) } }
        Became::Changed => { span.state.due { i aria-hidden="true" { "≠" } (l.pick("修改", "changed")) } }
        Became::Same => {}
    } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_changed_and_taken_away_is_told() {
        let old = &*Checklist::defaults().unwrap()[0];
        let mut new = old.clone();
        new.items[0].question.zh.push('!');
        let gone = new.items.pop().unwrap();
        let mut added = gone.clone();
        added.id = "wb_new".parse().unwrap();
        new.items.push(added);
        let became: Vec<Became> = pairs(old, &new).into_iter().map(|(became, ..)| became).collect();
        let count = |which| became.iter().filter(|became| **became == which).count();
        assert_eq!([Became::Added, Became::Gone, Became::Changed].map(count), [1, 1, 1]);
        assert_eq!(count(Became::Same), old.items.len() - 2);
        assert!(pairs(old, old).iter().all(|(became, ..)| *became == Became::Same));
    }
}

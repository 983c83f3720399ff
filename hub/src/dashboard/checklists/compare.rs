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

/// A question of either version.
struct Pair<'a> {
    became: Became,
    /// Whether it is asked at another place, among those that both ask.
    moved: bool,
    old: Option<&'a Item>,
    new: Option<&'a Item>,
}

impl Pair<'_> {
    fn differs(&self) -> bool {
        self.became != Became::Same || self.moved
    }
}

/// Every question of either, in the order of the new one; those that are gone come last.
fn pairs<'a>(old: &'a Checklist, new: &'a Checklist) -> Vec<Pair<'a>> {
    let place = |item: &Item| old.items.iter().position(|before| before.id == item.id);
    let places: Vec<usize> = new.items.iter().filter_map(place).collect();
    let in_order = in_order(&places);
    let kept = new.items.iter().map(|item| {
        let before = old.item(&item.id);
        let became = match before {
            None => Became::Added,
            Some(before) if before == item => Became::Same,
            Some(_) => Became::Changed,
        };
        let moved = place(item).is_some_and(|place| !in_order.contains(&place));
        Pair { became, moved, old: before, new: Some(item) }
    });
    let gone = old.items.iter().filter(|item| new.item(&item.id).is_none());
    let gone = gone.map(|item| Pair { became: Became::Gone, moved: false, old: Some(item), new: None });
    kept.chain(gone).collect()
}

/// The most places that still follow each other as they did: whatever is not among them was moved.
fn in_order(places: &[usize]) -> Vec<usize> {
    // The longest row that ends with each place.
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let before = rows[..at].iter().filter(|row| row.last() < Some(place));
        let mut row = before.max_by_key(|row| row.len()).cloned().unwrap_or_default();
        row.push(*place);
        rows.push(row);
    }
    rows.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

/// The table.
pub(super) fn table(old: &Checklist, new: &Checklist, l: Locale) -> Markup {
    let pairs = pairs(old, new);
    let differ = pairs.iter().filter(|pair| pair.differs()).count();
    let same = pairs.len() - differ;
    let version = l.pick("版本 ", "Version ");
    html! {
        div.sheet { table {
            caption { (differ) " " (l.pick("个问题有变化，", "questions differ, ")) (same) " " (l.pick("个不变", "are the same")) }
            thead { tr {
                th scope="col" { (l.pick("变化", "What")) }
                th scope="col" { (version) (old.version) }
                th scope="col" { (version) (new.version) }
            } }
            tbody {
                (line(l.pick("标题", "Title"), old.title.get(l), new.title.get(l), l))
                (line(l.pick("用于", "For"), &kinds(old, l), &kinds(new, l), l))
                (line(l.pick("说明", "Note"), old.note.get(l), new.note.get(l), l))
                @for pair in pairs.iter().filter(|pair| pair.differs()) { tr {
                    td.nowrap { (sign(pair.became, l)) @if pair.moved { (moved(l)) } }
                    td { (side(pair.old, old, l)) }
                    td { (side(pair.new, new, l)) }
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

/// A question as a version asks it, with its number there.
fn side(item: Option<&Item>, list: &Checklist, l: Locale) -> Markup {
    let number = |item: &Item| list.items.iter().take_while(|before| before.id != item.id).count() + 1;
    html! {
        @if let Some(item) = item { b { (number(item)) ". " (item.question.get(l)) } (preview::answers(item, l)) }
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

fn moved(l: Locale) -> Markup {
    html! { span.state.due { i aria-hidden="true" { "⇅" } (l.pick("换了位置", "moved")) } }
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::{ItemKind, Severity, SeverityRule, VenueKind};

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
        let became: Vec<Became> = pairs(old, &new).iter().map(|pair| pair.became).collect();
        let count = |which| became.iter().filter(|became| **became == which).count();
        assert_eq!([Became::Added, Became::Gone, Became::Changed].map(count), [1, 1, 1]);
        assert_eq!(count(Became::Same), old.items.len() - 2);
        assert!(!pairs(old, old).iter().any(Pair::differs));
    }

    #[test]
    fn one_question_that_is_asked_elsewhere_is_the_only_one_that_moved() {
        let old = &*Checklist::defaults().unwrap()[0];
        for (from, to) in [(0, 5), (5, 0), (3, 4)] {
            let mut new = old.clone();
            let item = new.items.remove(from);
            let id = item.id.clone();
            new.items.insert(to, item);
            // What is new or gone moves nothing.
            let mut added = new.items[2].clone();
            added.id = "wb_new".parse().unwrap();
            new.items.insert(2, added);
            let pairs = pairs(old, &new);
            let moved: Vec<_> = pairs.iter().filter(|pair| pair.moved).filter_map(|pair| pair.new).collect();
            assert_eq!(moved.len(), 1, "{from} {to}");
            // Of two that changed places either one moved.
            assert!(moved[0].id == id || from.abs_diff(to) == 1, "{from} {to}");
        }
    }

    #[test]
    fn a_severity_that_changed_on_one_type_of_day_is_seen_in_the_two_cells() {
        let arcade = Checklist::default_for(&VenueKind::GameArcade).unwrap();
        let mut new = arcade.clone();
        let mut rules = new.items.iter_mut().filter_map(|item| match &mut item.kind {
            ItemKind::Choice { choices } => choices.iter_mut().find_map(|choice| choice.finding.as_mut()),
            ItemKind::Text => None,
        });
        let by = rules.find_map(|rule| match &mut rule.severity {
            SeverityRule::ByDayType(by) => Some(by),
            _ => None,
        });
        by.unwrap().statutory = Some(Severity::S);
        let html = table(arcade, &new, Locale::ZhHans).into_string();
        assert!(html.contains("法定节假日 不算问题") && html.contains("法定节假日 S"), "{html}");
    }
}

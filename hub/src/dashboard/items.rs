//! A checklist's items on pages: what was asked, what was answered, and whether it is about minors.

use maud::{Markup, html};
use xuncha_core::domain::{
    AgeBand, Answer, Checklist, Checklists, Inspection, Item, ItemAnswer, ItemId, Locale, MinorsSeen, Tone,
};

use super::look::signs;
use crate::records::Told;

/// What was asked; the bare id where nobody knows any more.
pub(super) fn question<'a>(item: Option<&'a Item>, id: &'a ItemId, l: Locale) -> &'a str {
    item.map_or(id.as_str(), |item| item.question.get(l))
}

/// What was found by a checklist, gravest first: severity, question, what was answered, and whether it had been
/// found before.
pub(super) fn findings(lists: &Checklists, by: Option<&Checklist>, told: &Told, l: Locale) -> Markup {
    let inspection = told.content.inspection();
    let mut sorted: Vec<_> = told.visit.findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let item = |id: &ItemId| lists.item(by, id);
    html! {
        ul.plain { @for finding in sorted { li {
            (signs::severity(finding.severity, l)) " " (question(item(&finding.item), &finding.item, l))
            @if let Some(label) = inspection.and_then(|inspection| answered(inspection, item(&finding.item)?, l)) {
                " " strong { (label) }
            }
            @if finding.repeated { " " span.quiet-inline { (l.pick("（此前也有）", "(found before too)")) } }
        } } }
    }
}

/// What was chosen for an item, in words.
fn answered<'a>(inspection: &Inspection, item: &'a Item, l: Locale) -> Option<&'a str> {
    let answer = inspection.answers.iter().find(|answer| answer.item == item.id)?;
    let Answer::Choice { choice, .. } = &answer.answer else { return None };
    Some(item.choice(choice)?.label.get(l))
}

/// What was answered, with its remark.
pub(super) fn answer(answer: &ItemAnswer, item: Option<&Item>, l: Locale) -> Markup {
    let not_looked = html! { span.not { (l.pick("未查看", "Not looked at")) } };
    let words = match &answer.answer {
        Answer::NotLooked => not_looked,
        Answer::Text { text } => html! { (text) },
        Answer::Choice { choice, minors } => {
            let known = item.and_then(|item| item.choice(choice));
            let (class, sign) = match known.map(|choice| choice.tone) {
                Some(Tone::Good) => ("tone-good", "✓"),
                Some(Tone::Bad) => ("tone-bad", "✕"),
                Some(Tone::Unsure) => ("tone-unsure", "?"),
                None => ("", ""),
            };
            let label = known.map_or(choice.as_str(), |choice| choice.label.get(l));
            html! {
                span class=(class) { i.sign aria-hidden="true" { (sign) } (label) }
                @if let Some(seen) = minors { " " (minors_seen(seen, l)) }
            }
        }
    };
    html! {
        (words)
        @if let Some(note) = &answer.note { p.remark { (l.pick("备注：", "Remark: ")) (note) } }
    }
}

/// `约 3 人，初中年龄段，已劝离`: a count and an age band, never a person.
fn minors_seen(seen: &MinorsSeen, l: Locale) -> String {
    let mut parts = vec![match l {
        Locale::ZhHans => format!("约 {} 人", seen.count),
        Locale::En => format!("about {}", seen.count),
    }];
    parts.extend(
        [AgeBand::Primary, AgeBand::Junior, AgeBand::Senior]
            .into_iter()
            .filter(|band| seen.bands.contains(band))
            .map(|band| band.label(l).to_owned()),
    );
    parts.push(
        if seen.dissuaded {
            l.pick("已劝离", "talked into leaving")
        } else {
            l.pick("未劝离", "did not leave")
        }
        .to_owned(),
    );
    if seen.in_danger {
        parts.push(l.pick("孩子处于危险中", "a child is in danger").to_owned());
    }
    parts.join(l.pick("，", ", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minors_are_a_count_and_an_age_band() {
        let seen =
            MinorsSeen { count: 3, bands: [AgeBand::Junior].into(), dissuaded: true, in_danger: false };
        assert_eq!(minors_seen(&seen, Locale::ZhHans), "约 3 人，初中年龄段，已劝离");
        let item: ItemId = "wb_minor".parse().unwrap();
        let lists = Checklists::default();
        let known = lists.item(None, &item);
        let choice = known.unwrap().choices().iter().find(|choice| choice.tone == Tone::Bad).unwrap();
        let told = ItemAnswer {
            item: item.clone(),
            answer: Answer::Choice { choice: choice.code.clone(), minors: Some(seen) },
            note: None,
        };
        let html = answer(&told, known, Locale::ZhHans).into_string();
        assert!(html.contains("✕") && html.contains("约 3 人"));
    }
}

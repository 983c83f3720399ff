//! What a checklist file is refused for. Files also come from hubs, so lengths are bounded.

use std::collections::HashSet;
use std::hash::Hash;

use super::{Checklist, Choice, Item, ItemKind, SeverityRule, Tone};
use crate::domain::{Basis, Localized, Statute};

/// The longest checklist file, in bytes.
const MAX_JSON: usize = 256 * 1024;
const MAX_ITEMS: usize = 60;
const MAX_CHOICES: usize = 4;
const MAX_KINDS: usize = 20;
const MAX_LAWS: usize = 8;
const MAX_QUESTION: usize = 120;
const MAX_LABEL: usize = 30;
const MAX_NOTE: usize = 2000;

/// Why a checklist is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChecklistError {
    /// Not of a checklist's form.
    #[error("the checklist cannot be read: {0}")]
    Json(String),
    /// Of the right form, but it says something it must not.
    #[error(transparent)]
    Flawed(#[from] Flawed),
}

/// Something that a checklist must not say, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the checklist is flawed at {at}: {flaw}")]
pub struct Flawed {
    /// The item, or item and choice, or field.
    pub at: String,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What may be wrong with a checklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A file over the limit, in bytes.
    #[error("{0} bytes are too long")]
    FileTooLong(usize),
    /// Version 0.
    #[error("versions begin at 1")]
    Version,
    /// Too many or too few of something.
    #[error("{found} of them; {min} to {max} are allowed")]
    Count {
        /// How many there are.
        found: usize,
        /// The fewest allowed.
        min: usize,
        /// The most allowed.
        max: usize,
    },
    /// The same id, code or kind twice.
    #[error("it is there twice")]
    Twice,
    /// A text that is missing in one language.
    #[error("the text is empty in one of the languages")]
    EmptyText,
    /// A text too long for its place, in characters.
    #[error("the text has {found} characters; {max} fit")]
    LongText {
        /// How long it is.
        found: usize,
        /// The most allowed.
        max: usize,
    },
    /// A statute without articles, local practice with them, or articles out of order.
    #[error("the articles must ascend from 1, and be left out only for local practice")]
    Articles,
    /// No choice says that all is well.
    #[error("no choice says that all is well")]
    NoGoodChoice,
    /// A good choice with a finding, or another without.
    #[error("a finding follows from every choice but the good ones")]
    FindingAndTone,
    /// Repetition raises a note only, and here there is none.
    #[error("`repeat` turns a note into a report, but this finding is never a note")]
    RepeatWithoutNote,
    /// Nobody is asked for what the rule depends on.
    #[error("`child_in_danger_raises` needs the detail `minors`, where it is asked")]
    DangerNotAsked,
    /// The day decides, but is not shown.
    #[error("the day type decides the severity, so `shows_day_type` must be set")]
    DayTypeHidden,
}

fn flawed(at: impl Into<String>, flaw: Flaw) -> Flawed {
    Flawed { at: at.into(), flaw }
}

pub(super) fn length(json: &str) -> Result<(), Flawed> {
    if json.len() > MAX_JSON { Err(flawed("the file", Flaw::FileTooLong(json.len()))) } else { Ok(()) }
}

/// All that is wrong with a checklist, in the order in which it stands.
pub(super) fn checklist(list: &Checklist) -> Vec<Flawed> {
    let mut found = Vec::new();
    if list.version == 0 {
        found.push(flawed("version", Flaw::Version));
    }
    found.extend(count("venue_kinds", list.venue_kinds.len(), 1, MAX_KINDS));
    found.extend(twice(list.venue_kinds.iter(), ToString::to_string));
    found.extend(text("title", &list.title, MAX_LABEL));
    found.extend(text("note", &list.note, MAX_NOTE));
    found.extend(count("items", list.items.len(), 1, MAX_ITEMS));
    found.extend(twice(list.items.iter().map(|item| &item.id), ToString::to_string));
    found.extend(list.items.iter().flat_map(item));
    found
}

fn item(item: &Item) -> Vec<Flawed> {
    let at = item.id.as_str();
    let mut found = Vec::new();
    found.extend(text(at, &item.question, MAX_QUESTION));
    found.extend(count(at, item.basis.len(), 1, MAX_LAWS));
    if !item.basis.iter().all(articles_fit) {
        found.push(flawed(at, Flaw::Articles));
    }
    let ItemKind::Choice { choices } = &item.kind else { return found };
    found.extend(count(at, choices.len(), 2, MAX_CHOICES));
    found.extend(twice(choices.iter().map(|choice| &choice.code), |code| format!("{at}/{code}")));
    if !choices.iter().any(|choice| choice.tone == Tone::Good) {
        found.push(flawed(at, Flaw::NoGoodChoice));
    }
    found.extend(choices.iter().flat_map(|one| choice(item, one)));
    found
}

fn choice(item: &Item, choice: &Choice) -> Vec<Flawed> {
    let at = format!("{}/{}", item.id, choice.code);
    let mut found = Vec::new();
    found.extend(text(&at, &choice.label, MAX_LABEL));
    if choice.finding.is_some() == (choice.tone == Tone::Good) {
        found.push(flawed(&at, Flaw::FindingAndTone));
    }
    let Some(rule) = &choice.finding else { return found };
    let by_day = matches!(rule.severity, SeverityRule::ByDayType(_));
    let flaws = [
        (rule.repeat && !rule.may_be_note(), Flaw::RepeatWithoutNote),
        (rule.child_in_danger_raises && choice.detail.is_none(), Flaw::DangerNotAsked),
        (by_day && !item.shows_day_type, Flaw::DayTypeHidden),
    ];
    found.extend(flaws.into_iter().filter(|(is_so, _)| *is_so).map(|(_, flaw)| flawed(&at, flaw)));
    found
}

fn articles_fit(basis: &Basis) -> bool {
    let ascending = basis.articles.is_sorted_by(|a, b| a < b) && !basis.articles.contains(&0);
    ascending && basis.articles.is_empty() == (basis.statute == Statute::Local)
}

fn count(at: &str, found: usize, min: usize, max: usize) -> Option<Flawed> {
    (!(min..=max).contains(&found)).then(|| flawed(at, Flaw::Count { found, min, max }))
}

fn twice<'a, T: Hash + Eq + 'a>(
    all: impl Iterator<Item = &'a T>,
    name: impl Fn(&T) -> String,
) -> Vec<Flawed> {
    let mut seen = HashSet::new();
    all.filter(|one| !seen.insert(*one)).map(|one| flawed(name(one), Flaw::Twice)).collect()
}

fn text(at: &str, text: &Localized, max: usize) -> Option<Flawed> {
    [&text.zh, &text.en].into_iter().find_map(|one| {
        let found = one.chars().count();
        if one.trim().is_empty() {
            Some(flawed(at, Flaw::EmptyText))
        } else {
            (found > max).then(|| flawed(at, Flaw::LongText { found, max }))
        }
    })
}

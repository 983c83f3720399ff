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
    #[error("the checklist is flawed at {at}: {flaw}")]
    Flawed {
        /// The item, or item and choice, or field.
        at: String,
        /// What is wrong there.
        flaw: Flaw,
    },
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

fn flawed(at: impl Into<String>, flaw: Flaw) -> ChecklistError {
    ChecklistError::Flawed { at: at.into(), flaw }
}

pub(super) fn length(json: &str) -> Result<(), ChecklistError> {
    if json.len() > MAX_JSON { Err(flawed("the file", Flaw::FileTooLong(json.len()))) } else { Ok(()) }
}

pub(super) fn checklist(list: &Checklist) -> Result<(), ChecklistError> {
    if list.version == 0 {
        return Err(flawed("version", Flaw::Version));
    }
    count("venue_kinds", list.venue_kinds.len(), 1, MAX_KINDS)?;
    count("items", list.items.len(), 1, MAX_ITEMS)?;
    unique(list.venue_kinds.iter(), ToString::to_string)?;
    unique(list.items.iter().map(|item| &item.id), ToString::to_string)?;
    text("title", &list.title, MAX_LABEL)?;
    text("note", &list.note, MAX_NOTE)?;
    list.items.iter().try_for_each(item)
}

fn item(item: &Item) -> Result<(), ChecklistError> {
    let at = item.id.as_str();
    text(at, &item.question, MAX_QUESTION)?;
    count(at, item.basis.len(), 1, MAX_LAWS)?;
    if !item.basis.iter().all(articles_fit) {
        return Err(flawed(at, Flaw::Articles));
    }
    let ItemKind::Choice { choices } = &item.kind else { return Ok(()) };
    count(at, choices.len(), 2, MAX_CHOICES)?;
    unique(choices.iter().map(|choice| &choice.code), |code| format!("{at}/{code}"))?;
    if !choices.iter().any(|choice| choice.tone == Tone::Good) {
        return Err(flawed(at, Flaw::NoGoodChoice));
    }
    choices.iter().try_for_each(|one| choice(item, one))
}

fn choice(item: &Item, choice: &Choice) -> Result<(), ChecklistError> {
    let at = format!("{}/{}", item.id, choice.code);
    text(&at, &choice.label, MAX_LABEL)?;
    if choice.finding.is_some() == (choice.tone == Tone::Good) {
        return Err(flawed(at, Flaw::FindingAndTone));
    }
    let Some(rule) = &choice.finding else { return Ok(()) };
    let by_day = matches!(rule.severity, SeverityRule::ByDayType(_));
    let flaw = if rule.repeat && !rule.may_be_note() {
        Flaw::RepeatWithoutNote
    } else if rule.child_in_danger_raises && choice.detail.is_none() {
        Flaw::DangerNotAsked
    } else if by_day && !item.shows_day_type {
        Flaw::DayTypeHidden
    } else {
        return Ok(());
    };
    Err(flawed(at, flaw))
}

fn articles_fit(basis: &Basis) -> bool {
    let ascending = basis.articles.is_sorted_by(|a, b| a < b) && !basis.articles.contains(&0);
    ascending && basis.articles.is_empty() == (basis.statute == Statute::Local)
}

fn count(at: &str, found: usize, min: usize, max: usize) -> Result<(), ChecklistError> {
    if (min..=max).contains(&found) { Ok(()) } else { Err(flawed(at, Flaw::Count { found, min, max })) }
}

fn unique<'a, T: Hash + Eq + 'a>(
    all: impl Iterator<Item = &'a T>,
    name: impl Fn(&T) -> String,
) -> Result<(), ChecklistError> {
    let mut seen = HashSet::new();
    for one in all {
        if !seen.insert(one) {
            return Err(flawed(name(one), Flaw::Twice));
        }
    }
    Ok(())
}

fn text(at: &str, text: &Localized, max: usize) -> Result<(), ChecklistError> {
    for one in [&text.zh, &text.en] {
        if one.trim().is_empty() {
            return Err(flawed(at, Flaw::EmptyText));
        }
        let found = one.chars().count();
        if found > max {
            return Err(flawed(at, Flaw::LongText { found, max }));
        }
    }
    Ok(())
}

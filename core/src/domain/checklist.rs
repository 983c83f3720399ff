//! Checklists: which questions a volunteer is asked at a kind of venue, what may be answered and
//! what follows from an answer. They are versioned data, not code; a record keeps the code and
//! version it was made with. Every item can also be left 未查看 (not looked at): that is not a choice
//! of the data, it is always possible.
//!
//! - `checklists/*.json`: the defaults; this module reads them.
//! - `rule`: what a bad answer is worth.
//! - `check`: what a file is refused for.
//! - `set`: all versions that are known, and from when each is in force.

mod check;
mod rule;
mod set;

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::{Basis, ChecklistCode, ChoiceCode, ItemId, Localized, VenueKind};
pub use check::{ChecklistError, Flaw, Flawed};
pub use rule::{ByDayType, Circumstances, FindingRule, SeverityRule};
pub use set::{ChecklistFrom, Checklists, NotNewer};

/// The questions for one or more kinds of venues, in the order they are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Checklist {
    /// Its code, the same in all its versions.
    pub code: ChecklistCode,
    /// Its version, from 1.
    pub version: u16,
    /// The kinds of venues it is for.
    pub venue_kinds: Vec<VenueKind>,
    /// Its title.
    pub title: Localized,
    /// What whoever maintains the file should know: decisions the sources leave open.
    pub note: Localized,
    /// The items in the order they are asked.
    pub items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    code: ChecklistCode,
    version: u16,
    venue_kinds: Vec<VenueKind>,
    title: Localized,
    note: Localized,
    items: Vec<Item>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Names it in records; never reused for another question.
    pub id: ItemId,
    /// The question as it is shown and read aloud.
    pub question: Localized,
    /// The law it rests on.
    pub basis: Vec<Basis>,
    /// How it is answered.
    pub kind: ItemKind,
    /// Whether a photo (of a sign, never of people) is asked for.
    #[serde(default)]
    pub asks_photo: bool,
    /// Whether the day type is shown beside it, because the answer's meaning depends on it.
    #[serde(default)]
    pub shows_day_type: bool,
    /// Whether the time of the visit is put beside the answer by itself.
    #[serde(default)]
    pub time_automatic: bool,
}

/// How an item is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ItemKind {
    /// By one of two to four large buttons.
    Choice {
        /// The buttons in the order they are shown.
        choices: Vec<Choice>,
    },
    /// In the volunteer's own words, or not at all.
    Text,
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Names it in records.
    pub code: ChoiceCode,
    /// What stands on it.
    pub label: Localized,
    /// Whether all is well, for sign and colour.
    pub tone: Tone,
    /// What follows from it; nothing from a good answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingRule>,
    /// What is asked next if it is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
}

/// Whether a choice says that all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Tone {
    /// All is well.
    Good,
    /// Something is wrong.
    Bad,
    /// The volunteer cannot tell.
    Unsure,
}

/// What is asked after a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// How many minors, of which age bands, whether they were talked into leaving, and, where the
    /// rule heeds it, whether a child is in danger. Never a name, school, face or paper.
    Minors,
}

impl Item {
    /// Its choices; none for a text.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            ItemKind::Choice { choices } => choices,
            ItemKind::Text => &[],
        }
    }

    /// One of its choices.
    #[must_use]
    pub fn choice(&self, code: &ChoiceCode) -> Option<&Choice> {
        self.choices().iter().find(|choice| choice.code == *code)
    }
}

static DEFAULTS: LazyLock<Result<Vec<Arc<Checklist>>, ChecklistError>> = LazyLock::new(|| {
    [
        include_str!("../../checklists/internet_cafe.v1.json"),
        include_str!("../../checklists/game_arcade.v1.json"),
    ]
    .into_iter()
    .map(|json| Checklist::parse(json).map(Arc::new))
    .collect()
});

impl Checklist {
    /// Reads a checklist and checks all that [`Flaw`] names.
    ///
    /// # Errors
    /// [`ChecklistError`] says what is wrong and where.
    pub fn parse(json: &str) -> Result<Self, ChecklistError> {
        check::length(json)?;
        let read: Unchecked = serde_json::from_str(json).map_err(|e| ChecklistError::Json(e.to_string()))?;
        read.try_into()
    }

    /// All that [`Flaw`] names and that it has, in the order in which it stands; none if it was read.
    #[must_use]
    pub fn flaws(&self) -> Vec<Flawed> {
        check::checklist(self)
    }

    /// The checklists that come with the program, every version of each.
    ///
    /// # Errors
    /// [`ChecklistError`] if one of the files is flawed; the tests see to it that none is.
    pub fn defaults() -> Result<&'static [Arc<Self>], ChecklistError> {
        DEFAULTS.as_deref().map_err(Clone::clone)
    }

    /// The newest default checklist for a kind of venue; `None` for a kind that has none.
    #[must_use]
    pub fn default_for(kind: &VenueKind) -> Option<&'static Self> {
        let all = Self::defaults().unwrap_or_default();
        let fitting = all.iter().filter(|list| list.venue_kinds.contains(kind));
        fitting.max_by_key(|list| list.version).map(|list| &**list)
    }

    /// The default checklist that a record was made with.
    #[must_use]
    pub fn find(code: &ChecklistCode, version: u16) -> Option<&'static Self> {
        let all = Self::defaults().unwrap_or_default();
        all.iter().find(|list| list.code == *code && list.version == version).map(|list| &**list)
    }

    /// One of its items.
    #[must_use]
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }
}

impl TryFrom<Unchecked> for Checklist {
    type Error = ChecklistError;
    fn try_from(read: Unchecked) -> Result<Self, ChecklistError> {
        let Unchecked { code, version, venue_kinds, title, note, items } = read;
        let list = Self { code, version, venue_kinds, title, note, items };
        match list.flaws().into_iter().next() {
            None => Ok(list),
            Some(flawed) => Err(flawed.into()),
        }
    }
}

#[cfg(test)]
mod tests;

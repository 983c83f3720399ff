//! Answers to a checklist's items. Minors are a count and an age band, never a person.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ChoiceCode, ItemId, Locale, Note};

/// School age, as far as it can be guessed from across a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum AgeBand {
    /// About 6–12.
    Primary,
    /// About 12–15.
    Junior,
    /// About 15–18.
    Senior,
}

impl AgeBand {
    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Primary => locale.pick("小学年龄段", "primary school age"),
            Self::Junior => locale.pick("初中年龄段", "junior secondary age"),
            Self::Senior => locale.pick("高中年龄段", "senior secondary age"),
        }
    }
}

/// Age bands, each once.
pub type AgeBands = BTreeSet<AgeBand>;

/// What was seen of minors (suspected: nobody's papers are read).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct MinorsSeen {
    /// How many, 1–500.
    pub count: u16,
    /// Which age bands; empty when it could not be told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub bands: AgeBands,
    /// Whether they were talked into leaving (已劝离).
    pub dissuaded: bool,
    /// Whether a child is in danger: then the police are called now.
    pub in_danger: bool,
}

impl MinorsSeen {
    /// The highest count that can be entered.
    pub const MAX_COUNT: u16 = 500;
}

/// An answer to one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Answer {
    /// 未查看: not looked at. Always allowed, and said so in the record.
    NotLooked,
    /// One of the item's choices.
    Choice {
        /// Which.
        choice: ChoiceCode,
        /// Where the choice asks for it: what was seen of minors.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minors: Option<MinorsSeen>,
    },
    /// Free text, for items that ask for it.
    Text {
        /// The words.
        text: Note,
    },
}

/// An item with its answer, and a remark if one was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct ItemAnswer {
    /// The item of the checklist.
    pub item: ItemId,
    /// The answer.
    pub answer: Answer,
    /// A remark to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

//! Following up (整改): what becomes of a finding — handed over, mended, rechecked, closed. Each step is
//! written down once and stays; where a finding stands follows from its steps and from what later
//! inspections saw, and is never stored.
//!
//! A recheck comes by itself: when the venue's next inspection looks at the item and finds it good. It is
//! derived, because records may still be returned or corrected, and what they saw then no longer holds;
//! a copy of it would stay behind. One that finds it bad again is a new finding, and the old one ends there.
//!
//! - `way`: where findings stand. `handling`: what is usual at a station.

mod handling;
mod way;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Answer, Checklist, Inspection, ItemId, Locale, MemberId, Note, RecordId, Timestamp, Tone, VenueId,
};
pub use handling::{Handling, Usual};
pub use way::{FollowUp, follow_ups, found_before};

/// To whom a finding is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// 社区民警: the community police of the patch.
    CommunityPolice,
    /// 110: danger, gambling, drugs.
    Police110,
    /// 文化部门: the culture department.
    Culture,
    /// 12345: culture and markets; the old 12318 was merged into it.
    Hotline12345,
    /// 消防: the fire brigade.
    Fire,
    /// 业主: the owner, who is asked to mend it.
    Owner,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::CommunityPolice, Self::Police110, Self::Culture, Self::Hotline12345, Self::Fire, Self::Owner];

    /// Its code in messages and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CommunityPolice => "community_police",
            Self::Police110 => "police110",
            Self::Culture => "culture",
            Self::Hotline12345 => "hotline12345",
            Self::Fire => "fire",
            Self::Owner => "owner",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::CommunityPolice => locale.pick("社区民警", "Community police"),
            Self::Police110 => locale.pick("110报警台", "Police, 110"),
            Self::Culture => locale.pick("文化部门", "Culture department"),
            Self::Hotline12345 => locale.pick("12345热线", "Hotline 12345"),
            Self::Fire => locale.pick("消防部门", "Fire brigade"),
            Self::Owner => locale.pick("业主", "Owner"),
        }
    }

    /// The number it is called by, where there is one for the whole country.
    #[must_use]
    pub const fn number(self) -> Option<&'static str> {
        match self {
            Self::Police110 | Self::CommunityPolice => Some("110"),
            Self::Culture | Self::Hotline12345 => Some("12345"),
            Self::Fire => Some("119"),
            Self::Owner => None,
        }
    }
}

/// What was done about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FollowUpAct {
    /// Somebody was told of it who can have it mended.
    HandedOver {
        /// Who.
        to: Route,
    },
    /// It is said to be mended; somebody has to look again.
    Mended,
    /// Somebody looked again and found it good.
    Rechecked,
    /// Somebody looked again and it was not: it is open once more.
    Reopened,
    /// Nothing is to be done about it any more.
    Closed,
}

impl FollowUpAct {
    /// Where a finding stands after it.
    #[must_use]
    pub const fn leads_to(self) -> FollowUpStage {
        match self {
            Self::HandedOver { .. } => FollowUpStage::HandedOver,
            Self::Mended => FollowUpStage::Mended,
            Self::Rechecked => FollowUpStage::Rechecked,
            Self::Reopened => FollowUpStage::Open,
            Self::Closed => FollowUpStage::Closed,
        }
    }

    /// What was done, in words.
    #[must_use]
    pub fn words(self, locale: Locale) -> String {
        match self {
            Self::HandedOver { to } => {
                format!("{}{}", locale.pick("转交", "handed over to "), to.label(locale))
            }
            Self::Mended => locale.pick("已整改", "mended").to_owned(),
            Self::Rechecked => locale.pick("已复查", "rechecked").to_owned(),
            Self::Reopened => locale.pick("复查仍有，重新打开", "still there, open again").to_owned(),
            Self::Closed => locale.pick("已办结", "closed").to_owned(),
        }
    }
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpStage {
    /// Nothing was done about it yet.
    Open,
    /// It was handed over.
    HandedOver,
    /// It is said to be mended.
    Mended,
    /// It was looked at again and was good.
    Rechecked,
    /// It was closed.
    Closed,
    /// A later inspection found it again: that finding goes on in its place.
    FoundAgain,
}

impl FollowUpStage {
    /// All of them, in the order of the way.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::HandedOver, Self::Mended, Self::Rechecked, Self::Closed, Self::FoundAgain];

    /// Its code in messages and addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::HandedOver => "handed_over",
            Self::Mended => "mended",
            Self::Rechecked => "rechecked",
            Self::Closed => "closed",
            Self::FoundAgain => "found_again",
        }
    }

    /// The words for it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Open => locale.pick("待处理", "Open"),
            Self::HandedOver => locale.pick("已转交", "Handed over"),
            Self::Mended => locale.pick("已整改，待复查", "Mended, to be rechecked"),
            Self::Rechecked => locale.pick("已复查，待办结", "Rechecked, to be closed"),
            Self::Closed => locale.pick("已办结", "Closed"),
            Self::FoundAgain => locale.pick("再次发现，见新问题", "Found again, see the newer one"),
        }
    }

    /// Whether nothing is to be done about it any more.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Closed | Self::FoundAgain)
    }

    /// Whether somebody still has to look at it.
    #[must_use]
    pub const fn wants_a_look(self) -> bool {
        matches!(self, Self::Open | Self::HandedOver | Self::Mended)
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongStep {
    /// It does not follow on where the finding stands.
    #[error("{} does not follow on {}", .act.leads_to().code(), .stage.code())]
    OutOfOrder {
        /// Where it stands.
        stage: FollowUpStage,
        /// What was to be done.
        act: FollowUpAct,
    },
    /// One that was not rechecked is closed only with a word why.
    #[error("say in a note why it is closed without a recheck")]
    NoteNeeded,
}

/// Whether something may be done about a finding that stands so. `noted`: whether a note says why.
///
/// # Errors
/// [`WrongStep`] says why not.
pub const fn check_step(stage: FollowUpStage, act: FollowUpAct, noted: bool) -> Result<(), WrongStep> {
    use FollowUpAct as Act;
    use FollowUpStage as Stage;
    let follows = match act {
        Act::HandedOver { .. } | Act::Mended => matches!(stage, Stage::Open | Stage::HandedOver),
        Act::Rechecked => matches!(stage, Stage::Open | Stage::HandedOver | Stage::Mended),
        Act::Reopened => matches!(stage, Stage::Mended | Stage::Rechecked | Stage::Closed),
        Act::Closed => !stage.is_settled(),
    };
    if !follows {
        return Err(WrongStep::OutOfOrder { stage, act });
    }
    if matches!(act, Act::Closed) && !matches!(stage, Stage::Rechecked) && !noted {
        return Err(WrongStep::NoteNeeded);
    }
    Ok(())
}

/// One step on the way of a finding. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUpStep {
    /// The record that told of the finding; a correction of it may have come since.
    pub record: RecordId,
    /// The item that was found bad.
    pub item: ItemId,
    /// The venue.
    pub venue: VenueId,
    /// Its place among the steps of this finding, from 1.
    pub number: u16,
    /// What was done.
    pub act: FollowUpAct,
    /// When it was written down.
    pub at: Timestamp,
    /// Who wrote it down.
    pub by: MemberId,
    /// The day by which the next step is to be taken, where it is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// What else there is to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl FollowUpStep {
    /// The most steps of one finding.
    pub const MAX: u16 = 100;
}

/// Whether an inspection looked at an item and found it good. Not looked at and unsure are no such word,
/// nor is an answer that only the day made harmless.
#[must_use]
pub fn found_good(inspection: &Inspection, checklist: &Checklist, item: &ItemId) -> bool {
    let answer = inspection.answers.iter().find(|answer| answer.item == *item);
    let Some(Answer::Choice { choice, .. }) = answer.map(|answer| &answer.answer) else { return false };
    let tone = checklist.item(item).and_then(|item| item.choice(choice)).map(|choice| choice.tone);
    tone == Some(Tone::Good) && !inspection.findings.iter().any(|finding| finding.item == *item)
}

/// What one inspection looked at and found good, told beside its [`Visit`](super::Visit), which names only
/// what was bad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundGood {
    /// The record that tells of it.
    pub record: RecordId,
    /// The items, in the order of the checklist.
    pub items: Vec<ItemId>,
}

impl FoundGood {
    /// What an inspection says, see [`found_good`].
    #[must_use]
    pub fn of(record: RecordId, inspection: &Inspection, checklist: &Checklist) -> Self {
        let good = |item: &&ItemId| found_good(inspection, checklist, item);
        let items = checklist.items.iter().map(|item| &item.id).filter(good).cloned().collect();
        Self { record, items }
    }

    /// What a record says that can't be understood or was erased.
    #[must_use]
    pub const fn nothing(record: RecordId) -> Self {
        Self { record, items: Vec::new() }
    }
}

#[cfg(test)]
mod tests;

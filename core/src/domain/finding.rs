//! Findings (问题): what a checklist's rules make of the answers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Answer, Checklist, Circumstances, DayType, ItemAnswer, ItemId, Severity};

/// One thing that was not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The checklist's item.
    pub item: ItemId,
    /// How grave it is.
    pub severity: Severity,
    /// Whether the same item had been found at the venue before, and not been found good or closed since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

/// Derives the findings of an inspection, in the order of the checklist.
///
/// `found_before` are the items that were found bad before, see [`found_before`](super::found_before).
#[must_use]
pub fn findings(
    checklist: &Checklist,
    answers: &[ItemAnswer],
    day_type: DayType,
    hours_severity: Severity,
    found_before: &BTreeSet<ItemId>,
) -> Vec<Finding> {
    let bad = checklist.items.iter().filter_map(|item| {
        let answer = answers.iter().find(|answer| answer.item == item.id)?;
        let Answer::Choice { choice, minors } = &answer.answer else { return None };
        let rule = item.choice(choice)?.finding?;
        let repeated = found_before.contains(&item.id);
        let severity = rule.severity(&Circumstances {
            day_type,
            hours_severity,
            seen_before: repeated,
            child_in_danger: minors.as_ref().is_some_and(|seen| seen.in_danger),
        })?;
        Some(Finding { item: item.id.clone(), severity, repeated })
    });
    bad.collect()
}

//! The hub's answer to a push, as a phone reads it. A hub of a newer version may refuse a record for a
//! reason that this program does not know: the other records' answers are read all the same.

use serde::Deserialize;

use crate::domain::{RecordId, Timestamp};
use crate::wire::RecordAnswer;

/// A [`crate::wire::PushAnswer`] whose refusals may bear any code.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answered {
    pub(super) answers: Vec<OneAnswer>,
    pub(super) hub_time: Timestamp,
}

/// What the hub says of one record.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum OneAnswer {
    Known(RecordAnswer),
    Newer(NewerRefusal),
}

/// A refusal in a word that this program does not know.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewerRefusal {
    #[serde(rename = "outcome")]
    _outcome: Refused,
    #[serde(default)]
    pub(super) id: Option<RecordId>,
    #[serde(rename = "code")]
    _code: String,
    #[serde(default, rename = "detail")]
    _detail: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Refused {
    Refused,
}

impl OneAnswer {
    /// The record, where the answer names it.
    pub(super) const fn record(&self) -> Option<RecordId> {
        match self {
            Self::Known(RecordAnswer::Accepted { id, .. } | RecordAnswer::AlreadyHad { id, .. }) => Some(*id),
            Self::Known(RecordAnswer::Refused { id, .. }) | Self::Newer(NewerRefusal { id, .. }) => *id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> Result<OneAnswer, serde_json::Error> {
        serde_json::from_str(answer)
    }

    #[test]
    fn a_refusal_by_a_new_word_is_read_and_nothing_else_that_is_not_known() {
        let known = read(r#"{"outcome":"refused","code":"conflict","detail":"…"}"#).unwrap();
        assert!(matches!(known, OneAnswer::Known(RecordAnswer::Refused { .. })), "{known:?}");
        let newer = read(r#"{"outcome":"refused","code":"venue_asleep","detail":"…"}"#).unwrap();
        assert!(matches!(newer, OneAnswer::Newer(_)), "{newer:?}");
        for other in [
            r#"{"outcome":"accepted","code":"venue_asleep"}"#,
            r#"{"outcome":"postponed","code":"venue_asleep"}"#,
            r#"{"outcome":"refused"}"#,
            r#"{"outcome":"refused","code":"venue_asleep","until":"tomorrow"}"#,
        ] {
            assert!(read(other).is_err(), "{other}");
        }
    }
}

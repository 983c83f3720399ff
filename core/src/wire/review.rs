//! A head's decision on a record, as it travels from phone or dashboard to the hub.

use serde::{Deserialize, Serialize};

use crate::domain::{Reason, RecordId, Review, StationId};

/// Where a review stands, in a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Nobody has looked.
    #[default]
    Pending,
    /// Approved.
    Approved,
    /// Returned.
    Returned,
}

impl ReviewState {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Returned => "returned",
        }
    }

    /// The state of a review.
    #[must_use]
    pub const fn of(review: &Review) -> Self {
        match review {
            Review::Pending => Self::Pending,
            Review::Approved => Self::Approved,
            Review::Returned { .. } => Self::Returned,
        }
    }
}

/// What the head decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It counts as it is.
    Approve,
    /// It does not count until it is corrected.
    Return {
        /// For the volunteer to read.
        reason: Reason,
    },
}

impl From<Decision> for Review {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Approve => Self::Approved,
            Decision::Return { reason } => Self::Returned { reason },
        }
    }
}

/// A decision on a record, on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Fields", into = "Fields")]
pub struct ReviewRequest {
    /// The record.
    pub record: RecordId,
    /// What is decided.
    pub decision: Decision,
    /// What the head saw when deciding: whoever comes second is told so.
    pub seen: ReviewState,
    /// The station, for an admin who is of another one.
    pub station: Option<StationId>,
}

/// A review that says two things at once, or too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReview {
    /// Approved and yet with a reason.
    #[error("an approval has no reason")]
    ReasonToApprove,
    /// Returned without one.
    #[error("say why it is returned")]
    NoReason,
    /// Undecided.
    #[error("a decision is “approved” or “returned”")]
    Undecided,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    record: RecordId,
    decision: ReviewState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default)]
    seen: ReviewState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    station: Option<StationId>,
}

impl TryFrom<Fields> for ReviewRequest {
    type Error = BadReview;
    fn try_from(fields: Fields) -> Result<Self, BadReview> {
        let decision = match (fields.decision, fields.reason) {
            (ReviewState::Approved, None) => Decision::Approve,
            (ReviewState::Returned, Some(reason)) => Decision::Return { reason },
            (ReviewState::Approved, Some(_)) => return Err(BadReview::ReasonToApprove),
            (ReviewState::Returned, None) => return Err(BadReview::NoReason),
            (ReviewState::Pending, _) => return Err(BadReview::Undecided),
        };
        Ok(Self { record: fields.record, decision, seen: fields.seen, station: fields.station })
    }
}

impl From<ReviewRequest> for Fields {
    fn from(request: ReviewRequest) -> Self {
        let ReviewRequest { record, decision, seen, station } = request;
        let (decision, reason) = match decision {
            Decision::Approve => (ReviewState::Approved, None),
            Decision::Return { reason } => (ReviewState::Returned, Some(reason)),
        };
        Self { record, decision, reason, seen, station }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_reads_as_it_was_written_and_half_ones_are_refused() {
        let id = "01990000-0000-7000-8000-000000000001";
        let whole =
            format!(r#"{{"record":"{id}","decision":"returned","reason":"看不清","seen":"pending"}}"#);
        let read: ReviewRequest = serde_json::from_str(&whole).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), whole);
        for (decision, reason, why) in [
            ("returned", "", "say why"),
            ("approved", r#","reason":"好""#, "no reason"),
            ("pending", "", "a decision is"),
            ("kept", "", "unknown variant"),
        ] {
            let text = format!(r#"{{"record":"{id}","decision":"{decision}"{reason}}}"#);
            let error = serde_json::from_str::<ReviewRequest>(&text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}

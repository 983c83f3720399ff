//! What the board can be asked for, as it stands in its address.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;
use serde::Deserialize;
use xuncha_core::domain::{FollowUp, FollowUpStage, ItemId, Month, RecordId, Severity, Venue, VenueId};
use xuncha_core::wire::ProblemCode;

use crate::dashboard::look::percent;
use crate::search::{Sought, key};

/// The address as it came: what cannot be read is as if it were not there.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    stage: Option<String>,
    severity: Option<String>,
    month: Option<String>,
    venue: Option<String>,
    overdue: Option<String>,
    done: Option<String>,
    undone: Option<String>,
}

/// A finding that was not closed together with others, and why.
#[derive(Debug, Clone)]
pub(super) struct Undone {
    pub code: ProblemCode,
    pub record: RecordId,
    pub item: ItemId,
}

impl fmt::Display for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.code.code(), self.record, self.item)
    }
}

impl Undone {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (code, record, item) = (parts.next()?, parts.next()?, parts.next()?);
        let code = ProblemCode::of_code(code)?;
        Some(Self { code, record: record.parse().ok()?, item: item.parse().ok()? })
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    /// Only findings that stand so; those that are settled are shown only when asked for.
    pub stage: Option<FollowUpStage>,
    /// Only findings so grave.
    pub severity: Option<Severity>,
    /// Only those of a month.
    pub month: Option<Month>,
    /// Only of venues of this name.
    pub venue: Sought,
    /// Only those whose day has passed.
    pub overdue: bool,
    /// What was just done.
    pub done: String,
    /// What was not, of many that were to be closed at once.
    pub undone: Vec<Undone>,
}

impl From<Asked> for Query {
    fn from(asked: Asked) -> Self {
        let code = |text: Option<String>| text.unwrap_or_default();
        let (stage, severity) = (code(asked.stage), code(asked.severity));
        Self {
            stage: FollowUpStage::ALL.into_iter().find(|known| known.code() == stage),
            severity: Severity::ALL.into_iter().find(|known| format!("{known:?}") == severity),
            month: asked.month.and_then(|text| text.parse().ok()),
            venue: Sought::new(&asked.venue.unwrap_or_default()),
            overdue: asked.overdue.is_some_and(|text| text == "yes"),
            done: asked.done.unwrap_or_default(),
            undone: asked.undone.unwrap_or_default().split(',').filter_map(Undone::read).collect(),
        }
    }
}

impl Query {
    /// Reads it from what stands after the `?` of an address.
    pub(super) fn read(text: &str) -> Self {
        let uri = format!("/?{text}").parse::<http::Uri>().ok();
        let asked = uri.and_then(|uri| axum::extract::Query::<Asked>::try_from_uri(&uri).ok());
        asked.map(|axum::extract::Query(asked)| asked.into()).unwrap_or_default()
    }

    /// What stands after the `?`, the station apart.
    pub(super) fn text(&self) -> String {
        let mut parts = Vec::new();
        let mut put = |name: &str, value: String| parts.push(format!("{name}={value}"));
        if let Some(stage) = self.stage {
            put("stage", stage.code().to_owned());
        }
        if let Some(severity) = self.severity {
            put("severity", format!("{severity:?}"));
        }
        if let Some(month) = self.month {
            put("month", month.to_string());
        }
        if !self.venue.is_empty() {
            put("venue", percent(self.venue.text()));
        }
        if self.overdue {
            put("overdue", "yes".to_owned());
        }
        parts.join("&")
    }

    /// Whether a finding is asked for.
    pub(super) fn takes(&self, way: &FollowUp, venues: &HashMap<VenueId, Venue>, today: NaiveDate) -> bool {
        let name = || venues.get(&way.venue).map_or("", |venue| venue.name.as_str());
        self.stage.map_or(!way.stage.is_settled(), |stage| way.stage == stage)
            && self.severity.is_none_or(|severity| way.finding.severity == severity)
            && self.month.is_none_or(|month| way.found_at.month() == month)
            && (!self.overdue || way.is_overdue(today))
            && (self.venue.is_empty() || self.venue.is_in(&key([name()])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_the_same_question_and_nonsense_asks_for_nothing() {
        let text = "stage=mended&severity=S&month=2026-11&venue=%E8%BF%9C%E8%88%AA%26&overdue=yes";
        assert_eq!(Query::read(text).text(), text);
        assert_eq!(Query::read("stage=lost&severity=X&month=13&overdue=1\r\nx").text(), "");
    }
}

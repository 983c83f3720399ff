//! What the coverage page can be asked for, as its address says it.

use serde::Deserialize;
use xuncha_core::domain::{Month, StationId};

use crate::dashboard::look::signs::Standing;

/// How the venues are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// By how much they need somebody, and until when.
    #[default]
    Need,
    /// By name.
    Name,
    /// By kind.
    Kind,
    /// Fewest visits first.
    Visits,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Need, Self::Name, Self::Kind, Self::Visits];

    const fn slug(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Visits => "visits",
        }
    }
}

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// The month; this one by default.
    pub month: Option<Month>,
    /// Another station than the asker's own.
    pub station: Option<StationId>,
    /// Only venues in this state.
    pub state: Option<Standing>,
    /// The order.
    pub sort: Sort,
}

/// The same as it comes: what cannot be read is as if it had not been said.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    month: Option<String>,
    station: Option<String>,
    state: Option<String>,
    sort: Option<String>,
}

impl From<Asked> for Query {
    fn from(asked: Asked) -> Self {
        let sort = asked.sort.unwrap_or_default();
        Self {
            month: asked.month.and_then(|text| text.parse().ok()),
            station: asked.station.and_then(|text| text.parse().ok()),
            state: asked.state.and_then(|text| Standing::of_slug(&text)),
            sort: Sort::ALL.into_iter().find(|known| known.slug() == sort).unwrap_or_default(),
        }
    }
}

impl Query {
    /// With another month.
    pub(super) fn month(self, month: Month) -> Self {
        Self { month: Some(month), ..self }
    }

    /// With only one state, or all.
    pub(super) fn state(self, state: Option<Standing>) -> Self {
        Self { state, ..self }
    }

    /// In another order.
    pub(super) fn sort(self, sort: Sort) -> Self {
        Self { sort, ..self }
    }

    /// The address that asks for it.
    pub(super) fn path(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.month.map(|month| format!("month={month}")));
        parts.extend(self.station.map(|station| format!("station={station}")));
        parts.extend(self.state.map(|state| format!("state={}", state.slug())));
        if self.sort != Sort::default() {
            parts.push(format!("sort={}", self.sort.slug()));
        }
        joined("/coverage", &parts)
    }

    /// What leads on to a page of the same station.
    pub(super) fn scope(&self) -> String {
        joined("", &self.station.map(|station| format!("station={station}")).into_iter().collect::<Vec<_>>())
    }

    /// What leads on to a venue of the same station in the same month.
    pub(super) fn venue_query(&self) -> String {
        let month = self.month.map(|month| format!("month={month}"));
        let station = self.station.map(|station| format!("station={station}"));
        joined("", &month.into_iter().chain(station).collect::<Vec<_>>())
    }
}

fn joined(path: &str, parts: &[String]) -> String {
    if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(month: &str, state: &str, sort: &str) -> Query {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Asked { month: text(month), station: None, state: text(state), sort: text(sort) }.into()
    }

    #[test]
    fn an_address_reads_back_as_what_was_asked_for() {
        assert_eq!(asked("2026-11", "late", "name").path(), "/coverage?month=2026-11&state=late&sort=name");
        assert_eq!(asked("", "", "need").path(), "/coverage");
        for standing in Standing::ALL {
            assert_eq!(Standing::of_slug(standing.slug()), Some(standing));
        }
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_had_not_been_said() {
        assert_eq!(asked("2026-13", "<script>", "x").path(), "/coverage");
    }
}

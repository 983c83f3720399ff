//! What the coverage page can be asked for, as its address says it.

use serde::Deserialize;
use xuncha_core::domain::{Month, StationId, VenueKind};

use crate::dashboard::look::percent;
use crate::dashboard::look::signs::Standing;
use crate::search::{self, Sought};

/// How the venues are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// By how much they need somebody, and until when.
    #[default]
    Need,
    /// By the sound of their names.
    Name,
    /// Fewest visits first.
    Visits,
    /// By the last visit, those that had none first.
    Last,
    /// Gravest findings first.
    Found,
}

impl Sort {
    const ALL: [Self; 5] = [Self::Need, Self::Name, Self::Visits, Self::Last, Self::Found];

    const fn slug(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Name => "name",
            Self::Visits => "visits",
            Self::Last => "last",
            Self::Found => "found",
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
    /// Only venues of this kind.
    pub kind: Option<VenueKind>,
    /// Only venues near a school.
    pub near_school: bool,
    /// Only venues of this name or address.
    pub sought: Sought,
    /// The order.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
    /// Of many stations, only those of a sub-bureau.
    pub sub_bureau: Option<String>,
    /// Of many stations, those first that have the most venues in this state.
    pub by: Option<Standing>,
    /// Of the many venues of many stations, which page; the first is 0.
    pub page: u64,
}

/// What a venue is asked for by.
pub(super) struct Asks<'a> {
    /// Where it stands.
    pub state: Standing,
    /// Its kind.
    pub kind: &'a VenueKind,
    /// Whether it is near a school.
    pub near_school: bool,
    /// Its name.
    pub name: &'a str,
    /// Its address.
    pub address: &'a str,
}

/// The same as it comes: what cannot be read is as if it had not been said.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    month: Option<String>,
    station: Option<String>,
    state: Option<String>,
    kind: Option<String>,
    near: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    order: Option<String>,
    sub_bureau: Option<String>,
    by: Option<String>,
    page: Option<String>,
}

impl From<Asked> for Query {
    fn from(asked: Asked) -> Self {
        let sort = asked.sort.unwrap_or_default();
        Self {
            month: asked.month.and_then(|text| text.parse().ok()),
            station: asked.station.and_then(|text| text.parse().ok()),
            state: asked.state.and_then(|text| Standing::of_slug(&text)),
            kind: asked.kind.and_then(|text| text.parse().ok()),
            near_school: asked.near.as_deref() == Some("school"),
            sought: Sought::new(&asked.q.unwrap_or_default()),
            sort: Sort::ALL.into_iter().find(|known| known.slug() == sort).unwrap_or_default(),
            descending: asked.order.as_deref() == Some("desc"),
            sub_bureau: asked.sub_bureau.filter(|name| !name.is_empty()),
            by: asked.by.and_then(|text| Standing::of_slug(&text)),
            page: asked
                .page
                .and_then(|text| text.parse::<u64>().ok())
                .map_or(0, |page| page.saturating_sub(1)),
        }
    }
}

impl Query {
    /// With another month.
    pub(super) fn month(self, month: Month) -> Self {
        Self { month: Some(month), page: 0, ..self }
    }

    /// With no month said.
    pub(super) fn any_month(self) -> Self {
        Self { month: None, page: 0, ..self }
    }

    /// With only one state, or all.
    pub(super) fn state(self, state: Option<Standing>) -> Self {
        Self { state, page: 0, ..self }
    }

    /// Sorted by a column; if it is already, the other way round.
    pub(super) fn sort(self, sort: Sort) -> Self {
        Self { sort, descending: self.sort == sort && !self.descending, ..self }
    }

    /// With only the stations of a sub-bureau, or all.
    pub(super) fn sub_bureau(self, name: Option<&str>) -> Self {
        Self { sub_bureau: name.map(str::to_owned), page: 0, ..self }
    }

    /// Of one of many stations, what was asked of all.
    pub(super) fn of_station(self, station: StationId) -> Self {
        Self { station: Some(station), sub_bureau: None, by: None, page: 0, ..self }
    }

    /// With another page of venues.
    pub(super) fn page(self, page: u64) -> Self {
        Self { page, ..self }
    }

    /// With those stations first that have the most in a state; if they are already, in the usual order.
    pub(super) fn by(self, state: Standing) -> Self {
        Self { by: Some(state).filter(|_| self.by != Some(state)), ..self }
    }

    /// With nothing looked for, from the first page on.
    pub(super) fn anything(self) -> Self {
        Self { sought: Sought::default(), page: 0, ..self }
    }

    /// With no venue left out.
    pub(super) fn whole(self) -> Self {
        Self { state: None, kind: None, near_school: false, sought: Sought::default(), ..self }
    }

    /// Whether more than a state leaves venues out.
    pub(super) fn is_narrowed(&self) -> bool {
        self.kind.is_some() || self.near_school || !self.sought.is_empty()
    }

    /// Whether a venue is asked for.
    pub(super) fn takes(&self, of: &Asks<'_>) -> bool {
        self.state.is_none_or(|state| of.state == state)
            && self.kind.as_ref().is_none_or(|kind| of.kind == kind)
            && (!self.near_school || of.near_school)
            && (self.sought.is_empty() || self.sought.is_in(&search::key([of.name, of.address])))
    }

    /// The address that asks for it.
    pub(super) fn path(&self) -> String {
        self.address("/coverage")
    }

    fn address(&self, of: &str) -> String {
        let parts: Vec<String> =
            self.parts().into_iter().map(|(name, value)| format!("{name}={}", percent(&value))).collect();
        joined(of, &parts)
    }

    /// What its address says, in order.
    pub(super) fn parts(&self) -> Vec<(&'static str, String)> {
        let mut parts = Vec::new();
        parts.extend(self.month.map(|month| ("month", month.to_string())));
        parts.extend(self.station.map(|station| ("station", station.to_string())));
        parts.extend(self.state.map(|state| ("state", state.slug().to_owned())));
        parts.extend(self.kind.as_ref().map(|kind| ("kind", kind.code().to_owned())));
        parts.extend(self.near_school.then(|| ("near", "school".to_owned())));
        parts.extend((!self.sought.is_empty()).then(|| ("q", self.sought.text().to_owned())));
        parts.extend((self.sort != Sort::default()).then(|| ("sort", self.sort.slug().to_owned())));
        parts.extend(self.descending.then(|| ("order", "desc".to_owned())));
        parts.extend(self.sub_bureau.as_ref().map(|name| ("sub_bureau", name.clone())));
        parts.extend(self.by.map(|state| ("by", state.slug().to_owned())));
        parts.extend((self.page > 0).then(|| ("page", (self.page + 1).to_string())));
        parts
    }

    /// The address of the same for a map.
    pub(super) fn map_path(&self) -> String {
        self.address("/coverage/map.json")
    }

    /// The address of the same for a map of all stations.
    pub(super) fn area_path(&self) -> String {
        self.address("/coverage/area.json")
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
        Asked { month: text(month), state: text(state), sort: text(sort), ..Asked::default() }.into()
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
    fn a_column_is_sorted_by_and_then_the_other_way_round() {
        let by_name = asked("", "", "").sort(Sort::Name);
        assert_eq!(by_name.path(), "/coverage?sort=name");
        assert_eq!(by_name.clone().sort(Sort::Name).path(), "/coverage?sort=name&order=desc");
        assert_eq!(by_name.sort(Sort::Name).sort(Sort::Visits).path(), "/coverage?sort=visits");
    }

    #[test]
    fn what_is_sought_stays_in_the_address() {
        let query = Query { sought: Sought::new("蓝鲸&x=1"), near_school: true, ..Query::default() };
        assert_eq!(query.path(), "/coverage?near=school&q=%E8%93%9D%E9%B2%B8%26x%3D1");
        assert_eq!(query.whole().path(), "/coverage");
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_had_not_been_said() {
        assert_eq!(asked("2026-13", "<script>", "x").path(), "/coverage");
    }
}

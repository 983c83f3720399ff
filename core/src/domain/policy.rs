//! What a station expects: how often, how far apart, how near. Settings, not law.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{DateRange, Metres, Month, OpeningHours, SchoolLevel, Severity, VenueId, VenueKind};

/// Holds for a station, or for some of its venues only ([`PolicyFor`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "PolicyFields")]
pub struct Policy {
    /// Visits that each active venue needs in a calendar month (1–31).
    pub visits_per_month: u8,
    /// Days that must lie between two visits that both count (0–30); 7 means a week apart.
    pub min_gap_days: u8,
    /// Whether a police check-in counts as a visit.
    pub check_ins_count: bool,
    /// How near a fix must be to its venue to be on site, beside its own accuracy.
    pub on_site_radius: Metres,
    /// From this distance a school is said to be near (参考距离).
    pub near_school: Metres,
    /// The same for kindergartens.
    pub near_kindergarten: Metres,
    /// Opening hours that internet cafés are held to (网22; many regions relaxed it lawfully).
    pub cafe_hours: OpeningHours,
    /// How grave it is when a café keeps other hours.
    pub hours_severity: Severity,
    /// School vacations of the area, for reminders only. Only those of a station's own are asked for.
    pub vacations: Vec<DateRange>,
}

/// A policy that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPolicy {
    /// Not between 1 and 31.
    #[error("visits_per_month is {0}; it must be 1 to 31")]
    VisitsPerMonth(u8),
    /// Not between 0 and 30.
    #[error("min_gap_days is {0}; it must be 0 to 30")]
    MinGapDays(u8),
    /// So many visits so far apart do not fit into 28 days.
    #[error("{visits} visits at least {gap} days apart do not fit into a month")]
    DoesNotFit {
        /// Visits per month asked for.
        visits: u8,
        /// Days apart asked for.
        gap: u8,
    },
    /// More than the limit of vacations.
    #[error("{0} vacations; at most {most} are allowed", most = Policy::MOST_VACATIONS)]
    Vacations(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFields {
    visits_per_month: u8,
    min_gap_days: u8,
    check_ins_count: bool,
    on_site_radius: Metres,
    near_school: Metres,
    near_kindergarten: Metres,
    cafe_hours: OpeningHours,
    hours_severity: Severity,
    vacations: Vec<DateRange>,
}

impl TryFrom<PolicyFields> for Policy {
    type Error = BadPolicy;
    fn try_from(f: PolicyFields) -> Result<Self, BadPolicy> {
        Self {
            visits_per_month: f.visits_per_month,
            min_gap_days: f.min_gap_days,
            check_ins_count: f.check_ins_count,
            on_site_radius: f.on_site_radius,
            near_school: f.near_school,
            near_kindergarten: f.near_kindergarten,
            cafe_hours: f.cafe_hours,
            hours_severity: f.hours_severity,
            vacations: f.vacations,
        }
        .checked()
    }
}

impl Policy {
    /// The most vacations that one may have.
    pub const MOST_VACATIONS: usize = 50;

    /// The policy, if it can be kept in the shortest month.
    ///
    /// # Errors
    /// [`BadPolicy`] names the setting that cannot be.
    pub fn checked(self) -> Result<Self, BadPolicy> {
        let (visits, gap) = (self.visits_per_month, self.min_gap_days);
        if !(1..=31).contains(&visits) {
            return Err(BadPolicy::VisitsPerMonth(visits));
        }
        if gap > 30 {
            return Err(BadPolicy::MinGapDays(gap));
        }
        if u32::from(visits - 1) * u32::from(gap) > 27 {
            return Err(BadPolicy::DoesNotFit { visits, gap });
        }
        if self.vacations.len() > Self::MOST_VACATIONS {
            return Err(BadPolicy::Vacations(self.vacations.len()));
        }
        Ok(self)
    }

    /// Whether a school of this level is near at this distance.
    #[must_use]
    pub fn is_near(&self, level: SchoolLevel, metres: Metres) -> bool {
        metres <= self.near(level)
    }

    /// The distance within which a school of this level is near.
    #[must_use]
    pub const fn near(&self, level: SchoolLevel) -> Metres {
        match level {
            SchoolLevel::Kindergarten => self.near_kindergarten,
            _ => self.near_school,
        }
    }
}

impl Default for Policy {
    /// Two visits a month, a week apart; check-ins do not count; 50 m; schools 200 m; 8–24 h.
    fn default() -> Self {
        Self {
            visits_per_month: 2,
            min_gap_days: 7,
            check_ins_count: false,
            on_site_radius: Metres(50.0),
            near_school: Metres(200.0),
            near_kindergarten: Metres(200.0),
            cafe_hours: OpeningHours::CAFE_DEFAULT,
            hours_severity: Severity::N,
            vacations: Vec::new(),
        }
    }
}

/// Which venues of a station a policy is for. A narrower one stands before a wider one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyFor {
    /// All of them.
    #[default]
    Station,
    /// Those of a kind.
    Kind(VenueKind),
    /// One.
    Venue(VenueId),
}

impl PolicyFor {
    /// Whether it is for all venues.
    #[must_use]
    pub fn is_station(&self) -> bool {
        *self == Self::Station
    }

    /// As a store keeps it: nothing for the station, else a kind's code or a venue's id.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Station => String::new(),
            Self::Kind(kind) => kind.code().to_owned(),
            Self::Venue(venue) => venue.to_string(),
        }
    }
}

/// A policy with the first month it holds for. Earlier months keep the policy they had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFrom {
    /// First month it holds for.
    pub from: Month,
    /// First month it holds no more: the wider one then holds again. Never for a station's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Month>,
    /// Which venues it is for.
    #[serde(default, rename = "for", skip_serializing_if = "PolicyFor::is_station")]
    pub venues: PolicyFor,
    /// The policy.
    pub policy: Policy,
}

impl PolicyFrom {
    /// A station's own, from a month on.
    #[must_use]
    pub const fn of_station(from: Month, policy: Policy) -> Self {
        Self { from, until: None, venues: PolicyFor::Station, policy }
    }
}

/// The one that holds in a month among those for the same venues: that with the latest start not after
/// it, unless it has ended. One that was called off before it began was never there.
fn newest<'a>(history: &'a [PolicyFrom], month: Month, venues: &PolicyFor) -> Option<&'a PolicyFrom> {
    let of_these = history.iter().filter(|entry| entry.venues == *venues);
    let begun =
        of_these.filter(|entry| entry.from <= month && entry.until.is_none_or(|until| entry.from < until));
    begun.max_by_key(|entry| entry.from).filter(|entry| entry.until.is_none_or(|until| month < until))
}

/// The policy that holds for a station in a month: the one with the latest start not after it, else the
/// default. What holds for a venue is told by [`policy_for`].
#[must_use]
pub fn policy_in(history: &[PolicyFrom], month: Month) -> Policy {
    newest(history, month, &PolicyFor::Station).map_or_else(Policy::default, |entry| entry.policy.clone())
}

/// The school vacation that runs on a day, or else begins within a week of it. Vacations are those of the station
/// itself: all of its venues have the same schools around them.
#[must_use]
pub fn vacation_near(history: &[PolicyFrom], today: NaiveDate) -> Option<DateRange> {
    (0..=7).filter_map(|ahead| today.checked_add_days(Days::new(ahead))).find_map(|day| {
        let vacations = policy_in(history, Month::of(day)).vacations;
        vacations.into_iter().find(|range| range.contains(day))
    })
}

/// The policy that holds for a venue in a month: its own, else that of its kind, else the station's.
#[must_use]
pub fn policy_for(history: &[PolicyFrom], month: Month, venue: VenueId, kind: &VenueKind) -> Policy {
    entry_for(history, month, venue, kind).map_or_else(Policy::default, |entry| entry.policy.clone())
}

/// The same with the venues it is for and since when; `None` where nobody has set one and the default holds.
#[must_use]
pub fn entry_for<'a>(
    history: &'a [PolicyFrom],
    month: Month,
    venue: VenueId,
    kind: &VenueKind,
) -> Option<&'a PolicyFrom> {
    let of_station = || newest(history, month, &PolicyFor::Station);
    // Hardly any station has more than its own; then nothing is made to compare with.
    if history.iter().all(|entry| entry.venues.is_station()) {
        return of_station();
    }
    newest(history, month, &PolicyFor::Venue(venue))
        .or_else(|| newest(history, month, &PolicyFor::Kind(kind.clone())))
        .or_else(of_station)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_narrow_policy_that_was_called_off_before_it_began_leaves_the_one_before_in_force() {
        let month = |number| Month::new(2026, number).unwrap();
        let kind = VenueKind::InternetCafe;
        let of_kind = |from, until, visits_per_month| PolicyFrom {
            from: month(from),
            until,
            venues: PolicyFor::Kind(kind.clone()),
            policy: Policy { visits_per_month, ..Policy::default() },
        };
        let history = [of_kind(1, None, 4), of_kind(3, Some(month(3)), 6), of_kind(8, Some(month(10)), 5)];
        let venue = VenueId::mint(Timestamp::from_millis(1), [1; 10]);
        let visits =
            [1, 3, 8, 9, 10].map(|at| policy_for(&history, month(at), venue, &kind).visits_per_month);
        assert_eq!(visits, [4, 4, 5, 5, Policy::default().visits_per_month]);
    }

    #[test]
    fn the_default_policy_is_two_visits_a_week_apart_and_travels_unchanged() {
        let policy = Policy::default().checked().unwrap();
        assert_eq!((policy.visits_per_month, policy.min_gap_days), (2, 7));
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }

    #[test]
    fn a_vacation_is_told_of_from_a_week_before_it_until_its_last_day_by_the_policy_of_its_month() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let winter = DateRange::new(day(2, 3), day(2, 20)).unwrap();
        let summer = DateRange::new(day(7, 1), day(8, 31)).unwrap();
        let from = |month, vacations| {
            let policy = Policy { vacations, ..Policy::default() };
            PolicyFrom::of_station(Month::new(2026, month).unwrap(), policy)
        };
        let history = [from(1, vec![summer]), from(2, vec![summer, winter])];
        let told = [(1, 26), (1, 27), (2, 3), (2, 20), (2, 21), (6, 23), (6, 24), (8, 31), (9, 1)];
        let told = told.map(|(month, on)| vacation_near(&history, day(month, on)));
        let (winter, summer) = (Some(winter), Some(summer));
        assert_eq!(told, [None, winter, winter, winter, None, None, summer, summer, None]);
        assert_eq!(vacation_near(&[], day(7, 1)), None);
    }

    #[test]
    fn a_policy_that_no_february_can_hold_is_refused() {
        let policy = Policy { visits_per_month: 4, min_gap_days: 10, ..Policy::default() };
        assert_eq!(policy.checked(), Err(BadPolicy::DoesNotFit { visits: 4, gap: 10 }));
    }

    #[test]
    fn a_new_policy_leaves_the_months_before_it_as_they_were() {
        let strict = Policy { visits_per_month: 3, ..Policy::default() };
        let month = |number| Month::new(2026, number).unwrap();
        let history = [PolicyFrom::of_station(month(11), strict.clone())];
        assert_eq!(policy_in(&history, month(10)), Policy::default());
        assert_eq!(policy_in(&history, month(12)), strict);
    }

    fn venue(number: u8) -> VenueId {
        VenueId::mint(Timestamp::from_millis(1_000), [number; 10])
    }

    fn entry(venues: PolicyFor, from: u32, until: Option<u32>, visits: u8) -> PolicyFrom {
        let month = |number| Month::new(2026, number).unwrap();
        let policy = Policy { visits_per_month: visits, min_gap_days: 0, ..Policy::default() };
        PolicyFrom { from: month(from), until: until.map(month), venues, policy }
    }

    #[test]
    fn a_venue_s_own_policy_stands_before_its_kind_s_and_that_before_the_station_s() {
        let history = [
            entry(PolicyFor::Station, 1, None, 2),
            entry(PolicyFor::Kind(VenueKind::GameArcade), 3, None, 3),
            entry(PolicyFor::Venue(venue(1)), 5, Some(8), 4),
        ];
        let visits = |month, number, kind: &VenueKind| {
            policy_for(&history, Month::new(2026, month).unwrap(), venue(number), kind).visits_per_month
        };
        let (arcade, cafe) = (VenueKind::GameArcade, VenueKind::InternetCafe);
        assert_eq!([2, 4, 5, 7, 8].map(|month| visits(month, 1, &arcade)), [2, 3, 4, 4, 3]);
        assert_eq!([2, 4, 5].map(|month| visits(month, 2, &arcade)), [2, 3, 3]);
        assert_eq!([4, 6, 9].map(|month| visits(month, 2, &cafe)), [2, 2, 2]);
    }

    #[test]
    fn a_station_s_policy_travels_as_it_always_did() {
        let old = r#"{"from":"2026-11","policy":"#.to_owned()
            + &serde_json::to_string(&Policy::default()).unwrap()
            + "}";
        let read: PolicyFrom = serde_json::from_str(&old).unwrap();
        assert!(read.venues.is_station() && read.until.is_none());
        assert_eq!(serde_json::to_string(&read).unwrap(), old);
        let own = entry(PolicyFor::Venue(venue(1)), 5, Some(8), 4);
        let text = serde_json::to_string(&own).unwrap();
        assert_eq!(serde_json::from_str::<PolicyFrom>(&text).unwrap(), own);
    }

    fn any_entry() -> impl Strategy<Value = PolicyFrom> {
        let venues = prop_oneof![
            Just(PolicyFor::Station),
            Just(PolicyFor::Kind(VenueKind::GameArcade)),
            (0_u8..3).prop_map(|number| PolicyFor::Venue(venue(number))),
        ];
        (venues, 1_u32..13, proptest::option::of(1_u32..13), 1_u8..9).prop_map(
            |(venues, from, until, visits)| {
                let until = until.filter(|until| *until > from && !venues.is_station());
                entry(venues, from, until, visits)
            },
        )
    }

    proptest! {
        #[test]
        fn what_holds_is_the_narrowest_that_has_begun_and_not_ended(
            entries in proptest::collection::vec(any_entry(), 0..12),
            month in 1_u32..13, number in 0_u8..4, is_arcade: bool,
        ) {
            // One entry for the same venues and month, as the stores keep them.
            let mut history: Vec<PolicyFrom> = Vec::new();
            for entry in entries {
                history.retain(|kept| (kept.from, &kept.venues) != (entry.from, &entry.venues));
                history.push(entry);
            }
            let month = Month::new(2026, month).unwrap();
            let kind = if is_arcade { VenueKind::GameArcade } else { VenueKind::InternetCafe };
            let levels = [PolicyFor::Venue(venue(number)), PolicyFor::Kind(kind.clone()), PolicyFor::Station];
            let mut expected = Policy::default();
            for level in levels.iter().rev() {
                let mut of_level: Vec<_> = history.iter().filter(|entry| entry.venues == *level).collect();
                of_level.sort_by_key(|entry| entry.from);
                let last = of_level.into_iter().rfind(|entry| entry.from <= month);
                if let Some(entry) = last.filter(|entry| entry.until.is_none_or(|until| until > month)) {
                    expected = entry.policy.clone();
                }
            }
            prop_assert_eq!(policy_for(&history, month, venue(number), &kind), expected);
        }
    }
}

//! What a station expects: how often, how far apart, how near. Settings, not law.

use serde::{Deserialize, Serialize};

use super::{DateRange, Metres, Month, OpeningHours, Severity};

/// A policy holds for a station; a later version may narrow it to a kind or a venue.
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
    /// School vacations of the area, for reminders only.
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
    #[error("{0} vacations; at most 50 are allowed")]
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
        if self.vacations.len() > 50 {
            return Err(BadPolicy::Vacations(self.vacations.len()));
        }
        Ok(self)
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

/// A policy with the first month it holds for. Earlier months keep the policy they had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFrom {
    /// First month it holds for.
    pub from: Month,
    /// The policy.
    pub policy: Policy,
}

/// The policy that holds in a month: the one with the latest start not after it, else the default.
#[must_use]
pub fn policy_in(history: &[PolicyFrom], month: Month) -> Policy {
    history
        .iter()
        .filter(|entry| entry.from <= month)
        .max_by_key(|entry| entry.from)
        .map_or_else(Policy::default, |entry| entry.policy.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_two_visits_a_week_apart_and_travels_unchanged() {
        let policy = Policy::default().checked().unwrap();
        assert_eq!((policy.visits_per_month, policy.min_gap_days), (2, 7));
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
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
        let history = [PolicyFrom { from: month(11), policy: strict.clone() }];
        assert_eq!(policy_in(&history, month(10)), Policy::default());
        assert_eq!(policy_in(&history, month(12)), strict);
    }
}

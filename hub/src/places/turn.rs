//! What happens to a venue's life.

use crate::audit::Action;
use chrono::{Days, NaiveDate};
use xuncha_core::domain::{DateRange, VenueLife};

/// What happens to a venue's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It closed; this is the last day it is to be checked.
    Closed(NaiveDate),
    /// It is shut for these days.
    Suspended(DateRange),
    /// It is to be checked again from this day on: it closes no more, and what was to go on being shut
    /// ends the day before.
    OpenAgain(NaiveDate),
}

impl Turn {
    /// A life after it; `None` if the two don't go together.
    #[must_use]
    pub fn of(self, life: &VenueLife) -> Option<VenueLife> {
        let mut life = life.clone();
        match self {
            Self::Closed(last) => {
                if life.opened_on.is_some_and(|first| last < first) {
                    return None;
                }
                life.closed_on = Some(last);
            }
            Self::Suspended(days) => life.suspended.push(days),
            Self::OpenAgain(first) => {
                let before = first.checked_sub_days(Days::new(1))?;
                // The days between stay what they were: nobody was to go there then.
                let gone = life.closed_on.take().and_then(|last| last.checked_add_days(Days::new(1)));
                let ended = |range: &DateRange| {
                    let to = range.to().min(before);
                    (range.from() <= to).then(|| DateRange::new(range.from(), to)).transpose()
                };
                let mut kept = Vec::new();
                for range in &life.suspended {
                    kept.extend(ended(range).ok()?);
                }
                if let Some(gone) = gone.filter(|gone| *gone <= before) {
                    kept.push(DateRange::new(gone, before).ok()?);
                }
                life.suspended = kept;
            }
        }
        Some(life)
    }

    /// The same of a venue that another station sees to after its last day: until then it may be shut or close for good.
    #[must_use]
    pub fn of_moving(self, life: &VenueLife) -> Option<VenueLife> {
        let after = self.of(life)?;
        let ends = |life: &VenueLife| life.closed_on.unwrap_or(NaiveDate::MAX);
        (ends(&after) <= ends(life)).then_some(after)
    }

    pub(super) const fn action(self) -> Action {
        match self {
            Self::Closed(_) => Action::VenueClosed,
            Self::Suspended(_) => Action::VenueSuspended,
            Self::OpenAgain(_) => Action::VenueOpenAgain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    #[test]
    fn a_venue_that_opens_again_is_not_to_be_checked_for_the_days_it_was_closed() {
        let life = VenueLife { closed_on: Some(day(5)), ..VenueLife::default() };
        let again = Turn::OpenAgain(day(20)).of(&life).unwrap();
        assert!(again.active_on(day(5)) && !again.active_on(day(6)) && !again.active_on(day(19)));
        assert!(again.active_on(day(20)) && again.active_on(day(30)));
    }

    #[test]
    fn a_venue_that_opens_early_ends_what_it_was_suspended_for() {
        let suspended = Turn::Suspended(DateRange::new(day(3), day(25)).unwrap());
        let life = suspended.of(&VenueLife::default()).unwrap();
        let again = Turn::OpenAgain(day(10)).of(&life).unwrap();
        assert!(!again.active_on(day(9)) && again.active_on(day(10)));
        let at_once = Turn::OpenAgain(day(3)).of(&life).unwrap();
        assert!(at_once.active_on(day(3)) && at_once.suspended.is_empty());
    }

    #[test]
    fn a_venue_that_moves_is_shut_or_closes_before_and_goes_on_here_no_longer() {
        let life = VenueLife { closed_on: Some(day(14)), ..VenueLife::default() };
        assert_eq!(Turn::Closed(day(5)).of_moving(&life).unwrap().closed_on, Some(day(5)));
        let shut = Turn::Suspended(DateRange::new(day(3), day(6)).unwrap()).of_moving(&life).unwrap();
        assert!(!shut.active_on(day(6)) && shut.active_on(day(14)) && shut.closed_on == life.closed_on);
        assert_eq!(Turn::Closed(day(15)).of_moving(&life), None);
        assert_eq!(Turn::OpenAgain(day(10)).of_moving(&life), None);
    }

    #[test]
    fn a_venue_does_not_close_before_it_opened() {
        let life = VenueLife { opened_on: Some(day(10)), ..VenueLife::default() };
        assert_eq!(Turn::Closed(day(9)).of(&life), None);
        assert_eq!(Turn::Closed(day(10)).of(&life).unwrap().closed_on, Some(day(10)));
    }
}

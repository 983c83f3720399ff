//! When a venue or school may go to another station.

use chrono::NaiveDate;
use xuncha_core::domain::Month;
use xuncha_core::wire::ProblemCode;

use crate::error::HubError;

/// Why something does not go to another station from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMove {
    /// The other station would have missed what nobody expected of it.
    #[error("months that are over stay as they were: it moves this month at the earliest")]
    MonthIsOver,
    /// There is nothing to see to from that day on.
    #[error("it is closed before that day: say first that it goes on")]
    Closed,
}

impl From<BadMove> for HubError {
    fn from(bad: BadMove) -> Self {
        Self::told(ProblemCode::BadRequest, bad.to_string())
    }
}

/// Whether what is closed after a day, if it is, may be another station's from `first_day` on.
///
/// # Errors
/// [`BadMove`] says why not.
pub fn may_move(first_day: NaiveDate, closed_on: Option<NaiveDate>, today: NaiveDate) -> Result<(), BadMove> {
    if first_day < Month::of(today).first_day() {
        return Err(BadMove::MonthIsOver);
    }
    match closed_on {
        Some(last) if last < first_day => Err(BadMove::Closed),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_moves_does_so_this_month_or_later_and_before_it_closes() {
        let today = day("2026-11-16");
        let moves = |first: &str, closed: Option<&str>| may_move(day(first), closed.map(day), today);
        assert_eq!(moves("2026-11-01", None), Ok(()));
        assert_eq!(moves("2027-01-01", Some("2027-01-01")), Ok(()));
        assert_eq!(moves("2026-10-31", None), Err(BadMove::MonthIsOver));
        assert_eq!(moves("2025-11-20", None), Err(BadMove::MonthIsOver));
        assert_eq!(moves("2026-11-20", Some("2026-11-19")), Err(BadMove::Closed));
    }
}

//! How grave a finding is and what the volunteer does about it: look, dissuade, record, report.
//! Never more: volunteers do not enforce.

use serde::{Deserialize, Serialize};

use super::Locale;

/// How grave a finding is; a later one is graver. Travels as its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Severity {
    /// Note: ask the owner to mend it, look again at the next visit.
    N,
    /// Report to the station head the same day.
    R,
    /// Tell the community police or 110 now.
    S,
}

impl Severity {
    /// All of them, gravest first.
    pub const ALL: [Self; 3] = [Self::S, Self::R, Self::N];

    /// Its letter, as it travels.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::R => "R",
            Self::N => "N",
        }
    }

    /// A word for it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::S => locale.pick("紧急", "Urgent"),
            Self::R => locale.pick("上报", "Report"),
            Self::N => locale.pick("记下", "Note"),
        }
    }

    /// What to do about it, in a sentence.
    #[must_use]
    pub const fn advice(self, locale: Locale) -> &'static str {
        match self {
            Self::S => locale.pick(
                "请先保证自己安全，马上告诉社区民警，或者拨打110。",
                "Stay safe yourself first; tell the community police now, or call 110.",
            ),
            Self::R => locale.pick("请当天报告站长。", "Please report it to the station head today."),
            Self::N => locale.pick(
                "记下来，提醒业主改正，下次来再看。",
                "Note it, ask the owner to put it right, and look again at the next visit.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Datum, DayType, Grade, SchoolLevel};

    #[test]
    fn severities_are_ordered_by_gravity_and_travel_as_letters() {
        assert!(Severity::S > Severity::R && Severity::R > Severity::N);
        assert_eq!(serde_json::to_string(&Severity::ALL).unwrap(), r#"["S","R","N"]"#);
    }

    #[test]
    fn codes_are_the_words_that_travel() {
        fn travels<T: Serialize + Copy>(all: &[T], code: impl Fn(T) -> &'static str) {
            for one in all {
                assert_eq!(serde_json::to_value(one).unwrap(), code(*one));
            }
        }
        travels(&Severity::ALL, Severity::code);
        travels(&SchoolLevel::ALL, SchoolLevel::code);
        travels(&Grade::ALL, Grade::code);
        travels(&DayType::ALL, DayType::code);
        travels(&Datum::ALL, Datum::code);
    }

    #[test]
    fn no_advice_tells_a_volunteer_to_enforce() {
        for severity in Severity::ALL {
            let advice = severity.advice(Locale::ZhHans);
            assert!(!["查处", "处罚", "没收", "罚款"].iter().any(|word| advice.contains(word)));
        }
    }
}

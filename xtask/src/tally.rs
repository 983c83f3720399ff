//! How many checks passed and failed, and how cargo says so.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign},
};

/// A count of checks; adds up over steps and parts, and prints as the line that closes a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Tally {
    /// One check that went well.
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0 };
    /// One check that did not.
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1 };

    /// One check with this result.
    pub(crate) const fn one(ok: bool) -> Self {
        if ok { Self::PASSED } else { Self::FAILED }
    }

    /// Whether anything ran at all.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Reads libtest's closing line, `test result: ok. 3 passed; 0 failed; …`; any other line is `None`.
    pub(crate) fn from_libtest(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |what: &str| {
            counts.split("; ").find_map(|part| part.strip_suffix(what)?.trim_end().parse::<u32>().ok())
        };
        Some(Self { passed: count("passed")?, failed: count("failed")? })
    }

    /// Reads our own closing line, `3 passed, 0 failed`, by which other test programs of ours end too.
    pub(crate) fn from_plain(line: &str) -> Option<Self> {
        let (passed, failed) = line.trim_end().strip_suffix(" failed")?.split_once(" passed, ")?;
        Some(Self { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
    }

    /// The sum over one test command, given whether it succeeded: a command that failed without naming a
    /// failed test (it did not compile, or a test binary crashed) counts as one failure.
    pub(crate) fn of_command(self, ok: bool) -> Self {
        if !ok && self.failed == 0 { self + Self::FAILED } else { self }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), Self::add)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEN: &str =
        "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s";
    const RED: &str =
        "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.42s";

    #[test]
    fn closing_lines_of_cargo_add_up() {
        let output = format!("running 12 tests\ntest a::b ... ok\n{GREEN}\n\n{RED}\nerror: test failed\n");
        let sum: Tally = output.lines().filter_map(Tally::from_libtest).sum();
        assert_eq!(sum, Tally { passed: 19, failed: 2 });
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in [
            "",
            "test result: ok.",
            "test result: ok. many passed; 0 failed",
            "12 passed, 0 failed",
            " test result: ok. 1 passed; 0 failed",
        ] {
            assert_eq!(Tally::from_libtest(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_command_that_failed_without_a_failed_test_is_a_failure() {
        let all_green = Tally { passed: 3, failed: 0 };
        assert_eq!(all_green.of_command(true), all_green);
        assert_eq!(all_green.of_command(false), Tally { passed: 3, failed: 1 });
        let one_red = Tally { passed: 3, failed: 1 };
        assert_eq!(one_red.of_command(false), one_red);
    }

    #[test]
    fn the_line_that_closes_a_part_is_read_as_it_is_printed() {
        let tally = Tally { passed: 3, failed: 0 };
        assert_eq!(tally.to_string(), "3 passed, 0 failed");
        assert_eq!(Tally::from_plain("3 passed, 0 failed\n"), Some(tally));
        for line in ["all 3 passed, 0 failed", "3 passed, none failed", "3 passed"] {
            assert_eq!(Tally::from_plain(line), None, "{line:?}");
        }
    }
}

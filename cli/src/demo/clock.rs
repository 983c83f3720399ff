//! The clock that the whole demo goes by: a file with one moment, so that three weeks fit into a minute
//! and no phone's clock is off.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, Weekday};
use xuncha_core::domain::{Locale, Timestamp};

/// The clock; phones and hub read its file each time they look at it.
#[derive(Debug, Clone)]
pub struct SimulatedClock {
    file: PathBuf,
}

impl SimulatedClock {
    /// A clock in a file, set to a moment.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn start(file: PathBuf, at: Timestamp) -> io::Result<Self> {
        let clock = Self { file };
        clock.set(at)?;
        Ok(clock)
    }

    /// The file, for `--clock-file`.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// It is another moment now. Written beside and renamed, so that nobody reads half of one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn set(&self, at: Timestamp) -> io::Result<()> {
        let next = self.file.with_extension("next");
        fs::write(&next, format!("{at}\n"))?;
        fs::rename(next, &self.file)
    }
}

/// A moment as the demo writes it before a line: `周三 4日 18:30`, `Wed 4 18:30`.
#[must_use]
pub fn moment(at: Timestamp, locale: Locale) -> String {
    let local = at.shanghai();
    let (day, time) = (local.day(), local.format("%H:%M"));
    match locale {
        Locale::ZhHans => format!("{} {day:>2}日 {time}", weekday(local.weekday())),
        Locale::En => format!("{} {day:>2} {time}", local.format("%a")),
    }
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_the_moment_and_it_reads_well_in_both_languages() {
        let folder = tempfile::tempdir().unwrap();
        let at: Timestamp = "2026-11-04T18:30:00+08:00".parse().unwrap();
        let clock = SimulatedClock::start(folder.path().join("clock"), at).unwrap();
        clock.set(at.plus_millis(60_000)).unwrap();
        let read: Timestamp = fs::read_to_string(clock.file()).unwrap().trim().parse().unwrap();
        assert_eq!(read, at.plus_millis(60_000));
        assert_eq!(moment(at, Locale::ZhHans), "周三  4日 18:30");
        assert_eq!(moment(at, Locale::En), "Wed  4 18:30");
    }
}

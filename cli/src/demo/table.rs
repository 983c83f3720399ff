//! The coverage of a month as a table for a terminal: every venue, the days it was visited, where it
//! stands and until when it can still be saved.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};
use unicode_width::UnicodeWidthStr as _;
use xuncha_core::domain::{CoverageState, Locale, Verdict};
use xuncha_hub::coverage::{StationCoverage, VenueCoverage};

use super::voice::{Ink, Voice, pad};

/// Draws the coverage of some stations.
#[must_use]
pub fn draw(stations: &[StationCoverage], voice: &Voice) -> String {
    let locale = voice.locale();
    let rows: Vec<Vec<Row>> = stations.iter().map(|station| rows(station, locale)).collect();
    let mut widths = head(locale).map(|title| title.width());
    let names = stations.iter().map(|station| station.station.name.as_str().width());
    widths[0] = names.max().unwrap_or(0);
    for row in rows.iter().flatten() {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.width());
        }
    }
    let mut table = String::new();
    let mut line = |ink, sign: &str, cells: &[String; COLUMNS]| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| pad(cell, width));
        let text = cells.collect::<Vec<_>>().join("  ");
        // Writing to a text does not fail.
        let _ = writeln!(table, "  {}", voice.paint(ink, &format!("{sign} {}", text.trim_end())));
    };
    for (station, rows) in stations.iter().zip(rows) {
        let mut title = head(locale).map(str::to_owned);
        title[0] = station.station.name.to_string();
        line(Ink::Bold, " ", &title);
        for row in rows {
            line(row.ink, row.sign, &row.cells);
        }
        line(Ink::None, " ", &Default::default());
    }
    table + &legend(stations, voice)
}

const COLUMNS: usize = 5;

const fn head(locale: Locale) -> [&'static str; COLUMNS] {
    match locale {
        Locale::ZhHans => ["", "类型", "检查", "签到", "状态"],
        Locale::En => ["", "Kind", "Inspected", "Checked in", "State"],
    }
}

struct Row {
    sign: &'static str,
    ink: Ink,
    cells: [String; COLUMNS],
}

fn rows(station: &StationCoverage, locale: Locale) -> Vec<Row> {
    let mut venues: Vec<&VenueCoverage> = station.venues.iter().collect();
    venues.sort_by_key(|venue| (need(venue.coverage), venue.coverage.last_day()));
    venues.into_iter().map(|venue| row(venue, locale)).collect()
}

fn row(venue: &VenueCoverage, locale: Locale) -> Row {
    let days = |of_check_ins: bool| {
        let records = venue.tally.records.iter();
        let shown = records.filter(|record| (record.verdict == Verdict::CheckIn) == of_check_ins);
        let days: Vec<_> = shown.filter_map(|record| visit(record.day, record.verdict, locale)).collect();
        days.join(" ")
    };
    let state = venue.coverage;
    let last_day = state.last_day_words(locale).map(|words| format!(" · {words}")).unwrap_or_default();
    let (sign, ink) = look(state);
    Row {
        sign,
        ink,
        cells: [
            venue.venue.name.to_string(),
            venue.venue.kind.label(locale).to_owned(),
            days(false),
            days(true),
            format!("{}{last_day}", state.label(locale)),
        ],
    }
}

/// A visit by its day; in brackets where it does not count. One that a correction replaced is shown by
/// its correction, which has the same day.
fn visit(day: NaiveDate, verdict: Verdict, locale: Locale) -> Option<String> {
    let day = match locale {
        Locale::ZhHans => format!("{}日", day.day()),
        Locale::En => day.day().to_string(),
    };
    match verdict {
        Verdict::Corrected => None,
        Verdict::Counts | Verdict::CheckIn => Some(day),
        Verdict::TooClose | Verdict::Returned => Some(format!("({day})")),
    }
}

/// The sign before a venue, and its colour. All signs are one wide in any terminal.
const fn look(state: CoverageState) -> (&'static str, Ink) {
    match state {
        CoverageState::Met => ("✓", Ink::Green),
        CoverageState::OnTrack { .. } => ("➜", Ink::None),
        CoverageState::Due { .. } => ("*", Ink::None),
        CoverageState::Late { .. } => ("!", Ink::Yellow),
        CoverageState::Missed => ("✗", Ink::Red),
        CoverageState::Exempt => ("-", Ink::Dim),
    }
}

/// The most urgent first.
const fn need(state: CoverageState) -> u8 {
    match state {
        CoverageState::Late { .. } => 0,
        CoverageState::Due { .. } => 1,
        CoverageState::OnTrack { .. } => 2,
        CoverageState::Missed => 3,
        CoverageState::Met => 4,
        CoverageState::Exempt => 5,
    }
}

fn legend(stations: &[StationCoverage], voice: &Voice) -> String {
    let venues = || stations.iter().flat_map(|station| &station.venues).map(|venue| venue.coverage);
    let day = NaiveDate::default();
    let states = [
        CoverageState::Met,
        CoverageState::OnTrack { last_day: day },
        CoverageState::Due { last_day: day },
        CoverageState::Late { last_day: day },
        CoverageState::Missed,
        CoverageState::Exempt,
    ];
    let counts = states.map(|state| {
        let (sign, ink) = look(state);
        let count = venues().filter(|other| need(*other) == need(state)).count();
        voice.paint(ink, &format!("{sign} {} {count}", state.label(voice.locale())))
    });
    let brackets = voice.pick(
        "括号内的检查不计入:与另一次间隔不足 7 天,或已退回。签到另列,不计入。",
        "In brackets: does not count, less than 7 days from another or returned. Check-ins are shown beside.",
    );
    format!("  {}\n  {}\n", counts.join("   "), voice.paint(Ink::Dim, brackets))
}

#[cfg(test)]
mod tests;

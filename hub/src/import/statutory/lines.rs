//! A file of days, line by line.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::Deserialize;
use xuncha_core::domain::{DayType, Locale, StatutoryYear};

use super::{BadDays, FESTIVALS};
use crate::import::{BadCell, Format, Heading, Reason, encoding, workbook};

/// A column of a table of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayColumn {
    /// The day.
    Date,
    /// What it is around.
    Festival,
    /// What it is: in a file statutory, off or work; on file a [`DayType`].
    Kind,
}

impl DayColumn {
    const ALL: [Self; 3] = [Self::Date, Self::Festival, Self::Kind];
}

impl Heading for DayColumn {
    const NAME: Self = Self::Date;

    fn title(self, locale: Locale) -> &'static str {
        match self {
            Self::Date => locale.pick("日期", "date"),
            Self::Festival => locale.pick("节日", "festival"),
            Self::Kind => locale.pick("性质", "kind"),
        }
    }

    fn words(self, text: &str, locale: Locale) -> Cow<'_, str> {
        let kind =
            (self == Self::Kind).then(|| serde_json::from_value::<DayType>(text.into()).ok()).flatten();
        kind.map_or(text.into(), |kind| kind.label(locale).into())
    }
}

/// What a file says a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayKind {
    Statutory,
    Off,
    Work,
}

/// A day as a file has it.
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) festival: String,
    pub(super) kind: DayKind,
}

/// A line, or an entry, of a file.
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// What it says, as it says it; nothing of JSON, which is good or no year at all.
    pub(super) given: Vec<(DayColumn, String)>,
    pub(super) day: Result<Day, Vec<BadCell<DayColumn>>>,
}

/// A file: its lines, and the year itself if it is of our own form.
pub(super) struct File {
    pub(super) lines: Vec<Line>,
    pub(super) own: Option<StatutoryYear>,
}

impl File {
    pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Self, BadDays> {
        if matches!(Format::of_name(name)?, Format::Xlsx) {
            let lines = table_of_book(bytes)?;
            return Ok(Self { lines, own: None });
        }
        let (text, _) = encoding::decode(bytes)?;
        if text.trim_start().starts_with('{') {
            return of_json(&text);
        }
        Ok(Self { lines: table(&text)?, own: None })
    }
}

/// A year in the manner of holiday-cn; what else it says is of no use here.
#[derive(Deserialize)]
struct HolidayCn {
    days: Vec<HolidayCnDay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HolidayCnDay {
    name: String,
    date: NaiveDate,
    is_off_day: bool,
}

fn of_json(text: &str) -> Result<File, BadDays> {
    let wrong = |error: serde_json::Error| BadDays::Json(error.to_string().chars().take(200).collect());
    if let Ok(year) = serde_json::from_str::<StatutoryYear>(text) {
        return Ok(File { lines: numbered(days_of(&year)), own: Some(year) });
    }
    let read: HolidayCn = serde_json::from_str(text).map_err(wrong)?;
    let day = |day: HolidayCnDay| Day {
        date: day.date,
        festival: day.name,
        kind: if day.is_off_day { DayKind::Off } else { DayKind::Work },
    };
    Ok(File { lines: numbered(read.days.into_iter().map(day).collect()), own: None })
}

fn numbered(days: Vec<Day>) -> Vec<Line> {
    (1..).zip(days).map(|(number, day)| Line { number, given: Vec::new(), day: Ok(day) }).collect()
}

/// The days of a year, in order.
fn days_of(year: &StatutoryYear) -> Vec<Day> {
    let festivals: [&[NaiveDate]; 7] = [
        &year.new_year,
        &year.spring_festival,
        &year.qingming,
        &year.labour_day,
        &year.dragon_boat,
        &year.mid_autumn,
        &year.national_day,
    ];
    let statutory = FESTIVALS.iter().zip(festivals).flat_map(|((names, _), days)| {
        let day =
            |date: &NaiveDate| Day { date: *date, festival: names[0].to_owned(), kind: DayKind::Statutory };
        days.iter().map(day)
    });
    let mut days: Vec<Day> = statutory.collect();
    let off = year.notice.iter().flat_map(|notice| &notice.off);
    let off = off.flat_map(|range| range.from().iter_days().take_while(|day| *day <= range.to()));
    let off: Vec<_> = off.filter(|date| days.iter().all(|day| day.date != *date)).collect();
    days.extend(off.into_iter().map(|date| Day { date, festival: String::new(), kind: DayKind::Off }));
    days.sort_by_key(|day| day.date);
    days
}

/// Where a table has its columns.
struct Columns([usize; 3]);

impl Columns {
    fn of(header: &[String]) -> Result<Self, BadDays> {
        let at = |column: DayColumn| {
            let names = [Locale::En, Locale::ZhHans].map(|locale| column.title(locale));
            let same = |cell: &String| names.contains(&cell.trim().to_lowercase().as_str());
            header.iter().position(same).ok_or(BadDays::Columns)
        };
        let [date, festival, kind] = DayColumn::ALL;
        Ok(Self([at(date)?, at(festival)?, at(kind)?]))
    }

    /// A row; none if it is empty.
    fn line(&self, number: u64, cells: &[String]) -> Option<Line> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let texts = self.0.map(|at| cells.get(at).map_or("", |cell| cell.trim()));
        let given = DayColumn::ALL.into_iter().zip(texts).filter(|(_, text)| !text.is_empty());
        let given = given.map(|(column, text)| (column, text.to_owned())).collect();
        Some(Line { number, given, day: day(texts) })
    }
}

fn day([date, festival, kind]: [&str; 3]) -> Result<Day, Vec<BadCell<DayColumn>>> {
    let mut bad = Vec::new();
    let mut refuse = |column, value: &str, reason| {
        bad.push(BadCell { column: Some(column), value: value.chars().take(40).collect(), reason });
    };
    // Excel may give a day with its midnight.
    let text = date.split([' ', 'T']).next().unwrap_or_default().replace('/', "-");
    let read = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
    if read.is_none() {
        refuse(DayColumn::Date, date, Reason::Day);
    }
    let known = match kind {
        "法定" | "法定节假日" | "statutory" => Some(DayKind::Statutory),
        "放假" | "休息" | "调休" | "off" => Some(DayKind::Off),
        "上班" | "补班" | "work" => Some(DayKind::Work),
        _ => None,
    };
    if known.is_none() {
        refuse(DayColumn::Kind, kind, Reason::DayKind);
    }
    if known == Some(DayKind::Statutory) && super::festival(festival).is_none() {
        refuse(DayColumn::Festival, festival, Reason::Festival);
    }
    match (read, known) {
        (Some(date), Some(kind)) if bad.is_empty() => Ok(Day { date, festival: festival.to_owned(), kind }),
        _ => Err(bad),
    }
}

/// The lines of a table with its header.
fn lines_of(mut rows: impl Iterator<Item = (u64, Vec<String>)>) -> Result<Vec<Line>, BadDays> {
    let (_, header) = rows.next().ok_or(BadDays::Empty)?;
    let columns = Columns::of(&header)?;
    Ok(rows.filter_map(|(number, cells)| columns.line(number, &cells)).collect())
}

fn table(text: &str) -> Result<Vec<Line>, BadDays> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    lines_of(reader.records().zip(1_u64..).filter_map(|(record, line)| {
        let cells: Vec<String> = record.ok()?.iter().map(str::to_owned).collect();
        Some((line, cells))
    }))
}

fn table_of_book(bytes: &[u8]) -> Result<Vec<Line>, BadDays> {
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    let others = workbook::rows(bytes, |line, cells| {
        rows.push((line, cells.to_vec()));
        Ok(())
    })?;
    if !others.is_empty() {
        return Err(BadDays::Sheets(others));
    }
    lines_of(rows.into_iter())
}

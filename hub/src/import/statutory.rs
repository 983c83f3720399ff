//! The statutory days of a year from a file: the State Council's notice as a table (CSV, XLSX), as JSON in the
//! manner of holiday-cn (days with `isOffDay`), or as the program's own JSON. Only a table and our own JSON say
//! which days off are statutory; for the rest they must be known already, and are never guessed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use xuncha_core::domain::{BadYear, CalendarError, DateRange, Locale, Notice, StatutoryDays, StatutoryYear};

use super::{BadSheet, Format, encoding, workbook};

/// Why a file is no year of statutory days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDays {
    /// It cannot be read at all.
    #[error(transparent)]
    Sheet(#[from] BadSheet),
    /// JSON of another form.
    #[error("the file is neither a year of days with “isOffDay” nor a year of this program: {0}")]
    Json(String),
    /// A workbook with other sheets that have cells: one of them may be the year.
    #[error("the workbook has other sheets that are not empty: {}. Leave only the one with the days", .0.join(", "))]
    Sheets(Vec<String>),
    /// A table without a column that it needs.
    #[error("the table needs the columns date, festival and kind (日期, 节日, 性质)")]
    Columns,
    /// Cells of a table that cannot be read: all of them.
    #[error("{}", .0.iter().map(|cell| cell.sentence(Locale::En)).collect::<Vec<_>>().join(" "))]
    Cells(Vec<BadDayCell>),
    /// A festival that has another number of statutory days.
    #[error("{festival} has {needed} statutory days; the file has {found}")]
    Count {
        /// Which.
        festival: &'static str,
        /// How many it has by law.
        needed: usize,
        /// How many are there.
        found: usize,
    },
    /// Nothing says which days are statutory.
    #[error(
        "the file does not say which days of {0} are statutory, and they are not known here: use the table"
    )]
    NoStatutory(i32),
    /// There are days off, but not when the notice was given.
    #[error("say when the notice on the days off was given")]
    NoNoticeDate,
    /// It is empty.
    #[error("the file has no days")]
    Empty,
    /// No festival of the law.
    #[error("{date}: the law has no festival “{festival}”")]
    Festival {
        /// The day that is said to be of it.
        date: NaiveDate,
        /// What it is called.
        festival: String,
    },
    /// The days cannot be so.
    #[error(transparent)]
    Year(#[from] CalendarError),
}

/// A cell of a table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDayCell {
    /// Its line, from 1.
    pub line: u64,
    /// Whether it is the date, else the kind.
    pub is_date: bool,
    /// What it says, shortened.
    pub value: String,
}

impl BadDayCell {
    /// In words for the desk.
    #[must_use]
    pub fn sentence(&self, l: Locale) -> String {
        let Self { line, is_date, value } = self;
        match (l, is_date) {
            (Locale::ZhHans, true) => format!("第 {line} 行，日期“{value}”：请写成 2027-01-01。"),
            (Locale::ZhHans, false) => format!("第 {line} 行，性质“{value}”：请填法定、放假或上班。"),
            (Locale::En, true) => format!("Line {line}, date “{value}”: write it as 2027-01-01."),
            (Locale::En, false) => format!("Line {line}, kind “{value}”: write statutory, off or work."),
        }
    }
}

impl BadDays {
    /// The same, each cell by itself.
    #[must_use]
    pub fn sentences(&self, l: Locale) -> Vec<String> {
        match self {
            Self::Cells(cells) => cells.iter().map(|cell| cell.sentence(l)).collect(),
            other => vec![other.sentence(l)],
        }
    }

    /// In words for the desk.
    #[must_use]
    pub fn sentence(&self, l: Locale) -> String {
        if l == Locale::En {
            return self.to_string();
        }
        match self {
            Self::Sheet(error) => error.sentence(l),
            Self::Json(_) => "JSON 格式不对，应是带 isOffDay 的日期列表，或本软件的格式。".to_owned(),
            Self::Sheets(names) => {
                format!("工作簿里还有别的工作表（{}）：请只留下写日期的那一个。", names.join("、"))
            }
            Self::Columns => "表格要有三列：日期、节日、性质。".to_owned(),
            Self::Cells(cells) => cells.iter().map(|cell| cell.sentence(l)).collect(),
            Self::Count { festival, needed, found } => {
                format!("{festival}的法定假日是 {needed} 天，文件里有 {found} 天。")
            }
            Self::NoStatutory(year) => {
                format!("文件没有说明 {year} 年哪些天是法定节假日，这里也不知道；请用表格写明。")
            }
            Self::NoNoticeDate => "请填写放假安排通知的日期。".to_owned(),
            Self::Empty => "文件里没有日期。".to_owned(),
            Self::Festival { date, festival } => format!("{date}：法定节假日里没有“{festival}”。"),
            Self::Year(error) => calendar_sentence(error, l),
        }
    }
}

/// Why a year can't be as it says, in words for the desk.
#[must_use]
pub fn calendar_sentence(error: &CalendarError, l: Locale) -> String {
    match (l, error) {
        (Locale::ZhHans, CalendarError::Year { year, wrong }) => {
            let why = match wrong {
                BadYear::Year => "年份应在 2000 到 2199 之间。".to_owned(),
                BadYear::Day(day) => format!("{day} 不可能是那个节日的法定假日。"),
                BadYear::Off(day) => format!("从 {day} 起的放假次序不对、超过十天，或不含法定节假日。"),
                BadYear::LeftOut(day) => format!("放假安排没有包括法定节假日 {day}。"),
                BadYear::Title => "通知标题应有 1 到 100 个字。".to_owned(),
            };
            format!("{year} 年：{why}")
        }
        (_, error) => error.to_string(),
    }
}

/// What the notice on the days off is called, and when it was given; the file does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeOf {
    /// Its title; the usual one if it is empty.
    pub title: String,
    /// Its day.
    pub date: Option<NaiveDate>,
}

/// What a day of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Statutory,
    Off,
    Work,
}

struct Day {
    date: NaiveDate,
    festival: String,
    kind: Kind,
}

/// The festivals with their statutory days by law: what the file may call each, and how many there are.
const FESTIVALS: [(&[&str], usize); 7] = [
    (&["元旦", "new_year"], 1),
    (&["春节", "除夕", "spring_festival"], 4),
    (&["清明节", "清明", "qingming"], 1),
    (&["劳动节", "labour_day"], 2),
    (&["端午节", "端午", "dragon_boat"], 1),
    (&["中秋节", "中秋", "mid_autumn"], 1),
    (&["国庆节", "国庆", "national_day"], 3),
];

/// Reads a file. `known` has the statutory days of years that are known already.
///
/// # Errors
/// [`BadDays`] says what is wrong.
pub fn read(
    name: &str,
    bytes: &[u8],
    notice: &NoticeOf,
    known: &StatutoryDays,
) -> Result<StatutoryYear, BadDays> {
    let is_book = matches!(Format::of_name(name)?, Format::Xlsx);
    let year = if is_book {
        of_days(&table_of_book(bytes)?, notice, known)?
    } else {
        let (text, _) = encoding::decode(bytes).ok_or(BadSheet::NotText)?;
        if text.trim_start().starts_with('{') {
            of_json(&text, notice, known)?
        } else {
            of_days(&table(&text)?, notice, known)?
        }
    };
    known.with_year(year.clone())?;
    Ok(year)
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

fn of_json(text: &str, notice: &NoticeOf, known: &StatutoryDays) -> Result<StatutoryYear, BadDays> {
    let wrong = |error: serde_json::Error| BadDays::Json(error.to_string().chars().take(200).collect());
    if let Ok(year) = serde_json::from_str::<StatutoryYear>(text) {
        return Ok(year);
    }
    let read: HolidayCn = serde_json::from_str(text).map_err(wrong)?;
    let day = |day: HolidayCnDay| Day {
        date: day.date,
        festival: day.name,
        kind: if day.is_off_day { Kind::Off } else { Kind::Work },
    };
    of_days(&read.days.into_iter().map(day).collect::<Vec<_>>(), notice, known)
}

/// Where a table has its columns.
struct Columns {
    date: usize,
    festival: usize,
    kind: usize,
}

impl Columns {
    fn of(header: &[String]) -> Result<Self, BadDays> {
        let at = |names: [&str; 2]| {
            let same = |cell: &String| names.contains(&cell.trim().to_lowercase().as_str());
            header.iter().position(same).ok_or(BadDays::Columns)
        };
        Ok(Self {
            date: at(["date", "日期"])?,
            festival: at(["festival", "节日"])?,
            kind: at(["kind", "性质"])?,
        })
    }

    /// A row; none if it is empty, or if a cell of it is bad.
    fn day(&self, line: u64, cells: &[String], bad: &mut Vec<BadDayCell>) -> Option<Day> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let mut refuse = |is_date, value: &str| {
            bad.push(BadDayCell { line, is_date, value: value.chars().take(40).collect() });
        };
        // Excel may give a day with its midnight.
        let text = cell(self.date).split([' ', 'T']).next().unwrap_or_default().replace('/', "-");
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if date.is_none() {
            refuse(true, cell(self.date));
        }
        let kind = match cell(self.kind) {
            "法定" | "法定节假日" | "statutory" => Some(Kind::Statutory),
            "放假" | "休息" | "调休" | "off" => Some(Kind::Off),
            "上班" | "补班" | "work" => Some(Kind::Work),
            other => {
                refuse(false, other);
                None
            }
        };
        Some(Day { date: date?, festival: cell(self.festival).to_owned(), kind: kind? })
    }
}

/// The days of a table with its header.
fn days_of(mut rows: impl Iterator<Item = (u64, Vec<String>)>) -> Result<Vec<Day>, BadDays> {
    let (_, header) = rows.next().ok_or(BadDays::Empty)?;
    let (columns, mut bad) = (Columns::of(&header)?, Vec::new());
    let days = rows.filter_map(|(line, cells)| columns.day(line, &cells, &mut bad)).collect();
    if bad.is_empty() { Ok(days) } else { Err(BadDays::Cells(bad)) }
}

fn table(text: &str) -> Result<Vec<Day>, BadDays> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    days_of(reader.records().zip(1_u64..).filter_map(|(record, line)| {
        let cells: Vec<String> = record.ok()?.iter().map(str::to_owned).collect();
        Some((line, cells))
    }))
}

fn table_of_book(bytes: &[u8]) -> Result<Vec<Day>, BadDays> {
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    let others = workbook::rows(bytes, |line, cells| {
        rows.push((line, cells.to_vec()));
        Ok(())
    })?;
    if !others.is_empty() {
        return Err(BadDays::Sheets(others));
    }
    days_of(rows.into_iter())
}

fn of_days(days: &[Day], notice: &NoticeOf, known: &StatutoryDays) -> Result<StatutoryYear, BadDays> {
    // Days off around the new year lie in the year before; most are of the year itself.
    let mut years: BTreeMap<i32, usize> = BTreeMap::new();
    for day in days {
        *years.entry(day.date.year()).or_default() += 1;
    }
    let (&year, _) = years.iter().max_by_key(|(_, count)| **count).ok_or(BadDays::Empty)?;
    let of_kind = |kind: Kind| days.iter().filter(move |day| day.kind == kind);
    let mut found = if of_kind(Kind::Statutory).next().is_some() {
        statutory(year, of_kind(Kind::Statutory))?
    } else {
        let known = known.years().find(|known| known.year == year).cloned();
        StatutoryYear { notice: None, ..known.ok_or(BadDays::NoStatutory(year))? }
    };
    if of_kind(Kind::Off).next().is_none() {
        return Ok(found);
    }
    let off: BTreeSet<NaiveDate> = of_kind(Kind::Off).map(|day| day.date).chain(found.days()).collect();
    let usual = format!("国务院办公厅关于{year}年部分节假日安排的通知");
    let title = notice.title.trim();
    found.notice = Some(Notice {
        title: if title.is_empty() { usual } else { title.to_owned() },
        date: notice.date.ok_or(BadDays::NoNoticeDate)?,
        off: runs(&off),
    });
    Ok(found)
}

/// Days as runs without a gap.
fn runs(days: &BTreeSet<NaiveDate>) -> Vec<DateRange> {
    let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in days {
        match runs.last_mut().filter(|(_, to)| to.succ_opt() == Some(*day)) {
            Some((_, to)) => *to = *day,
            None => runs.push((*day, *day)),
        }
    }
    runs.into_iter().filter_map(|(from, to)| DateRange::new(from, to).ok()).collect()
}

/// The days of a festival, which are as many as the law says.
fn exactly<const N: usize>(at: usize, days: &BTreeSet<NaiveDate>) -> Result<[NaiveDate; N], BadDays> {
    let (names, needed) = FESTIVALS[at];
    let all: Vec<NaiveDate> = days.iter().copied().collect();
    let found = all.len();
    all.try_into().map_err(|_| BadDays::Count { festival: names[0], needed, found })
}

fn statutory<'a>(year: i32, days: impl Iterator<Item = &'a Day>) -> Result<StatutoryYear, BadDays> {
    let mut found: [BTreeSet<NaiveDate>; 7] = Default::default();
    for day in days {
        let named = |(names, _): &(&[&str], usize)| names.contains(&day.festival.as_str());
        let at = FESTIVALS.iter().position(named);
        let at = at.ok_or_else(|| BadDays::Festival { date: day.date, festival: day.festival.clone() })?;
        found[at].insert(day.date);
    }
    Ok(StatutoryYear {
        year,
        new_year: exactly(0, &found[0])?,
        spring_festival: exactly(1, &found[1])?,
        qingming: exactly(2, &found[2])?,
        labour_day: exactly(3, &found[3])?,
        dragon_boat: exactly(4, &found[4])?,
        mid_autumn: exactly(5, &found[5])?,
        national_day: exactly(6, &found[6])?,
        notice: None,
    })
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::DayType;

    use super::*;

    fn known() -> StatutoryDays {
        StatutoryDays::embedded().unwrap().clone()
    }

    fn of_2027() -> NoticeOf {
        NoticeOf { title: String::new(), date: "2026-11-20".parse().ok() }
    }

    /// A notice on 2027 as holiday-cn would have it.
    fn json() -> String {
        let off = |name: &str, from: &str, days: u64| {
            let from: NaiveDate = from.parse().unwrap();
            (0..days)
                .map(move |day| {
                    let date = from + chrono::Days::new(day);
                    serde_json::json!({"name": name, "date": date, "isOffDay": true})
                })
                .collect::<Vec<_>>()
        };
        let mut days = off("元旦", "2027-01-01", 3);
        days.extend(off("春节", "2027-02-05", 8));
        days.extend(off("清明节", "2027-04-03", 3));
        days.extend(off("劳动节", "2027-05-01", 5));
        days.extend(off("端午节", "2027-06-09", 1));
        days.extend(off("中秋节", "2027-09-15", 1));
        days.extend(off("国庆节", "2027-10-01", 7));
        days.push(serde_json::json!({"name": "春节", "date": "2027-02-14", "isOffDay": false}));
        serde_json::json!({"$schema": "x", "year": 2027, "papers": [], "days": days}).to_string()
    }

    #[test]
    fn a_notice_settles_which_days_around_the_known_statutory_ones_are_off() {
        let year = read("2027.json", json().as_bytes(), &of_2027(), &known()).unwrap();
        let days = known().with_year(year.clone()).unwrap();
        let on = |day: &str| days.day_type(day.parse().unwrap()).unwrap();
        assert_eq!(on("2027-02-05"), DayType::Statutory);
        assert_eq!(on("2027-02-12"), DayType::ShiftedRest);
        assert_eq!(on("2027-02-14"), DayType::Ordinary);
        assert_eq!(year.notice.unwrap().title, "国务院办公厅关于2027年部分节假日安排的通知");
    }

    #[test]
    fn days_off_of_a_year_whose_statutory_days_nobody_knows_are_not_guessed() {
        let later = json().replace("2027", "2035");
        let read = |text: &str, notice: &NoticeOf| read("x.json", text.as_bytes(), notice, &known());
        assert_eq!(read(&later, &of_2027()), Err(BadDays::NoStatutory(2035)));
        assert_eq!(read(&json(), &NoticeOf::default()), Err(BadDays::NoNoticeDate));
        assert!(matches!(read("{}", &of_2027()), Err(BadDays::Json(_))));
    }

    #[test]
    fn a_table_says_which_days_are_statutory_and_a_wrong_number_of_them_is_told() {
        let year = known().years().find(|year| year.year == 2028).unwrap().clone();
        let names = [
            "元旦",
            "春节",
            "春节",
            "春节",
            "春节",
            "清明",
            "劳动节",
            "劳动节",
            "端午",
            "中秋",
            "国庆",
            "国庆",
            "国庆",
        ];
        let rows: Vec<String> = year
            .days()
            .zip(names)
            .map(|(day, name)| format!("{},{name},法定", day.format("%Y/%m/%d")))
            .collect();
        let text = format!("日期,节日,性质\n{}\n", rows.join("\n"));
        let told = read("2028.csv", text.as_bytes(), &NoticeOf::default(), &known()).unwrap();
        assert_eq!(told, year);
        let gone = text.replace(&format!("{}\n", rows[4]), "");
        let told = read("2028.csv", gone.as_bytes(), &NoticeOf::default(), &known());
        assert_eq!(told, Err(BadDays::Count { festival: "春节", needed: 4, found: 3 }));
        let list = "日期,节日,性质\n2028-01-01,元旦,也许\n2028-01-26,春节,法定\n春节,春节,法定\n";
        let bad = read("x.csv", list.as_bytes(), &of_2027(), &known()).unwrap_err();
        assert_eq!(
            bad.sentences(Locale::ZhHans),
            ["第 2 行，性质“也许”：请填法定、放假或上班。", "第 4 行，日期“春节”：请写成 2027-01-01。"]
        );
    }
}

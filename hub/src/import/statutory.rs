//! The statutory days of a year from a file: the State Council's notice as a table (CSV, XLSX), as JSON in the
//! manner of holiday-cn (days with `isOffDay`), or as the program's own JSON. Only a table and our own JSON say
//! which days off are statutory; for the rest they must be known already, and are never guessed.

mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};
use xuncha_core::domain::{
    BadYear, CalendarError, DateRange, DayType, Locale, Notice, StatutoryDays, StatutoryYear,
};

pub use lines::DayColumn;
use lines::{Day, DayKind, File, Line};

use super::{BadCell, BadSheet, FieldChange, Heading as _, Kind, Outcome, PlannedRow};

/// Why a file is no year of statutory days.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
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
    /// Cells of a table that cannot be read: all of them, each with its line.
    #[error("{}", .0.iter().map(|cell| sentence(cell, Locale::En)).collect::<Vec<_>>().join(" "))]
    Cells(Vec<(u64, BadCell<DayColumn>)>),
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
    /// The days cannot be so.
    #[error(transparent)]
    Year(#[from] CalendarError),
}

/// What is wrong with a cell, in words for the desk.
fn sentence((line, cell): &(u64, BadCell<DayColumn>), l: Locale) -> String {
    let (column, value, reason) =
        (cell.column.map_or("", |column| column.title(l)), &cell.value, cell.reason.sentence(l));
    match l {
        Locale::ZhHans => format!("第 {line} 行，{column}“{value}”：{reason}。"),
        Locale::En => format!("Line {line}, {column} “{value}”: {reason}."),
    }
}

impl BadDays {
    /// The same, each cell by itself.
    #[must_use]
    pub fn sentences(&self, l: Locale) -> Vec<String> {
        match self {
            Self::Cells(cells) => cells.iter().map(|cell| sentence(cell, l)).collect(),
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
            Self::Cells(cells) => cells.iter().map(|cell| sentence(cell, l)).collect(),
            Self::Count { festival, needed, found } => {
                format!("{festival}的法定假日是 {needed} 天，文件里有 {found} 天。")
            }
            Self::NoStatutory(year) => {
                format!("文件没有说明 {year} 年哪些天是法定节假日，这里也不知道；请用表格写明。")
            }
            Self::NoNoticeDate => "请填写放假安排通知的日期。".to_owned(),
            Self::Empty => "文件里没有日期。".to_owned(),
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

/// Which festival a file means.
fn festival(name: &str) -> Option<usize> {
    FESTIVALS.iter().position(|(names, _)| names.contains(&name))
}

/// A file that was read: what becomes of each of its days, and the year that they make.
pub struct Reading {
    /// Its lines; none if it could not be read at all.
    pub rows: Vec<PlannedRow<DayColumn>>,
    /// The year, or why it is none.
    pub year: Result<StatutoryYear, BadDays>,
}

/// Reads a file. `known` has the years that are known already.
#[must_use]
pub fn read(name: &str, bytes: &[u8], notice: &NoticeOf, known: &StatutoryDays) -> Reading {
    let file = match File::read(name, bytes) {
        Ok(file) => file,
        Err(error) => return Reading { rows: Vec::new(), year: Err(error) },
    };
    let year = year_of(&file, notice, known);
    let then = year.as_ref().ok().and_then(|year| known.with_year(year.clone()).ok());
    let name: Arc<str> = name.into();
    let rows = file.lines.into_iter().map(|line| row(&name, line, known, then.as_ref())).collect();
    Reading { rows, year }
}

fn year_of(file: &File, notice: &NoticeOf, known: &StatutoryDays) -> Result<StatutoryYear, BadDays> {
    let (mut days, mut bad) = (Vec::new(), Vec::new());
    for line in &file.lines {
        match &line.day {
            Ok(day) => days.push(day),
            Err(cells) => bad.extend(cells.iter().map(|cell| (line.number, cell.clone()))),
        }
    }
    if !bad.is_empty() {
        return Err(BadDays::Cells(bad));
    }
    let year = if let Some(year) = &file.own { year.clone() } else { of_days(&days, notice, known)? };
    known.with_year(year.clone())?;
    Ok(year)
}

/// What becomes of a day: from what is known to what would be, where the file makes a year.
fn row(
    file: &Arc<str>,
    line: Line,
    known: &StatutoryDays,
    then: Option<&StatutoryDays>,
) -> PlannedRow<DayColumn> {
    let (outcome, values) = match line.day {
        Err(bad) => (Outcome::Bad(bad), line.given),
        Ok(day) => {
            let said = match day.kind {
                DayKind::Statutory => DayType::Statutory,
                DayKind::Off => DayType::ShiftedRest,
                DayKind::Work => DayType::Ordinary,
            };
            let to = then.and_then(|days| days.day_type(day.date).ok()).unwrap_or(said);
            let outcome = match known.day_type(day.date) {
                Err(_) => Outcome::New,
                Ok(from) if from == to => Outcome::Unchanged,
                Ok(from) => Outcome::Changed(vec![FieldChange {
                    column: DayColumn::Kind,
                    from: from.code().to_owned(),
                    to: to.code().to_owned(),
                }]),
            };
            let values = [
                (DayColumn::Date, day.date.to_string()),
                (DayColumn::Festival, day.festival),
                (DayColumn::Kind, to.code().to_owned()),
            ];
            (outcome, values.into_iter().filter(|(_, text)| !text.is_empty()).collect())
        }
    };
    let name = values.iter().find(|(column, _)| *column == DayColumn::Date);
    let name = name.map(|(_, text)| text.clone()).unwrap_or_default();
    let (file, line, kind) = (file.clone(), line.number, Kind::StatutoryDays);
    PlannedRow { file, line, kind, name, outcome, first_day: None, alike: None, values }
}

fn of_days(days: &[&Day], notice: &NoticeOf, known: &StatutoryDays) -> Result<StatutoryYear, BadDays> {
    // Days off around the new year lie in the year before; most are of the year itself.
    let mut years: BTreeMap<i32, usize> = BTreeMap::new();
    for day in days {
        *years.entry(day.date.year()).or_default() += 1;
    }
    let (&year, _) = years.iter().max_by_key(|(_, count)| **count).ok_or(BadDays::Empty)?;
    let of_kind = |kind: DayKind| days.iter().copied().filter(move |day| day.kind == kind);
    let mut found = if of_kind(DayKind::Statutory).next().is_some() {
        statutory(year, of_kind(DayKind::Statutory))?
    } else {
        let known = known.years().find(|known| known.year == year).cloned();
        StatutoryYear { notice: None, ..known.ok_or(BadDays::NoStatutory(year))? }
    };
    if of_kind(DayKind::Off).next().is_none() {
        return Ok(found);
    }
    let off: BTreeSet<NaiveDate> = of_kind(DayKind::Off).map(|day| day.date).chain(found.days()).collect();
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
        // Lines that name another were refused.
        if let Some(at) = festival(&day.festival) {
            found[at].insert(day.date);
        }
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
    use super::*;

    fn read(
        name: &str,
        bytes: &[u8],
        notice: &NoticeOf,
        known: &StatutoryDays,
    ) -> Result<StatutoryYear, BadDays> {
        super::read(name, bytes, notice, known).year
    }

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
            [
                "第 2 行，性质“也许”：请填法定、放假或上班。",
                "第 4 行，日期“春节”：不是日期：请写成 2026-11-24。"
            ]
        );
    }
}

//! Reading one cell.

use std::fmt;

use chrono::NaiveDate;
use xuncha_core::domain::{
    BadText, DateRange, Datum, Name, NotACode, RawPosition, Role, SchoolLevel, VenueKind, Wgs84,
};

use super::sheet::Row;
use super::{Column, Reason};

/// What parts one of several from the next. A Chinese keyboard gives the wide forms.
const BETWEEN: [char; 2] = [';', '；'];
/// What parts latitude from longitude.
pub(crate) const WITHIN: [char; 5] = [' ', '\u{3000}', '\t', ',', '，'];

/// One cell that is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct BadCell<C = Column> {
    /// Its column; `None` if the row as a whole is meant.
    pub column: Option<C>,
    /// What it says, shortened.
    pub value: String,
    /// Why it is refused.
    pub reason: Reason,
}

impl fmt::Display for BadCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "{column} “{}”: {}", self.value, self.reason),
            None => self.reason.fmt(f),
        }
    }
}

/// What a file says about a field: nothing, that it is empty, or a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given<T> {
    Absent,
    Empty,
    Value(T),
}

impl<T> Given<T> {
    /// The value to keep, given what is on file.
    pub(super) fn or_keep(self, on_file: Option<T>) -> Option<T> {
        match self {
            Self::Absent => on_file,
            Self::Empty => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// The cells of one row, with the refusals met so far.
pub(super) struct Cells<'a> {
    row: &'a Row,
    datum: Option<Datum>,
    bad: Vec<BadCell>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(row: &'a Row, datum: Option<Datum>) -> Self {
        let bad = row.broken.iter().map(|reason| BadCell {
            column: None,
            value: String::new(),
            reason: reason.clone(),
        });
        Self { row, datum, bad: bad.collect() }
    }

    pub(super) fn into_bad(self) -> Vec<BadCell> {
        self.bad
    }

    pub(super) fn is_bad(&self) -> bool {
        !self.bad.is_empty()
    }

    /// Whether a cell of the column was refused.
    pub(super) fn refused(&self, column: Column) -> bool {
        self.bad.iter().any(|cell| cell.column == Some(column))
    }

    /// The same cells for a look ahead, whose refusals do not count.
    pub(super) fn scratch(&self) -> Self {
        Self { row: self.row, datum: self.datum, bad: Vec::new() }
    }

    /// Adds what a look ahead refused. A column that the row lacks may be on file, so nothing is said of it.
    pub(super) fn add_bad(&mut self, bad: Vec<BadCell>) {
        let lacking = |cell: &BadCell| {
            matches!(cell.reason, Reason::Missing | Reason::NoOutline)
                && cell.column.is_some_and(|it| !self.row.cells.contains_key(&it))
        };
        let new = |cell: &BadCell| cell.column.is_none_or(|column| !self.refused(column));
        let more: Vec<_> = bad.into_iter().filter(|cell| new(cell) && !lacking(cell)).collect();
        self.bad.extend(more);
    }

    /// The text of a cell, empty if the file does not have the column.
    pub(super) fn text(&self, column: Column) -> &'a str {
        self.row.cells.get(&column).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn refuse(&mut self, column: Column, reason: impl Into<Reason>) {
        let value = self.text(column).chars().take(80).collect();
        self.bad.push(BadCell { column: Some(column), value, reason: reason.into() });
    }

    /// A cell as `parse` reads it. One that it refuses is noted and taken as absent.
    pub(super) fn given<T, E: Into<Reason>>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Given<T> {
        match self.row.cells.get(&column).map(String::as_str) {
            None => Given::Absent,
            Some("") => Given::Empty,
            Some(text) => match parse(text) {
                Ok(value) => Given::Value(value),
                Err(reason) => {
                    self.refuse(column, reason);
                    Given::Absent
                }
            },
        }
    }

    /// A cell that must have a value, unless one is on file and the file lacks the column.
    pub(super) fn required<T, E: Into<Reason>>(
        &mut self,
        column: Column,
        on_file: Option<T>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let bad_before = self.bad.len();
        let value = self.given(column, parse).or_keep(on_file);
        if value.is_none() && self.bad.len() == bad_before {
            self.refuse(column, Reason::Missing);
        }
        value
    }

    /// The position of latitude and longitude, in the row's datum.
    pub(super) fn position(&mut self) -> Given<Wgs84> {
        match (self.given(Column::Latitude, degrees), self.given(Column::Longitude, degrees)) {
            (Given::Value(lat), Given::Value(lon)) => match self.place(Column::Latitude, lat, lon) {
                Some(at) => Given::Value(at),
                None => Given::Absent,
            },
            (Given::Empty, Given::Empty) => Given::Empty,
            (Given::Value(_), Given::Empty | Given::Absent) | (Given::Empty, Given::Absent) => {
                self.refuse_unless_bad(Column::Longitude, Reason::HalfAPosition);
                Given::Absent
            }
            (Given::Empty | Given::Absent, Given::Value(_)) | (Given::Absent, Given::Empty) => {
                self.refuse_unless_bad(Column::Latitude, Reason::HalfAPosition);
                Given::Absent
            }
            (Given::Absent, Given::Absent) => Given::Absent,
        }
    }

    /// A list of positions in the row's datum: `lat lon; lat lon`.
    pub(super) fn positions(&mut self, column: Column) -> Given<Vec<Wgs84>> {
        let pairs = match self.given(column, pairs) {
            Given::Value(pairs) => pairs,
            Given::Empty => return Given::Empty,
            Given::Absent => return Given::Absent,
        };
        let mut places = Vec::with_capacity(pairs.len());
        for (lat, lon) in pairs {
            match self.place(column, lat, lon) {
                Some(at) => places.push(at),
                None => return Given::Absent,
            }
        }
        Given::Value(places)
    }

    fn refuse_unless_bad(&mut self, column: Column, reason: Reason) {
        let positions = [Some(Column::Latitude), Some(Column::Longitude)];
        if !self.bad.iter().any(|cell| positions.contains(&cell.column)) {
            self.refuse(column, reason);
        }
    }

    fn place(&mut self, column: Column, lat: f64, lon: f64) -> Option<Wgs84> {
        let bad_before = self.bad.len();
        let own = self.given(Column::Datum, datum).or_keep(None);
        if self.bad.len() > bad_before {
            return None;
        }
        let Some(datum) = own.or(self.datum) else {
            self.refuse(column, Reason::NoDatum);
            return None;
        };
        match RawPosition::new(datum, lat, lon) {
            Ok(raw) if in_china(raw.wgs84()) => Some(raw.wgs84()),
            Ok(_) => {
                self.refuse(column, Reason::OutsideChina);
                None
            }
            Err(error) => {
                self.refuse(column, Reason::Position(error));
                None
            }
        }
    }
}

/// The country's extent, islands included, with some room.
fn in_china(at: Wgs84) -> bool {
    (3.0..=54.0).contains(&at.lat()) && (73.0..=136.0).contains(&at.lon())
}

/// The most characters a code may have.
const MAX_CODE: usize = 64;

pub(super) fn code(text: &str) -> Result<String, Reason> {
    let code = Name::new(text)?;
    let len = text.chars().count();
    if len > MAX_CODE {
        return Err(BadText::TooLong { what: "the code", len, max: MAX_CODE }.into());
    }
    Ok(code.into())
}

pub(super) fn day(text: &str) -> Result<NaiveDate, Reason> {
    ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .ok_or(Reason::Day)
}

pub(super) fn days(text: &str) -> Result<Vec<DateRange>, Reason> {
    text.split(BETWEEN)
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .map(|range| {
            let (from, to) = range.split_once("..").ok_or(Reason::Days)?;
            let day = |text: &str| day(text.trim()).map_err(|_| Reason::Days);
            Ok(DateRange::new(day(from)?, day(to)?)?)
        })
        .collect()
}

pub(super) fn yes_no(text: &str) -> Result<bool, Reason> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "是" | "在岗" | "在职" => Ok(true),
        "no" | "false" | "0" | "否" | "离岗" | "离职" => Ok(false),
        _ => Err(Reason::YesNo),
    }
}

pub(super) fn role(text: &str) -> Result<Role, Reason> {
    match text.to_lowercase().as_str() {
        "volunteer" | "志愿者" | "五老志愿者" | "五老" => Ok(Role::Volunteer),
        "police" | "民警" | "社区民警" => Ok(Role::Police),
        "head" | "站长" | "教导员" => Ok(Role::Head),
        "sub_bureau_supervisor" | "分局督导" => Ok(Role::SubBureauSupervisor),
        "supervisor" | "督导" | "市局督导" => Ok(Role::Supervisor),
        "admin" | "管理员" => Ok(Role::Admin),
        _ => Err(Reason::Role),
    }
}

pub(super) fn kind(text: &str) -> Result<VenueKind, Reason> {
    match text {
        "网吧" | "网咖" | "上网服务场所" => Ok(VenueKind::InternetCafe),
        "游戏机室" | "游艺厅" | "电玩城" => Ok(VenueKind::GameArcade),
        "电竞酒店" => Ok(VenueKind::EsportsHotel),
        code => code.parse().map_err(|_: NotACode| Reason::Kind),
    }
}

pub(super) fn level(text: &str) -> Result<SchoolLevel, Reason> {
    match text.to_lowercase().as_str() {
        "primary" | "小学" => Ok(SchoolLevel::Primary),
        "junior" | "初中" => Ok(SchoolLevel::Junior),
        "senior" | "高中" => Ok(SchoolLevel::Senior),
        "vocational" | "中职" | "中等职业学校" => Ok(SchoolLevel::Vocational),
        "special" | "特殊教育" | "特殊教育学校" => Ok(SchoolLevel::Special),
        "kindergarten" | "幼儿园" => Ok(SchoolLevel::Kindergarten),
        _ => Err(Reason::Level),
    }
}

/// The datum that a word means, as people and files write it.
///
/// # Errors
/// [`Reason::Datum`] if it means none.
pub fn datum(text: &str) -> Result<Datum, Reason> {
    match text.to_lowercase().replace(['-', '_', ' '], "").as_str() {
        "wgs84" | "gps" => Ok(Datum::Wgs84),
        "gcj02" | "高德" | "腾讯" | "火星" => Ok(Datum::Gcj02),
        "bd09" | "百度" => Ok(Datum::Bd09),
        "cgcs2000" | "天地图" => Ok(Datum::Cgcs2000),
        _ => Err(Reason::Datum),
    }
}

fn degrees(text: &str) -> Result<f64, Reason> {
    text.trim_end_matches('°').parse().map_err(|_| Reason::Number)
}

fn pairs(text: &str) -> Result<Vec<(f64, f64)>, Reason> {
    text.split(BETWEEN)
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut numbers = pair.split(WITHIN).filter(|part| !part.is_empty());
            match (numbers.next(), numbers.next(), numbers.next()) {
                (Some(lat), Some(lon), None) => {
                    Ok((degrees(lat).map_err(|_| Reason::Pairs)?, degrees(lon).map_err(|_| Reason::Pairs)?))
                }
                _ => Err(Reason::Pairs),
            }
        })
        .collect()
}

//! A file as rows of cells. A GeoJSON feature becomes a row like any other: its properties are cells
//! under their names, its geometry becomes the cells of a position, of gates or of a boundary.

use std::collections::BTreeMap;

use geojson::{Feature, GeometryValue, Position};
use serde_json::Value;
use xuncha_core::domain::Locale;

use super::encoding::{self, Encoding};
use super::{Column, Reason, workbook};
use crate::export::cell::unguarded;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line, in any [`Encoding`].
    Csv,
    /// An Excel workbook; its first sheet that is not empty, whose first row is the header. The others are named.
    Xlsx,
    /// GeoJSON (RFC 7946), a feature collection.
    GeoJson,
}

impl Format {
    /// The format that the ending of a file's name means.
    ///
    /// # Errors
    /// [`BadSheet::OldExcel`] for a workbook of before 2007.
    pub fn of_name(name: &str) -> Result<Self, BadSheet> {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("geojson" | "json") => Ok(Self::GeoJson),
            Some("xlsx" | "xlsm") => Ok(Self::Xlsx),
            Some("xls" | "et") => Err(BadSheet::OldExcel),
            _ => Ok(Self::Csv),
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSheet {
    /// Neither UTF-8 nor GB18030.
    #[error(
        "the file is neither UTF-8 nor GB18030 text: in Excel, save it as a workbook (.xlsx) or as “CSV UTF-8”"
    )]
    NotText,
    /// UTF-8, but for a few bytes.
    #[error(
        "the file is UTF-8 text, but line {0} has bytes that are none: type what is on it anew, or save the file anew"
    )]
    Damaged(u64),
    /// A workbook of before 2007.
    #[error("the file is in an old form of Excel: open it there and save it as a workbook (.xlsx)")]
    OldExcel,
    /// Not a workbook.
    #[error("the file is no Excel workbook: {0}")]
    NotAWorkbook(String),
    /// A workbook that would fill the memory.
    #[error("the workbook unpacks to more than 512 MB: save only the list, as CSV")]
    Bomb,
    /// More than [`Sheet::MAX_BYTES`].
    #[error("the file has {0} bytes; at most {max} are allowed: split it", max = Sheet::MAX_BYTES)]
    TooLong(usize),
    /// Nothing in it.
    #[error("the file is empty: the first line must name the columns")]
    Empty,
    /// Two columns of the same meaning.
    #[error("the column “{0}” is there twice: delete or rename one")]
    Twice(Column),
    /// No column with the name, which everything has.
    #[error("the column “name” (or {others}) is missing; the file has: {found}")]
    NoName {
        /// Other headers it could have.
        others: String,
        /// The headers that are there.
        found: String,
    },
    /// A quotation mark that begins a cell and does not end it: the rows after it would be taken for a part of the cell.
    #[error("the quotation mark that opens a cell in the row on line {0} is not closed: close or delete it")]
    OpenQuote(u64),
    /// Not GeoJSON.
    #[error("the file is no GeoJSON feature collection: {0}")]
    NotGeoJson(String),
}

/// One row with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The line it begins on (CSV), its row (workbook), or the number of the feature (GeoJSON); both count from 1.
    pub(super) line: u64,
    /// The cells of columns that the file has; empty ones too.
    pub(super) cells: BTreeMap<Column, String>,
    /// Why the row as a whole cannot be read.
    pub(super) broken: Option<Reason>,
}

impl Row {
    /// What it says, as it says it.
    pub(super) fn given(&self) -> Vec<(Column, String)> {
        let cells = self.cells.iter().filter(|(_, text)| !text.is_empty());
        cells.map(|(column, text)| (*column, text.clone())).collect()
    }
}

/// A file as rows of cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What messages call the file.
    pub name: String,
    /// How it was written.
    pub format: Format,
    /// What its text was written in; a workbook says so itself.
    pub encoding: Option<Encoding>,
    /// Headers that mean nothing here; their columns are not read. Shown, because one may be misspelt.
    pub ignored: Vec<String>,
    /// Sheets of a workbook that have cells and are not read.
    pub ignored_sheets: Vec<String>,
    pub(super) rows: Vec<Row>,
}

impl Sheet {
    /// The longest file, in bytes: a city's venues with campuses need a tenth of it.
    pub const MAX_BYTES: usize = 64 * 1024 * 1024;

    /// Reads a file; `name` is what messages call it.
    ///
    /// # Errors
    /// [`BadSheet`] if no row can be read at all. A row that cannot be read is a bad row, not an error.
    pub fn read(name: &str, format: Format, bytes: &[u8]) -> Result<Self, BadSheet> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(BadSheet::TooLong(bytes.len()));
        }
        let name = name.to_owned();
        if format == Format::Xlsx {
            return of_workbook(name, bytes);
        }
        let (text, encoding) = encoding::decode(bytes)?;
        let (rows, ignored) = if format == Format::Csv { csv_rows(&text)? } else { features(&text)? };
        Ok(Self { name, format, encoding: Some(encoding), ignored, ignored_sheets: Vec::new(), rows })
    }

    /// What of the file is not read, a sentence each.
    #[must_use]
    pub fn not_read(&self, locale: Locale) -> Vec<String> {
        let columns = locale
            .pick("这些列没有读取，标题写错了吗？", "These columns are not read. Is a header misspelt?");
        let sheets = locale.pick(
            "这些工作表没有读取，只读第一个有内容的，其余请另存为文件再导入：",
            "These sheets are not read, only the first that is not empty. Save each of the others as a file of its own:",
        );
        [(columns, &self.ignored), (sheets, &self.ignored_sheets)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(what, names)| format!("{what} {}", names.join(locale.pick("、", ", "))))
            .collect()
    }

    /// The number of its rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The columns of a table by its header line.
struct Header {
    columns: Vec<Option<Column>>,
    ignored: Vec<String>,
}

impl Header {
    fn of<'a>(headers: impl Iterator<Item = &'a str> + Clone) -> Result<Self, BadSheet> {
        if headers.clone().all(|header| header.trim().is_empty()) {
            return Err(BadSheet::Empty);
        }
        let columns: Vec<_> = headers.clone().map(Column::of_header).collect();
        for (at, column) in columns.iter().enumerate() {
            if let Some(column) = column.filter(|_| columns[..at].contains(column)) {
                return Err(BadSheet::Twice(column));
            }
        }
        if !columns.contains(&Some(Column::Name)) {
            return Err(BadSheet::NoName {
                others: Column::Name.names()[1..].join(", "),
                found: headers.collect::<Vec<_>>().join(", "),
            });
        }
        let nameless = |(header, column): (&str, &Option<Column>)| {
            (column.is_none() && !header.trim().is_empty()).then(|| header.trim().to_owned())
        };
        let ignored = headers.zip(&columns).filter_map(nameless).collect();
        Ok(Self { columns, ignored })
    }

    /// A row below the header; `None` if it is empty.
    fn row<'a>(&self, line: u64, cells: impl Iterator<Item = &'a str>) -> Option<Row> {
        let mut row = Row { line, cells: BTreeMap::new(), broken: None };
        let (mut width, mut surplus, mut failed) = (0, false, None);
        for (at, cell) in cells.map(str::trim).enumerate() {
            width = at + 1;
            match self.columns.get(at) {
                Some(Some(column)) => {
                    if EXCEL_ERRORS.contains(&cell) {
                        failed = failed.or(Some(Reason::ExcelError(*column, cell.to_owned())));
                    }
                    row.cells.insert(*column, on_one_line(cell));
                }
                Some(None) => {}
                None => surplus |= !cell.is_empty(),
            }
        }
        if row.cells.values().all(String::is_empty) && !surplus {
            return None;
        }
        for column in self.columns.iter().skip(width).flatten() {
            row.cells.insert(*column, String::new());
        }
        let surplus = surplus.then_some(Reason::SurplusCells { row: width, header: self.columns.len() });
        row.broken = surplus.or(failed);
        Some(row)
    }
}

/// What stands in a cell of Excel whose formula failed, in a workbook as in a list that was saved from it.
const EXCEL_ERRORS: [&str; 8] =
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"];

/// A cell in which somebody broke the line, so that it fits the column.
fn on_one_line(cell: &str) -> String {
    let pieces = cell.split(['\n', '\r', '\t']).map(str::trim).filter(|piece| !piece.is_empty());
    pieces.collect::<Vec<_>>().join(" ")
}

fn csv_rows(text: &str) -> Result<(Vec<Row>, Vec<String>), BadSheet> {
    // What Excel calls “Unicode text” and many a list from a database is parted by tabs.
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains('\t') && !first.contains(',') { b'\t' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let header = Header::of(reader.headers().map_err(|_| BadSheet::Empty)?.iter())?;
    let (mut rows, mut last) = (Vec::new(), (1, 0));
    for record in reader.records() {
        // The text is known to be UTF-8 and rows of any length are taken, so nothing else can fail.
        let Ok(record) = record else { continue };
        let at = record.position().map_or((0, 0), |at| (at.line(), at.byte()));
        let line = at.0;
        last = at;
        if record.iter().enumerate().any(|(at, cell)| holds_rows(cell, at, delimiter)) {
            return Err(BadSheet::OpenQuote(line));
        }
        // A list that was exported has an apostrophe before what looks like a formula.
        rows.extend(header.row(line, record.iter().map(|cell| unguarded(cell.trim()))));
    }
    let rest = usize::try_from(last.1).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
    if ends_within_quotes(rest, delimiter) {
        Err(BadSheet::OpenQuote(last.0))
    } else {
        Ok((rows, header.ignored))
    }
}

/// An address takes two or three lines.
const LINES_IN_A_CELL: usize = 5;

/// Whether a cell looks as if it had taken in the rows after it, for want of a quotation mark: the last of them has as
/// many delimiters as there are cells before this one, the others have more.
fn holds_rows(cell: &str, before: usize, delimiter: u8) -> bool {
    let cells = |line: &str| line.matches(char::from(delimiter)).count();
    let mut more = cell.lines().skip(1).take(LINES_IN_A_CELL + 1);
    more.any(|line| cells(line) >= before.max(1)) || cell.lines().count() > LINES_IN_A_CELL
}

/// Whether the last row of a file ends before a cell that a quotation mark began (RFC 4180 §2.5 to 2.7).
fn ends_within_quotes(row: &str, delimiter: u8) -> bool {
    let (mut at_start, mut inside) = (true, false);
    let mut bytes = row.bytes().peekable();
    while let Some(byte) = bytes.next() {
        inside = match byte {
            b'"' if inside => bytes.next_if_eq(&b'"').is_some(),
            b'"' => at_start,
            _ => inside,
        };
        at_start = !inside && (byte == delimiter || byte == b'\n' || byte == b'\r');
    }
    inside
}

fn of_workbook(name: String, bytes: &[u8]) -> Result<Sheet, BadSheet> {
    let (mut header, mut rows) = (None, Vec::new());
    let ignored_sheets = workbook::rows(bytes, |line, cells| {
        let cells = cells.iter().map(String::as_str);
        match &header {
            None => header = Some(Header::of(cells)?),
            Some(header) => rows.extend(Header::row(header, line, cells)),
        }
        Ok(())
    })?;
    let ignored = header.ok_or(BadSheet::Empty)?.ignored;
    Ok(Sheet { name, format: Format::Xlsx, encoding: None, ignored, ignored_sheets, rows })
}

fn features(text: &str) -> Result<(Vec<Row>, Vec<String>), BadSheet> {
    let bad = |why: String| BadSheet::NotGeoJson(why.chars().take(200).collect());
    let mut collection: Value = serde_json::from_str(text).map_err(|e| bad(e.to_string()))?;
    if collection.get("type").and_then(Value::as_str) != Some("FeatureCollection") {
        return Err(bad("its “type” is not “FeatureCollection”".to_owned()));
    }
    let Some(Value::Array(features)) = collection.get_mut("features").map(Value::take) else {
        return Err(bad("it has no array “features”".to_owned()));
    };
    let mut ignored = Vec::new();
    let rows = (1..).zip(features).map(|(line, feature)| row_of_feature(line, feature, &mut ignored));
    Ok((rows.collect(), ignored))
}

fn row_of_feature(line: u64, feature: Value, ignored: &mut Vec<String>) -> Row {
    // Read one by one, so that a bad feature is a bad row and not a bad file.
    let feature: Feature = match serde_json::from_value(feature) {
        Ok(feature) => feature,
        Err(error) => {
            let why = Reason::Geometry(error.to_string().chars().take(200).collect());
            return Row { line, cells: BTreeMap::new(), broken: Some(why) };
        }
    };
    let mut cells = BTreeMap::new();
    let mut broken = None;
    for (header, value) in feature.properties.unwrap_or_default() {
        match Column::of_header(&header) {
            Some(column) => {
                if cells.insert(column, text_of(&value)).is_some() {
                    broken = Some(Reason::PropertyTwice(column));
                }
            }
            None if ignored.contains(&header) => {}
            None => ignored.push(header),
        }
    }
    if let Some(geometry) = feature.geometry {
        match cells_of(&geometry.value) {
            Ok(placed) => cells.extend(placed),
            Err(why) => broken = Some(why),
        }
    }
    Row { line, cells, broken }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

/// A point is a position and a gate at once: which one is meant depends on the kind of thing.
fn cells_of(geometry: &GeometryValue) -> Result<Vec<(Column, String)>, Reason> {
    let boundary = |rings: &[Vec<Position>]| match rings {
        [outer] => Ok(vec![(Column::Boundary, pairs(outer)?)]),
        _ => Err(Reason::Geometry("a campus is one ring without holes".to_owned())),
    };
    match geometry {
        GeometryValue::Point { coordinates } => {
            let (lat, lon) = lat_lon(coordinates)?;
            Ok(vec![
                (Column::Latitude, lat.to_string()),
                (Column::Longitude, lon.to_string()),
                (Column::Gates, format!("{lat} {lon}")),
            ])
        }
        GeometryValue::MultiPoint { coordinates } => Ok(vec![(Column::Gates, pairs(coordinates)?)]),
        GeometryValue::Polygon { coordinates } => boundary(coordinates),
        GeometryValue::MultiPolygon { coordinates } => match coordinates.as_slice() {
            [only] => boundary(only),
            _ => Err(Reason::Geometry("a campus is one polygon".to_owned())),
        },
        other => Err(Reason::Geometry(format!("a {} is no position and no outline", other.type_name()))),
    }
}

fn pairs(positions: &[Position]) -> Result<String, Reason> {
    let pairs = positions.iter().map(|at| lat_lon(at).map(|(lat, lon)| format!("{lat} {lon}")));
    Ok(pairs.collect::<Result<Vec<_>, _>>()?.join("; "))
}

/// RFC 7946 §3.1.1: longitude first.
fn lat_lon(position: &Position) -> Result<(f64, f64), Reason> {
    match position.as_slice() {
        [lon, lat, ..] => Ok((*lat, *lon)),
        _ => Err(Reason::Geometry("a position needs two numbers".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_formula_is_a_bad_row_and_a_name_in_two_lines_is_one_name() {
        let list = "name,address,remarks\n#N/A,,\n甲,#REF!,\n\"乙\n 分店\t二楼\",,#N/A\n";
        let rows = Sheet::read("list.csv", Format::Csv, list.as_bytes()).unwrap().rows;
        let failed = |column, error: &str| Some(Reason::ExcelError(column, error.to_owned()));
        assert_eq!(rows[0].broken, failed(Column::Name, "#N/A"));
        assert_eq!(rows[1].broken, failed(Column::Address, "#REF!"));
        assert_eq!((rows[2].cells[&Column::Name].as_str(), &rows[2].broken), ("乙 分店 二楼", &None));
    }
}

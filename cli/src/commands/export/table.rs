//! Rows into a file, one by one.

use std::io::Write;

use clap::ValueEnum;
use indicatif::ProgressBar;
use serde_json::{Map, Value, json};
use xuncha_core::domain::{Locale, Outline, Shape, Wgs84};

use crate::failure::Failure;
use crate::output::Out;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Comma-separated values, for Excel and the like
    Csv,
    /// A feature collection (RFC 7946), for maps; rows without a place have no geometry
    Geojson,
    /// One JSON document a line, for programs
    Jsonl,
}

/// A column: what programs and English tables call it, and what Chinese tables call it.
pub(super) type Header = (&'static str, &'static str);

/// A cell: for programs a value with stable codes, for people words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    value: Value,
    words: Option<String>,
}

impl Cell {
    /// A code with the word for it.
    pub(super) fn coded(code: impl Into<Value>, word: impl Into<String>) -> Self {
        Self { value: code.into(), words: Some(word.into()) }
    }
}

impl<T: Into<Value>> From<T> for Cell {
    fn from(value: T) -> Self {
        Self { value: value.into(), words: None }
    }
}

/// A row, and where it stands on a map.
pub(super) struct Line {
    pub(super) cells: Vec<(Header, Cell)>,
    pub(super) geometry: Option<Value>,
}

/// A point, longitude first as RFC 7946 wants it.
pub(super) fn point(at: Wgs84) -> Value {
    json!({ "type": "Point", "coordinates": [at.lon(), at.lat()] })
}

/// A boundary or gates.
pub(super) fn outline(outline: &Outline) -> Value {
    let mut points: Vec<_> = outline.points().iter().map(|at| [at.lon(), at.lat()]).collect();
    match outline.shape() {
        Shape::Gates => json!({ "type": "MultiPoint", "coordinates": points }),
        Shape::Boundary => {
            points.extend(points.first().copied());
            json!({ "type": "Polygon", "coordinates": [points] })
        }
    }
}

/// A file being written.
pub(super) struct Table<W: Write> {
    to: Sink<W>,
    locale: Locale,
    rows: u64,
    bar: ProgressBar,
}

enum Sink<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Geojson(W),
    Jsonl(W),
}

impl<W: Write> Table<W> {
    pub(super) fn begin(mut to: W, format: Format, bom: bool, out: Out) -> Result<Self, Failure> {
        let to = match format {
            Format::Csv => {
                if bom {
                    to.write_all("\u{feff}".as_bytes())?;
                }
                Sink::Csv(Box::new(csv::Writer::from_writer(to)))
            }
            Format::Geojson => {
                to.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
                Sink::Geojson(to)
            }
            Format::Jsonl => Sink::Jsonl(to),
        };
        Ok(Self {
            to,
            locale: out.locale(),
            rows: 0,
            bar: out.progress(0, out.pick("已写行数", "rows written")),
        })
    }

    pub(super) fn row(&mut self, line: Line) -> Result<(), Failure> {
        match &mut self.to {
            Sink::Csv(to) => {
                if self.rows == 0 {
                    to.write_record(line.cells.iter().map(|((en, zh), _)| self.locale.pick(zh, en)))?;
                }
                to.write_record(line.cells.into_iter().map(|(_, cell)| in_words(cell)))?;
            }
            Sink::Geojson(to) => {
                let comma = if self.rows == 0 { "\n" } else { ",\n" };
                let feature =
                    json!({ "type": "Feature", "geometry": line.geometry, "properties": object(line.cells) });
                write!(to, "{comma}{feature}")?;
            }
            Sink::Jsonl(to) => writeln!(to, "{}", Value::Object(object(line.cells)))?,
        }
        self.rows += 1;
        self.bar.inc(1);
        Ok(())
    }

    /// The number of rows.
    pub(super) fn end(self) -> Result<u64, Failure> {
        self.bar.finish_and_clear();
        match self.to {
            Sink::Csv(mut to) => to.flush()?,
            Sink::Geojson(mut to) => {
                to.write_all(b"\n]}\n")?;
                to.flush()?;
            }
            Sink::Jsonl(mut to) => to.flush()?,
        }
        Ok(self.rows)
    }
}

fn object(cells: Vec<(Header, Cell)>) -> Map<String, Value> {
    cells.into_iter().map(|((name, _), cell)| (name.to_owned(), cell.value)).collect()
}

fn in_words(cell: Cell) -> String {
    harmless(match (cell.words, cell.value) {
        (Some(words), _) => words,
        (None, Value::Null) => String::new(),
        (None, Value::String(text)) => text,
        (None, Value::Array(parts)) => {
            parts.into_iter().map(|part| in_words(part.into())).collect::<Vec<_>>().join("; ")
        }
        (None, other) => other.to_string(),
    })
}

/// A text that a table program would run as a formula gets an apostrophe before it.
fn harmless(text: String) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    if is_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Header = ("name", "名称");
    const STATE: Header = ("state", "状态");

    fn written(format: Format, bom: bool, locale: Locale, rows: usize) -> String {
        let mut to = Vec::new();
        let mut table = Table::begin(&mut to, format, bom, Out::new(false, locale)).unwrap();
        for _ in 0..rows {
            let cells = vec![(NAME, "甲,乙".into()), (STATE, Cell::coded("met", "已达标"))];
            table.row(Line { cells, geometry: Some(point(Wgs84::new(32.0, 118.0).unwrap())) }).unwrap();
        }
        assert_eq!(table.end().unwrap(), rows as u64);
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn people_get_words_and_programs_get_codes() {
        assert_eq!(written(Format::Csv, true, Locale::ZhHans, 1), "\u{feff}名称,状态\n\"甲,乙\",已达标\n");
        assert_eq!(
            written(Format::Jsonl, false, Locale::ZhHans, 1),
            "{\"name\":\"甲,乙\",\"state\":\"met\"}\n"
        );
    }

    #[test]
    fn a_collection_of_any_length_is_whole_geojson() {
        for rows in 0..3 {
            let text = written(Format::Geojson, false, Locale::En, rows);
            let geojson::GeoJson::FeatureCollection(read) = text.parse().unwrap() else { panic!("{text}") };
            assert_eq!(read.features.len(), rows);
        }
    }

    #[test]
    fn what_looks_like_a_formula_is_made_harmless_and_numbers_stay() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".to_owned()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("-32.5".to_owned()), "-32.5");
        assert_eq!(harmless("蓝鲸网吧".to_owned()), "蓝鲸网吧");
    }
}

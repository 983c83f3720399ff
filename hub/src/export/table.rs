//! Rows into a file, one by one, and the file out in pieces.

use std::io::Write as _;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tokio::sync::mpsc;
use xuncha_core::domain::Locale;

use super::book::Book;
use super::cell::{Cell, Header, Line, harmless};
use super::{Ask, ExportError, Piece};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// An Excel workbook.
    Xlsx,
    /// Comma-separated values, for Excel and the like.
    Csv,
    /// A feature collection (RFC 7946), for maps; rows without a place have no geometry.
    Geojson,
    /// One JSON document a line, for programs.
    Jsonl,
    /// Pages to print; of reports only.
    Pdf,
}

impl Format {
    /// How names of such files end; also what programs call it.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Geojson => "geojson",
            Self::Jsonl => "jsonl",
            Self::Pdf => "pdf",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Geojson => "application/geo+json",
            Self::Jsonl => "application/x-ndjson",
            Self::Pdf => "application/pdf",
        }
    }
}

/// A file being written.
pub(super) struct Table {
    sink: Sink,
    headers: Vec<Header>,
    locale: Locale,
    rows: u64,
    to: mpsc::Sender<Piece>,
}

enum Sink {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Geojson(Vec<u8>),
    Jsonl(Vec<u8>),
    Xlsx(Box<Book>),
}

impl Table {
    pub(super) fn begin(
        ask: &Ask,
        headers: Vec<Header>,
        to: mpsc::Sender<Piece>,
    ) -> Result<Self, ExportError> {
        let titles = || headers.iter().map(|(en, zh)| ask.locale.pick(zh, en));
        let sink = match ask.format {
            Format::Csv => {
                let mut first = Vec::new();
                if ask.bom {
                    first.extend("\u{feff}".as_bytes());
                }
                let mut writer = csv::Writer::from_writer(first);
                writer.write_record(titles())?;
                Sink::Csv(Box::new(writer))
            }
            Format::Geojson => Sink::Geojson(b"{\"type\":\"FeatureCollection\",\"features\":[".to_vec()),
            Format::Jsonl => Sink::Jsonl(Vec::new()),
            Format::Pdf => return Err(ExportError::Form(ask.what, ask.format)),
            Format::Xlsx => {
                let titles = titles().map(str::to_owned).collect();
                Sink::Xlsx(Box::new(Book::begin(ask.what.label(ask.locale), titles, ask.locale)?))
            }
        };
        Ok(Self { sink, headers, locale: ask.locale, rows: 0, to })
    }

    pub(super) fn row(&mut self, line: &Line) -> Result<(), ExportError> {
        match &mut self.sink {
            Sink::Csv(to) => {
                for cell in &line.cells {
                    to.write_field(harmless(cell.words(self.locale)).as_bytes())?;
                }
                to.write_record(None::<&[u8]>)?;
            }
            Sink::Geojson(to) => {
                let comma = if self.rows == 0 { "\n" } else { ",\n" };
                let properties = object(&self.headers, &line.cells);
                let feature =
                    json!({ "type": "Feature", "geometry": line.geometry, "properties": properties });
                write!(to, "{comma}{feature}")?;
            }
            Sink::Jsonl(to) => writeln!(to, "{}", Json::Object(object(&self.headers, &line.cells)))?,
            Sink::Xlsx(book) => book.row(&line.cells)?,
        }
        self.rows += 1;
        Ok(())
    }

    /// Sends what has gathered, after a page of rows. Waits as long as nobody takes it.
    pub(super) async fn send(&mut self) -> Result<(), ExportError> {
        let bytes = match &mut self.sink {
            Sink::Csv(to) => {
                to.flush()?;
                let written = std::mem::replace(&mut **to, csv::Writer::from_writer(Vec::new()));
                written.into_inner().map_err(csv::IntoInnerError::into_error)?
            }
            Sink::Geojson(to) | Sink::Jsonl(to) => std::mem::take(to),
            Sink::Xlsx(_) => Vec::new(),
        };
        self.piece(bytes).await
    }

    async fn piece(&self, bytes: Vec<u8>) -> Result<(), ExportError> {
        self.to.send(Piece { bytes, rows: self.rows }).await.map_err(|_| ExportError::Gone)
    }

    /// The number of rows.
    pub(super) async fn end(mut self) -> Result<u64, ExportError> {
        if let Sink::Geojson(to) = &mut self.sink {
            to.extend(b"\n]}\n");
        }
        self.send().await?;
        if let Sink::Xlsx(book) = self.sink {
            book.send(&self.to, self.rows).await?;
        }
        Ok(self.rows)
    }
}

fn object(headers: &[Header], cells: &[Cell]) -> Map<String, Json> {
    headers.iter().zip(cells).map(|((name, _), cell)| ((*name).to_owned(), cell.json())).collect()
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::{Timestamp, Wgs84};

    use super::super::What;
    use super::super::cell::point;
    use super::*;

    const HEADERS: [Header; 2] = [("name", "名称"), ("state", "状态")];

    async fn written(format: Format, bom: bool, locale: Locale, rows: usize) -> String {
        let now = Timestamp::from_millis(0);
        let ask = Ask { what: What::Venues, format, locale, stations: Vec::new(), month: None, now, bom };
        let (to, mut from) = mpsc::channel(8);
        let mut table = Table::begin(&ask, HEADERS.to_vec(), to).unwrap();
        for _ in 0..rows {
            let cells = vec!["=甲,乙".into(), Cell::coded("met", "已达标")];
            table.row(&Line { cells, geometry: Some(point(Wgs84::new(32.0, 118.0).unwrap())) }).unwrap();
        }
        assert_eq!(table.end().await.unwrap(), rows as u64);
        let mut bytes = Vec::new();
        while let Some(piece) = from.recv().await {
            bytes.extend(piece.bytes);
        }
        String::from_utf8(bytes).unwrap()
    }

    #[tokio::test]
    async fn people_get_words_and_programs_get_codes() {
        let csv = written(Format::Csv, true, Locale::ZhHans, 1).await;
        assert_eq!(csv, "\u{feff}名称,状态\n\"'=甲,乙\",已达标\n");
        let lines = written(Format::Jsonl, false, Locale::ZhHans, 1).await;
        assert_eq!(lines, "{\"name\":\"=甲,乙\",\"state\":\"met\"}\n");
    }

    #[tokio::test]
    async fn a_collection_of_any_length_is_whole_geojson() {
        for rows in 0..3 {
            let text = written(Format::Geojson, false, Locale::En, rows).await;
            let geojson::GeoJson::FeatureCollection(read) = text.parse().unwrap() else { panic!("{text}") };
            assert_eq!(read.features.len(), rows);
        }
    }
}

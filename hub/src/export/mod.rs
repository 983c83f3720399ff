//! Records, findings, coverage and lists as files: one code for the API, the desk and the command line.
//!
//! Rows are read page by page and leave in pieces as they are made, so a million of them take no more
//! memory than a thousand. A volunteer's position is the volunteer's: no export has it. A record on a map
//! stands at its venue.
//!
//! # Layout
//! - [`cell`]: what stands in a row. [`table`]: rows as CSV, GeoJSON or lines of JSON. `book`: as a workbook.
//! - `records`, `findings`, `coverage`, `ledger`, `lists`: where rows come from. `report`: the month report. `names`: what ids are called.
//! - `progress`: how far one is. `api`: downloads for those who lead or supervise.

mod api;
mod book;
pub mod cell;
mod coverage;
mod findings;
mod ledger;
mod lists;
mod names;
mod progress;
mod records;
mod report;
pub mod table;

use chrono::NaiveDate;
use serde::Deserialize;
use tokio::sync::mpsc;
use xuncha_core::domain::{Locale, Month, Station, Timestamp};

pub use api::router;
pub use cell::harmless;
pub(crate) use cell::{outline, point};
use names::Names;
pub use progress::{Progress, State, progress};
pub use table::Format;
use table::Table;

use crate::store::{Store, StoreError};

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Every record with what was found, how well the place is proven, and its receipt number.
    Records,
    /// Every finding with its question, its answer and what became of it.
    Findings,
    /// Every venue of a month: visits that count, state, last day.
    Coverage,
    /// The ledger of the seven duties.
    Ledger,
    /// The month report.
    Report,
    /// The stations.
    Stations,
    /// The members.
    Members,
    /// The venues.
    Venues,
    /// The schools.
    Schools,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Records,
        Self::Findings,
        Self::Coverage,
        Self::Ledger,
        Self::Report,
        Self::Stations,
        Self::Members,
        Self::Venues,
        Self::Schools,
    ];

    /// What programs call it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Findings => "findings",
            Self::Coverage => "coverage",
            Self::Ledger => "ledger",
            Self::Report => "report",
            Self::Stations => "stations",
            Self::Members => "members",
            Self::Venues => "venues",
            Self::Schools => "schools",
        }
    }

    /// The forms it can have, the usual one first.
    #[must_use]
    pub const fn formats(self) -> &'static [Format] {
        match self {
            Self::Report => &[Format::Pdf, Format::Xlsx],
            _ => &[Format::Xlsx, Format::Csv, Format::Geojson, Format::Jsonl],
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Records => locale.pick("记录", "Records"),
            Self::Findings => locale.pick("问题", "Findings"),
            Self::Coverage => locale.pick("覆盖", "Coverage"),
            Self::Ledger => locale.pick("台账", "Ledger"),
            Self::Report => locale.pick("月报", "Month report"),
            Self::Stations => locale.pick("工作站", "Stations"),
            Self::Members => locale.pick("人员", "Members"),
            Self::Venues => locale.pick("场所", "Venues"),
            Self::Schools => locale.pick("学校", "Schools"),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What to write.
    pub what: What,
    /// In which form.
    pub format: Format,
    /// The language of titles and words.
    pub locale: Locale,
    /// Of which stations, in their order.
    pub stations: Vec<Station>,
    /// The month of records, findings and the ledger, all if none; coverage and report of this month if
    /// none.
    pub month: Option<Month>,
    /// When it is made; states of coverage are for that day.
    pub now: Timestamp,
    /// Whether a CSV begins with a byte order mark, without which Excel does not see UTF-8.
    pub bom: bool,
}

impl Ask {
    fn today(&self) -> NaiveDate {
        self.now.day()
    }
}

/// Bytes of a piece: what is gathered before it is sent.
const PIECE: usize = 64 * 1024;

/// A part of the file.
#[derive(Debug)]
pub struct Piece {
    /// Its bytes; none when a workbook has not been put together yet.
    pub bytes: Vec<u8>,
    /// Rows written so far.
    pub rows: u64,
}

/// Why an export ended before it was whole.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The workbook.
    #[error("the workbook can't be written: {0}")]
    Book(#[from] rust_xlsxwriter::XlsxError),
    /// The disk, where a workbook is put together.
    #[error("the file can't be put together: {0}")]
    Io(#[from] std::io::Error),
    /// A row.
    #[error("a row can't be written: {0}")]
    Csv(#[from] csv::Error),
    /// There is no such file.
    #[error("{} can't be written as {}", .0.code(), .1.ending())]
    Form(What, Format),
    /// Nobody takes the pieces any more.
    #[error("nobody takes the file any more")]
    Gone,
    /// What reads ahead, or puts a workbook together.
    #[error("the export stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// Writes what is asked for, piece by piece, and gives the number of rows.
///
/// # Errors
/// [`ExportError`]; what was sent before is no whole file.
pub async fn export(store: &Store, ask: &Ask, to: mpsc::Sender<Piece>) -> Result<u64, ExportError> {
    if !ask.what.formats().contains(&ask.format) {
        return Err(ExportError::Form(ask.what, ask.format));
    }
    let headers = match ask.what {
        What::Report => return report::write(store, ask, &to).await,
        What::Records => records::HEADERS.to_vec(),
        What::Findings => findings::HEADERS.to_vec(),
        What::Coverage => coverage::HEADERS.to_vec(),
        What::Ledger => ledger::HEADERS.to_vec(),
        What::Stations | What::Members | What::Venues | What::Schools => lists::headers(ask.what),
    };
    let mut table = Table::begin(ask, headers, to)?;
    match ask.what {
        What::Records => records::write(store, ask, &mut table).await?,
        What::Findings => findings::write(store, ask, &mut table).await?,
        What::Coverage => coverage::write(store, ask, &mut table).await?,
        What::Ledger => ledger::write(store, ask, &mut table).await?,
        What::Report => {}
        What::Stations | What::Members | What::Venues | What::Schools => {
            lists::write(store, ask, &mut table).await?;
        }
    }
    table.end().await
}

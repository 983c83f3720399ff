//! Rows as an Excel workbook: real numbers, days and moments, a header that stays in sight, a filter. Rows
//! go to a temporary file one by one; only the one being written is in memory.

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _};
use std::time::Duration;

use rust_xlsxwriter::{Format, FormatAlign, Note, Workbook, XlsxError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use xuncha_core::domain::{Locale, Timestamp};

use super::cell::{Cell, Value};
use super::{ExportError, PIECE, Piece};

/// Rows of a sheet, the header apart: a round number below Excel's 1 048 576. The rest goes to more sheets.
const ROWS: u32 = 1_000_000;
/// How often it is told that a workbook is still put together.
const BEAT: Duration = Duration::from_secs(10);
/// Characters of a cell, as Excel counts them (UTF-16) and takes them.
const CHARACTERS: usize = 32_767;
/// Days from 1899-12-30, where Excel's days begin, to 1970-01-01.
const EPOCH: f64 = 25_569.0;

pub(super) struct Book {
    workbook: Workbook,
    name: &'static str,
    titles: Vec<String>,
    locale: Locale,
    /// The sheet being written and its next row.
    at: (usize, u32),
    header: Format,
    day: Format,
    moment: Format,
}

impl Book {
    pub(super) fn begin(name: &'static str, titles: Vec<String>, locale: Locale) -> Result<Self, XlsxError> {
        let header = Format::new().set_bold().set_background_color("E8F0F8").set_align(FormatAlign::Center);
        let mut book = Self {
            workbook: Workbook::new(),
            name,
            titles,
            locale,
            at: (0, 0),
            header,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        book.sheet(0)?;
        Ok(book)
    }

    fn sheet(&mut self, number: usize) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory();
        match number {
            0 => sheet.set_name(self.name)?,
            _ => sheet.set_name(format!("{} {}", self.name, number + 1))?,
        };
        sheet.set_freeze_panes(1, 0)?;
        for (column, title) in (0..).zip(&self.titles) {
            sheet.write_string_with_format(0, column, title, &self.header)?;
            sheet.set_column_width(column, 18)?;
        }
        self.at = (number, 1);
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.at.1 > ROWS {
            self.sheet(self.at.0 + 1)?;
        }
        let (number, row) = self.at;
        let sheet = self.workbook.worksheet_from_index(number)?;
        for (column, cell) in (0..).zip(cells) {
            match &cell.value {
                Value::Nothing => {}
                #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
                Value::Whole(count) => {
                    sheet.write_number(row, column, *count as f64)?;
                }
                Value::Number(number) => {
                    sheet.write_number(row, column, *number)?;
                }
                Value::Yes(yes) => {
                    sheet.write_boolean(row, column, *yes)?;
                }
                Value::Day(day) => {
                    let days = day.signed_duration_since(chrono::NaiveDate::default()).num_days();
                    #[allow(clippy::cast_precision_loss, reason = "days are far below 2^53")]
                    sheet.write_number_with_format(row, column, days as f64 + EPOCH, &self.day)?;
                }
                Value::Moment(at) => {
                    sheet.write_number_with_format(row, column, serial(*at), &self.moment)?;
                }
                Value::Text(_) | Value::Many(_) => {
                    // Written as a text, whatever it begins with: a workbook keeps formulas apart.
                    let words = cell.words(self.locale);
                    if words.encode_utf16().count() > CHARACTERS {
                        // A part would be taken for all of it, and an outline's for another one.
                        sheet.insert_note(
                            row,
                            column,
                            &Note::new(too_long(self.locale)).set_author("xuncha"),
                        )?;
                    } else {
                        sheet.write_string(row, column, words.as_ref())?;
                    }
                }
            }
        }
        self.at.1 += 1;
        Ok(())
    }

    /// Puts the workbook together and sends it.
    pub(super) async fn send(self, to: &mpsc::Sender<Piece>, rows: u64) -> Result<(), ExportError> {
        let making = tokio::task::spawn_blocking(move || self.file());
        let mut file = told_meanwhile(making, BEAT, to, rows).await??;
        loop {
            let (read, bytes) = tokio::task::spawn_blocking(move || {
                let mut bytes = Vec::with_capacity(PIECE);
                let read = file.by_ref().take(PIECE as u64).read_to_end(&mut bytes);
                (read.map(|_| file), bytes)
            })
            .await?;
            file = read?;
            if bytes.is_empty() {
                return Ok(());
            }
            to.send(Piece { bytes, rows }).await.map_err(|_| ExportError::Gone)?;
        }
    }

    fn file(mut self) -> Result<File, ExportError> {
        let mut file = tempfile::tempfile()?;
        self.workbook.save_to_writer(BufWriter::new(&mut file))?;
        file.rewind()?;
        Ok(file)
    }
}

/// The note at a cell that is left empty.
fn too_long(locale: Locale) -> &'static str {
    locale.pick(
        "内容太长，Excel 的一个单元格放不下，这里留空。请导出为 GeoJSON 或 CSV。",
        "Too long for a cell of Excel, so left empty. Export it as GeoJSON or CSV.",
    )
}

/// Waits for what takes long, and says again and again that all of the rows are there: whoever waits for the file would
/// take a long silence for its end.
async fn told_meanwhile<T>(
    mut making: JoinHandle<T>,
    beat: Duration,
    to: &mpsc::Sender<Piece>,
    rows: u64,
) -> Result<T, ExportError> {
    loop {
        tokio::select! {
            made = &mut making => return Ok(made?),
            () = tokio::time::sleep(beat) => {
                to.send(Piece { bytes: Vec::new(), rows }).await.map_err(|_| ExportError::Gone)?;
            }
        }
    }
}

/// A moment as Excel counts it: days since 1899-12-30, in Asia/Shanghai.
fn serial(at: Timestamp) -> f64 {
    const DAY_MS: f64 = 86_400_000.0;
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of these centuries are far below 2^53")]
    let local = at.shanghai().naive_local().and_utc().timestamp_millis() as f64;
    // To the second, which is what is shown.
    (local / 1000.0).floor() * 1000.0 / DAY_MS + EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn while_a_workbook_is_put_together_it_is_told_that_it_goes_on() {
        let (to, mut from) = mpsc::channel(100);
        let (done, wait) = std::sync::mpsc::channel();
        let making = tokio::task::spawn_blocking(move || wait.recv());
        let waiting =
            tokio::spawn(async move { told_meanwhile(making, Duration::from_millis(5), &to, 3).await });
        for _ in 0..3 {
            let piece = from.recv().await.unwrap();
            assert_eq!((piece.bytes.len(), piece.rows), (0, 3));
        }
        done.send("made").unwrap();
        assert_eq!(waiting.await.unwrap().unwrap(), Ok("made"));
    }

    #[tokio::test]
    async fn a_workbook_that_nobody_waits_for_any_more_is_given_up() {
        let (to, from) = mpsc::channel(1);
        let (_done, wait) = std::sync::mpsc::channel::<()>();
        let making = tokio::task::spawn_blocking(move || wait.recv_timeout(Duration::from_secs(1)));
        drop(from);
        let ended = told_meanwhile(making, Duration::from_millis(5), &to, 3).await;
        assert!(matches!(ended, Err(ExportError::Gone)));
    }
}

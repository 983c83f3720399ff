//! The month report as one PDF, or as a workbook with a sheet for each of its tables.

use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};
use tokio::sync::mpsc;
use xuncha_core::domain::Month;

use super::{Ask, ExportError, Format, Piece};
use crate::report::{Report, pdf, report};
use crate::store::Store;

/// Writes it, and gives the number of its rows.
pub(super) async fn write(store: &Store, ask: &Ask, to: &mpsc::Sender<Piece>) -> Result<u64, ExportError> {
    let month = ask.month.unwrap_or(Month::of(ask.today()));
    let report = report(store, &ask.stations, month, ask.now, ask.locale).await?;
    let rows = report.sections.iter().map(|section| section.rows.len() as u64).sum();
    let (locale, format) = (ask.locale, ask.format);
    let bytes = tokio::task::spawn_blocking(move || match format {
        Format::Pdf => Ok(pdf::write(&report, locale)),
        _ => workbook(&report),
    });
    to.send(Piece { bytes: bytes.await??, rows }).await.map_err(|_| ExportError::Gone)?;
    Ok(rows)
}

fn workbook(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let (bold, percent) = (Style::new().set_bold(), Style::new().set_num_format("0.0%"));
    let mut book = Workbook::new();
    for section in &report.sections {
        let sheet = book.add_worksheet();
        sheet.set_name(&section.title)?;
        sheet.write_string_with_format(0, 0, &report.title, &bold)?;
        sheet.write_string(1, 0, &report.about)?;
        for (column, head) in (0..).zip(&section.columns) {
            sheet.set_column_width(column, f64::from(head.share.clamp(12, 40)))?;
            sheet.write_string_with_format(2, column, &head.title, &bold)?;
        }
        sheet.set_freeze_panes(3, 0)?;
        let mut at = 3;
        for row in &section.rows {
            for ((column, text), head) in (0..).zip(row).zip(&section.columns) {
                match (text.parse::<f64>(), text.strip_suffix('%').map(str::parse::<f64>)) {
                    (Ok(number), _) if head.number => sheet.write_number(at, column, number)?,
                    (_, Some(Ok(share))) if head.number => {
                        sheet.write_number_with_format(at, column, share / 100.0, &percent)?
                    }
                    _ => sheet.write_string(at, column, text)?,
                };
            }
            at += 1;
        }
        for note in &section.notes {
            at += 1;
            sheet.write_string(at, 0, note)?;
        }
    }
    book.save_to_buffer()
}

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
    let mut names = Vec::new();
    for section in &report.sections {
        let sheet = book.add_worksheet();
        names.push(sheet_name(&section.title, &names));
        sheet.set_name(&names[names.len() - 1])?;
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

/// Characters of a sheet's name.
const NAME: usize = 31;

/// What a sheet may be called, whatever it is about: Excel takes 31 characters, some not at all and an apostrophe at
/// neither end, and no name twice, in small letters or capitals. Longer titles are cut, as "…" tells.
fn sheet_name(title: &str, taken: &[String]) -> String {
    let allowed =
        |letter: char| if r"[]:*?/\'".contains(letter) || letter.is_control() { ' ' } else { letter };
    // Excel counts in UTF-16.
    let length = |text: &str| text.encode_utf16().count();
    let cut = |room: usize| {
        let mut name: String = title.chars().map(allowed).collect::<String>().trim().to_owned();
        if length(&name) > room {
            while length(&name) > room - 1 {
                name.pop();
            }
            name.push('…');
        }
        name
    };
    let is_free =
        |name: &str| !name.is_empty() && taken.iter().all(|one| one.to_lowercase() != name.to_lowercase());
    let numbered = (1..).map(|number| format!("{} {number}", cut(NAME - 4)));
    std::iter::once(cut(NAME)).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_titles_make_names_that_a_workbook_takes_each_once() {
        let long = "3. Findings and what became of them";
        let titles =
            [long, long, &long.to_uppercase(), "", "a/b:c", "'", "'a b c'", &"💾".repeat(20), "历史[1]"];
        let mut names: Vec<String> = Vec::new();
        let mut book = Workbook::new();
        for title in titles {
            names.push(sheet_name(title, &names));
            book.add_worksheet().set_name(&names[names.len() - 1]).unwrap();
        }
        assert_eq!(names[0], "3. Findings and what became of…");
        assert_eq!(names[4], "a b c");
        book.save_to_buffer().unwrap();
    }
}

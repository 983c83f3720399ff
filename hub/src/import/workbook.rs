//! An Excel workbook as a header and rows, cell by cell, so that no more than one row is held at once.
//!
//! A workbook is a zip of XML: a few kilobytes may unpack to gigabytes. It is unpacked once to count,
//! with a limit, before anything is made of it.

use std::io::{self, Cursor, Read as _};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};

use super::BadSheet;

/// The most that the parts of a workbook may unpack to.
const MAX_UNPACKED: u64 = 512 * 1024 * 1024;
/// The most parts. A workbook with a few sheets has a dozen.
const MAX_PARTS: usize = 1_000;
/// The most columns that are looked at.
const MAX_COLUMNS: usize = 256;

/// Calls `take` with the number and the cells of each row of the first sheet that has any, and gives the names of
/// the others that have some. Rows without cells are passed over; both rows and columns begin at the sheet's own first.
pub(super) fn rows(
    bytes: &[u8],
    mut take: impl FnMut(u64, &[String]) -> Result<(), BadSheet>,
) -> Result<Vec<String>, BadSheet> {
    must_be_bounded(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| bad(&error))?;
    let mut sheets = book.sheet_names().into_iter();
    for sheet in sheets.by_ref() {
        let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| bad(&error))?;
        let (mut row, mut at, mut found) = (Vec::new(), None, false);
        while let Some(cell) = cells.next_cell().map_err(|error| bad(&error))? {
            let (number, column) = cell.get_position();
            if at.is_some_and(|at| at != number) {
                emit(at, &mut row, &mut take)?;
            }
            at = Some(number);
            let text = text(cell.get_value());
            let column = column as usize;
            if text.is_empty() {
                continue;
            }
            if column >= MAX_COLUMNS {
                return Err(BadSheet::NotAWorkbook(format!("it has more than {MAX_COLUMNS} columns")));
            }
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            row[column] = text;
            found = true;
        }
        if found {
            emit(at, &mut row, &mut take)?;
            break;
        }
    }
    Ok(sheets.filter(|sheet| has_cells(&mut book, sheet)).collect())
}

/// Whether there is anything to read on a sheet; on one of a chart there is not.
fn has_cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> bool {
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else { return false };
    while let Ok(Some(cell)) = cells.next_cell() {
        if !text(cell.get_value()).is_empty() {
            return true;
        }
    }
    false
}

fn emit(
    at: Option<u32>,
    row: &mut Vec<String>,
    take: &mut impl FnMut(u64, &[String]) -> Result<(), BadSheet>,
) -> Result<(), BadSheet> {
    if !row.is_empty() {
        take(at.map_or(0, u64::from) + 1, row)?;
        row.clear();
    }
    Ok(())
}

/// Whether the parts stay within limits, whatever their directory claims.
fn must_be_bounded(bytes: &[u8]) -> Result<(), BadSheet> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| bad(&error))?;
    if archive.len() > MAX_PARTS {
        return Err(BadSheet::NotAWorkbook(format!("it has more than {MAX_PARTS} parts")));
    }
    let mut left = MAX_UNPACKED;
    for number in 0..archive.len() {
        let part = archive.by_index(number).map_err(|error| bad(&error))?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| bad(&error))?;
        left = left.checked_sub(read).ok_or(BadSheet::Bomb)?;
    }
    Ok(())
}

/// A cell as a person would have typed it into a CSV.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        DataRef::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(moment) => day(moment),
        // As it stands in the table; the row is refused for it.
        DataRef::Error(error) => error.to_string(),
    }
}

fn day(moment: &ExcelDateTime) -> String {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

fn bad(error: &impl ToString) -> BadSheet {
    BadSheet::NotAWorkbook(error.to_string().chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Workbook};
    use zip::write::SimpleFileOptions;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, BadSheet> {
        let mut all = Vec::new();
        rows(bytes, |number, cells| {
            all.push((number, cells.to_vec()));
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn cells_of_each_kind_come_as_a_person_would_type_them() {
        let mut book = Workbook::new();
        book.add_worksheet();
        let sheet = book.add_worksheet();
        for (column, header) in ["名称", "纬度", "开业日期", "在岗"].into_iter().enumerate() {
            sheet.write(0, u16::try_from(column).unwrap(), header).unwrap();
        }
        sheet.write(2, 0, " 星河网吧 ").unwrap();
        sheet.write(2, 1, 32.0584).unwrap();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(2, 2, Moment::from_ymd(2026, 11, 24).unwrap(), &day).unwrap();
        sheet.write(2, 3, true).unwrap();
        sheet.write(4, 1, 7).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let expected = [
            (1, words(&["名称", "纬度", "开业日期", "在岗"])),
            (3, words(&["星河网吧", "32.0584", "2026-11-24", "yes"])),
            (5, words(&["", "7"])),
        ];
        assert_eq!(read(&bytes).unwrap(), expected);
    }

    #[test]
    fn sheets_with_cells_after_the_one_that_is_read_are_named_and_empty_ones_are_not() {
        let mut book = Workbook::new();
        for (name, cell) in
            [("空", ""), ("场所", "名称"), ("也空", " "), ("二月", "名称"), ("说明", "请填写")]
        {
            book.add_worksheet().set_name(name).unwrap().write(1, 1, cell).unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let mut read = Vec::new();
        let ignored = rows(&bytes, |_, cells| {
            read.extend_from_slice(cells);
            Ok(())
        });
        assert_eq!(
            (ignored.unwrap(), read),
            (vec!["二月".into(), "说明".into()], vec![String::new(), "名称".into()])
        );
    }

    #[test]
    fn a_zip_bomb_and_what_is_no_workbook_are_refused() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
        let zeros = vec![0; 1 << 20];
        for _ in 0..=MAX_UNPACKED >> 20 {
            zip.write_all(&zeros).unwrap();
        }
        let bomb = zip.finish().unwrap().into_inner();
        assert!(bomb.len() < 1 << 20);
        assert_eq!(read(&bomb), Err(BadSheet::Bomb));
        for bytes in [b"".as_slice(), b"PK\x03\x04", b"name,role\nx,y\n", &bomb[..bomb.len() / 2]] {
            assert!(matches!(read(bytes), Err(BadSheet::NotAWorkbook(_))), "{}", bytes.len());
        }
    }
}

//! Tables on sheets: heads again on each, rows whole, headings never alone at a foot, page numbers.

use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Str};
use xuncha_core::domain::Locale;

use super::super::{Column, Report, Section};
use super::text::{is_latin, lines, width};
use super::{HAN, LATIN, SHEET};

const LEFT: f32 = 48.0;
const RIGHT: f32 = SHEET.0 - 48.0;
const TOP: f32 = SHEET.1 - 54.0;
const BOTTOM: f32 = 60.0;
/// Text of tables.
const TEXT: f32 = 9.5;
const LEADING: f32 = 14.0;
/// Room within a cell, beside and above.
const PAD: (f32, f32) = (4.0, 3.5);

/// The content of each sheet.
pub(super) fn sheets(report: &Report, locale: Locale) -> Vec<Vec<u8>> {
    let mut pen = Pen { sheets: vec![Content::new()], y: TOP };
    pen.paragraph(&report.title, 17.0, true);
    pen.paragraph(&report.about, 9.5, false);
    for section in &report.sections {
        pen.section(section);
    }
    let count = pen.sheets.len();
    let numbered = (1..).zip(pen.sheets).map(|(number, mut sheet)| {
        let of = match locale {
            Locale::ZhHans => format!("第 {number} 页，共 {count} 页"),
            Locale::En => format!("Page {number} of {count}"),
        };
        put(&mut sheet, &report.title, (LEFT, 34.0), 8.0, false);
        put(&mut sheet, &of, (RIGHT - width(&of, 8.0), 34.0), 8.0, false);
        sheet.finish().to_vec()
    });
    numbered.collect()
}

/// Where the next line goes.
struct Pen {
    sheets: Vec<Content>,
    /// The top of what comes next.
    y: f32,
}

impl Pen {
    /// Makes room, on a new sheet if there is none left on this.
    fn room(&mut self, height: f32) -> bool {
        let fits = self.y - height >= BOTTOM;
        if !fits {
            self.sheets.push(Content::new());
            self.y = TOP;
        }
        fits
    }

    fn text(&mut self, text: &str, x: f32, drop: f32, size: f32, bold: bool) {
        let y = self.y - drop;
        if let Some(sheet) = self.sheets.last_mut() {
            put(sheet, text, (x, y), size, bold);
        }
    }

    fn line(&mut self, grey: f32) {
        let y = self.y;
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.set_stroke_gray(grey).set_line_width(0.5).move_to(LEFT, y).line_to(RIGHT, y).stroke();
        }
    }

    fn paragraph(&mut self, text: &str, size: f32, bold: bool) {
        for line in lines(text, size, RIGHT - LEFT) {
            self.room(size * 1.5);
            self.text(&line, LEFT, size * 1.1, size, bold);
            self.y -= size * 1.5;
        }
        self.y -= 3.0;
    }

    fn section(&mut self, section: &Section) {
        let shares: u16 = section.columns.iter().map(|column| column.share).sum();
        let unit = (RIGHT - LEFT) / f32::from(shares.max(1));
        let head =
            Row::of(section.columns.iter().map(|column| column.title.as_str()), &section.columns, unit);
        let rows =
            section.rows.iter().map(|row| Row::of(row.iter().map(String::as_str), &section.columns, unit));
        let rows: Vec<Row> = rows.collect();
        // The heading stays with the head and the first row.
        let first = rows.first().map_or(0.0, |row| row.height);
        self.room(12.0 + 20.0 + head.height + first);
        self.y -= 12.0;
        self.paragraph(&section.title, 12.0, true);
        self.row(&head, &section.columns, unit, true);
        for row in &rows {
            if !self.room(row.height) {
                self.row(&head, &section.columns, unit, true);
            }
            self.row(row, &section.columns, unit, false);
        }
        self.y -= 4.0;
        for note in &section.notes {
            self.paragraph(note, 8.0, false);
            self.y += 3.0;
        }
    }

    fn row(&mut self, row: &Row, columns: &[Column], unit: f32, head: bool) {
        let mut x = LEFT;
        if head {
            self.line(0.2);
        }
        for (cell, column) in row.cells.iter().zip(columns) {
            let room = f32::from(column.share) * unit;
            for (number, line) in (0_u16..).zip(cell) {
                let at = if column.number { x + room - PAD.0 - width(line, TEXT) } else { x + PAD.0 };
                let drop = PAD.1 + LEADING * f32::from(number) + TEXT;
                self.text(line, at, drop, TEXT, head);
            }
            x += room;
        }
        self.y -= row.height;
        self.line(if head { 0.2 } else { 0.75 });
    }
}

/// A row, its cells broken into lines.
struct Row {
    cells: Vec<Vec<String>>,
    height: f32,
}

impl Row {
    fn of<'a>(texts: impl Iterator<Item = &'a str>, columns: &[Column], unit: f32) -> Self {
        let cell =
            |(text, column): (&str, &Column)| lines(text, TEXT, f32::from(column.share) * unit - 2.0 * PAD.0);
        let cells: Vec<Vec<String>> = texts.zip(columns).map(cell).collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        let most = f32::from(u16::try_from(most).unwrap_or(u16::MAX));
        Self { cells, height: most * LEADING + 2.0 * PAD.1 - 2.0 }
    }
}

/// Writes a text: what is Latin in the one font, all else in the other. Bold is drawn round as well.
fn put(sheet: &mut Content, text: &str, (x, y): (f32, f32), size: f32, bold: bool) {
    let mode = if bold { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
    sheet.begin_text().set_text_rendering_mode(mode);
    if bold {
        sheet.set_stroke_gray(0.0).set_line_width(size * 0.018);
    }
    sheet.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
    let characters: Vec<char> = text.chars().collect();
    for run in characters.chunk_by(|a, b| is_latin(*a) == is_latin(*b)) {
        if run.first().copied().is_some_and(is_latin) {
            let bytes: Vec<u8> = run.iter().filter_map(|c| u8::try_from(*c).ok()).collect();
            sheet.set_font(LATIN, size).show(Str(&bytes));
        } else {
            let run: String = run.iter().collect();
            let bytes: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            sheet.set_font(HAN, size).show(Str(&bytes));
        }
    }
    sheet.end_text();
}

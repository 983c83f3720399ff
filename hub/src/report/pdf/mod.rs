//! A report on A4, written by the hub itself. No font is embedded: Chinese stands in `STSong-Light` of the
//! character collection Adobe-GB1, by the predefined `UniGB-UTF16-H` (ISO 32000-1 §9.7.5.2), which every reader
//! draws with a font of its own; Latin stands in Times. So a report is some ten kilobytes.
//!
//! - `text`: how wide texts are, and where lines break. `layout`: tables on pages. This file: the document.

mod layout;
mod text;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo};
use pdf_writer::{Name, Pdf, Rect, Ref, Str, TextStr};

use super::Report;
use xuncha_core::domain::Locale;

/// A4 in points.
const SHEET: (f32, f32) = (595.0, 842.0);
/// What the fonts are called on each page.
const HAN: Name<'_> = Name(b"H");
const LATIN: Name<'_> = Name(b"L");

/// Numbers of the document's objects, given in order.
#[derive(Default)]
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The report as a PDF.
#[must_use]
pub fn write(report: &Report, locale: Locale) -> Vec<u8> {
    let sheets = layout::sheets(report, locale);
    let mut numbers = Numbers::default();
    let (catalog, tree, info) = (numbers.next(), numbers.next(), numbers.next());
    let mut pdf = Pdf::new();
    let tag = locale.tag();
    pdf.catalog(catalog).pages(tree).lang(TextStr(tag));
    pdf.document_info(info).title(TextStr(&report.title)).creator(TextStr("xuncha"));
    let (han, latin) = (han(&mut pdf, &mut numbers), latin(&mut pdf, &mut numbers));
    let mut kids = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let (id, content) = (numbers.next(), numbers.next());
        pdf.stream(content, &sheet);
        let mut page = pdf.page(id);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, SHEET.0, SHEET.1)).contents(content);
        page.resources().fonts().pair(HAN, han).pair(LATIN, latin);
        drop(page);
        kids.push(id);
    }
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(kids).count(count);
    pdf.finish()
}

fn han(pdf: &mut Pdf, numbers: &mut Numbers) -> Ref {
    const FONT: Name<'_> = Name(b"STSong-Light");
    let (font, cids, descriptor) = (numbers.next(), numbers.next(), numbers.next());
    pdf.type0_font(font)
        .base_font(Name(b"STSong-Light-UniGB-UTF16-H"))
        .encoding_predefined(Name(b"UniGB-UTF16-H"))
        .descendant_font(cids);
    pdf.cid_font(cids)
        .subtype(CidFontType::Type0)
        .base_font(FONT)
        .system_info(SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 4 })
        .font_descriptor(descriptor)
        .default_width(1000.0);
    pdf.font_descriptor(descriptor)
        .name(FONT)
        .flags(FontFlags::SERIF | FontFlags::SYMBOLIC)
        .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(880.0)
        .stem_v(93.0);
    font
}

fn latin(pdf: &mut Pdf, numbers: &mut Numbers) -> Ref {
    let font = numbers.next();
    pdf.type1_font(font).base_font(Name(b"Times-Roman")).encoding_predefined(Name(b"WinAnsiEncoding"));
    font
}

#[cfg(test)]
mod tests;

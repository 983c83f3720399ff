//! What can be seen of a report without drawing it.

use super::super::{Column, Section};
use super::*;

fn report(rows: usize) -> Report {
    let column = |title: &str, number| Column { title: title.to_owned(), share: 50, number };
    Report {
        title: "柳岸站 2026年11月月报".to_owned(),
        about: "截至今天。".to_owned(),
        sections: vec![Section {
            title: "一、场所".to_owned(),
            columns: vec![column("场所", false), column("次数", true)],
            rows: (0..rows).map(|row| vec![format!("远航网吧{row}"), row.to_string()]).collect(),
            notes: vec!["① 说明。".to_owned()],
        }],
    }
}

fn times(sheet: &[u8], text: &str) -> usize {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    // As it is written: printable bytes as they are, others escaped; so whole strings are compared.
    let mut content = pdf_writer::Content::new();
    content.show(Str(&bytes));
    let wanted = content.finish().to_vec();
    let wanted = &wanted[..wanted.len() - 3];
    sheet.windows(wanted.len()).filter(|at| *at == wanted).count()
}

#[test]
fn a_long_table_goes_over_sheets_with_its_head_again_on_each() {
    let sheets = layout::sheets(&report(120), Locale::ZhHans);
    assert!(sheets.len() >= 3, "{}", sheets.len());
    for sheet in &sheets {
        assert_eq!(times(sheet, "次数"), 1);
    }
    let rows: usize = sheets.iter().map(|sheet| times(sheet, "远航网吧")).sum();
    assert_eq!(rows, 120);
}

#[test]
fn an_empty_table_is_one_sheet_and_the_document_names_its_fonts() {
    assert_eq!(layout::sheets(&report(0), Locale::ZhHans).len(), 1);
    let pdf = write(&report(0), Locale::ZhHans);
    let has = |text: &str| pdf.windows(text.len()).any(|at| at == text.as_bytes());
    assert!(pdf.starts_with(b"%PDF-1.7") && has("UniGB-UTF16-H") && has("(GB1)") && !has("FontFile"));
}

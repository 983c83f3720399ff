//! A plan as a table that a person takes along to mend the list: each row that is new, changed or bad, and
//! each bad cell with its column, its value and why.

use std::io;

use chrono::NaiveDate;
use xuncha_core::domain::Locale;

use super::{Column, ImportPlan, Kind, Outcome, PlannedRow, Sheet};
use crate::export::harmless;

impl Outcome {
    /// What people call it.
    #[must_use]
    pub const fn label(&self, locale: Locale) -> &'static str {
        match self {
            Self::New => locale.pick("新增", "new"),
            Self::Changed(_) => locale.pick("变更", "changed"),
            Self::Unchanged => locale.pick("不变", "unchanged"),
            Self::Bad(_) => locale.pick("有误", "bad"),
        }
    }
}

/// The name of a column in a language.
#[must_use]
pub const fn column_name(column: Column, locale: Locale) -> &'static str {
    locale.pick(column.chinese(), column.name())
}

/// What is said of a new venue whose row names no first day.
#[must_use]
pub fn begins(day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::ZhHans => format!("没有写开业日期：从{day}起检查"),
        Locale::En => format!("no opened_on: to be checked from {day} on"),
    }
}

/// Writes the report as CSV with a byte order mark, which Excel needs to see UTF-8.
pub fn report(
    sheets: &[(Kind, Sheet)],
    plan: &ImportPlan,
    locale: Locale,
    mut to: impl io::Write,
) -> csv::Result<()> {
    to.write_all("\u{feff}".as_bytes())?;
    let mut to = csv::Writer::from_writer(to);
    let header = match locale {
        Locale::ZhHans => ["文件", "行", "清单", "名称", "结果", "列", "原值", "新值", "原因"],
        Locale::En => ["file", "line", "list", "name", "outcome", "column", "from", "to", "reason"],
    };
    to.write_record(header)?;
    for (kind, sheet) in sheets {
        for sentence in sheet.not_read(locale) {
            let [file, list, what] = [&*sheet.name, kind.label(locale), locale.pick("没有读取", "not read")];
            to.write_record(
                [file, "", list, "", what, "", "", "", &sentence]
                    .map(|cell| harmless(cell.into()).into_owned()),
            )?;
        }
    }
    for row in &plan.rows {
        let mut line = |column: &str, from: &str, text: &str, reason: &str| {
            let cells = cells(row, locale, column, from, text, reason);
            to.write_record(cells.map(|cell| harmless(cell).into_owned()))
        };
        match &row.outcome {
            Outcome::Unchanged => {}
            Outcome::New => match row.first_day {
                Some(day) => {
                    let column = column_name(Column::OpenedOn, locale);
                    line(column, "", &day.to_string(), &begins(day, locale))?;
                }
                None => line("", "", "", "")?,
            },
            Outcome::Changed(changes) => {
                for change in changes {
                    line(column_name(change.column, locale), &change.from, &change.to, "")?;
                }
            }
            Outcome::Bad(bad) => {
                for cell in bad {
                    let column = cell.column.map_or("", |column| column_name(column, locale));
                    line(column, "", &cell.value, &cell.reason.sentence(locale))?;
                }
            }
        }
    }
    to.flush()?;
    Ok(())
}

fn cells<'a>(
    row: &'a PlannedRow,
    locale: Locale,
    column: &'a str,
    from: &'a str,
    to: &'a str,
    reason: &'a str,
) -> [std::borrow::Cow<'a, str>; 9] {
    let list = row.kind.label(locale);
    let line = row.line.to_string().into();
    let outcome = row.outcome.label(locale);
    let file: &str = &row.file;
    [
        file.into(),
        line,
        list.into(),
        row.name.as_str().into(),
        outcome.into(),
        column.into(),
        from.into(),
        to.into(),
        reason.into(),
    ]
}

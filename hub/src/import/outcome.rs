//! What a plan says: each row with what becomes of it. Rows of any table, by its own headings.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::NaiveDate;
use xuncha_core::domain::{Locale, Sha256Hash};

use super::Column;
use super::alike::Alike;
use super::cell::BadCell;
use super::entry::Kind;
use super::on_file::Upserts;

/// A column of some kind of table, as people see it. They are in the order of their table.
pub trait Heading: Copy + Ord {
    /// The one that names a row.
    const NAME: Self;

    /// What people call it.
    fn title(self, locale: Locale) -> &'static str;

    /// A value of it as people read it: codes in words.
    fn words(self, text: &str, locale: Locale) -> Cow<'_, str>;
}

/// What an import would do. Nothing is done before it is carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportPlan {
    /// Each row of each file, in their order.
    pub rows: Vec<PlannedRow>,
    /// What the good rows write.
    pub upserts: Upserts,
}

/// What becomes of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRow<C = Column> {
    /// The file.
    pub file: Arc<str>,
    /// The line it begins on (CSV), its row (workbook), or the number of the feature (GeoJSON); both count from 1.
    pub line: u64,
    /// What the file lists.
    pub kind: Kind,
    /// The name of the thing as the row has it.
    pub name: String,
    /// What becomes of it.
    pub outcome: Outcome<C>,
    /// The first day that a new venue is given because its row names none.
    pub first_day: Option<NaiveDate>,
    /// Of a new thing, another that it may be.
    pub alike: Option<Alike>,
    /// What will be on file, its id apart; of a bad row what the file says. Columns without a value are missing.
    pub values: Vec<(C, String)>,
}

/// New, changed, unchanged or bad.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<C = Column> {
    /// Not on file yet.
    New,
    /// On file with other values.
    Changed(Vec<FieldChange<C>>),
    /// On file as it is.
    Unchanged,
    /// Not taken, with each cell that is refused.
    Bad(Vec<BadCell<C>>),
}

/// One field that an import changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange<C = Column> {
    /// Which.
    pub column: C,
    /// What is on file.
    pub from: String,
    /// What the row says.
    pub to: String,
}

/// How many rows are new, changed, unchanged and bad.
#[must_use]
pub fn counts<C>(rows: &[PlannedRow<C>]) -> [usize; 4] {
    let mut counts = [0; 4];
    for row in rows {
        counts[match row.outcome {
            Outcome::New => 0,
            Outcome::Changed(_) => 1,
            Outcome::Unchanged => 2,
            Outcome::Bad(_) => 3,
        }] += 1;
    }
    counts
}

impl ImportPlan {
    /// How many rows are new, changed, unchanged and bad.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        counts(&self.rows)
    }

    /// Tells whether it would do the same as another did that somebody looked at. Of a thing on file that is what
    /// changes: what else is known of it may become another meanwhile, and stays so.
    #[must_use]
    pub fn digest(&self) -> Sha256Hash {
        let mut done = String::new();
        for PlannedRow { file, line, kind, name, outcome, first_day, alike, values } in &self.rows {
            let values = values.iter().filter(|_| *outcome == Outcome::New).collect::<Vec<_>>();
            // Writing to a text can't fail.
            let _ = write!(done, "{:?}", (file, line, kind, name, outcome, first_day, alike, values));
        }
        Sha256Hash::of(done.as_bytes())
    }

    /// Whether any row is bad.
    #[must_use]
    pub fn has_bad_rows(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.outcome, Outcome::Bad(_)))
    }
}

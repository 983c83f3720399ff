//! Checklists and statutory days as the hub told them. Every question on the screen needs them, so they are
//! made of their texts only when the texts are others.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction, params};

use super::StoreError;
use super::sql::{from_json, to_json};
use crate::domain::{ChecklistFrom, Checklists, StatutoryDays, StatutoryYear};

const YEAR: &str = "statutory_year";
const CHECKLIST: &str = "checklist";

/// Keeps a year of the calendar in place of what was told of it before.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put_year(tx: &Transaction<'_>, year: &StatutoryYear) -> Result<(), StoreError> {
    put(tx, YEAR, &year.year.to_string(), &to_json(year)?)
}

/// Keeps a version of a checklist.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put_checklist(tx: &Transaction<'_>, from: &ChecklistFrom) -> Result<(), StoreError> {
    let key = format!("{}/{}", from.checklist.code, from.checklist.version);
    put(tx, CHECKLIST, &key, &to_json(from)?)
}

fn put(tx: &Transaction<'_>, kind: &str, key: &str, body: &str) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO rules (kind, key, body) VALUES (?1, ?2, ?3)")?
        .execute(params![kind, key, body])?;
    Ok(())
}

/// The rules of a book, as they were read last.
#[derive(Debug, Default)]
pub struct Rules {
    checklists: Made<Checklists>,
    days: Made<StatutoryDays>,
}

impl Rules {
    /// Every checklist that is known here.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn checklists(&self, conn: &Connection) -> Result<Arc<Checklists>, StoreError> {
        self.checklists.of(texts(conn, CHECKLIST)?, |texts| {
            Ok(Checklists::with(texts.iter().map(|text| from_json(text)).collect::<Result<_, _>>()?))
        })
    }

    /// The calendar: the program's own, with the years that the hub told in place of its.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn statutory_days(&self, conn: &Connection) -> Result<Arc<StatutoryDays>, StoreError> {
        self.days.of(texts(conn, YEAR)?, |texts| {
            let own = StatutoryDays::embedded().map_err(|error| StoreError::Damaged(error.to_string()))?;
            texts.iter().try_fold(own.clone(), |days, text| {
                // A year that is flawed is left out: the program's own stands, or the year is unknown.
                Ok(days.with_year(from_json(text)?).unwrap_or(days))
            })
        })
    }
}

fn texts(conn: &Connection, kind: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT body FROM rules WHERE kind = ?1 ORDER BY key")?;
    let texts = statement.query_map([kind], |row| row.get(0))?;
    Ok(texts.collect::<rusqlite::Result<_>>()?)
}

/// What was made of texts, beside them.
#[derive(Debug)]
struct Made<T>(Mutex<Option<(Vec<String>, Arc<T>)>>);

impl<T> Default for Made<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Made<T> {
    fn of(
        &self,
        texts: Vec<String>,
        parse: impl FnOnce(&[String]) -> Result<T, StoreError>,
    ) -> Result<Arc<T>, StoreError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((same, made)) = last.as_ref()
            && *same == texts
        {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(parse(&texts)?);
        *last = Some((texts, Arc::clone(&made)));
        Ok(made)
    }
}

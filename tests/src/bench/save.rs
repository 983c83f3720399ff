//! A durable save of an inspection against the same rows written by raw SQL with the same settings.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};
use xuncha_core::domain::{Answer, DraftId, ItemAnswer};
use xuncha_core::field::FieldBook;

use super::report::{Figure, Goal};
use crate::folder::copy_folder;
use crate::station::Site;

/// Inspections of one run.
const INSPECTIONS: usize = 60;

/// Raw time over ours: 0.9 means that a save costs a ninth more than its rows alone.
pub async fn against_raw_sql() -> Result<Option<Figure>> {
    let mut runs = Vec::new();
    for _ in 0..9 {
        let folder = tempfile::tempdir()?;
        let site = Site::build(folder.path(), None, 1, INSPECTIONS).await?;
        let home = folder.path().join("phone");
        let book = site.phone(&home, site.volunteers[0], None).await?;
        let drafts = drafts(&book, &site)?;
        drop(book);
        let copy = folder.path().join("raw");
        copy_folder(&home.join("data"), &copy)?;

        let book = FieldBook::open(&home.join("data"), &Site::tools(&home)?)?;
        let ours = finish_all(&book, &drafts)?;
        drop(book);
        let raw = write_rows(&home.join("data/store/book.db"), &copy.join("store/book.db"), &drafts)?;
        runs.push(raw.as_secs_f64() / ours.as_secs_f64());
    }
    Ok(Figure::of("durable save of an inspection, raw SQL ÷ ours", "×", runs, Goal::AtLeast, 0.9))
}

fn drafts(book: &FieldBook, site: &Site) -> Result<Vec<DraftId>> {
    let mut drafts = Vec::new();
    for venue in &site.venues {
        let draft = book.start(*venue, &[], None)?;
        for item in book.draft(draft)?.items {
            book.answer(draft, &ItemAnswer { item: item.item, answer: Answer::NotLooked, note: None })?;
        }
        drafts.push(draft);
    }
    Ok(drafts)
}

fn finish_all(book: &FieldBook, drafts: &[DraftId]) -> Result<Duration> {
    let begun = Instant::now();
    for draft in drafts {
        book.finish(*draft)?;
    }
    Ok(begun.elapsed())
}

/// Writes what `finish` wrote in the first file into the second, a transaction each.
fn write_rows(source: &Path, target: &Path, drafts: &[DraftId]) -> Result<Duration> {
    let source = Connection::open(source)?;
    let rows: Vec<Rows> = drafts.iter().map(|draft| Rows::of(&source, *draft)).collect::<Result<_>>()?;
    let mut target = Connection::open(target)?;
    target.pragma_update(None, "journal_mode", "wal")?;
    target.pragma_update(None, "synchronous", "full")?;
    target.pragma_update(None, "foreign_keys", true)?;
    let begun = Instant::now();
    for row in &rows {
        row.write(&mut target)?;
    }
    Ok(begun.elapsed())
}

/// The rows of one finished inspection.
struct Rows {
    draft: Vec<u8>,
    record: (String, Vec<Value>),
    visit: (String, Vec<Value>),
    found_good: (String, Vec<Value>),
}

impl Rows {
    fn of(source: &Connection, draft: DraftId) -> Result<Self> {
        let draft = draft.uuid().as_bytes().to_vec();
        let record = row(source, "records", "draft", &draft)?;
        let id = record.1.first().cloned();
        ensure!(matches!(id, Some(Value::Blob(_))), "a record begins with its id");
        let Some(Value::Blob(id)) = id else { unreachable!("checked above") };
        let of_record = |table| row(source, table, "record", &id);
        Ok(Self { visit: of_record("visits")?, found_good: of_record("found_good")?, record, draft })
    }

    fn write(&self, target: &mut Connection) -> Result<()> {
        let tx = target.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for (insert, values) in [&self.record, &self.visit, &self.found_good] {
            tx.prepare_cached(insert)?.execute(params_from_iter(values))?;
        }
        tx.prepare_cached("DELETE FROM drafts WHERE id = ?1")?.execute([&self.draft])?;
        tx.prepare_cached(
            "UPDATE devices SET chain_seq = chain_seq + 1, chain_hash = ?1 WHERE is_current = 1",
        )?
        .execute([[7u8; 32]])?;
        Ok(tx.commit()?)
    }
}

/// A row as the statement that inserts it and its values.
fn row(source: &Connection, table: &str, key: &str, id: &[u8]) -> Result<(String, Vec<Value>)> {
    let mut select = source.prepare(&format!("SELECT * FROM {table} WHERE {key} = ?1"))?;
    let columns = select.column_count();
    let values = select
        .query_row([id], |row| (0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>())
        .optional()?;
    let places: Vec<String> = (1..=columns).map(|column| format!("?{column}")).collect();
    let insert = format!("INSERT INTO {table} VALUES ({})", places.join(", "));
    Ok((insert, values.unwrap_or_default()))
}

//! What is done about a damaged database: it is set aside whole, and every row that can still be read
//! is taken over into the new one. Nothing is deleted. What the hub tells is then pulled again from the
//! beginning; until there is signal, the phone works with what was salvaged of it.
//!
//! Rows are read in order from both ends of a table, as far as its tree is whole; those that the tree
//! no longer leads to are read from the bare pages ([`pages`]). Tables are copied by the columns that
//! both have, so that an old file is salvaged by a new program.

mod pages;

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params_from_iter};
use serde::{Deserialize, Serialize};

use pages::Pages;

use super::{FILE, STORE, StoreError, key_mirror, meta, reference, staged, sync_dir};
use crate::domain::Timestamp;

/// That a database was damaged, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Damage {
    /// When it was found.
    pub at: Timestamp,
    /// The directory beside the store into which it was set aside.
    pub set_aside: String,
    /// Rows taken over, by table.
    pub kept: BTreeMap<String, u64>,
    /// Tables of which some rows could not be read; how many they were is not known.
    pub lossy: Vec<String>,
}

/// Every table, what exists nowhere else first, each after those it refers to.
const TABLES: [&str; 18] = [
    "data_keys",
    "devices",
    "pending_enrolment",
    "drafts",
    "draft_answers",
    "records",
    "photos",
    "meta",
    "stations",
    "members",
    "venues",
    "schools",
    "policies",
    "rules",
    "visits",
    "found_good",
    "follow_ups",
    "staged",
];
const SET_ASIDE: &str = "damaged-";
/// Written into a directory that was set aside once its rows are safe in the new database.
const DONE: &str = "salvaged";

/// Sets the database aside, with its log, in one step.
pub(super) fn set_aside(dir: &Path, now: Timestamp) -> Result<(), StoreError> {
    let mut name = format!("{SET_ASIDE}{}", now.millis());
    while dir.join(&name).exists() {
        name.push('x');
    }
    fs::rename(dir.join(STORE), dir.join(name))?;
    sync_dir(dir)
}

/// The directories that databases were set aside into, oldest first.
pub(super) fn set_aside_in(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.extend(entry?.file_name().into_string().ok().filter(|name| name.starts_with(SET_ASIDE)));
    }
    names.sort();
    Ok(names)
}

/// Takes over what was set aside and not taken over yet. May be stopped anywhere and begun again.
pub(super) fn salvage_all(dir: &Path, into: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    for name in set_aside_in(dir)?.into_iter().filter(|name| !dir.join(name).join(DONE).exists()) {
        salvage(dir, &name, into, now)?;
        fs::File::create(dir.join(&name).join(DONE))?.sync_all()?;
        sync_dir(&dir.join(&name))?;
    }
    Ok(())
}

fn salvage(dir: &Path, name: &str, into: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    let file = &dir.join(name).join(FILE);
    let mut damage = Damage { at: now, set_aside: name.to_owned(), kept: BTreeMap::new(), lossy: Vec::new() };
    // A row is worth keeping even if the row it refers to was lost.
    into.pragma_update(None, "foreign_keys", false)?;
    let tx = into.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for table in TABLES {
        // A connection of its own: SQLite gives one up when it met with damage.
        let whole = match open_damaged(file) {
            Ok(from) => copy(&from, &tx, table)?,
            Err(_) => false,
        };
        if !whole {
            damage.lossy.push(table.to_owned());
        }
    }
    if !damage.lossy.is_empty() {
        let pages = Pages::of(&read(file)?, &read(&file.with_extension("db-wal"))?);
        for table in &damage.lossy {
            gather(&pages, &tx, table)?;
        }
        key_mirror::restore(dir, &tx)?;
        reference::forget_unreadable(&tx)?;
        tx.execute_batch(MEND)?;
    }
    for table in TABLES {
        let count: i64 = tx.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
        damage.kept.insert(table.to_owned(), count.unsigned_abs());
    }
    // A bare page may hold what the hub took back long ago, and never names again.
    staged::begin(&tx)?;
    meta::put(&tx, meta::DAMAGE, &damage)?;
    tx.commit()?;
    Ok(into.pragma_update(None, "foreign_keys", true)?)
}

/// Bare pages may hold a row as it was before its last change, and rows of drafts that were finished.
const MEND: &str = "
    UPDATE photos SET record = (SELECT id FROM records WHERE records.draft = photos.draft), draft = NULL,
        state = 'waiting' WHERE draft IN (SELECT draft FROM records);
    DELETE FROM drafts WHERE id IN (SELECT draft FROM records);
    DELETE FROM draft_answers WHERE draft NOT IN (SELECT id FROM drafts);
    UPDATE devices SET (chain_seq, chain_hash) =
        (SELECT seq, sha256 FROM records WHERE device = devices.id ORDER BY seq DESC LIMIT 1)
        WHERE chain_seq < (SELECT max(seq) FROM records WHERE device = devices.id);";

fn read(file: &Path) -> Result<Vec<u8>, StoreError> {
    match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => Ok(other?),
    }
}

/// Opens what was set aside so that its log is read but not worked into the file: it stays as it is.
fn open_damaged(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(conn)
}

/// Copies what the tree of a table leads to; whether that was all of it.
fn copy(from: &Connection, into: &Connection, table: &str) -> Result<bool, StoreError> {
    let theirs: Vec<String> =
        columns(from, table).unwrap_or_default().into_iter().map(|own| own.name).collect();
    let mut shared: Vec<String> = columns(into, table)?.into_iter().map(|own| own.name).collect();
    shared.retain(|name| theirs.contains(name));
    if shared.is_empty() {
        return Ok(false);
    }
    let list = shared.join(", ");
    let upward = format!("SELECT rowid, {list} FROM {table} WHERE rowid > ?1 ORDER BY rowid");
    let low = scan(from, &upward, i64::MIN, into, table, &shared)?;
    if low.whole {
        return Ok(true);
    }
    let downward = format!("SELECT rowid, {list} FROM {table} WHERE rowid > ?1 ORDER BY rowid DESC");
    scan(from, &downward, low.last, into, table, &shared)?;
    Ok(false)
}

/// How far reading went.
struct Scanned {
    last: i64,
    whole: bool,
}

/// Keeps the rows of a query until one cannot be read.
fn scan(
    from: &Connection,
    sql: &str,
    after: i64,
    into: &Connection,
    table: &str,
    names: &[String],
) -> Result<Scanned, StoreError> {
    let mut scanned = Scanned { last: after, whole: false };
    let Ok(mut statement) = from.prepare(sql) else { return Ok(scanned) };
    let Ok(mut rows) = statement.query([after]) else { return Ok(scanned) };
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                let Ok(rowid) = row.get(0) else { return Ok(scanned) };
                if let Ok(values) = (1..=names.len()).map(|column| row.get(column)).collect() {
                    keep(into, table, names, values)?;
                }
                scanned.last = rowid;
            }
            Ok(None) => {
                scanned.whole = true;
                return Ok(scanned);
            }
            Err(_) => return Ok(scanned),
        }
    }
}

/// Takes over the rows on bare pages that look like rows of a table. What is there already stays.
fn gather(pages: &Pages, into: &Connection, table: &str) -> Result<(), StoreError> {
    let columns = columns(into, table)?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    for mut row in pages.rows() {
        // The number of a row that is its first column's value is not written twice.
        if let Some(first) = row.values.first_mut().filter(|_| columns[0].is_rowid) {
            *first = Value::Integer(row.rowid);
        }
        let fits = row.values.len() == columns.len()
            && columns.iter().zip(&row.values).all(|(column, value)| column.takes(value));
        if fits {
            keep(into, table, &names, row.values)?;
        }
    }
    Ok(())
}

fn keep(into: &Connection, table: &str, names: &[String], values: Vec<Value>) -> Result<(), StoreError> {
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({marks})", names.join(", "));
    match into.prepare_cached(&sql)?.execute(params_from_iter(values)).map_err(StoreError::from) {
        Err(StoreError::Full) => Err(StoreError::Full),
        // Bytes that are no values of this table are part of the damage.
        _ => Ok(()),
    }
}

struct Column {
    name: String,
    kind: String,
    may_be_null: bool,
    is_rowid: bool,
}

impl Column {
    fn takes(&self, value: &Value) -> bool {
        match value {
            Value::Null => self.may_be_null,
            Value::Integer(_) => self.kind == "INTEGER",
            Value::Text(_) => self.kind == "TEXT",
            Value::Blob(_) => self.kind == "BLOB",
            Value::Real(_) => false,
        }
    }
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let mut statement = conn.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1)")?;
    let columns = statement.query_map([table], |row| {
        let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
        let is_rowid = row.get::<_, i64>(3)? > 0 && kind == "INTEGER";
        Ok(Column { may_be_null: !row.get::<_, bool>(2)?, is_rowid, name, kind })
    })?;
    columns.collect()
}

//! What is done about a damaged database: it is set aside whole, and every row that can still be read
//! is taken over into the new one. Nothing is deleted. What the hub tells is then pulled again from the
//! beginning; until there is signal, the phone works with what was salvaged of it.
//!
//! Tables are copied by the columns that both have, so that an old file is salvaged by a new program.
//! Damage lies in pages: rows before and after it are read in order from both ends, and what lies
//! between is asked for row by row.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params_from_iter};
use serde::{Deserialize, Serialize};

use super::{FILE, STORE, StoreError, meta, reference, sync_dir};
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
const TABLES: [&str; 14] = [
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
    "visits",
];
const SET_ASIDE: &str = "damaged-";
/// Written into a directory that was set aside once its rows are safe in the new database.
const DONE: &str = "salvaged";
/// Rows asked for one by one between the two readable ends of a table.
const MOST_PROBES: i64 = 20_000;

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
        salvage(&dir.join(&name).join(FILE), into, now, &name)?;
        fs::File::create(dir.join(&name).join(DONE))?.sync_all()?;
        sync_dir(&dir.join(&name))?;
    }
    Ok(())
}

fn salvage(file: &Path, into: &mut Connection, now: Timestamp, name: &str) -> Result<(), StoreError> {
    let mut damage = Damage { at: now, set_aside: name.to_owned(), kept: BTreeMap::new(), lossy: Vec::new() };
    // A row is worth keeping even if the row it refers to was lost.
    into.pragma_update(None, "foreign_keys", false)?;
    let tx = into.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = open_damaged(file);
    for table in TABLES {
        let copied = match &from {
            Ok(from) => copy(from, &tx, table)?,
            Err(_) => Copied::default(),
        };
        damage.kept.insert(table.to_owned(), copied.rows);
        if !copied.whole {
            damage.lossy.push(table.to_owned());
        }
    }
    reference::forget_unreadable(&tx)?;
    meta::forget(&tx, meta::CURSOR)?;
    meta::put(&tx, meta::DAMAGE, &damage)?;
    tx.commit()?;
    Ok(into.pragma_update(None, "foreign_keys", true)?)
}

/// Opens what was set aside so that its log is read but not worked into the file: it stays as it is.
fn open_damaged(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(conn)
}

#[derive(Default)]
struct Copied {
    rows: u64,
    whole: bool,
}

fn copy(from: &Connection, into: &Connection, table: &str) -> Result<Copied, StoreError> {
    let theirs = columns(from, table).unwrap_or_default();
    let shared: Vec<String> =
        columns(into, table)?.into_iter().filter(|name| theirs.contains(name)).collect();
    if shared.is_empty() {
        return Ok(Copied::default());
    }
    let list = shared.join(", ");
    let marks = vec!["?"; shared.len()].join(", ");
    let mut insert = into.prepare(&format!("INSERT OR IGNORE INTO {table} ({list}) VALUES ({marks})"))?;
    let mut rows = 0;
    let mut keep =
        |values: Vec<Value>| match insert.execute(params_from_iter(values)).map_err(StoreError::from) {
            Ok(inserted) => {
                rows += inserted as u64;
                Ok(())
            }
            Err(StoreError::Full) => Err(StoreError::Full),
            // Bytes that are no values of this table are part of the damage.
            Err(_) => Ok(()),
        };

    let upward = format!("SELECT rowid, {list} FROM {table} WHERE rowid > ?1 ORDER BY rowid");
    let low = scan(from, &upward, 0, &mut keep)?;
    if low.whole {
        return Ok(Copied { rows, whole: true });
    }
    let low = low.last.unwrap_or(0);
    let downward = format!("SELECT rowid, {list} FROM {table} WHERE rowid > ?1 ORDER BY rowid DESC");
    let high = scan(from, &downward, low, &mut keep)?.last.unwrap_or(i64::MAX);
    let one = format!("SELECT rowid, {list} FROM {table} WHERE rowid = ?1");
    for rowid in low + 1..high.min(low + MOST_PROBES) {
        scan(from, &one, rowid, &mut keep)?;
    }
    Ok(Copied { rows, whole: false })
}

/// How far reading went.
struct Scanned {
    last: Option<i64>,
    whole: bool,
}

/// Keeps the rows of a query until one cannot be read.
fn scan(
    from: &Connection,
    sql: &str,
    rowid: i64,
    keep: &mut impl FnMut(Vec<Value>) -> Result<(), StoreError>,
) -> Result<Scanned, StoreError> {
    let mut last = None;
    let cut = |last| Ok(Scanned { last, whole: false });
    let Ok(mut statement) = from.prepare_cached(sql) else { return cut(last) };
    let width = statement.column_count();
    let Ok(mut rows) = statement.query([rowid]) else { return cut(last) };
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                let Ok(at) = row.get(0) else { return cut(last) };
                if let Ok(values) = (1..width).map(|column| row.get(column)).collect() {
                    keep(values)?;
                }
                last = Some(at);
            }
            Ok(None) => return Ok(Scanned { last, whole: true }),
            Err(_) => return cut(last),
        }
    }
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
    statement.query_map([table], |row| row.get(0))?.collect()
}

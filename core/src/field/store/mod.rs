//! What a phone keeps, in SQLite.
//!
//! # Layout
//! - this file: the connections. One writer, a few readers; a write is one transaction, durable when
//!   it returns.
//! - `data_keys`, `device`, `drafts`, `records`, `photos`, `reference`, `rules`, `visits`, `meta`: one file a
//!   resource, functions over a connection, so that several fit into one transaction.
//! - `migrate`: the schema. `sql`: how values lie in columns.
//! - `salvage`: what is done about a damaged file; `key_mirror`: what must not be lost with it.

pub mod data_keys;
pub mod device;
pub mod drafts;
mod error;
pub mod follow_ups;
pub mod found_good;
mod key_mirror;
pub mod meta;
mod migrate;
pub mod photos;
pub mod records;
pub mod reference;
mod room;
pub mod rules;
mod salvage;
mod sql;
pub mod staged;
pub mod visits;

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub use error::StoreError;
pub use salvage::Damage;

use crate::domain::Timestamp;

/// Readers kept open; more are made when they are needed.
const READERS: usize = 4;
/// How long one connection waits for another.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long opening waits for another process that is just closing the book.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The book's database and photo files, in one directory that one process has open.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    /// Closed before the writer, so that it is the last and works the log into the file.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    /// Held as long as the store is: the lock goes with the file.
    _lock: File,
}

impl Store {
    /// Opens the store in `dir`, or makes one. A damaged database is set aside with all that belongs
    /// to it, and what can be read of it is taken over into a new one: see [`Damage`], kept in
    /// [`meta::DAMAGE`].
    ///
    /// # Errors
    /// [`StoreError::Newer`] leaves everything untouched; [`StoreError::InUse`] when another process
    /// has it; [`StoreError::Full`] when there is no room to open it.
    pub fn open(dir: &Path, now: Timestamp) -> Result<Self, StoreError> {
        make_own_dir(dir)?;
        let lock = lock(dir)?;
        fs::create_dir_all(dir.join(PHOTOS))?;
        let mut writer = match connect(dir) {
            Err(StoreError::Damaged(_)) => {
                salvage::set_aside(dir, now)?;
                connect(dir)?
            }
            other => other?,
        };
        sync_dir(dir)?;
        salvage::salvage_all(dir, &mut writer, now)?;
        Ok(Self { dir: dir.to_owned(), writer: Mutex::new(writer), readers: Mutex::default(), _lock: lock })
    }

    /// Reads: `read` sees one state of the store, whatever is written meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] or what `read` returns.
    pub fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let kept = self.readers().pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => open_reader(&self.dir)?,
        };
        let tx = reader.transaction().map_err(StoreError::from)?;
        let result = read(&tx);
        drop(tx);
        let mut readers = self.readers();
        if readers.len() < READERS {
            readers.push(reader);
        }
        result
    }

    /// Writes: all that `write` does is durable when this returns, or none of it was done.
    ///
    /// # Errors
    /// [`StoreError`] or what `write` returns.
    pub fn write<T, E: From<StoreError>>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // A thread that panicked left no half transaction: it was rolled back as it unwound.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let tx =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let result = write(&tx)?;
        tx.commit().map_err(StoreError::from)?;
        Ok(result)
    }

    /// The directory it lies in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether a database was ever set aside here.
    ///
    /// # Errors
    /// [`StoreError`] if the directory cannot be read.
    pub fn was_damaged(&self) -> Result<bool, StoreError> {
        Ok(!salvage::set_aside_in(&self.dir)?.is_empty())
    }

    /// Asks SQLite to check the whole file; the first things that are wrong, none if it is sound.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot even be asked.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.read(|conn| integrity(conn, "integrity_check(20)"))
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const PHOTOS: &str = "photos";
/// The database has a directory of its own, so that it is set aside in one step with its log.
const STORE: &str = "store";
const FILE: &str = "book.db";

/// Nobody but its owner has any business in it.
fn make_own_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    let file = File::options().create(true).truncate(false).write(true).open(dir.join("lock"))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(StoreError::InUse)
}

fn connect(dir: &Path) -> Result<Connection, StoreError> {
    let store = dir.join(STORE);
    fs::create_dir_all(&store)?;
    let mut conn = Connection::open(store.join(FILE))?;
    conn.busy_timeout(PATIENCE)?;
    let _: i64 = migrate::version(&conn)?;
    // FULL: when the phone says saved, it survives a flat battery. Apple's fsync alone does not.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    conn.set_prepared_statement_cache_capacity(64);
    let wrong = integrity(&conn, "integrity_check(1)")?;
    if let Some(wrong) = wrong.into_iter().next() {
        return Err(StoreError::Damaged(wrong));
    }
    migrate::migrate(&mut conn)?;
    sync_dir(&store)?;
    Ok(conn)
}

fn open_reader(dir: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(dir.join(STORE).join(FILE), flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

fn integrity(conn: &Connection, pragma: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare(&format!("PRAGMA {pragma}"))?;
    let lines = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Writes a file that appears only when it is whole, durable when this returns; else nothing is there.
pub(super) fn write_whole(file: &Path, content: &[u8]) -> Result<(), StoreError> {
    let unfinished = file.with_extension("part");
    let written = (|| {
        let mut part = File::create(&unfinished)?;
        part.write_all(content)?;
        part.sync_all()?;
        fs::rename(&unfinished, file)
    })();
    if let Err(error) = written {
        let _ = fs::remove_file(&unfinished);
        return Err(error.into());
    }
    // The folder of a bare name is the one we are in.
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    sync_dir(dir.unwrap_or(Path::new(".")))
}

/// Makes names in a directory durable; what is not a directory of Unix needs none of it.
fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

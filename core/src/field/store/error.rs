//! What can go wrong with the store.

use std::io;

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Why the store did not do it. Whatever was stored before is still there.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full; what was saved is safe, free some space and try again")]
    Full,
    /// A later version of the program wrote the database.
    #[error("the database is of version {found}, this program knows {known}; update the program")]
    Newer {
        /// Its version.
        found: i64,
        /// The version this program writes.
        known: i64,
    },
    /// The database file is damaged.
    #[error("the database is damaged ({0}); open the book again and it is set aside and salvaged")]
    Damaged(String),
    /// Another process has the book open.
    #[error("another program has this book open; close it first")]
    InUse,
    /// A row does not hold what it must.
    #[error("a row does not hold what it must: {0}")]
    Row(String),
    /// Pages of changes that were put by until all are here cannot be read any more.
    #[error("changes that were put by cannot be read: {0}")]
    Staged(String),
    /// The file system refused.
    #[error("the file system refused: {0}")]
    Io(io::Error),
    /// SQLite refused.
    #[error("the database refused: {0}")]
    Sql(rusqlite::Error),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match &error {
            E::SqliteFailure(failure, _) => match (failure.code, failure.extended_code) {
                // Room for the shared memory of the log comes from the same disk.
                (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => Self::Full,
                (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => Self::Damaged(error.to_string()),
                _ => Self::Sql(error),
            },
            E::FromSqlConversionFailure(..) | E::IntegralValueOutOfRange(..) | E::InvalidColumnType(..) => {
                Self::Row(error.to_string())
            }
            _ => Self::Sql(error),
        }
    }
}

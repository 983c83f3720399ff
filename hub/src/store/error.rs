//! What can go wrong in the database, sorted by what it means to callers.

/// A query failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the database's disk is full: make room, nothing was lost")]
    Full,
    /// It can't be done now, and can be tried again.
    #[error("the database is busy or out of reach: {0}")]
    Busy(sqlx::Error),
    /// A row holds what this program can't read.
    #[error("a row of the database is damaged or from a newer version: {0}")]
    Row(String),
    /// Anything else: a fault of the program.
    #[error("the database refused a query: {0}")]
    Query(sqlx::Error),
}

impl StoreError {
    /// Whether it may pass by itself.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match meaning(&error) {
            Meaning::Full => Self::Full,
            Meaning::Busy => Self::Busy(error),
            Meaning::Row => Self::Row(error.to_string()),
            Meaning::Other => Self::Query(error),
        }
    }
}

pub(super) enum Meaning {
    Full,
    Busy,
    Row,
    Other,
}

/// What a failure of the driver means to us.
pub(super) fn meaning(error: &sqlx::Error) -> Meaning {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::WorkerCrashed => Meaning::Busy,
        sqlx::Error::Database(database) => of_code(database.code().as_deref().unwrap_or_default()),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
            Meaning::Row
        }
        _ => Meaning::Other,
    }
}

/// What a database's code means to us: `PostgreSQL`'s have five letters, `SQLite`'s are numbers with the
/// primary code in the low byte.
fn of_code(code: &str) -> Meaning {
    match code {
        // disk_full
        "53100" => Meaning::Full,
        // read_only_sql_transaction (a standby), serialization_failure, deadlock_detected,
        // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now
        "25006" | "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03" => Meaning::Busy,
        postgres if postgres.len() >= 5 => Meaning::Other,
        sqlite => match sqlite.parse::<u32>().map(|code| code & 0xff) {
            // SQLITE_FULL
            Ok(13) => Meaning::Full,
            // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR
            Ok(5 | 6 | 10) => Meaning::Busy,
            _ => Meaning::Other,
        },
    }
}

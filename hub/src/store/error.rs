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

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::WorkerCrashed => Self::Busy(error),
            sqlx::Error::Database(database) => match database.code().as_deref() {
                // SQLITE_FULL and its kin (extended codes carry the primary one in the low byte); PostgreSQL's
                // disk_full.
                Some("13" | "53100") => Self::Full,
                // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR_*; PostgreSQL: deadlock, serialization, too many
                // connections, shutting down, starting up, read only.
                Some(
                    "5" | "6" | "261" | "262" | "517" | "40P01" | "40001" | "53300" | "57P01" | "57P03"
                    | "25006",
                ) => Self::Busy(error),
                _ => Self::Query(error),
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
                Self::Row(error.to_string())
            }
            _ => Self::Query(error),
        }
    }
}

//! A transaction, and the lock on a station's row that orders its log and its changes.

use std::ops::{Deref, DerefMut};

use sqlx::{Any, AnyConnection, Transaction};
use xuncha_core::domain::{Sha256Hash, StationId, Timestamp};
use xuncha_core::wire::merkle::{Frontier, LeafHash};

use super::{Dialect, Key, RowExt, StoreError};

/// A transaction. Queries run on it as on a connection (`&mut *tx`).
pub struct Tx {
    inner: Transaction<'static, Any>,
    dialect: Dialect,
}

impl Tx {
    pub(super) const fn new(inner: Transaction<'static, Any>, dialect: Dialect) -> Self {
        Self { inner, dialect }
    }

    /// Makes all of it durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    /// Waits for its turn among the transactions that take more than one station: two of those never wait for
    /// each other then. Before the first station.
    pub async fn take_turn(&mut self) -> Result<(), StoreError> {
        // SQLite's BEGIN IMMEDIATE is a turn already.
        if self.dialect == Dialect::Postgres {
            sqlx::query("SELECT only_row FROM hub FOR UPDATE").execute(&mut **self).await?;
        }
        Ok(())
    }

    /// Takes the station's row, so that nobody else writes to the station before this transaction ends;
    /// `None` for an unknown station.
    pub async fn lock_station(&mut self, station: StationId) -> Result<Option<LockedStation>, StoreError> {
        // SQLite's BEGIN IMMEDIATE already holds the only writer's lock.
        let query = match self.dialect {
            Dialect::Sqlite => "SELECT changes, log_frontier, log_at FROM stations WHERE station_id = $1",
            Dialect::Postgres => {
                "SELECT changes, log_frontier, log_at FROM stations WHERE station_id = $1 FOR UPDATE"
            }
        };
        let row = sqlx::query(query).bind(station.key()).fetch_optional(&mut **self).await?;
        let Some(row) = row else { return Ok(None) };
        let frontier = Frontier::from_bytes(&row.bytes("log_frontier")?)
            .map_err(|error| StoreError::Row(error.to_string()))?;
        let (changes, log_at) = (row.int("changes")?, row.opt_time("log_at")?);
        Ok(Some(LockedStation { id: station, changes, frontier, log_at }))
    }
}

impl Deref for Tx {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}

/// A station whose row this transaction holds: it gives out log positions and change numbers.
#[derive(Debug)]
pub struct LockedStation {
    id: StationId,
    changes: i64,
    frontier: Frontier,
    log_at: Option<Timestamp>,
}

impl LockedStation {
    /// The station.
    #[must_use]
    pub const fn id(&self) -> StationId {
        self.id
    }

    /// The next number in the station's feed of changes.
    pub fn next_change(&mut self) -> i64 {
        self.changes += 1;
        self.changes
    }

    /// When the last leaf was appended; none to an empty log.
    #[must_use]
    pub const fn log_at(&self) -> Option<Timestamp> {
        self.log_at
    }

    /// Appends a leaf to the station's log and gives its position.
    pub fn append(&mut self, leaf: LeafHash, at: Timestamp) -> u64 {
        self.log_at = self.log_at.max(Some(at));
        self.frontier.push(leaf)
    }

    /// The log's size and root as they stand.
    #[must_use]
    pub fn log(&self) -> (u64, Sha256Hash) {
        (self.frontier.size(), self.frontier.root())
    }

    /// Writes the counters back. Must be called before the commit by whoever took a number.
    pub async fn save(&self, tx: &mut Tx) -> Result<(), StoreError> {
        sqlx::query("UPDATE stations SET changes = $1, log_frontier = $2, log_at = $3 WHERE station_id = $4")
            .bind(self.changes)
            .bind(self.frontier.to_bytes())
            .bind(self.log_at.map(Timestamp::millis))
            .bind(self.id.key())
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}

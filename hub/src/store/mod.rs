//! The database: `SQLite` in one file, or `PostgreSQL`; one set of queries for both.
//!
//! `sqlx`'s `Any` driver carries numbers, texts and bytes, and both databases take `$1`. What differs
//! is in [`Dialect`] and in the migrations' types. Queries live beside what they serve: here those
//! that several parts share, in `store/*.rs` and in the modules the rest.
//!
//! Writers of a station's data first take its row ([`Tx::lock_station`]): that gives log positions and
//! change numbers one after the other, however many copies of the hub there are. Who may need several
//! stations first waits for its turn ([`Tx::take_turn`]).

pub mod bulk;
mod content;
mod error;
mod migrations;
mod open;
mod proof;
pub mod reference;
mod row;
mod sql;
mod station;
#[cfg(test)]
pub(crate) mod testing;

pub use content::{content, readable};
pub use error::StoreError;
pub use open::{OpenError, Store};
pub use proof::Proof;
pub use reference::Written;
pub use row::{Key, RowExt, day_number, day_of_number, month_number, month_of_number};
pub use sql::Sql;
pub use station::{LockedStation, Tx};

/// Which database it is, for the few places where it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `SQLite`, one file.
    Sqlite,
    /// `PostgreSQL`.
    Postgres,
}

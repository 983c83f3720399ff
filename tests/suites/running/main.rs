//! Running it: several copies of the hub, tables partitioned by station, backup and restore under load, TLS.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

mod copies;
mod partitions;
mod restore;
mod tls;

//! The hub through its router, over `SQLite` always and over `PostgreSQL` where there is one.

mod ingest;
mod support;

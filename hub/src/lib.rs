//! The hub of xuncha (巡查): it takes the phones' records, once and only once, and tells the station
//! head what they add up to.
//!
//! # Layout
//! - [`app`]: what a running hub holds; [`routes`]: all that it answers to; [`serve`]: the process around it.
//! - [`config`], [`keys`], [`world`]: settings, the hub's own keys, clock and randomness from outside.
//! - [`error`]: one error, told as a problem (RFC 9457); [`body`], [`params`]: reading requests.
//! - [`store`]: the database, `SQLite` or `PostgreSQL` by one set of queries.
//! - [`auth`]: who calls and what they may reach, in one place; [`session`]: of those who signed in; [`audit`]: who
//!   did what, and who looked at what about minors.
//! - [`ingest`]: a push, step by step: open, judge, commit.
//! - [`enrolment`], [`devices`], [`changes`], [`log`], [`records`], [`reviews`], [`follow_ups`], [`coverage`]: the rest of the API.
//! - [`ledger`]: the seven duties. [`report`]: a month as it is handed in. [`trends`]: a year at a glance.
//!   [`sums`]: of many stations, remembered.
//! - [`rules`]: what holds for all stations: statutory days, checklists.
//! - [`photos`]: uploads by tus. [`import`]: reference data from files. [`export`]: files out. [`by_file`]: phones without a network.
//! - [`retention`]: what is kept only for a time, and what a person asks to forget. [`tls`]: without a proxy. [`map_tiles`]: what the
//!   map stands on.
//! - [`dashboard`]: the pages. [`openapi`], [`ops`]: the document, health, metrics, logs. `tidy`: what is
//!   forgotten from time to time.

pub mod app;
pub mod audit;
pub mod auth;
pub mod body;
pub mod by_file;
pub mod caller_address;
pub mod changes;
pub mod config;
pub mod coverage;
pub mod dashboard;
pub mod devices;
pub mod enrolment;
pub mod error;
pub mod export;
pub mod follow_ups;
pub mod import;
pub mod ingest;
pub mod keys;
pub mod ledger;
pub mod log;
pub mod map_tiles;
pub mod members;
pub mod openapi;
pub mod ops;
pub mod params;
pub mod photos;
pub mod places;
pub mod policies;
pub mod records;
pub mod report;
pub mod retention;
pub mod reviews;
pub mod routes;
pub mod rules;
pub mod scope;
pub mod search;
pub mod second_factor;
pub mod seen;
pub mod self_reports;
mod serve;
pub mod session;
pub mod store;
pub mod sums;
mod tidy;
pub mod time;
pub mod tls;
pub mod trends;
pub mod tries;
pub mod world;

pub use app::{App, AppState};
pub use config::Config;
pub use error::{HubError, HubResult};
pub use serve::{ServeError, serve, serve_until};

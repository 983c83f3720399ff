//! The hub through its router, over `SQLite` always and over `PostgreSQL` where there is one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

mod alerts;
mod api_routes;
mod bad_input;
mod bundles;
mod checklists;
mod corrections;
mod coverage;
mod cuts;
mod dashboard;
mod desk;
mod enrolment;
mod exports;
mod feed;
mod follow_ups;
mod history;
mod imports;
mod ingest;
mod ledger;
mod live;
mod looks;
mod map_tiles;
mod members;
mod moves;
mod neighbours;
mod ops;
mod overtaken;
mod photos;
mod placards;
mod places;
mod policy;
mod queues;
mod record_page;
mod reports;
mod retention;
mod reviewed;
mod routes;
mod rules;
mod scope;
mod self_reports;
mod sign_in;
mod start;
mod support;
mod untold;
mod weight;

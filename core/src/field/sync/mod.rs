//! Sync: what waits is handed over, what is new is fetched.

mod answer;
mod head;
mod report;

pub use report::{SyncAlert, SyncEnd, SyncReport, SyncTally, SyncTrouble};

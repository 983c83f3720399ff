//! Pulling changes: all that a phone of a station has to know, in the order it changed, by cursor.
//!
//! The feed holds the newest state of each thing once: a new phone reads it from 0 and is complete.

use serde::{Deserialize, Serialize};

use super::Jws;
use super::merkle::ConsistencyProof;
use crate::domain::{Member, PolicyFrom, School, Station, Timestamp, Venue, Visit};

/// How far a phone has read; 0 is the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub u64);

/// A page of changes (`GET /api/v1/changes?cursor=&limit=&log_size=`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangesPage {
    /// What changed, oldest change first.
    pub changes: Vec<Change>,
    /// Where to read on.
    pub next: Cursor,
    /// Whether more is there to be read now.
    pub more: bool,
    /// The hub's clock as it answered.
    pub hub_time: Timestamp,
    /// The station's signed log head (`xuncha-head+jws`).
    pub head: Jws,
    /// Proof that the log at `log_size`, the size the phone remembers, is a beginning of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consistency: Option<ConsistencyProof>,
}

/// The newest state of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The station.
    Station(Station),
    /// A member of the station.
    Member(Member),
    /// A venue; closed and suspended ones stay, with their life.
    Venue(Venue),
    /// A school.
    School(School),
    /// What the station expects, from a month on.
    Policy(PolicyFrom),
    /// A record's visit and its review.
    Visit(Visit),
}

/// The proof that a station's log at one size is a beginning of it at another
/// (`GET /api/v1/log/consistency?from=&to=`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConsistency {
    /// The smaller size.
    pub from: u64,
    /// The greater size.
    pub to: u64,
    /// The proof.
    pub proof: ConsistencyProof,
}

//! Pulling changes: all that a phone of a station has to know, in the order it changed, by cursor.
//!
//! The feed holds the newest state of each thing once: a new phone reads it from 0 and is complete.
//!
//! A hub may be newer than a phone and tell of kinds of things that the phone has no room for. Those are
//! skipped, and when the program learns of a kind, its store forgets the cursor and so reads anew
//! (`field/store/migrate.rs`). A thing of a known kind that cannot be read is an error as ever.

use std::fmt;

use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Jws;
use super::merkle::{ConsistencyProof, InclusionProof};
use crate::domain::{
    ChecklistFrom, FollowUpStep, FoundGood, Member, PolicyFrom, RecordId, School, Sha256Hash, Station,
    StatutoryYear, Timestamp, Venue, Visit,
};

/// How far a phone has read; 0 is the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub u64);

/// A page of changes (`GET /api/v1/changes?cursor=&limit=&log_size=`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangesPage {
    /// What changed, oldest change first; without what this program does not know of.
    #[serde(deserialize_with = "known")]
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
    /// What an inspection looked at and found good, right after its visit.
    FoundGood(FoundGood),
    /// A step on the way of a finding.
    FollowUp(FollowUpStep),
    /// The statutory days of a year, in place of the program's own.
    StatutoryYear(StatutoryYear),
    /// A checklist, in force from a day on.
    Checklist(ChecklistFrom),
}

/// A change of any hub: none if it is of a kind that only a later program knows.
struct AnyChange(Option<Change>);

impl<'de> Deserialize<'de> for AnyChange {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(AnyKind)
    }
}

struct AnyKind;

impl<'de> Visitor<'de> for AnyKind {
    type Value = AnyChange;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a change: one field, named by its kind")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyChange, A::Error> {
        let kind: String = map.next_key()?.ok_or_else(|| de::Error::invalid_length(0, &self))?;
        let change = match kind.as_str() {
            "station" => Some(Change::Station(map.next_value()?)),
            "member" => Some(Change::Member(map.next_value()?)),
            "venue" => Some(Change::Venue(map.next_value()?)),
            "school" => Some(Change::School(map.next_value()?)),
            "policy" => Some(Change::Policy(map.next_value()?)),
            "visit" => Some(Change::Visit(map.next_value()?)),
            "found_good" => Some(Change::FoundGood(map.next_value()?)),
            "follow_up" => Some(Change::FollowUp(map.next_value()?)),
            "statutory_year" => Some(Change::StatutoryYear(map.next_value()?)),
            "checklist" => Some(Change::Checklist(map.next_value()?)),
            _ => map.next_value::<IgnoredAny>().map(|_| None)?,
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(AnyChange(change)),
            Some(_) => Err(de::Error::invalid_length(2, &self)),
        }
    }
}

fn known<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Change>, D::Error> {
    let all = Vec::<AnyChange>::deserialize(from)?;
    Ok(all.into_iter().filter_map(|AnyChange(change)| change).collect())
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

/// The proof that a record is in its station's log (`GET /api/v1/log/inclusion?record=`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogInclusion {
    /// The record.
    pub record: RecordId,
    /// The hash of its JWS.
    pub sha256: Sha256Hash,
    /// When the hub took it.
    pub received_at: Timestamp,
    /// Its position, counted from 0.
    pub log_index: u64,
    /// The proof for the log of the head's size.
    pub proof: InclusionProof,
    /// The signed head.
    pub head: Jws,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &str) -> Result<Vec<Change>, serde_json::Error> {
        known(&mut serde_json::Deserializer::from_str(changes))
    }

    #[test]
    fn a_kind_of_a_later_hub_is_skipped_and_a_broken_thing_of_a_known_kind_is_not() {
        let station = r#"{"station":{"id":"01990000-0000-7000-8000-000000000001","name":"柳岸站","sub_bureau":"东城分局"}}"#;
        let page = format!(r#"[{{"weather":{{"rain":[1,{{}}]}}}},{station},{{"omen":null}}]"#);
        assert_eq!(read(&page).unwrap().len(), 1);
        for bad in [r#"[{"station":{"id":1}}]"#, "[{}]", r#"[{"omen":1,"weather":2}]"#, r#"["station"]"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}

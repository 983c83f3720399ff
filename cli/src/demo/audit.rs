//! The audit: what phones said was saved against what the hub holds, by ids and hashes, read out of
//! the databases themselves. Nothing that takes part in handing over is asked.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use uuid::Uuid;
use xuncha_core::domain::Sha256Hash;

mod read;

pub use read::{hub_photos, hub_records, phone_photos, phone_records};

/// A record or a photo on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub id: Uuid,
    /// The hash of its bytes as they were made.
    pub sha256: Sha256Hash,
    /// Whether the phone holds a receipt of the hub for it.
    pub receipted: bool,
}

/// A record or a photo on the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: Uuid,
    /// Who made it as which of theirs: one place can be taken by one thing only.
    pub place: Option<(Uuid, i64)>,
    /// The hash that the hub wrote down.
    pub noted: Sha256Hash,
    /// The hash of the bytes that it holds; `None` where it holds none.
    pub found: Option<Sha256Hash>,
}

/// What came of the comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// How many were made.
    pub recorded: usize,
    /// How many of these the hub holds, byte by byte.
    pub received: usize,
    /// Those that the hub does not hold.
    pub lost: BTreeSet<Uuid>,
    /// Those that the hub holds more than once, or that nobody made.
    pub doubled: BTreeSet<Uuid>,
    /// Those that the hub holds with other bytes.
    pub altered: BTreeSet<Uuid>,
    /// Those that a phone has a receipt for and the hub does not hold: the gravest loss.
    pub broken_promises: BTreeSet<Uuid>,
}

impl Audit {
    /// Whether each thing made is held once, unaltered.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.altered.is_empty()
    }
}

/// Compares. `said` are the ids that phones said were saved: they were made even if a phone no longer
/// knows of them.
#[must_use]
pub fn compare(said: &BTreeSet<Uuid>, made: &[Made], held: &[Held]) -> Audit {
    let by_id: BTreeMap<Uuid, &Made> = made.iter().map(|one| (one.id, one)).collect();
    let all: BTreeSet<Uuid> = said.iter().copied().chain(by_id.keys().copied()).collect();
    let mut audit = Audit { recorded: all.len(), ..Audit::default() };
    let mut seen = BTreeSet::new();
    let mut places = BTreeSet::new();
    for one in held {
        let is_first = seen.insert(one.id) && one.place.is_none_or(|place| places.insert(place));
        if !is_first || !all.contains(&one.id) {
            audit.doubled.insert(one.id);
        }
        let made = by_id.get(&one.id).map(|made| made.sha256);
        if made.is_some_and(|made| one.found != Some(made))
            || one.found.is_some_and(|found| found != one.noted)
        {
            audit.altered.insert(one.id);
        }
    }
    audit.lost = all.difference(&seen).copied().collect();
    let kept = |id: &Uuid| !audit.lost.contains(id) && !audit.altered.contains(id);
    audit.received = all.iter().filter(|id| kept(id)).count();
    let receipted = made.iter().filter(|one| one.receipted && !kept(&one.id)).map(|one| one.id);
    audit.broken_promises = receipted.collect();
    audit
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hash(of: u128) -> Sha256Hash {
        Sha256Hash::of(&of.to_be_bytes())
    }

    fn made(id: u128) -> Made {
        Made { id: Uuid::from_u128(id), sha256: hash(id), receipted: true }
    }

    fn held(id: u128) -> Held {
        let place = Some((Uuid::from_u128(9), i64::try_from(id).unwrap()));
        Held { id: Uuid::from_u128(id), place, noted: hash(id), found: Some(hash(id)) }
    }

    fn ids(ids: &[u128]) -> BTreeSet<Uuid> {
        ids.iter().copied().map(Uuid::from_u128).collect()
    }

    #[test]
    fn what_arrived_once_and_whole_is_well_also_if_a_phone_forgot_it() {
        let audit = compare(&ids(&[1, 2, 3]), &[made(1), made(2)], &[held(3), held(1), held(2)]);
        assert!(audit.is_well());
        assert_eq!((audit.recorded, audit.received), (3, 3));
    }

    proptest! {
        #[test]
        fn one_planted_fault_among_many_is_found_for_what_it_is(count in 1u128..40, at in 0u128..40, fault in 0..6) {
            let at = 1 + at % count;
            let made: Vec<_> = (1..=count).map(made).collect();
            let mut hub: Vec<_> = (1..=count).map(held).collect();
            let index = usize::try_from(at - 1).unwrap();
            match fault {
                0 => { hub.remove(index); }
                1 => hub.push(held(at)),
                2 => hub.push(Held { id: Uuid::from_u128(99), ..held(at) }),
                3 => hub.push(held(99)),
                4 => hub[index].found = Some(hash(99)),
                _ => hub[index] = Held { noted: hash(99), found: Some(hash(99)), ..held(at) },
            }
            let audit = compare(&BTreeSet::new(), &made, &hub);
            let (lost, doubled, altered) = match fault {
                0 => (ids(&[at]), ids(&[]), ids(&[])),
                1 => (ids(&[]), ids(&[at]), ids(&[])),
                2 | 3 => (ids(&[]), ids(&[99]), ids(&[])),
                _ => (ids(&[]), ids(&[]), ids(&[at])),
            };
            prop_assert!(!audit.is_well());
            prop_assert_eq!((&audit.lost, &audit.doubled, &audit.altered), (&lost, &doubled, &altered));
            let missing = lost.len() + altered.len();
            prop_assert_eq!(audit.received, made.len() - missing);
            prop_assert_eq!(audit.broken_promises.len(), missing);
        }
    }

    #[test]
    fn a_record_whose_bytes_the_hub_does_not_have_is_altered() {
        let empty = Held { found: None, ..held(1) };
        assert_eq!(compare(&BTreeSet::new(), &[made(1)], &[empty]).altered, ids(&[1]));
    }

    #[test]
    fn what_a_phone_still_holds_back_is_lost_but_was_not_promised() {
        let waiting = Made { receipted: false, ..made(1) };
        let audit = compare(&BTreeSet::new(), &[waiting], &[]);
        assert_eq!((audit.lost.len(), audit.broken_promises.len()), (1, 0));
    }
}

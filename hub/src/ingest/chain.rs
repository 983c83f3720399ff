//! A device's chain: each record names the hash of the one before. A gap is nothing, records may be
//! on their way; a fork or a break is for the head to see, and never a reason to drop a record.

use std::collections::{BTreeMap, HashMap};

use xuncha_core::domain::{DeviceId, RecordId, Sha256Hash};
use xuncha_core::wire::Record;

/// One record as part of its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) record: RecordId,
    pub(super) sha256: Sha256Hash,
    pub(super) prev: Option<Sha256Hash>,
}

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The other record stands at the same place: the phone was restored or cloned.
    Fork(RecordId),
    /// The other record is the neighbour in the chain, and their hashes do not fit.
    Broken(RecordId),
}

/// The parts of chains around a batch.
#[derive(Debug, Default)]
pub(super) struct Chains(HashMap<DeviceId, BTreeMap<u64, Vec<Link>>>);

impl Chains {
    /// Puts in a link that is known already.
    pub(super) fn put(&mut self, device: DeviceId, seq: u64, link: Link) {
        self.0.entry(device).or_default().entry(seq).or_default().push(link);
    }

    /// Puts in a new record and says what does not fit.
    pub(super) fn add(&mut self, record: &Record, sha256: Sha256Hash) -> Vec<Flaw> {
        let link = Link { record: record.id, sha256, prev: record.prev };
        self.put(record.device, record.seq, link);
        let Some(chain) = self.0.get(&record.device) else { return Vec::new() };
        let at =
            |seq: Option<u64>| seq.and_then(|seq| chain.get(&seq)).map(Vec::as_slice).unwrap_or_default();
        let here = at(Some(record.seq));
        let before = at(record.seq.checked_sub(1));
        let after = at(record.seq.checked_add(1));

        let forks =
            here.iter().filter(|other| other.record != record.id).map(|other| Flaw::Fork(other.record));
        let breaks_before = before
            .first()
            .filter(|_| !before.iter().any(|other| Some(other.sha256) == link.prev))
            .map(|other| Flaw::Broken(other.record));
        let breaks_after = after
            .iter()
            .find(|other| !here.iter().any(|link| Some(link.sha256) == other.prev))
            .map(|other| Flaw::Broken(other.record));
        forks.chain(breaks_before).chain(breaks_after).collect()
    }
}

/// The places of a batch's records and their neighbours, as runs without gaps.
pub(super) fn runs<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<(DeviceId, u64, u64)> {
    let mut places: BTreeMap<DeviceId, Vec<u64>> = BTreeMap::new();
    for record in records {
        places.entry(record.device).or_default().push(record.seq);
    }
    let mut runs: Vec<(DeviceId, u64, u64)> = Vec::new();
    for (device, mut seqs) in places {
        seqs.sort_unstable();
        for seq in seqs {
            let (first, last) = (seq.saturating_sub(1), seq.saturating_add(1));
            match runs.last_mut() {
                Some((of, _, end)) if *of == device && first <= *end => *end = last,
                _ => runs.push((device, first, last)),
            }
        }
    }
    runs
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use xuncha_core::domain::{CheckIn, Evidence, Grade, MemberId, StationId, Timestamp, VenueId};
    use xuncha_core::wire::{Fact, V1};

    use super::*;

    const DAWN: Timestamp = Timestamp::from_millis(1_000);

    fn hash(number: u8) -> Sha256Hash {
        Sha256Hash::of(&[number])
    }

    /// The record at place `seq` whose hash is `hash(name)`.
    pub(crate) fn record(name: u8, seq: u64, prev: Option<u8>) -> Record {
        Record {
            v: V1,
            id: RecordId::mint(DAWN, [name; 10]),
            station: StationId::mint(DAWN, [0; 10]),
            member: MemberId::mint(DAWN, [0; 10]),
            device: DeviceId::mint(DAWN, [0; 10]),
            seq,
            prev: prev.map(hash),
            sealed_at: DAWN,
            clock_shift_ms: None,
            fact: Fact::CheckIn(CheckIn {
                venue: VenueId::mint(DAWN, [0; 10]),
                at: DAWN,
                fix: None,
                placard: None,
                note: None,
                evidence: Evidence { grade: Grade::Unlocated, reasons: Vec::new() },
            }),
        }
    }

    fn add(chains: &mut Chains, name: u8, seq: u64, prev: Option<u8>) -> Vec<Flaw> {
        chains.add(&record(name, seq, prev), hash(name))
    }

    proptest! {
        #[test]
        fn a_whole_chain_has_no_flaw_in_whatever_order_it_comes(
            order in Just((1..=8_u8).collect::<Vec<_>>()).prop_shuffle()
        ) {
            let mut chains = Chains::default();
            for number in order {
                let prev = (number > 1).then(|| number - 1);
                prop_assert_eq!(add(&mut chains, number, number.into(), prev), []);
            }
        }

        #[test]
        fn the_runs_hold_every_place_and_its_neighbours(
            seqs in proptest::collection::vec(1_u64..60, 1..20)
        ) {
            let records: Vec<Record> = seqs.iter().map(|seq| record(1, *seq, None)).collect();
            let runs = runs(records.iter());
            for seq in seqs.iter().flat_map(|seq| [seq - 1, *seq, seq + 1]) {
                prop_assert!(runs.iter().any(|(_, first, last)| (*first..=*last).contains(&seq)));
            }
            let far = |seq: u64| seqs.iter().all(|other| other.abs_diff(seq) > 1);
            prop_assert!(!runs.iter().any(|(_, first, last)| (*first..=*last).any(far)));
        }
    }

    #[test]
    fn a_fork_and_a_break_are_told_apart() {
        let mut chains = Chains::default();
        assert_eq!(add(&mut chains, 1, 1, None), []);
        assert_eq!(add(&mut chains, 2, 2, Some(1)), []);
        let other = |name| record(name, 1, None).id;
        assert_eq!(add(&mut chains, 12, 2, Some(1)), [Flaw::Fork(other(2))]);
        // Both branches may go on.
        assert_eq!(add(&mut chains, 13, 3, Some(12)), []);
        assert_eq!(add(&mut chains, 3, 3, Some(2)), [Flaw::Fork(other(13))]);
        assert_eq!(add(&mut chains, 4, 4, Some(99)), [Flaw::Broken(other(13))]);
        // The one before comes late and is not the one that was named.
        assert_eq!(add(&mut chains, 7, 7, Some(98)), []);
        assert_eq!(add(&mut chains, 6, 6, Some(97)), [Flaw::Broken(other(7))]);
    }
}

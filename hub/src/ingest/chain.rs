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

//! The chain of each device: every record names the hash of the one before.

use std::collections::{BTreeMap, BTreeSet};

use xuncha_core::domain::{DeviceId, RecordId, Sha256Hash};

use super::Problem;

/// A link of a device's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) record: RecordId,
    pub(super) hash: Sha256Hash,
    pub(super) prev: Option<Sha256Hash>,
}

/// The chains of a station's devices.
#[derive(Debug, Default)]
pub(super) struct Chains(BTreeMap<DeviceId, BTreeMap<u64, Vec<Link>>>);

impl Chains {
    pub(super) fn add(&mut self, device: DeviceId, seq: u64, link: Link) {
        self.0.entry(device).or_default().entry(seq).or_default().push(link);
    }

    pub(super) fn devices(&self) -> usize {
        self.0.len()
    }

    /// What does not go together. `told` are the records for which the hub raised an alert: of those the
    /// head knows, and they come second, as notes.
    pub(super) fn check(&self, told: &BTreeSet<RecordId>) -> (Vec<Problem>, Vec<Problem>) {
        let mut wrong = Vec::new();
        let mut notes = Vec::new();
        for (device, chain) in &self.0 {
            for (seq, links) in chain {
                let known = links.iter().any(|link| told.contains(&link.record));
                let place = if known { &mut notes } else { &mut wrong };
                if links.len() > 1 {
                    let records: Vec<_> = links.iter().map(|link| link.record.to_string()).collect();
                    let detail = format!("records {} all say to be number {seq}", records.join(", "));
                    place.push(Problem::new("fork", device, detail));
                }
                place.extend(links.iter().filter_map(|link| broken(chain, *seq, link)));
                if *seq > 1 && !chain.contains_key(&(seq - 1)) {
                    let detail = format!("number {} has not come (yet)", seq - 1);
                    notes.push(Problem::new("gap", device, detail));
                }
            }
        }
        (wrong, notes)
    }
}

/// What is wrong with a link, as far as the record before is here.
fn broken(chain: &BTreeMap<u64, Vec<Link>>, seq: u64, link: &Link) -> Option<Problem> {
    let detail = match (seq, link.prev) {
        (0, _) => "says to be number 0; numbers begin with 1".to_owned(),
        (1, None) => return None,
        (1, Some(_)) => "is the first of its device and names one before".to_owned(),
        (_, None) => format!("is number {seq} of its device and names none before"),
        (_, Some(prev)) => {
            let before = chain.get(&(seq - 1))?;
            if before.iter().any(|before| before.hash == prev) {
                return None;
            }
            format!("is number {seq} and does not name the hash of number {}", seq - 1)
        }
    };
    Some(Problem::new("chain", link.record, detail))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xuncha_core::domain::Timestamp;

    use super::*;

    fn record(n: u8) -> RecordId {
        RecordId::mint(Timestamp::from_millis(1_000), [n; 10])
    }

    fn hash(n: u8) -> Sha256Hash {
        Sha256Hash::of(&[n])
    }

    fn device() -> DeviceId {
        DeviceId::mint(Timestamp::from_millis(1_000), [9; 10])
    }

    fn chain(length: u8) -> Chains {
        let mut chains = Chains::default();
        for n in 1..=length {
            let prev = (n > 1).then(|| hash(n - 1));
            chains.add(device(), n.into(), Link { record: record(n), hash: hash(n), prev });
        }
        chains
    }

    fn codes(problems: &[Problem]) -> Vec<&'static str> {
        problems.iter().map(|problem| problem.code).collect()
    }

    proptest! {
        #[test]
        fn a_whole_chain_is_well_and_one_altered_link_is_found(length in 2_u8..40, at in 1_u8..40) {
            let whole = chain(length);
            prop_assert_eq!(whole.check(&BTreeSet::new()), (vec![], vec![]));
            let at = 1 + at % (length - 1);
            let mut altered = chain(length);
            altered.0.get_mut(&device()).unwrap().get_mut(&u64::from(at)).unwrap()[0].hash = hash(200);
            prop_assert_eq!(codes(&altered.check(&BTreeSet::new()).0), ["chain"]);
        }
    }

    #[test]
    fn a_fork_is_wrong_unless_the_hub_told_the_head_of_it() {
        let mut forked = chain(3);
        forked.add(device(), 3, Link { record: record(7), hash: hash(7), prev: Some(hash(2)) });
        let (wrong, notes) = forked.check(&BTreeSet::new());
        assert_eq!((codes(&wrong), codes(&notes)), (vec!["fork"], vec![]));
        let (wrong, notes) = forked.check(&BTreeSet::from([record(7)]));
        assert_eq!((codes(&wrong), codes(&notes)), (vec![], vec!["fork"]));
    }

    #[test]
    fn a_record_that_has_not_come_is_a_gap_and_no_fault() {
        let mut gap = chain(1);
        gap.add(device(), 3, Link { record: record(3), hash: hash(3), prev: Some(hash(2)) });
        let (wrong, notes) = gap.check(&BTreeSet::new());
        assert_eq!((codes(&wrong), codes(&notes)), (vec![], vec!["gap"]));
    }
}

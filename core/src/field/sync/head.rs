//! Holding the hub to its word: the station's log only ever grows. The phone remembers the last head
//! that the hub signed and checks each new one against it, so a hub that dropped or rewrote a record
//! contradicts itself in front of every phone.

use serde::{Deserialize, Serialize};

use crate::domain::{RecordId, Sha256Hash, StationId, Timestamp};
use crate::wire::merkle::{
    ConsistencyProof, InclusionProof, leaf_hash, verify_consistency, verify_inclusion,
};
use crate::wire::{Jws, JwsError, Receipt, Signed as _, TreeHead, VerifyingKey, leaf_bytes};

/// What the phone knows of the station's log from words the hub signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::field) struct KnownLog {
    /// The last head.
    pub(in crate::field) head: TreeHead,
    /// The same as the hub signed it.
    pub(in crate::field) signed: Jws,
    /// The farthest position that a receipt names.
    pub(in crate::field) receipted: Option<Receipted>,
}

/// A position in the log, and the hub's word of what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::field) struct Receipted {
    pub(super) index: u64,
    at: Timestamp,
    /// The record and the hash of its JWS; phones of before did not keep them.
    #[serde(default)]
    pub(super) record: Option<(RecordId, Sha256Hash)>,
    /// Whether the hub has shown since that it stands there.
    #[serde(default)]
    pub(super) shown: bool,
}

impl Receipted {
    pub(super) fn by(receipt: &Receipt) -> Self {
        let record = Some((receipt.record, receipt.sha256));
        Self { index: receipt.log_index, at: receipt.received_at, record, shown: false }
    }

    /// Whether the log of this head has it in its place. It is the farthest: a log that was cut off anywhere before it
    /// and grew again has another one there.
    pub(super) fn stands_in(&self, head: &TreeHead, proof: &InclusionProof) -> bool {
        self.record.is_some_and(|(_, sha256)| {
            let leaf = leaf_hash(&leaf_bytes(&sha256, self.at));
            verify_inclusion(leaf, self.index, head.size, proof, &head.root).is_ok()
        })
    }
}

/// Why a head is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::field) enum HeadError {
    /// The hub that this phone was enrolled at did not sign it.
    #[error("the log's head is not signed by the hub this phone knows: {0}")]
    Forged(#[from] JwsError),
    /// It is the head of another station's log.
    #[error("the log's head is of another station")]
    OtherStation,
    /// It was signed before the one remembered: an old answer came again.
    #[error("the log's head is older than the one known")]
    Stale,
    /// Nothing valid shows that it continues the one remembered. Whether the line or the hub is to
    /// blame, asking for the proof alone tells.
    #[error("nothing shows that the log continues the one known, of {known} records, up to its {size}")]
    Unproven {
        /// The size of the log remembered.
        known: u64,
        /// The size that it claims.
        size: u64,
    },
    /// Two words of the hub contradict each other: records were dropped or changed.
    #[error("the hub's log of {size} records contradicts the one known, of {known}")]
    Rewritten {
        /// The size of the log remembered.
        known: u64,
        /// The size that it claims now.
        size: u64,
    },
}

/// Reads a head that the hub signed for this station.
pub(in crate::field) fn read_head(
    head: &Jws,
    hub: &VerifyingKey,
    station: StationId,
) -> Result<TreeHead, HeadError> {
    let head = TreeHead::verify(head, hub)?;
    if head.station == station { Ok(head) } else { Err(HeadError::OtherStation) }
}

/// Checks that the log at `new` continues what is known of it.
pub(super) fn check_growth(
    known: &KnownLog,
    new: &TreeHead,
    proof: Option<&ConsistencyProof>,
) -> Result<(), HeadError> {
    let old = &known.head;
    let rewritten = HeadError::Rewritten { known: old.size, size: new.size };
    // A smaller log signed earlier is no contradiction, only an old answer.
    if new.size < old.size {
        return Err(if new.at > old.at { rewritten } else { HeadError::Stale });
    }
    if let Some(receipted) = known.receipted
        && new.size <= receipted.index
    {
        return Err(if new.at > receipted.at { rewritten } else { HeadError::Stale });
    }
    if new.size == old.size {
        return if new.root == old.root { Ok(()) } else { Err(rewritten) };
    }
    let nothing = ConsistencyProof::try_from(Vec::new()).ok();
    // Every log continues the empty one; there is nothing to send then.
    let proof = proof.or(nothing.as_ref().filter(|_| old.size == 0));
    let shown = proof.map(|proof| verify_consistency(old.size, &old.root, new.size, &new.root, proof));
    match shown {
        Some(Ok(())) => Ok(()),
        _ => Err(HeadError::Unproven { known: old.size, size: new.size }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Sha256Hash;
    use crate::wire::merkle::{LeafHash, consistency_proof, leaf_hash, root_of};
    use crate::wire::{SigningKey, V1};

    fn station() -> StationId {
        StationId::mint(Timestamp::from_millis(1), [7; 10])
    }

    fn leaves(contents: &[u8]) -> Vec<LeafHash> {
        contents.iter().map(|content| leaf_hash(&[*content])).collect()
    }

    fn head(leaves: &[LeafHash], at: i64) -> TreeHead {
        let at = Timestamp::from_millis(1_700_000_000_000 + at);
        TreeHead { v: V1, station: station(), size: leaves.len() as u64, root: root_of(leaves), at }
    }

    fn known(leaves: &[LeafHash], at: i64) -> KnownLog {
        let head = head(leaves, at);
        let signed = head.sign(&SigningKey::from_seed([1; 32])).unwrap();
        KnownLog { head, signed, receipted: None }
    }

    #[test]
    fn a_head_by_another_key_or_of_another_station_is_refused() {
        let (hub, other) = (SigningKey::from_seed([1; 32]), SigningKey::from_seed([2; 32]));
        let signed = head(&leaves(b"abc"), 0).sign(&hub).unwrap();
        assert!(read_head(&signed, &hub.verifying_key(), station()).is_ok());
        assert!(matches!(read_head(&signed, &other.verifying_key(), station()), Err(HeadError::Forged(_))));
        let elsewhere = StationId::mint(Timestamp::from_millis(1), [8; 10]);
        assert_eq!(read_head(&signed, &hub.verifying_key(), elsewhere), Err(HeadError::OtherStation));
    }

    #[test]
    fn an_old_answer_that_comes_again_is_stale_and_no_alarm() {
        let log = leaves(b"abcd");
        assert_eq!(check_growth(&known(&log, 9), &head(&log[..2], 5), None), Err(HeadError::Stale));
    }

    #[test]
    fn a_receipted_record_beyond_the_end_of_a_later_log_is_an_alarm() {
        let log = leaves(b"abcd");
        let mut known = known(&log[..2], 0);
        let receipted = |index| Receipted {
            index,
            at: Timestamp::from_millis(1_700_000_000_005),
            record: None,
            shown: false,
        };
        known.receipted = Some(receipted(4));
        let proof = consistency_proof(&log, 2);
        let check = |at| check_growth(&known, &head(&log, at), proof.as_ref());
        assert_eq!(check(9), Err(HeadError::Rewritten { known: 2, size: 4 }));
        assert_eq!(check(5), Err(HeadError::Stale));
        known.receipted = Some(receipted(3));
        assert_eq!(check_growth(&known, &head(&log, 9), proof.as_ref()), Ok(()));
    }

    proptest! {
        #[test]
        fn a_log_that_grew_is_taken_with_its_proof_and_not_without(
            contents in proptest::collection::vec(any::<u8>(), 1..60), split in 0usize..60,
        ) {
            let log = leaves(&contents);
            let old = split % (log.len() + 1);
            let (known, new) = (known(&log[..old], 0), head(&log, 1));
            prop_assert_eq!(check_growth(&known, &new, consistency_proof(&log, old).as_ref()), Ok(()));
            let bare = check_growth(&known, &new, None);
            prop_assert_eq!(bare.is_ok(), old == 0 || old == log.len());
        }

        #[test]
        fn a_log_in_which_one_known_record_was_changed_is_never_taken(
            contents in proptest::collection::vec(any::<u8>(), 1..60),
            split in 1usize..60, at in 0usize..60, by in 1u8..=255, dropped: bool,
        ) {
            let log = leaves(&contents);
            let old = 1 + split % log.len();
            let mut contents = contents;
            if dropped {
                contents.remove(at % old);
            } else {
                contents[at % old] = contents[at % old].wrapping_add(by);
            }
            let rewritten = leaves(&contents);
            prop_assume!(rewritten.get(..old) != Some(&log[..old]));
            let new = head(&rewritten, 1);
            let proof = consistency_proof(&rewritten, old);
            let error = check_growth(&known(&log[..old], 0), &new, proof.as_ref()).unwrap_err();
            prop_assert_ne!(&error, &HeadError::Stale);
            if new.size <= old as u64 {
                let known = old as u64;
                prop_assert_eq!(error, HeadError::Rewritten { known, size: new.size });
            }
        }

        #[test]
        fn a_made_up_proof_proves_nothing(
            contents in proptest::collection::vec(any::<u8>(), 2..40),
            split in 1usize..40, hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..8),
        ) {
            let log = leaves(&contents);
            let old = 1 + split % (log.len() - 1);
            let made_up = hashes.into_iter().map(Sha256Hash::from_bytes).collect::<Vec<_>>();
            let proof = ConsistencyProof::try_from(made_up).unwrap();
            prop_assert!(check_growth(&known(&log[..old], 0), &head(&log, 1), Some(&proof)).is_err());
        }
    }
}

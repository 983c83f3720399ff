//! The Merkle log of a station (RFC 6962 §2.1): hashing, the frontier the hub keeps to append in
//! O(log n), and proofs that a record is in the log and that a later log only added to an earlier one.
//!
//! Proofs are verified as RFC 9162 §2.1.3.2 and §2.1.4.2 spell it out; the tree is the same.

use serde::{Deserialize, Serialize};

use super::Sha256Hash;

/// The hash of a leaf. A type of its own: the SHA-256 of a record is not yet its leaf hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeafHash(Sha256Hash);

/// The hash of a leaf's bytes: SHA-256(0x00 ‖ bytes).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> LeafHash {
    LeafHash(Sha256Hash::of_parts(&[&[0x00], leaf]))
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Sha256Hash, right: &Sha256Hash) -> Sha256Hash {
    Sha256Hash::of_parts(&[&[0x01], left.as_bytes(), right.as_bytes()])
}

/// The root over all leaves; SHA-256 of nothing when there is none.
#[must_use]
pub fn root_of(leaves: &[LeafHash]) -> Sha256Hash {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// What is needed of a log to append to it and to know its root: the roots of its full subtrees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// One for each bit set in `size`, the greatest subtree first.
    peaks: Vec<Sha256Hash>,
}

/// Bytes that are no frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{length} bytes are no frontier of a log: the row is damaged, rebuild it from the leaves")]
pub struct NotAFrontier {
    /// How many bytes there were.
    pub length: usize,
}

impl Frontier {
    /// The greatest log size read from bytes; no log comes near it, so adding never overflows.
    const MAX_SIZE: u64 = 1 << 62;

    /// The number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and returns its index, counted from 0.
    pub fn push(&mut self, leaf: LeafHash) -> u64 {
        let index = self.size;
        let mut peak = leaf.0;
        // Each set low bit is a full subtree as large as what was just completed beside it.
        for _ in 0..index.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                peak = node_hash(&left, &peak);
            }
        }
        self.peaks.push(peak);
        self.size += 1;
        index
    }

    /// The root of the log as it stands.
    #[must_use]
    pub fn root(&self) -> Sha256Hash {
        let smallest_first = self.peaks.iter().rev().copied();
        smallest_first.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(|| Sha256Hash::of(b""))
    }

    /// Size (8 bytes, big-endian), then the peaks (32 bytes each).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.peaks.iter().flat_map(Sha256Hash::as_bytes));
        bytes
    }

    /// Reads [`Frontier::to_bytes`] back.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAFrontier> {
        let refuse = NotAFrontier { length: bytes.len() };
        let (size, rest) = bytes.split_first_chunk().ok_or(refuse)?;
        let size = u64::from_be_bytes(*size);
        let (chunks, left_over) = rest.as_chunks::<32>();
        let wanted = usize::try_from(size.count_ones()).map_err(|_| refuse)?;
        if size > Self::MAX_SIZE || chunks.len() != wanted || !left_over.is_empty() {
            return Err(refuse);
        }
        Ok(Self { size, peaks: chunks.iter().copied().map(Sha256Hash::from_bytes).collect() })
    }
}

/// Hashes in a proof: a tree of 2⁶⁴ leaves needs no more.
const MAX_PROOF: usize = 64;

/// A proof with more hashes than any log needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proof has at most {MAX_PROOF} hashes, this one has {0}")]
pub struct ProofTooLong(pub usize);

macro_rules! proofs {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "Vec<Sha256Hash>", into = "Vec<Sha256Hash>")]
        pub struct $name(Vec<Sha256Hash>);

        impl TryFrom<Vec<Sha256Hash>> for $name {
            type Error = ProofTooLong;
            fn try_from(hashes: Vec<Sha256Hash>) -> Result<Self, ProofTooLong> {
                if hashes.len() > MAX_PROOF { Err(ProofTooLong(hashes.len())) } else { Ok(Self(hashes)) }
            }
        }

        impl From<$name> for Vec<Sha256Hash> {
            fn from(proof: $name) -> Self {
                proof.0
            }
        }
    )+};
}

proofs! {
    /// The way from a leaf to the root: its siblings, the lowest first (RFC 6962 §2.1.1).
    InclusionProof,
    /// The nodes that show that one log begins with another (RFC 6962 §2.1.2).
    ConsistencyProof
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf's index lies beyond the log, or the older log is the larger one.
    #[error("position {position} is not within a log of {size}: the log may have been cut, report it")]
    OutOfRange {
        /// The index, or the size of the older log.
        position: u64,
        /// The size of the log.
        size: u64,
    },
    /// More or fewer hashes than a log of that size needs.
    #[error("the proof has not as many hashes as it needs: ask for it again")]
    Length,
    /// The hashes lead to another root: the log was altered, or the proof belongs to another.
    #[error("the proof leads to another root: the log may have been altered, report it")]
    Root,
}

/// The proof that the leaf at `index` is in the log of `leaves`; `None` if there is no such leaf.
#[must_use]
pub fn inclusion_proof(leaves: &[LeafHash], index: usize) -> Option<InclusionProof> {
    fn path(leaves: &[LeafHash], index: usize, proof: &mut Vec<Sha256Hash>) {
        let Some((left, right)) = halves(leaves) else { return };
        if index < left.len() {
            path(left, index, proof);
            proof.push(root_of(right));
        } else {
            path(right, index - left.len(), proof);
            proof.push(root_of(left));
        }
    }
    if index >= leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    path(leaves, index, &mut proof);
    Some(InclusionProof(proof))
}

/// The proof that the log of `leaves` begins with its own first `old_size`; `None` if it is shorter.
#[must_use]
pub fn consistency_proof(leaves: &[LeafHash], old_size: usize) -> Option<ConsistencyProof> {
    /// `known`: the verifier has this subtree's root already, as the old log's root.
    fn subproof(leaves: &[LeafHash], old: usize, known: bool, proof: &mut Vec<Sha256Hash>) {
        if old == leaves.len() {
            if !known {
                proof.push(root_of(leaves));
            }
            return;
        }
        let Some((left, right)) = halves(leaves) else { return };
        if old <= left.len() {
            subproof(left, old, known, proof);
            proof.push(root_of(right));
        } else {
            subproof(right, old - left.len(), false, proof);
            proof.push(root_of(left));
        }
    }
    if old_size > leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    if old_size > 0 {
        subproof(leaves, old_size, true, &mut proof);
    }
    Some(ConsistencyProof(proof))
}

/// Splits before the last leaf at the greatest power of two; `None` for fewer than two leaves.
fn halves(leaves: &[LeafHash]) -> Option<(&[LeafHash], &[LeafHash])> {
    (leaves.len() > 1).then(|| leaves.split_at(leaves.len().next_power_of_two() / 2))
}

/// The walk both verifications make from a position up to the root of a log.
struct Climb {
    position: u64,
    last: u64,
}

impl Climb {
    /// One level up. `Some(true)`: the proof's hash is the left sibling; `None`: already at the root.
    fn step(&mut self) -> Option<bool> {
        if self.last == 0 {
            return None;
        }
        let on_left = self.position & 1 == 1 || self.position == self.last;
        if on_left {
            // The rightmost node has no sibling on these levels and is passed up unchanged.
            while self.position & 1 == 0 && self.position != 0 {
                self.up();
            }
        }
        self.up();
        Some(on_left)
    }

    fn up(&mut self) {
        self.position >>= 1;
        self.last >>= 1;
    }
}

/// Checks that `leaf` is at `index` of the log of `size` leaves with `root`.
pub fn verify_inclusion(
    leaf: LeafHash,
    index: u64,
    size: u64,
    proof: &InclusionProof,
    root: &Sha256Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { position: index, size });
    }
    let mut climb = Climb { position: index, last: size - 1 };
    let mut hash = leaf.0;
    for sibling in &proof.0 {
        let on_left = climb.step().ok_or(ProofError::Length)?;
        hash = if on_left { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) };
    }
    if climb.last != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the log of `new_size` leaves with `new_root` begins with the one of `old_size` leaves
/// with `old_root`. Every log begins with the empty one.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Sha256Hash,
    new_size: u64,
    new_root: &Sha256Hash,
    proof: &ConsistencyProof,
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::OutOfRange { position: old_size, size: new_size });
    }
    if old_size == 0 || old_size == new_size {
        let fits =
            (old_size > 0 || *old_root == root_of(&[])) && (old_size < new_size || old_root == new_root);
        return match (proof.0.is_empty(), fits) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    let mut climb = Climb { position: old_size - 1, last: new_size - 1 };
    while climb.position & 1 == 1 {
        climb.up();
    }
    // An old log that is one full subtree is itself the first node of the way.
    let (first, rest) = if old_size.is_power_of_two() {
        (old_root, proof.0.as_slice())
    } else {
        proof.0.split_first().ok_or(ProofError::Length)?
    };
    let (mut old, mut new) = (*first, *first);
    for sibling in rest {
        if climb.step().ok_or(ProofError::Length)? {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
        } else {
            new = node_hash(&new, sibling);
        }
    }
    if climb.last != 0 {
        return Err(ProofError::Length);
    }
    if old == *old_root && new == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

#[cfg(test)]
mod tests;

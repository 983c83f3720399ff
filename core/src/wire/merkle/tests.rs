//! The log against the published Certificate Transparency vectors and against another implementation.

use ct_merkle::RootHash;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::Sha256;

use super::*;

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

/// Leaves and roots of the Certificate Transparency reference tree
/// (github.com/transparency-dev/merkle, testonly/constants.go).
const CT_LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const CT_ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hash(hex: &str) -> Sha256Hash {
    hex.parse().unwrap()
}

fn ct_leaves() -> Vec<LeafHash> {
    CT_LEAVES.iter().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())).collect()
}

fn contents(size: usize) -> Vec<Vec<u8>> {
    (0..size).map(|index| index.to_be_bytes().to_vec()).collect()
}

fn leaves(size: usize) -> Vec<LeafHash> {
    contents(size).iter().map(|content| leaf_hash(content)).collect()
}

fn oracle(size: usize) -> Oracle {
    let mut tree = Oracle::new();
    for content in contents(size) {
        tree.push(content);
    }
    tree
}

fn oracle_root(root: Sha256Hash, size: usize) -> RootHash<Sha256> {
    RootHash::new((*root.as_bytes()).into(), size as u64)
}

fn concatenated(hashes: &[Sha256Hash]) -> Vec<u8> {
    hashes.iter().flat_map(Sha256Hash::as_bytes).copied().collect()
}

#[test]
fn every_root_of_the_certificate_transparency_tree_is_the_published_one() {
    let leaves = ct_leaves();
    for (size, root) in CT_ROOTS.iter().enumerate() {
        assert_eq!(root_of(&leaves[..size]), hash(root), "size {size}");
    }
}

#[test]
fn the_published_proofs_come_out_and_verify() {
    let leaves = ct_leaves();
    let inclusion = InclusionProof(vec![
        hash("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
        hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        hash(CT_ROOTS[4]),
    ]);
    assert_eq!(inclusion_proof(&leaves, 5).as_ref(), Some(&inclusion));
    assert_eq!(verify_inclusion(leaves[5], 5, 8, &inclusion, &hash(CT_ROOTS[8])), Ok(()));

    let consistency = ConsistencyProof(vec![
        hash("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
        hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        hash(CT_ROOTS[4]),
    ]);
    assert_eq!(consistency_proof(&leaves, 6).as_ref(), Some(&consistency));
    assert_eq!(verify_consistency(6, &hash(CT_ROOTS[6]), 8, &hash(CT_ROOTS[8]), &consistency), Ok(()));
}

#[test]
fn up_to_seventy_leaves_every_proof_agrees_with_the_other_implementation() {
    for size in 1..=70 {
        let (tree, leaves) = (oracle(size), leaves(size));
        let root = root_of(&leaves);
        assert_eq!(root.as_bytes().as_slice(), tree.root().as_bytes().as_slice());
        for index in 0..size {
            let proof = inclusion_proof(&leaves, index).unwrap();
            assert_eq!(concatenated(&proof.0), tree.prove_inclusion(index).as_bytes());
            assert_eq!(verify_inclusion(leaves[index], index as u64, size as u64, &proof, &root), Ok(()));
        }
        for old in 1..=size {
            let proof = consistency_proof(&leaves, old).unwrap();
            let old_root = root_of(&leaves[..old]);
            // For equal sizes the other implementation gives a proof where RFC 6962 gives none.
            if old < size {
                assert_eq!(concatenated(&proof.0), tree.prove_consistency(size - old).as_bytes());
            }
            assert_eq!(verify_consistency(old as u64, &old_root, size as u64, &root, &proof), Ok(()));
        }
    }
}

#[test]
fn every_log_begins_with_the_empty_one_and_with_itself() {
    let leaves = leaves(5);
    let (empty, root) = (root_of(&[]), root_of(&leaves));
    let none = ConsistencyProof(Vec::new());
    assert_eq!(consistency_proof(&leaves, 0), Some(none.clone()));
    assert_eq!(verify_consistency(0, &empty, 5, &root, &none), Ok(()));
    assert_eq!(verify_consistency(5, &root, 5, &root, &none), Ok(()));
    assert_eq!(verify_consistency(0, &root, 5, &root, &none), Err(ProofError::Root));
    assert_eq!(verify_consistency(0, &empty, 0, &root, &none), Err(ProofError::Root));
    assert_eq!(verify_consistency(5, &empty, 5, &root, &none), Err(ProofError::Root));
    let some = ConsistencyProof(vec![root]);
    assert_eq!(verify_consistency(0, &empty, 5, &root, &some), Err(ProofError::Length));
    let shrunk = ProofError::OutOfRange { position: 6, size: 5 };
    assert_eq!(verify_consistency(6, &root, 5, &root, &none), Err(shrunk));
}

#[test]
fn what_is_not_in_the_log_has_no_proof() {
    assert_eq!(inclusion_proof(&[], 0), None);
    assert_eq!(inclusion_proof(&leaves(3), 3), None);
    assert_eq!(consistency_proof(&leaves(3), 4), None);
    let beyond = ProofError::OutOfRange { position: 3, size: 3 };
    let proof = InclusionProof(Vec::new());
    assert_eq!(verify_inclusion(leaf_hash(b""), 3, 3, &proof, &root_of(&leaves(3))), Err(beyond));
}

#[test]
fn a_proof_of_more_than_64_hashes_is_refused_when_read() {
    let text = |length| serde_json::to_string(&vec![root_of(&[]); length]).unwrap();
    assert!(serde_json::from_str::<InclusionProof>(&text(64)).is_ok());
    assert!(serde_json::from_str::<InclusionProof>(&text(65)).is_err());
    assert!(serde_json::from_str::<ConsistencyProof>(&text(65)).is_err());
}

#[test]
fn bytes_that_are_no_frontier_are_refused() {
    let mut frontier = Frontier::default();
    for leaf in leaves(5) {
        frontier.push(leaf);
    }
    let bytes = frontier.to_bytes();
    assert_eq!(bytes.len(), 8 + 2 * 32);
    for length in 0..bytes.len() {
        assert_eq!(Frontier::from_bytes(&bytes[..length]), Err(NotAFrontier { length }));
    }
    assert!(Frontier::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    assert!(Frontier::from_bytes(&[[0xff; 8].as_slice(), &[0; 64 * 32]].concat()).is_err());
}

proptest! {
    #[test]
    fn a_frontier_stored_after_any_leaf_goes_on_to_the_same_root(size in 0_usize..300, stop in any::<Index>()) {
        let (leaves, stop) = (leaves(size), stop.index(size + 1));
        let mut frontier = Frontier::default();
        for (index, leaf) in leaves.iter().enumerate() {
            if index == stop {
                frontier = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
            }
            prop_assert_eq!(frontier.push(*leaf), index as u64);
        }
        let tree = oracle(size);
        prop_assert_eq!(frontier.size(), tree.len());
        prop_assert_eq!(oracle_root(frontier.root(), size), tree.root());
    }

    #[test]
    fn a_forged_inclusion_proof_is_refused(
        size in 1_usize..300, index in any::<Index>(), other in any::<Index>(), at in any::<Index>(), bit in 0_usize..256,
    ) {
        let (leaves, index) = (leaves(size), index.index(size));
        let (root, proof) = (root_of(&leaves), inclusion_proof(&leaves, index).unwrap());
        let check = |leaf, index, proof: &InclusionProof, root: &Sha256Hash| {
            verify_inclusion(leaf, index as u64, size as u64, proof, root)
        };
        prop_assert_eq!(check(leaves[index], index, &proof, &root), Ok(()));

        let flip = |hash: Sha256Hash| {
            let mut bytes = *hash.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            Sha256Hash::from_bytes(bytes)
        };
        prop_assert_eq!(check(leaves[index], index, &proof, &flip(root)), Err(ProofError::Root));
        prop_assert_eq!(check(LeafHash(flip(leaves[index].0)), index, &proof, &root), Err(ProofError::Root));
        let other = other.index(size);
        if other != index {
            prop_assert!(check(leaves[index], other, &proof, &root).is_err());
            prop_assert!(check(leaves[other], index, &proof, &root).is_err());
        }
        let mut longer = proof.clone();
        longer.0.push(root);
        prop_assert_eq!(check(leaves[index], index, &longer, &root), Err(ProofError::Length));
        if !proof.0.is_empty() {
            let mut altered = proof.clone();
            let at = at.index(altered.0.len());
            altered.0[at] = flip(altered.0[at]);
            prop_assert_eq!(check(leaves[index], index, &altered, &root), Err(ProofError::Root));
            altered.0.remove(at);
            prop_assert_eq!(check(leaves[index], index, &altered, &root), Err(ProofError::Length));
        }
    }

    #[test]
    fn a_log_that_rewrote_a_leaf_has_no_consistency_proof(
        size in 2_usize..200, old in any::<Index>(), rewritten in any::<Index>(),
    ) {
        let old_size = 1 + old.index(size - 1);
        let before = leaves(size);
        let mut after = before.clone();
        after[rewritten.index(old_size)] = leaf_hash(b"rewritten");
        let (old_root, new_root) = (root_of(&before[..old_size]), root_of(&after));
        let proof = consistency_proof(&after, old_size).unwrap();
        let answer = verify_consistency(old_size as u64, &old_root, size as u64, &new_root, &proof);
        prop_assert_eq!(answer, Err(ProofError::Root));
    }

    #[test]
    fn a_forged_consistency_proof_is_refused(
        size in 2_usize..200, old in any::<Index>(), at in any::<Index>(), bit in 0_usize..256,
    ) {
        let old_size = 1 + old.index(size - 1);
        let leaves = leaves(size);
        let (old_root, new_root) = (root_of(&leaves[..old_size]), root_of(&leaves));
        let check = |proof: &ConsistencyProof| {
            verify_consistency(old_size as u64, &old_root, size as u64, &new_root, proof)
        };
        let proof = consistency_proof(&leaves, old_size).unwrap();
        let mut longer = proof.clone();
        longer.0.push(new_root);
        prop_assert_eq!(check(&longer), Err(ProofError::Length));
        let mut altered = proof.clone();
        let at = at.index(altered.0.len());
        let mut bytes = *altered.0[at].as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        altered.0[at] = Sha256Hash::from_bytes(bytes);
        prop_assert_eq!(check(&altered), Err(ProofError::Root));
        altered.0.remove(at);
        prop_assert_eq!(check(&altered), Err(ProofError::Length));
    }

    #[test]
    fn no_sizes_and_no_hashes_make_verification_panic(
        (position, size) in any::<(u64, u64)>(), hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        let hashes: Vec<_> = hashes.into_iter().map(Sha256Hash::from_bytes).collect();
        let root = root_of(&[]);
        let _ = verify_inclusion(leaf_hash(b""), position, size, &InclusionProof(hashes.clone()), &root);
        let _ = verify_consistency(position, &root, size, &root, &ConsistencyProof(hashes));
    }
}

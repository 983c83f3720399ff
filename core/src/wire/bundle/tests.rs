use proptest::prelude::*;

use super::*;

fn keys() -> (SigningKey, SigningKey) {
    (SigningKey::from_seed([1; 32]), SigningKey::from_seed([2; 32]))
}

fn at() -> Timestamp {
    Timestamp::from_millis(1_795_500_000_000)
}

fn cover(content: Content) -> OutboxCover {
    OutboxCover {
        v: V1,
        station: StationId::mint(at(), [1; 10]),
        device: DeviceId::mint(at(), [2; 10]),
        made_at: at(),
        cursor: Cursor(7),
        log_size: 3,
        content,
    }
}

fn some_parts() -> Vec<Part> {
    let (photo, record) = (PhotoId::mint(at(), [3; 10]), RecordId::mint(at(), [4; 10]));
    vec![
        Part::Push(b"push".to_vec()),
        Part::Photo(PhotoHead { photo, record, key: None }, vec![9; 1_000]),
        Part::PhotoAnswer(PhotoAnswer { photo, receipt: None, refused: Some(ProblemCode::PhotoMismatch) }),
    ]
}

fn file() -> Vec<u8> {
    let mut parts = Parts::default();
    for part in some_parts() {
        assert!(parts.add(&part).unwrap());
    }
    parts.seal(&keys().0, cover).unwrap()
}

fn open(file: &[u8]) -> Result<Vec<Part>, BundleError> {
    let (_, parts) = Bundle::read(file)?.open::<OutboxCover>(&keys().0.verifying_key())?;
    Ok(parts)
}

#[test]
fn a_bundle_comes_back_as_it_was_and_begins_with_its_magic() {
    let file = file();
    assert!(file.starts_with(b"XUNCHA\x01\n"));
    assert_eq!(open(&file).unwrap(), some_parts());
    assert_eq!(Bundle::read(&file).unwrap().unverified::<OutboxCover>().unwrap().cursor, Cursor(7));
}

#[test]
fn another_signer_and_another_kind_of_cover_are_refused() {
    let file = file();
    let bundle = Bundle::read(&file).unwrap();
    let other = bundle.open::<OutboxCover>(&keys().1.verifying_key());
    assert!(matches!(other, Err(BundleError::Cover(JwsError::OtherKey { .. }))), "{other:?}");
    let kind = bundle.open::<AnswerCover>(&keys().0.verifying_key());
    assert!(matches!(kind, Err(BundleError::Cover(JwsError::OtherType { .. }))), "{kind:?}");
}

#[test]
fn what_is_no_bundle_is_told_from_a_cut_one_and_an_unknown_part_is_named() {
    assert_eq!(open(b"PK\x03\x04"), Err(BundleError::NotABundle));
    assert_eq!(open(b""), Err(BundleError::NotABundle));
    assert_eq!(open(b"XUNCHA"), Err(BundleError::Cut));
    let parts = Parts { bytes: vec![77, 0, 0, 0, 0], count: 1 };
    assert_eq!(open(&parts.seal(&keys().0, cover).unwrap()), Err(BundleError::Part(77)));
    let parts = Parts { bytes: vec![1, 0xff, 0xff, 0xff, 0xff], count: 1 };
    assert_eq!(open(&parts.seal(&keys().0, cover).unwrap()), Err(BundleError::Cut));
    let parts = Parts { bytes: [1, 0, 0, 0, 0].repeat(limits::BUNDLE_PARTS + 1), count: 0 };
    assert_eq!(open(&parts.seal(&keys().0, cover).unwrap()), Err(BundleError::TooLarge));
    assert_eq!(open(&vec![0; limits::BUNDLE_BYTES + 1]), Err(BundleError::TooLarge));
}

#[test]
fn a_full_bundle_takes_no_more_and_stays_within_its_limit() {
    let mut parts = Parts::default();
    let large = Part::Push(vec![0; 8 << 20]);
    while parts.add(&large).unwrap() {}
    let file = parts.seal(&keys().0, cover).unwrap();
    assert!(file.len() <= limits::BUNDLE_BYTES && file.len() + (8 << 20) > limits::BUNDLE_BYTES - (1 << 20));
}

proptest! {
    #[test]
    fn a_cut_or_changed_bundle_is_never_believed(at in any::<prop::sample::Index>(), by in 1u8..=255) {
        let whole = file();
        let at = at.index(whole.len());
        prop_assert!(open(&whole[..at]).is_err());
        let mut changed = whole;
        changed[at] ^= by;
        prop_assert!(open(&changed).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = open(&bytes);
        let mut prefixed = MAGIC.to_vec();
        prefixed.extend(&bytes);
        let _ = open(&prefixed);
        let sealed = Parts { bytes, count: 1 }.seal(&keys().0, cover).unwrap();
        let _ = open(&sealed);
    }
}

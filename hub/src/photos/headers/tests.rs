use http::HeaderValue;
use proptest::prelude::*;
use xuncha_core::domain::Timestamp;

use super::*;

fn encoded(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn photo() -> PhotoId {
    PhotoId::mint(Timestamp::from_millis(1_000), [1; 10])
}

fn record() -> RecordId {
    RecordId::mint(Timestamp::from_millis(2_000), [2; 10])
}

/// The metadata of an open photo, with one pair replaced or, if it is empty, left out.
fn metadata_with(key: &str, value: &str) -> String {
    let (photo, record) = (photo().to_string(), record().to_string());
    let sha256 = Sha256Hash::of(b"jpeg").to_string();
    let pairs = [("photo", photo.as_str()), ("record", &record), ("sha256", &sha256)];
    let pairs = pairs.into_iter().map(|(name, own)| (name, if name == key { value } else { own }));
    let pairs = pairs.filter(|(_, value)| !value.is_empty());
    pairs.map(|(name, value)| format!("{name} {}", encoded(value))).collect::<Vec<_>>().join(",")
}

fn creation(length: &str, metadata: &str) -> Result<Creation, TusError> {
    Creation::read(&headers(&[(UPLOAD_LENGTH, length), (UPLOAD_METADATA, metadata)]))
}

#[test]
fn a_photo_is_announced_by_its_length_ids_and_hash() {
    let read = creation("1234", &metadata_with("", "")).unwrap();
    let sha256 = Some(Sha256Hash::of(b"jpeg"));
    assert_eq!(read, Creation { length: 1234, photo: photo(), record: record(), sha256, key: None });
}

#[test]
fn what_is_missing_twice_or_wrong_in_an_announcement_is_named() {
    let good = metadata_with("", "");
    let twice = format!("{good},photo {}", encoded(&photo().to_string()));
    for (length, metadata) in [
        ("", good.as_str()),
        ("+5", &good),
        ("-1", &good),
        ("5.0", &good),
        ("0", &good),
        ("99999999999999999999999", &good),
        ("5", ""),
        ("5", "photo"),
        ("5", "photo !!!"),
        ("5", &metadata_with("photo", "")),
        ("5", &metadata_with("record", "")),
        ("5", &metadata_with("sha256", "")),
        ("5", &metadata_with("sha256", "abc")),
        ("5", &metadata_with("photo", "no id")),
        ("5", &twice),
        ("5", &format!("{good},x {}", "A".repeat(2_000))),
    ] {
        let refused = creation(length, metadata);
        assert!(matches!(refused, Err(TusError::Malformed(..))), "{length} {metadata}: {refused:?}");
    }
    let only_length = headers(&[(UPLOAD_LENGTH, "5")]);
    assert_eq!(Creation::read(&only_length), Err(TusError::Missing(UPLOAD_METADATA)));
}

#[test]
fn a_photo_may_have_eight_mebibytes_and_a_locked_one_its_lock_beside() {
    let open = metadata_with("", "");
    let max = PHOTO_BYTES;
    assert!(creation(&max.to_string(), &open).is_ok());
    assert_eq!(creation(&(max + 1).to_string(), &open), Err(TusError::TooLarge { max }));

    let mut wrapped = [7; 81];
    wrapped[0] = 1;
    let wrapped = WrappedKey::try_from(wrapped.as_slice()).unwrap();
    let locked = format!("{},key {}", metadata_with("sha256", ""), encoded(&wrapped.to_string()));
    let read = creation(&(max + LOCK_BYTES).to_string(), &locked).unwrap();
    assert_eq!((read.key, read.sha256), (Some(wrapped), None));
    assert!(creation(&(max + LOCK_BYTES + 1).to_string(), &locked).is_err());
}

#[test]
fn a_piece_needs_its_type_and_offset_and_may_have_a_sha256() {
    let checksum = format!("sha256 {}", BASE64_STANDARD.encode(Sha256Hash::of(b"piece").as_bytes()));
    let typed = (header::CONTENT_TYPE, PIECE_TYPE);
    let read = |pairs: &[_]| Piece::read(&headers(pairs));
    let whole = read(&[typed.clone(), (UPLOAD_OFFSET, "7"), (UPLOAD_CHECKSUM, &checksum)]).unwrap();
    assert_eq!(whole, Piece { offset: 7, checksum: Some(Sha256Hash::of(b"piece")) });
    assert_eq!(read(&[typed.clone(), (UPLOAD_OFFSET, "0")]), Ok(Piece { offset: 0, checksum: None }));
    assert_eq!(read(std::slice::from_ref(&typed)), Err(TusError::Missing(UPLOAD_OFFSET)));
    assert_eq!(read(&[(UPLOAD_OFFSET, "7")]), Err(TusError::ContentType));
    for bad in ["sha1 AAAA", "sha256", "sha256 AAAA", "sha256 ?"] {
        let refused = read(&[typed.clone(), (UPLOAD_OFFSET, "7"), (UPLOAD_CHECKSUM, bad)]);
        assert!(matches!(refused, Err(TusError::Malformed(..))), "{bad}");
    }
}

#[test]
fn only_version_1_0_0_is_spoken() {
    assert_eq!(check_version(&headers(&[(TUS_RESUMABLE, "1.0.0")])), Ok(()));
    for other in [headers(&[]), headers(&[(TUS_RESUMABLE, "0.2.2")])] {
        assert_eq!(check_version(&other), Err(TusError::Version));
    }
}

proptest! {
    #[test]
    fn no_header_makes_the_parsers_panic(length in "[ -~]{0,30}", metadata in "[ -~]{0,200}", sum in "[ -~]{0,80}") {
        let _ = creation(&length, &metadata);
        let piece = [(header::CONTENT_TYPE, PIECE_TYPE), (UPLOAD_OFFSET, length.as_str()), (UPLOAD_CHECKSUM, &sum)];
        let _ = Piece::read(&headers(&piece));
    }

    #[test]
    fn every_length_within_the_limit_is_read_as_it_is(length in 1..=PHOTO_BYTES) {
        let read = creation(&length.to_string(), &metadata_with("", "")).unwrap();
        prop_assert_eq!(read.length, length);
    }

    #[test]
    fn foreign_pairs_are_ignored_wherever_they_stand(name in "[a-z_-]{7,12}", value in "[ -~]{0,40}", first: bool) {
        let (own, foreign) = (metadata_with("", ""), format!("{name} {}", encoded(&value)));
        let both = if first { format!("{foreign},{own}") } else { format!("{own}, {foreign}") };
        prop_assert_eq!(creation("5", &both), creation("5", &own));
    }
}

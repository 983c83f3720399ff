//! Receipts that are not the ones waited for, and numbers misheard on the telephone.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::wire::SigningKey;

fn hub() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

fn record() -> RecordId {
    Uuid::from_u128(1).into()
}

fn receipt(log_index: u64) -> Receipt {
    Receipt {
        v: V1,
        record: record(),
        sha256: Sha256Hash::of(b"jws"),
        station: Uuid::from_u128(2).into(),
        log_index,
        received_at: Timestamp::from_millis(1_795_000_000_123),
    }
}

fn photo_receipt() -> PhotoReceipt {
    PhotoReceipt {
        v: V1,
        photo: Uuid::from_u128(3).into(),
        sha256: Sha256Hash::of(b"jpeg"),
        bytes: 4,
        received_at: Timestamp::from_millis(1_795_000_000_123),
    }
}

#[test]
fn a_receipt_is_taken_only_for_what_was_sent() {
    let (key, sha) = (hub().verifying_key(), Sha256Hash::of(b"jws"));
    let jws = receipt(41).sign(&hub()).unwrap();
    assert_eq!(verify_receipt(&jws, &key, record(), sha), Ok(receipt(41)));

    let other = RecordId::from(Uuid::from_u128(9));
    let answer = verify_receipt(&jws, &key, other, sha);
    assert!(matches!(answer, Err(ReceiptError::OtherId { .. })), "{answer:?}");
    let answer = verify_receipt(&jws, &key, record(), Sha256Hash::of(b"other"));
    assert_eq!(answer, Err(ReceiptError::OtherContent));

    let mallory = SigningKey::from_seed([8; 32]);
    let forged = receipt(41).sign(&mallory).unwrap();
    let answer = verify_receipt(&forged, &key, record(), sha);
    assert!(matches!(answer, Err(ReceiptError::Jws(JwsError::OtherKey { .. }))), "{answer:?}");
}

#[test]
fn a_photo_receipt_is_taken_only_for_the_whole_photo() {
    let (key, photo, sha) = (hub().verifying_key(), photo_receipt().photo, photo_receipt().sha256);
    let jws = photo_receipt().sign(&hub()).unwrap();
    assert_eq!(verify_photo_receipt(&jws, &key, photo, sha, 4), Ok(photo_receipt()));
    assert_eq!(verify_photo_receipt(&jws, &key, photo, sha, 5), Err(ReceiptError::OtherContent));
    let other = Sha256Hash::of(b"other");
    assert_eq!(verify_photo_receipt(&jws, &key, photo, other, 4), Err(ReceiptError::OtherContent));
    let answer = verify_photo_receipt(&jws, &key, Uuid::from_u128(9).into(), sha, 4);
    assert!(matches!(answer, Err(ReceiptError::OtherId { .. })), "{answer:?}");
    let answer = verify_receipt(&jws, &key, record(), sha);
    assert!(matches!(answer, Err(ReceiptError::Jws(JwsError::OtherType { .. }))), "{answer:?}");
}

#[test]
fn a_later_version_or_an_unknown_field_is_refused() {
    let good = serde_json::to_value(receipt(0)).unwrap();
    for (field, value) in [("v", 2.into()), ("v", "1".into()), ("extra", 1.into())] {
        let mut bad = good.clone();
        bad[field] = value;
        assert!(serde_json::from_value::<Receipt>(bad.clone()).is_err(), "{bad}");
    }
    for field in ["v", "record", "sha256", "station", "log_index", "received_at"] {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(field);
        assert!(serde_json::from_value::<Receipt>(bad).is_err(), "{field}");
    }
}

#[test]
fn a_leaf_is_41_bytes_of_version_hash_and_moment() {
    let leaf = leaf_bytes(&Sha256Hash::of(b"jws"), Timestamp::from_millis(0x0102_0304));
    assert_eq!(leaf[0], 1);
    assert_eq!(leaf[1..33], *Sha256Hash::of(b"jws").as_bytes());
    assert_eq!(leaf[33..], [0, 0, 0, 0, 1, 2, 3, 4]);
}

#[test]
fn a_number_names_the_position_counted_from_one() {
    let number = receipt(41).number();
    assert_eq!(number.log_index(), 41);
    let text = number.to_string();
    assert!(text.starts_with("0042-"), "{text}");
    assert_eq!(text.len(), "0042-5179-34".len());
    assert_eq!(receipt(u64::MAX).number().to_string().parse(), Ok(receipt(u64::MAX).number()));
    let elsewhere = Receipt { station: Uuid::from_u128(5).into(), ..receipt(41) };
    assert_ne!(elsewhere.number(), number);
}

#[test]
fn a_number_is_taken_as_people_write_it() {
    let number = receipt(41).number();
    let text = number.to_string();
    let wide: String = text
        .chars()
        .map(|c| c.to_digit(10).map_or('-', |d| "０１２３４５６７８９".chars().nth(d as usize).unwrap()))
        .collect();
    for spelling in
        [text.replace('-', ""), text.replace('-', " "), text.replace('-', "—"), format!(" {text}\n"), wide]
    {
        assert_eq!(spelling.parse(), Ok(number), "{spelling:?}");
    }
    for bad in ["", "-", "abc", "0000-0000-01", "00", &"9".repeat(60), &format!("{text}x")] {
        assert!(bad.parse::<ReceiptNumber>().is_err(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn a_number_comes_back_from_its_text(log_index in any::<u64>()) {
        let number = receipt(log_index).number();
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }

    #[test]
    fn a_misheard_digit_and_two_exchanged_ones_are_found(log_index in 0..100_000_000_u64) {
        let digits = receipt(log_index).number().to_string().replace('-', "");
        for at in 0..digits.len() {
            for digit in '0'..='9' {
                let mut misheard = digits.clone();
                misheard.replace_range(at..=at, &digit.to_string());
                prop_assert_eq!(misheard.parse::<ReceiptNumber>().is_ok(), misheard == digits);
            }
        }
        for at in 1..digits.len() {
            let mut exchanged = digits.clone().into_bytes();
            exchanged.swap(at - 1, at);
            let exchanged = String::from_utf8(exchanged).unwrap();
            prop_assert_eq!(exchanged.parse::<ReceiptNumber>().is_ok(), exchanged == digits);
        }
    }
}

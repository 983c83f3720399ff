//! Golden files: messages as this version writes them, which every later version must still read.
//!
//! A file that is there is never rewritten. After adding a message, write its file once with
//! `XUNCHA_GOLDEN=write cargo test -p xuncha-core --test golden` and commit it. Loose JSON lists its members
//! in the order of the alphabet: `serde_json` keeps them so or as written, by a feature any crate may set.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests and their helpers may panic"
)]

mod messages;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use rand_core::{CryptoRng, RngCore};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use xuncha_core::domain::{Name, Timestamp};
use xuncha_core::wire::merkle::{Frontier, leaf_hash};
use xuncha_core::wire::{
    DataKey, FormerDevice, HubOpeningKey, IssueCode, Jws, KeyStore, OutboxFigures, PhotoReceipt, Program,
    Receipt, Room, SelfReport, Sha256Hash, Signed, SigningKey, TreeHead, Typ, V1, VerifyingKey, WrappedKey,
    leaf_bytes, sign,
};

/// The text kept in `golden/NAME`, which must be what this version writes: `current`.
fn golden(name: &str, current: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let current = format!("{current}\n");
    if !path.exists() && std::env::var_os("XUNCHA_GOLDEN").is_some_and(|wish| wish == "write") {
        std::fs::write(&path, &current).expect("the golden file can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("the golden file is there");
    assert_eq!(kept, current, "{name} is no longer written as it was");
    kept.trim_end().to_owned()
}

fn golden_json(name: &str, current: &impl Serialize) -> Value {
    let text = serde_json::to_string_pretty(current).expect("it is JSON");
    serde_json::from_str(&golden(name, &text)).expect("it is JSON")
}

/// A signed message and its payload: kept, read back, verified.
fn golden_message<T: Signed + PartialEq + Debug>(name: &str, message: &T) {
    let jws: Jws = golden(&format!("wire/{name}.jws"), message.sign(&key()).expect("it signs").as_str())
        .parse()
        .unwrap();
    assert_eq!(&T::verify(&jws, &key().verifying_key()).unwrap(), message);
    let payload = golden_json(&format!("wire/{name}.json"), message);
    assert_eq!(&serde_json::from_value::<T>(payload).unwrap(), message);
}

/// The seed of RFC 8037 appendix A.1, so that any JOSE library's own test key reads these files.
fn key() -> SigningKey {
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    SigningKey::from_seed(hex::decode(seed).unwrap().try_into().unwrap())
}

fn moment() -> Timestamp {
    "2026-11-24T06:12:03.120Z".parse().unwrap()
}

/// Randomness for a wrapped key that is the same each time.
struct Sevens;

impl RngCore for Sevens {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        dest.fill(7);
    }
}

impl CryptoRng for Sevens {}

#[test]
fn each_kind_of_signed_message_has_a_golden_file_and_each_file_is_of_a_kind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/wire");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let kinds = paths.filter(|path| path.extension().is_some_and(|end| end == "jws")).map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        let header = BASE64URL.decode(text.split('.').next().unwrap()).unwrap();
        serde_json::from_slice::<Value>(&header).unwrap()["typ"].as_str().unwrap().to_owned()
    });
    let every: BTreeSet<_> = Typ::ALL.iter().map(|typ| typ.as_str().to_owned()).collect();
    assert_eq!(kinds.collect::<BTreeSet<_>>(), every);
}

/// Messages that travel unsigned, and what they are made of, each with the golden file that it is in.
const UNSIGNED: &[(&str, &str)] = &[
    ("ChangesPage", "changes-page"),
    ("Content", "outbox-cover"),
    ("EnrolAnswer", "enrol-answer"),
    ("EnrolRequest", "enrol-request"),
    ("FormerDevices", "former-devices"),
    ("FormerDevicesAnswer", "former-devices-answer"),
    ("LockedRecord", "push"),
    ("LogConsistency", "log-consistency"),
    ("LogInclusion", "log-inclusion"),
    ("OutboxFigures", "self-report"),
    ("PhotoAnswer", "photo-answers"),
    ("PhotoHead", "photo-head"),
    ("Problem", "problem"),
    ("Program", "self-report"),
    ("Push", "push"),
    ("PushAnswer", "push-answer"),
    ("ReviewRequest", "review-return"),
    ("Room", "self-report"),
    ("SelfReportAnswer", "self-report-answer"),
    ("SelfReportRequest", "self-report-request"),
    ("ToldPhoto", "told-record"),
    ("ToldRecord", "told-record"),
];

#[test]
fn each_message_that_travels_unsigned_has_a_golden_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = std::fs::read_dir(root.join("src/wire")).unwrap().map(|entry| entry.unwrap().path());
    let sources = sources.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let source: String = sources.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let travels = source.split("\n\n").filter(|part| part.contains("Deserialize)]"));
    let names = travels.filter_map(|part| part.split_once("\npub struct ")?.1.split_once(" {"));
    let names =
        names.map(|(name, _)| name).filter(|name| !source.contains(&format!("impl Signed for {name} ")));
    let known: BTreeSet<&str> = UNSIGNED.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.collect::<BTreeSet<_>>(), known);
    for (name, file) in UNSIGNED {
        assert!(root.join(format!("tests/golden/wire/{file}.json")).is_file(), "{name} is in no file {file}");
    }
}

#[test]
fn the_public_key_is_written_as_jwk() {
    let jwk = golden_json("wire/verifying-key.json", &key().verifying_key().to_jwk());
    let read: VerifyingKey = serde_json::from_value(jwk["x"].clone()).unwrap();
    assert_eq!(read, key().verifying_key());
}

#[test]
fn a_signed_payload_of_any_shape_is_still_read() {
    let payload = json!({"counts": [0, 2], "note": "入口标志已更换", "nothing": null, "v": 1});
    let current = sign(&key(), Typ::Record, &payload).unwrap();
    let jws: Jws = golden("wire/signed-sample.jws", current.as_str()).parse().unwrap();
    assert_eq!(jws.verify::<Value>(&key().verifying_key(), Typ::Record).unwrap(), payload);
}

#[test]
fn a_receipt_and_its_number_are_still_read() {
    let receipt = Receipt {
        v: V1,
        record: Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001).into(),
        sha256: Sha256Hash::of(b"a record"),
        station: Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0002).into(),
        log_index: 41,
        received_at: moment(),
    };
    golden_message("receipt", &receipt);
    let number = golden("wire/receipt-number.txt", &receipt.number().to_string());
    assert_eq!(number.parse(), Ok(receipt.number()));
}

#[test]
fn a_photo_receipt_is_still_read() {
    let receipt = PhotoReceipt {
        v: V1,
        photo: Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0003).into(),
        sha256: Sha256Hash::of(b"a photo"),
        bytes: 183_204,
        received_at: moment(),
    };
    golden_message("photo-receipt", &receipt);
}

#[test]
fn a_self_report_is_still_read() {
    let name = |text: &str| Name::new(text).unwrap();
    let report = SelfReport {
        v: V1,
        device: Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0004).into(),
        at: moment(),
        program: Program { version: name("1.0.2"), system: name("Android 15") },
        room: Room { database: 2_140_000, photos: 183_204, spare: 0, free: 20_000_000_000 },
        outbox: OutboxFigures {
            waiting: 2,
            oldest_waiting: Some(moment()),
            photos: 1,
            ..OutboxFigures::default()
        },
        synced_at: Some(moment()),
        key_store: KeyStore::Sound,
        was_damaged: false,
        clock_shift_ms: Some(-1_200),
        issues: IssueCode::ALL.iter().copied().collect(),
    };
    golden_message("self-report", &report);
}

#[test]
fn what_a_phone_was_before_is_still_read() {
    let id = |last: u128| Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + last);
    let former = FormerDevice {
        v: V1,
        device: id(1).into(),
        key: key().verifying_key(),
        station: id(2).into(),
        member: id(3).into(),
        enrolled_at: moment(),
        became: id(4).into(),
    };
    golden_message("former-device", &former);
}

#[test]
fn a_log_and_its_head_are_still_read() {
    let mut frontier = Frontier::default();
    for record in ["one", "two", "three"] {
        frontier.push(leaf_hash(&leaf_bytes(&Sha256Hash::of(record.as_bytes()), moment())));
    }
    let kept = golden("wire/frontier.hex", &hex::encode(frontier.to_bytes()));
    assert_eq!(Frontier::from_bytes(&hex::decode(kept).unwrap()), Ok(frontier.clone()));
    let head = TreeHead {
        v: V1,
        station: Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0002).into(),
        size: frontier.size(),
        root: frontier.root(),
        at: moment(),
    };
    golden_message("tree-head", &head);
}

const WRAPPED_FOR: &str = "a phone's data key";

fn wrapped_key() -> WrappedKey {
    let (data_key, hub) = (DataKey::from_entropy([1; 32]), HubOpeningKey::from_seed([2; 32]));
    data_key.wrap_for_hub(&hub.sealing_key(), WRAPPED_FOR.as_bytes(), &mut Sevens).unwrap()
}

#[test]
fn a_wrapped_key_is_still_opened() {
    let (data_key, hub) = (DataKey::from_entropy([1; 32]), HubOpeningKey::from_seed([2; 32]));
    let (info, wrapped) = (WRAPPED_FOR, wrapped_key());
    let kept = golden_json(
        "wire/wrapped-key.json",
        &json!({
            "data_key": hex::encode([1; 32]), "hub_sealing_key": hub.sealing_key(),
            "hub_seed": hex::encode([2; 32]), "info": info, "wrapped_key": wrapped,
        }),
    );
    let read: WrappedKey = serde_json::from_value(kept["wrapped_key"].clone()).unwrap();
    assert_eq!(hub.unwrap_key(&read, info.as_bytes()).unwrap().expose(), data_key.expose());
}

#[test]
fn a_sealed_blob_is_still_opened() {
    let (key, aad, plain) = (DataKey::from_entropy([1; 32]), "records/1", "业主态度很好");
    let sealed = key.encrypt([3; 24], aad.as_bytes(), plain.as_bytes()).unwrap();
    let kept = golden_json(
        "wire/sealed-blob.json",
        &json!({"aad": aad, "data_key": hex::encode([1; 32]), "plain": plain, "sealed": hex::encode(sealed)}),
    );
    let sealed = hex::decode(kept["sealed"].as_str().unwrap()).unwrap();
    assert_eq!(key.decrypt(aad.as_bytes(), &sealed).unwrap(), plain.as_bytes());
}

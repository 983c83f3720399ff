//! Every input that the hub refuses, with the code it is refused by. A refused record never keeps
//! back the good one beside it.
//!
//! - here: records and bodies of pushes. `requests`: all other requests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

mod requests;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};
use xuncha_core::domain::{Inspection, PhotoRef, Sha256Hash, Timestamp};
use xuncha_core::wire::{
    DataKey, Fact, HubOpeningKey, Jws, LockedRecord, Parcel, ProblemCode, Push, Record, RecordAnswer,
    RefusalCode, SigningKey, Typ, frame, sign,
};
use xuncha_tests::device::{Answer, Device, check_in, inspection};
use xuncha_tests::station::Site;

fn now() -> Timestamp {
    chrono::Utc::now().timestamp_millis().to_string().parse().map(Timestamp::from_millis).unwrap()
}

/// A record of the device that is wrong in one way.
type Spoil = fn(&mut Record);

fn inspected(record: &mut Record, change: impl FnOnce(&mut Inspection)) {
    if let Fact::Inspection(inspection) = &mut record.fact {
        change(inspection);
    }
}

fn photo(bytes: u64) -> PhotoRef {
    PhotoRef { id: uuid::Uuid::from_u128(7).into(), item: None, sha256: Sha256Hash::of(b"x"), bytes }
}

/// What is changed of an inspection.
type Change<'a> = &'a dyn Fn(&mut Inspection);

/// What a well-signed record can be refused for.
const RECORDS: &[(&str, Spoil, RefusalCode)] = &[
    ("another station's", |r| r.station = uuid::Uuid::from_u128(1).into(), RefusalCode::OutOfScope),
    ("another member's", |r| r.member = uuid::Uuid::from_u128(1).into(), RefusalCode::OutOfScope),
    ("without a number", |r| r.seq = 0, RefusalCode::Malformed),
    ("the first with one before it", |r| r.seq = 1, RefusalCode::Malformed),
    ("with an impossible number", |r| r.seq = u64::MAX, RefusalCode::Malformed),
    ("of an impossible time", |r| r.clock_shift_ms = Some(i64::MIN), RefusalCode::Malformed),
    (
        "of a venue nobody knows",
        |r| inspected(r, |i| i.venue = uuid::Uuid::from_u128(1).into()),
        RefusalCode::UnknownVenue,
    ),
    (
        "by a checklist nobody knows",
        |r| inspected(r, |i| i.checklist.version = 999),
        RefusalCode::UnknownChecklist,
    ),
    ("with an answer missing", |r| inspected(r, |i| drop(i.answers.pop())), RefusalCode::InvalidInspection),
    (
        "with itself as companion",
        |r| {
            let member = r.member;
            inspected(r, |i| i.companions.push(member));
        },
        RefusalCode::InvalidInspection,
    ),
    (
        "that ends before it begins",
        |r| inspected(r, |i| i.finished_at = i.started_at.plus_millis(-1)),
        RefusalCode::InvalidInspection,
    ),
    (
        "with a photo of no byte",
        |r| inspected(r, |i| i.photos.push(photo(0))),
        RefusalCode::InvalidInspection,
    ),
    (
        "with a photo larger than any that is taken",
        |r| inspected(r, |i| i.photos.push(photo(PhotoRef::MAX_BYTES + 1))),
        RefusalCode::InvalidInspection,
    ),
    (
        "that corrects itself",
        |r| {
            let id = r.id;
            inspected(r, |i| i.corrects = Some(id));
        },
        RefusalCode::BadCorrection,
    ),
    (
        "a check-in of a volunteer",
        |r| {
            let venue = r.venue();
            r.fact = Fact::CheckIn(check_in(venue, r.sealed_at));
        },
        RefusalCode::NotAllowed,
    ),
];

/// The codes that the hub answered with.
static ANSWERED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn answered(code: &str) {
    ANSWERED.lock().unwrap().insert(code.to_owned());
}

struct Desk {
    _folder: tempfile::TempDir,
    site: Site,
    device: Device,
    random: u64,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::build(folder.path(), None, 2, 2).await.unwrap();
        let device = site.device(site.volunteers[0], 1).await.unwrap();
        Self { _folder: folder, site, device, random: 0 }
    }

    fn record(&mut self) -> Record {
        self.random += 1;
        let fact =
            Fact::Inspection(Box::new(inspection(self.site.venues[0], now().plus_millis(-60_000)).unwrap()));
        self.device.record(fact, now(), self.random)
    }

    /// A good record, the next of the chain.
    fn good(&mut self) -> Jws {
        let record = self.record();
        self.device.seal(&record).unwrap()
    }

    /// Pushes one parcel between two good records, which must be taken; gives its answer.
    async fn between_good_ones(&mut self, parcel: Parcel) -> RecordAnswer {
        let parcels = vec![Parcel::Sealed(self.good()), parcel, Parcel::Sealed(self.good())];
        let Answer::Read(push) = self.device.push(parcels).await.unwrap() else { panic!("turned away") };
        let [first, answer, last] = push.answers.try_into().unwrap();
        assert!(matches!(first, RecordAnswer::Accepted { .. }), "{first:?}");
        assert!(matches!(last, RecordAnswer::Accepted { .. }), "{last:?}");
        answer
    }

    async fn refused(&mut self, what: &str, parcel: Parcel, should: RefusalCode) {
        let answer = self.between_good_ones(parcel).await;
        let RecordAnswer::Refused { code, .. } = answer else { panic!("{what}: {answer:?}") };
        assert_eq!(code, should, "{what}");
        answered(code.code());
    }
}

async fn every_wrong_record_has_its_code_and_keeps_nobody_back() {
    let mut desk = Desk::new().await;
    desk.between_good_ones_twice().await;
    for (what, spoil, code) in RECORDS {
        let mut record = desk.record();
        spoil(&mut record);
        let jws = record.seal(&desk.device.key).unwrap();
        desk.refused(what, Parcel::Sealed(jws), *code).await;
    }
}

impl Desk {
    /// The same bytes again get the same receipt again, also within one push.
    async fn between_good_ones_twice(&mut self) {
        let one = self.good();
        let parcels = vec![Parcel::Sealed(one.clone()), Parcel::Sealed(one)];
        let Answer::Read(push) = self.device.push(parcels).await.unwrap() else { panic!("turned away") };
        let [RecordAnswer::Accepted { receipt, .. }, RecordAnswer::AlreadyHad { receipt: again, .. }] =
            push.answers.as_slice()
        else {
            panic!("not accepted once")
        };
        assert_eq!(receipt, again);
    }
}

async fn every_wrong_signature_key_and_box_has_its_code() {
    let mut desk = Desk::new().await;
    desk.between_good_ones_twice().await;
    let stranger = SigningKey::from_seed([77; 32]);
    let record = desk.record();
    desk.refused(
        "signed by another key",
        Parcel::Sealed(record.seal(&stranger).unwrap()),
        RefusalCode::BadSignature,
    )
    .await;

    let mut unknown = desk.record();
    unknown.device = uuid::Uuid::from_u128(5).into();
    let sealed = Parcel::Sealed(unknown.seal(&stranger).unwrap());
    desk.refused("of an unknown device", sealed, RefusalCode::UnknownDevice).await;

    let record = desk.record();
    let as_receipt = sign(&desk.device.key, Typ::Receipt, &record).unwrap();
    let answer = desk.between_good_ones(Parcel::Sealed(as_receipt)).await;
    assert!(matches!(answer, RecordAnswer::Refused { .. }), "a message of another kind: {answer:?}");

    let locked = {
        let other_hub = HubOpeningKey::from_seed([3; 32]).sealing_key();
        let key = DataKey::from_entropy([4; 32]);
        let wrapped =
            key.wrap_for_hub(&other_hub, b"x", &mut rand_core::UnwrapErr(rand_core::OsRng)).unwrap();
        LockedRecord { id: desk.record().id, key: wrapped, sealed: "AAAA".to_owned() }
    };
    desk.refused("a box of another hub", Parcel::Locked(locked), RefusalCode::CannotOpen).await;

    let mut conflicting = desk.record();
    let first = desk.device.seal(&conflicting).unwrap();
    assert!(matches!(desk.between_good_ones(Parcel::Sealed(first)).await, RecordAnswer::Accepted { .. }));
    conflicting.sealed_at = conflicting.sealed_at.plus_millis(1);
    let other = Parcel::Sealed(conflicting.seal(&desk.device.key).unwrap());
    desk.refused("the same id with other bytes", other, RefusalCode::Conflict).await;

    let other_member = desk.site.device(desk.site.volunteers[1], 2).await.unwrap();
    let foreign = other_member.record(desk.record().fact, now(), 4_711);
    let foreign = Parcel::Sealed(foreign.seal(&other_member.key).unwrap());
    desk.refused("another member's phone's", foreign, RefusalCode::OutOfScope).await;
}

async fn a_correction_must_be_of_the_same_venue_and_time() {
    let mut desk = Desk::new().await;
    let old = desk.record();
    let sealed = desk.device.seal(&old).unwrap();
    desk.device.push_sealed(&[sealed]).await.unwrap();
    let other_venue = desk.site.venues[1];
    let elsewhere = |i: &mut Inspection| i.venue = other_venue;
    let earlier = |i: &mut Inspection| i.started_at = i.started_at.plus_millis(-1);
    let wrong: [(&str, Change<'_>); 2] = [("of another venue", &elsewhere), ("of another time", &earlier)];
    for (what, change) in wrong {
        let mut correction = desk.record();
        correction.fact = old.fact.clone();
        inspected(&mut correction, |i| {
            i.corrects = Some(old.id);
            change(i);
        });
        let jws = correction.seal(&desk.device.key).unwrap();
        desk.refused(what, Parcel::Sealed(jws), RefusalCode::BadCorrection).await;
    }
}

/// A body for the records' address, its encoding, and how it is turned away.
async fn turned_away(device: &Device, body: Vec<u8>, encoding: &str, status: u16, code: &str) {
    let length = body.len();
    match device.send(body, encoding).await.unwrap() {
        Answer::TurnedAway(is, problem) => {
            assert_eq!((is.as_u16(), problem.code.code()), (status, code), "{length} bytes of {encoding}");
            answered(code);
        }
        Answer::Read(push) => panic!("{length} bytes of {encoding}: {push:?}"),
    }
}

async fn every_wrong_body_is_turned_away_by_its_code() {
    let mut desk = Desk::new().await;
    let good = serde_json::to_vec(&Push { parcels: vec![Parcel::Sealed(desk.good())] }).unwrap();
    let bomb = frame::compress(&vec![b' '; 64 << 20]).unwrap();
    assert!(bomb.len() < 100_000, "a zip bomb is small");
    let deep = format!("{{\"parcels\":{}{}}}", "[".repeat(100), "]".repeat(100));
    let mut cut = frame::compress(&good).unwrap();
    cut.truncate(cut.len() / 2);
    let device = &desk.device;
    turned_away(device, b"hello".to_vec(), "identity", 400, "bad_request").await;
    turned_away(device, deep.into_bytes(), "identity", 400, "bad_request").await;
    turned_away(device, b"{\"parcels\":[],\"more\":1}".to_vec(), "identity", 400, "bad_request").await;
    turned_away(device, vec![b' '; 10 << 20], "identity", 413, "too_large").await;
    turned_away(device, bomb, "zstd", 413, "too_large").await;
    turned_away(device, cut, "zstd", 400, "bad_request").await;
    turned_away(device, b"not zstd".to_vec(), "zstd", 400, "bad_request").await;
    turned_away(device, good, "br", 415, "unsupported_media_type").await;
    let many = json!({"parcels": vec![json!({"sealed": "e30.e30.AA"}); 101]});
    turned_away(device, serde_json::to_vec(&many).unwrap(), "identity", 413, "too_large").await;

    // A record of 10 MB is refused, also as one of many.
    let large = json!({"parcels": [{"sealed": "A".repeat(100_000)}, {"sealed": "x"}, {"other": 1}]});
    let Answer::Read(push) = device.send(serde_json::to_vec(&large).unwrap(), "identity").await.unwrap()
    else {
        panic!("turned away");
    };
    let codes: Vec<Value> =
        push.answers.iter().map(|a| serde_json::to_value(a).unwrap()["code"].clone()).collect();
    assert_eq!(codes, ["too_large", "malformed", "malformed"]);
    codes.iter().filter_map(Value::as_str).for_each(answered);
}

/// A code of the hub: why it does not take a record, or does not do what was asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    Refusal(RefusalCode),
    Problem(ProblemCode),
}

impl Code {
    fn all() -> impl Iterator<Item = Self> {
        let problems = ProblemCode::ALL.iter().copied().map(Self::Problem);
        RefusalCode::ALL.iter().copied().map(Self::Refusal).chain(problems)
    }

    /// As it travels.
    const fn text(self) -> &'static str {
        match self {
            Self::Refusal(code) => code.code(),
            Self::Problem(code) => code.code(),
        }
    }

    /// As a test in Rust names it.
    fn name(self) -> String {
        match self {
            Self::Refusal(code) => format!("RefusalCode::{code:?}"),
            Self::Problem(code) => format!("ProblemCode::{code:?}"),
        }
    }
}

/// Codes that cannot be had by one wrong request, because they take time, a revocation or a fault, and the file whose
/// test brings each about.
const ELSEWHERE: &[(Code, &str)] = &[
    (Code::Refusal(RefusalCode::DeviceRevoked), "hub/tests/hub/ingest.rs"),
    (Code::Problem(ProblemCode::DeviceRevoked), "hub/tests/hub/ingest.rs"),
    (Code::Problem(ProblemCode::CodeExpired), "hub/tests/hub/enrolment.rs"),
    (Code::Problem(ProblemCode::TooManyAttempts), "hub/tests/hub/enrolment.rs"),
    (Code::Problem(ProblemCode::AlreadyFollowedUp), "hub/tests/hub/follow_ups.rs"),
    (Code::Problem(ProblemCode::OffsetMismatch), "hub/tests/hub/photos.rs"),
    (Code::Problem(ProblemCode::ChecksumMismatch), "hub/tests/hub/photos.rs"),
    (Code::Problem(ProblemCode::PhotoMismatch), "hub/tests/hub/photos.rs"),
    (Code::Problem(ProblemCode::Gone), "hub/tests/hub/photos.rs"),
    (Code::Problem(ProblemCode::StorageFull), "tests/suites/faults/disk.rs"),
    (Code::Problem(ProblemCode::Unavailable), "hub/tests/hub/ops.rs"),
    (Code::Problem(ProblemCode::Internal), "hub/tests/hub/cuts.rs"),
];

/// One test, because at its end every code was answered.
#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_input_has_its_code_and_every_code_is_answered_here_or_tested_in_the_file_named_for_it() {
    every_wrong_record_has_its_code_and_keeps_nobody_back().await;
    every_wrong_signature_key_and_box_has_its_code().await;
    a_correction_must_be_of_the_same_venue_and_time().await;
    every_wrong_body_is_turned_away_by_its_code().await;
    requests::every_wrong_request_is_turned_away_by_its_code().await;
    requests::a_code_is_worth_one_phone_and_a_record_one_review().await;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let answered = ANSWERED.lock().unwrap().clone();
    for code in Code::all() {
        let named = ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == code);
        assert!(
            named.is_some() != answered.contains(code.text()),
            "{code:?} is answered nowhere, or named for a file in vain"
        );
        if let Some((_, file)) = named {
            let text = std::fs::read_to_string(root.join(file)).unwrap();
            let tests = text.contains(&code.name()) || text.contains(&format!("\"{}\"", code.text()));
            assert!(tests, "{code:?} is not tested in {file}");
        }
    }
}

//! Records and what carries them: each message with every field filled.
//!
//! - `by_file`: the `.xuncha` bundle. `words`: what is asked and said beside records. `values`: every word that a
//!   choice can travel as.

mod by_file;
mod values;
mod words;

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use xuncha_core::domain::{
    AgeBand, Answer, CheckIn, Checklist, ChecklistFrom, DateRange, Datum, DayType, Evidence, EvidenceReason,
    Finding, Fix, FollowUpAct, FollowUpStep, FoundGood, Grade, Inspection, ItemAnswer, Member, Metres,
    MinorsSeen, Month, Name, Note, Outline, PhotoRef, PlacardCode, Policy, PolicyFor, PolicyFrom, Provider,
    RawPosition, Reason, Review, Role, Route, School, SchoolLevel, Severity, Station, StatutoryDays, Venue,
    VenueKind, VenueLife, Visit, VisitKind, Wgs84,
};
use xuncha_core::wire::merkle::{ConsistencyProof, InclusionProof};
use xuncha_core::wire::{
    Change, ChangesPage, Cursor, EnrolAnswer, EnrolCode, EnrolRequest, Fact, Jws, LockedRecord,
    LogConsistency, LogInclusion, Parcel, Platform, Problem, ProblemCode, Push, PushAnswer, Record,
    RecordAnswer, RefusalCode, Sha256Hash, Typ, V1, sign,
};

use super::{golden_json, golden_message, key, moment, wrapped_key};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn jws() -> Jws {
    sign(&key(), Typ::Record, &serde_json::json!({"v": 1})).unwrap()
}

/// A message that travels as bare JSON: kept, and read back as it was.
fn golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, message: &T) {
    let kept = golden_json(&format!("wire/{name}.json"), message);
    assert_eq!(&serde_json::from_value::<T>(kept).unwrap(), message);
}

fn fix() -> Fix {
    Fix {
        raw: RawPosition::new(Datum::Gcj02, 32.0581, 118.7953).unwrap(),
        accuracy: Metres(18.0),
        provider: Provider::Gnss,
        taken_at: moment(),
        mock: false,
    }
}

fn evidence() -> Evidence {
    Evidence {
        grade: Grade::OnSite,
        reasons: vec![
            EvidenceReason::Distance { metres: 12, accuracy: 18 },
            EvidenceReason::PlacardScanned,
            EvidenceReason::ClockShift { minutes: -61 },
        ],
    }
}

fn record(fact: Fact) -> Record {
    Record {
        v: V1,
        id: id(1).into(),
        station: id(2).into(),
        member: id(3).into(),
        device: id(4).into(),
        seq: 7,
        prev: Some(Sha256Hash::of(b"the record before")),
        sealed_at: moment(),
        clock_shift_ms: Some(-3_661_000),
        fact,
    }
}

fn choice(item: &str, choice: &str, minors: Option<MinorsSeen>) -> ItemAnswer {
    let answer = Answer::Choice { choice: choice.parse().unwrap(), minors };
    ItemAnswer { item: item.parse().unwrap(), answer, note: Some(Note::new("已提醒业主").unwrap()) }
}

fn finding() -> Finding {
    Finding { item: "wb_minor".parse().unwrap(), severity: Severity::R, repeated: true }
}

#[test]
fn a_sealed_inspection_is_still_read() {
    let seen = MinorsSeen {
        count: 2,
        bands: BTreeSet::from([AgeBand::Junior, AgeBand::Senior]),
        dissuaded: true,
        in_danger: false,
    };
    let text = Answer::Text { text: Note::new("业主配合").unwrap() };
    let inspection = Inspection {
        venue: id(5).into(),
        checklist: xuncha_core::domain::ChecklistRef { code: "internet_cafe".parse().unwrap(), version: 1 },
        companions: vec![id(6).into()],
        started_at: moment(),
        finished_at: moment().plus_millis(600_000),
        day_type: DayType::ShiftedRest,
        fix: Some(fix()),
        placard: Some(PlacardCode::new("V-17").unwrap()),
        answers: vec![
            choice("wb_minor", "yes", Some(seen)),
            choice("wb_sign", "yes", None),
            ItemAnswer { item: "wb_id".parse().unwrap(), answer: Answer::NotLooked, note: None },
            ItemAnswer { item: "wb_other".parse().unwrap(), answer: text, note: None },
        ],
        findings: vec![finding()],
        photos: vec![PhotoRef {
            id: id(7).into(),
            item: Some("wb_sign".parse().unwrap()),
            sha256: Sha256Hash::of(b"a photo"),
            bytes: 183_204,
        }],
        evidence: evidence(),
        corrects: Some(id(8).into()),
    };
    golden_message("record-inspection", &record(Fact::Inspection(Box::new(inspection))));
}

#[test]
fn a_sealed_check_in_is_still_read() {
    let check_in = CheckIn {
        venue: id(5).into(),
        at: moment(),
        fix: Some(fix()),
        placard: Some(PlacardCode::new("V-17").unwrap()),
        note: Some(Note::new("一切正常").unwrap()),
        evidence: evidence(),
    };
    golden_message("record-check-in", &record(Fact::CheckIn(check_in)));
}

/// Every reason that evidence can have: a new one finds its place here, or this does not compile.
fn every_reason() -> Vec<EvidenceReason> {
    let first = EvidenceReason::Distance { metres: 12, accuracy: 18 };
    let reasons = std::iter::successors(Some(first), |reason| match reason {
        EvidenceReason::Distance { .. } => Some(EvidenceReason::PlacardScanned),
        EvidenceReason::PlacardScanned => Some(EvidenceReason::WrongPlacard),
        EvidenceReason::WrongPlacard => Some(EvidenceReason::NoFix),
        EvidenceReason::NoFix => Some(EvidenceReason::NoVenuePosition),
        EvidenceReason::NoVenuePosition => Some(EvidenceReason::OldFix { minutes: 31 }),
        EvidenceReason::OldFix { .. } => Some(EvidenceReason::ManualPin),
        EvidenceReason::ManualPin => Some(EvidenceReason::MockLocation),
        EvidenceReason::MockLocation => Some(EvidenceReason::ClockShift { minutes: -61 }),
        EvidenceReason::ClockShift { .. } => Some(EvidenceReason::ImpossibleSpeed { kmh: 420 }),
        EvidenceReason::ImpossibleSpeed { .. } => Some(EvidenceReason::LongVisit { hours: 9 }),
        EvidenceReason::LongVisit { .. } => None,
    });
    reasons.collect()
}

#[test]
fn a_record_with_every_reason_of_evidence_and_nothing_that_can_be_left_out_is_still_read() {
    let evidence = Evidence { grade: Grade::Doubtful, reasons: every_reason() };
    let check_in =
        CheckIn { venue: id(5).into(), at: moment(), fix: None, placard: None, note: None, evidence };
    let sparse = Record { seq: 1, prev: None, clock_shift_ms: None, ..record(Fact::CheckIn(check_in)) };
    golden_message("record-every-reason", &sparse);
}

#[test]
fn a_push_and_its_answer_are_still_read() {
    let locked = LockedRecord { id: id(1).into(), key: wrapped_key(), sealed: "AAEC".to_owned() };
    golden("push", &Push { parcels: vec![Parcel::Sealed(jws()), Parcel::Locked(locked)] });
    let answers = vec![
        RecordAnswer::Accepted { id: id(1).into(), receipt: jws() },
        RecordAnswer::AlreadyHad { id: id(2).into(), receipt: jws() },
        RecordAnswer::Refused {
            id: Some(id(3).into()),
            code: RefusalCode::Conflict,
            detail: Some("two records of one number".to_owned()),
        },
        RecordAnswer::Refused { id: None, code: RefusalCode::Malformed, detail: None },
    ];
    golden("push-answer", &PushAnswer { answers, hub_time: moment() });
}

fn station() -> Station {
    let name = |text: &str| Name::new(text).unwrap();
    Station { id: id(2).into(), name: name("柳岸关爱工作站"), sub_bureau: name("东湖分局") }
}

fn member() -> Member {
    Member {
        id: id(3).into(),
        station: id(2).into(),
        name: Name::new("石敬之").unwrap(),
        role: Role::Volunteer,
        active: true,
    }
}

fn changes() -> Vec<Change> {
    let at = |lat, lon| Wgs84::new(lat, lon).unwrap();
    let day = |number| chrono::NaiveDate::from_ymd_opt(2026, 11, number).unwrap();
    let week = DateRange::new(day(2), day(8)).unwrap();
    let venue = Venue {
        id: id(5).into(),
        station: id(2).into(),
        name: Name::new("蓝鲸网吧").unwrap(),
        kind: VenueKind::InternetCafe,
        address: "柳岸路 17 号".to_owned().try_into().unwrap(),
        position: Some(at(32.06, 118.79)),
        placard: Some(PlacardCode::new("V-17").unwrap()),
        life: VenueLife { opened_on: Some(day(1)), closed_on: Some(day(30)), suspended: vec![week] },
    };
    let school = School {
        id: id(9).into(),
        station: id(2).into(),
        name: Name::new("明灯小学").unwrap(),
        level: SchoolLevel::Primary,
        outline: Outline::gates(vec![at(32.061, 118.791)]).unwrap(),
        closed_on: None,
    };
    let visit = Visit {
        record: id(1).into(),
        venue: id(5).into(),
        kind: VisitKind::Inspection,
        happened_at: moment(),
        received_at: Some(moment()),
        member: id(3).into(),
        companions: vec![id(6).into()],
        corrects: Some(id(8).into()),
        review: Review::Returned { reason: Reason::new("请补拍标志照片").unwrap() },
        grade: Grade::Near,
        findings: vec![finding()],
    };
    let policy = PolicyFrom::of_station(
        Month::new(2026, 11).unwrap(),
        Policy { vacations: vec![week], ..Policy::default() },
    );
    vec![
        Change::Station(station()),
        Change::Member(member()),
        Change::Venue(venue),
        Change::School(school),
        Change::Policy(policy),
        Change::Visit(visit),
    ]
}

#[test]
fn a_page_of_changes_and_a_proof_are_still_read() {
    let proof = || ConsistencyProof::try_from(vec![Sha256Hash::of(b"a node")]).unwrap();
    golden(
        "changes-page",
        &ChangesPage {
            changes: changes(),
            next: Cursor(42),
            more: true,
            hub_time: moment(),
            head: jws(),
            consistency: Some(proof()),
        },
    );
    golden("log-consistency", &LogConsistency { from: 3, to: 7, proof: proof() });
    golden(
        "log-inclusion",
        &LogInclusion {
            record: id(1).into(),
            sha256: Sha256Hash::of(b"a record"),
            received_at: moment(),
            log_index: 3,
            proof: InclusionProof::try_from(vec![Sha256Hash::of(b"a node")]).unwrap(),
            head: jws(),
        },
    );
}

#[test]
fn a_policy_for_some_venues_and_a_sub_bureau_s_supervisor_are_still_read() {
    let month = |number| Month::new(2026, number).unwrap();
    let own =
        |venues| PolicyFrom { from: month(11), until: Some(month(12)), venues, policy: Policy::default() };
    golden(
        "changes-people",
        &vec![
            Change::Policy(own(PolicyFor::Kind(VenueKind::GameArcade))),
            Change::Policy(own(PolicyFor::Venue(id(5).into()))),
            Change::Member(Member { role: Role::SubBureauSupervisor, ..member() }),
        ],
    );
}

#[test]
fn steps_on_the_way_of_a_finding_are_still_read() {
    let step = |number, act| FollowUpStep {
        record: id(1).into(),
        item: "wb_minor".parse().unwrap(),
        venue: id(5).into(),
        number,
        act,
        at: moment(),
        by: id(3).into(),
        due: Some(moment().day()),
        note: Some(Note::new("已电话告知").unwrap()),
    };
    golden(
        "changes-follow-ups",
        &vec![
            Change::FollowUp(step(1, FollowUpAct::HandedOver { to: Route::CommunityPolice })),
            Change::FollowUp(step(2, FollowUpAct::Mended)),
            Change::FollowUp(step(3, FollowUpAct::Rechecked)),
            Change::FollowUp(step(4, FollowUpAct::Reopened)),
            Change::FollowUp(FollowUpStep { due: None, note: None, ..step(5, FollowUpAct::Closed) }),
        ],
    );
}

#[test]
fn what_an_inspection_found_good_is_still_read() {
    let items = vec!["wb_sign".parse().unwrap(), "wb_exit".parse().unwrap()];
    golden("changes-found-good", &vec![Change::FoundGood(FoundGood { record: id(1).into(), items })]);
}

#[test]
fn a_year_of_statutory_days_and_a_checklist_from_a_day_on_are_still_read() {
    let day = |text: &str| text.parse().unwrap();
    let year = StatutoryDays::embedded().unwrap().years().find(|year| year.year == 2026).unwrap();
    let list: serde_json::Value =
        serde_json::from_str(include_str!("../../checklists/game_arcade.v1.json")).unwrap();
    let mut list: Checklist = serde_json::from_value(list).unwrap();
    list.version = 2;
    list.items.truncate(2);
    golden(
        "changes-rules",
        &vec![
            Change::StatutoryYear(year.clone()),
            Change::Checklist(ChecklistFrom { from: day("2026-12-01"), checklist: list }),
        ],
    );
}

#[test]
fn a_page_of_a_later_hub_is_read_without_what_is_not_known_yet() {
    let page = serde_json::json!({
        "changes": [{"weather": {"rain": [1, {}]}}, {"station": station()}, {"omen": null}],
        "next": 42, "more": false, "hub_time": moment(), "head": jws(),
    });
    let kept = golden_json("wire/changes-of-a-later-hub.json", &page);
    let page: ChangesPage = serde_json::from_value(kept).unwrap();
    assert_eq!(page.changes, [Change::Station(station())]);
}

#[test]
fn an_enrolment_and_a_problem_are_still_read() {
    let request = EnrolRequest {
        code: EnrolCode::from_random(123_456_789),
        key: key().verifying_key(),
        platform: Platform::Android,
        label: Name::new("老石的手机").unwrap(),
    };
    golden("enrol-request", &request);
    golden(
        "enrol-answer",
        &EnrolAnswer {
            device: id(4).into(),
            member: member(),
            station: station(),
            token: "a-secret".to_owned(),
            hub_key: key().verifying_key(),
            hub_sealing_key: xuncha_core::wire::HubOpeningKey::from_seed([2; 32]).sealing_key(),
            hub_time: moment(),
            head: jws(),
        },
    );
    golden("problem", &Problem::with_detail(ProblemCode::CodeUsed, "by another phone"));
}

//! What is asked and said beside records: reviews, reports of phones, erasures, the enrolment card.

use xuncha_core::domain::{CheckIn, Checklist, Evidence, EvidenceReason, Grade, Note, Reason, VenueKind};
use xuncha_core::wire::{
    Decision, EnrolCode, EnrolLink, Erased, Erasure, ErasureReason, Fact, FormerDevices, FormerDevicesAnswer,
    ReviewRequest, ReviewState, SelfReportAnswer, SelfReportRequest, Sha256Hash, ToldPhoto, ToldRecord, Typ,
    V1, Whereabouts, sign,
};

use super::super::{golden as golden_text, golden_message, key, moment};
use super::{golden, id, record};

#[test]
fn a_review_is_still_read() {
    let record = id(1).into();
    let returned = Decision::Return { reason: Reason::new("请补拍标志照片").unwrap() };
    let station = Some(id(2).into());
    golden(
        "review-return",
        &ReviewRequest { record, decision: returned, seen: ReviewState::Approved, station },
    );
    let approved = Decision::Approve;
    golden(
        "review-approve",
        &ReviewRequest { record, decision: approved, seen: ReviewState::Pending, station: None },
    );
}

#[test]
fn a_record_as_it_is_told_to_a_head_is_still_read() {
    let evidence = Evidence { grade: Grade::Unlocated, reasons: vec![EvidenceReason::NoFix] };
    let (at, note) = (moment(), Note::new("一切正常").unwrap());
    let check_in = CheckIn { venue: id(5).into(), at, fix: None, placard: None, note: Some(note), evidence };
    let record = record(Fact::CheckIn(check_in));
    let photo = |number, item: Option<&str>, whereabouts| ToldPhoto {
        id: id(number).into(),
        item: item.map(|item| item.parse().unwrap()),
        sha256: Sha256Hash::of(b"a photo"),
        bytes: 183_204,
        whereabouts,
    };
    let told = ToldRecord {
        visit: record.visit(Some(moment())),
        record: Some(record),
        unreadable: false,
        positions_erased: true,
        checklist: Some(a_list()),
        photos: vec![
            photo(7, Some("wb_sign"), Whereabouts::Here),
            photo(8, None, Whereabouts::OnItsWay),
            photo(9, None, Whereabouts::Erased),
        ],
    };
    golden("told-record", &told);
}

/// A list of one question.
fn a_list() -> Checklist {
    let mut list = Checklist::default_for(&VenueKind::InternetCafe).unwrap().clone();
    list.items.truncate(1);
    list
}

#[test]
fn a_self_report_on_its_way_and_its_answer_are_still_read() {
    let report = sign(&key(), Typ::SelfReport, &serde_json::json!({"v": 1})).unwrap();
    golden("self-report-request", &SelfReportRequest { report });
    let sha256 = Sha256Hash::of(b"a report");
    golden("self-report-answer", &SelfReportAnswer { sha256, received_at: moment() });
}

#[test]
fn what_a_phone_was_before_on_its_way_and_its_answer_are_still_read() {
    let former = sign(&key(), Typ::FormerDevice, &serde_json::json!({"v": 1})).unwrap();
    golden("former-devices", &FormerDevices { former: vec![former] });
    golden("former-devices-answer", &FormerDevicesAnswer { known: vec![id(1).into()] });
}

#[test]
fn an_erasure_of_each_kind_is_still_read() {
    let requested = ErasureReason::Request(Reason::new("本人要求删除").unwrap());
    let positions = Erased::Positions { record: id(1).into(), extract: Sha256Hash::of(b"an extract") };
    let erasures = [
        (Erased::Content(id(1).into()), requested, Some(id(3).into())),
        (positions, ErasureReason::Retention, None),
        (Erased::Photo(id(7).into()), ErasureReason::Retention, None),
    ];
    for (erased, why, by) in erasures {
        let sha256 = Sha256Hash::of(b"what was erased");
        let erasure = Erasure { v: V1, station: id(2).into(), erased, sha256, at: moment(), why, by };
        golden_message(&format!("erasure-{}", erased.code()), &erasure);
    }
}

#[test]
fn what_an_enrolment_card_says_is_still_read() {
    let link = EnrolLink {
        hub: "https://hub.example:8443".to_owned(),
        key: Some(key().verifying_key().kid()),
        code: EnrolCode::from_random(123_456_789),
    };
    assert_eq!(golden_text("wire/enrol-link.txt", &link.to_string()).parse(), Ok(link));
}

//! Every choice that travels, as the word or shape it travels as: what a store holds and an older phone sends is read
//! by it for good.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use xuncha_core::domain::*;
use xuncha_core::wire::*;

use super::super::golden_json;
use super::{id, jws};

/// Each value once. A new one has to be named here, or this does not compile.
macro_rules! each {
    ($all:ident; $($kind:ident: $($value:ident $(($($field:expr),+))? $({$($name:ident: $named:expr),+})?),+;)+) => {$(
        let values = [$($kind::$value $(($($field),+))? $({$($name: $named),+})?),+];
        for value in &values {
            match value { $($kind::$value {..} => {})+ }
        }
        told(&mut $all, stringify!($kind), &values);
    )+};
}

fn told<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    all: &mut Map<String, Value>,
    kind: &str,
    values: &[T],
) {
    let written: Vec<Value> = values.iter().map(|value| serde_json::to_value(value).unwrap()).collect();
    for (value, written) in values.iter().zip(&written) {
        assert_eq!(&serde_json::from_value::<T>(written.clone()).unwrap(), value);
    }
    all.insert(kind.to_owned(), written.into());
}

/// The words. A new one is added to the file by hand; none that is there is changed.
#[test]
fn every_word_that_a_choice_travels_as_is_still_read() {
    let mut all = Map::new();
    each! { all;
        AgeBand: Primary, Junior, Senior;
        Datum: Wgs84, Gcj02, Bd09, Cgcs2000;
        DayType: Statutory, ShiftedRest, Ordinary, Unknown;
        Detail: Minors;
        DistanceMethod: StraightLine, Walking;
        DistanceSource: Computed, Station, Authority;
        Duty: CarePlan, Education, VenueSupervision, OneToOne, ChildrenInNeed, AppropriateAdult, Research;
        FollowUpStage: Open, HandedOver, Mended, Rechecked, Closed, FoundAgain;
        Grade: OnSite, Near, Away, Unlocated, Doubtful;
        KeyStore: Sound, LostKey;
        Platform: Android, Ios, Cli;
        Provider: Gnss, Network, Fused, Manual;
        ReviewState: Pending, Approved, Returned;
        Role: Volunteer, Police, Head, SubBureauSupervisor, Supervisor, Admin;
        Route: CommunityPolice, Police110, Culture, Hotline12345, Fire, Owner;
        SchoolLevel: Primary, Junior, Senior, Vocational, Special, Kindergarten;
        Severity: N, R, S;
        Shape: Boundary, Gates;
        Statute: InternetCafes, Entertainment, Minors, Local;
        Tone: Good, Bad, Unsure;
        VisitKind: Inspection, CheckIn;
        Whereabouts: OnItsWay, Here, Erased;
        Answer: NotLooked, Choice { choice: "yes".parse().unwrap(), minors: None },
            Text { text: Note::new("一切正常").unwrap() };
        Erased: Content(id(1).into()), Positions { record: id(1).into(), extract: Sha256Hash::of(b"") },
            Photo(id(7).into());
        ErasureReason: Retention, Request(Reason::new("本人要求").unwrap());
        FollowUpAct: HandedOver { to: Route::Fire }, Mended, Rechecked, Reopened, Closed;
        PolicyFor: Station, Kind(VenueKind::InternetCafe), Venue(id(5).into());
        Review: Pending, Approved, Returned { reason: Reason::new("请补拍").unwrap() };
        SeverityRule: Always(Severity::N), ByDayType(by_day_type()), HoursPolicy;
        VenueKind: InternetCafe, GameArcade, EsportsHotel, Other(other_kind());
        RecordAnswer: Accepted { id: id(1).into(), receipt: jws() }, AlreadyHad { id: id(1).into(), receipt: jws() },
            Refused { id: None, code: RefusalCode::Conflict, detail: None };
    }
    told(&mut all, "IssueCode", IssueCode::ALL);
    told(&mut all, "ProblemCode", ProblemCode::ALL);
    told(&mut all, "RefusalCode", RefusalCode::ALL);
    let kept = golden_json("wire/values.json", &Value::Object(all.clone()));
    assert_eq!(kept, json!(all));
}

fn by_day_type() -> ByDayType {
    let severity = Some(Severity::R);
    ByDayType { ordinary: severity, shifted_rest: Some(Severity::N), statutory: None, unknown: severity }
}

/// A kind that this version has no name for.
fn other_kind() -> OtherKind {
    match "karaoke".parse() {
        Ok(VenueKind::Other(kind)) => kind,
        known => panic!("{known:?}"),
    }
}

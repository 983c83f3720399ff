//! Grades by story, then: more doubt never makes a better grade.

use proptest::prelude::*;

use super::*;
use crate::domain::{Datum, RawPosition};

const NOON: Timestamp = Timestamp::from_millis(1_795_492_800_000);
const MINUTE: i64 = 60_000;

fn venue() -> Wgs84 {
    Wgs84::new(32.06, 118.79).unwrap()
}

/// A fix so many metres north of the venue.
fn fix(metres: f64, accuracy: f64) -> Fix {
    let raw = RawPosition::new(Datum::Wgs84, 32.06 + metres / 110_900.0, 118.79).unwrap();
    Fix { raw, accuracy: Metres(accuracy), provider: Provider::Gnss, taken_at: NOON, mock: false }
}

fn facts(fix: Option<&Fix>) -> EvidenceFacts<'_> {
    EvidenceFacts {
        at: NOON,
        until: NOON.plus_millis(10 * MINUTE),
        fix,
        venue: Some(venue()),
        placard: None,
        scanned: None,
        clock_shift_ms: Some(0),
        previous: None,
        on_site_radius: Metres(50.0),
    }
}

fn graded(fix: &Fix) -> Grade {
    grade(&facts(Some(fix))).grade
}

#[test]
fn distance_is_weighed_against_the_accuracy_of_the_fix() {
    assert_eq!(graded(&fix(30.0, 10.0)), Grade::OnSite);
    assert_eq!(graded(&fix(80.0, 40.0)), Grade::OnSite);
    assert_eq!(graded(&fix(80.0, 10.0)), Grade::Near);
    assert_eq!(graded(&fix(1_000.0, 10.0)), Grade::Away);
    assert_eq!(graded(&fix(10.0, 500.0)), Grade::Near, "so coarse a fix proves no more");
}

#[test]
fn a_reading_too_coarse_to_tell_here_from_elsewhere_says_neither() {
    let coarse = fix(1_500.0, 2_000.0);
    let evidence = grade(&facts(Some(&coarse)));
    assert_eq!(evidence.grade, Grade::Unlocated);
    assert_eq!(evidence.reasons, [EvidenceReason::Distance { metres: 1_500, accuracy: 2_000 }]);
    assert_eq!(graded(&fix(4_000.0, 2_000.0)), Grade::Away, "as coarse as it is, it is from somewhere else");
}

#[test]
fn two_readings_are_no_farther_apart_than_both_can_tell() {
    let here = fix(0.0, 10.0);
    let since = |metres: f64, accuracy: f64| {
        let before = Fix { taken_at: NOON.plus_millis(-MINUTE / 2), ..fix(metres, accuracy) };
        grade(&EvidenceFacts { previous: Some(&before), ..facts(Some(&here)) }).grade
    };
    assert_eq!(since(3_000.0, 2_000.0), Grade::OnSite, "the mast was 3 km off, not the phone");
    assert_eq!(since(3_000.0, 10.0), Grade::Doubtful);
}

#[test]
fn no_fix_is_an_answer_and_nothing_bad() {
    let evidence = grade(&facts(None));
    assert_eq!(evidence, Evidence { grade: Grade::Unlocated, reasons: vec![EvidenceReason::NoFix] });
}

#[test]
fn a_venue_without_a_position_leaves_the_visit_unlocated() {
    let fix = fix(0.0, 10.0);
    let evidence = grade(&EvidenceFacts { venue: None, ..facts(Some(&fix)) });
    assert_eq!(evidence.grade, Grade::Unlocated);
    assert_eq!(evidence.reasons, [EvidenceReason::NoVenuePosition]);
}

#[test]
fn the_venues_own_placard_proves_the_place_in_a_basement_and_another_one_makes_doubt() {
    let own = PlacardCode::new("V-1").unwrap();
    let other = PlacardCode::new("V-2").unwrap();
    let scanned = |scanned| EvidenceFacts { placard: Some(&own), scanned: Some(scanned), ..facts(None) };
    assert_eq!(grade(&scanned(&own)).grade, Grade::OnSite);
    assert_eq!(grade(&scanned(&other)).grade, Grade::Doubtful);
}

#[test]
fn an_old_fix_proves_less_and_a_very_old_one_nothing() {
    let aged = |minutes: i64| Fix { taken_at: NOON.plus_millis(-minutes * MINUTE), ..fix(0.0, 10.0) };
    assert_eq!(graded(&aged(9)), Grade::OnSite);
    assert_eq!(graded(&aged(30)), Grade::Near);
    assert_eq!(graded(&aged(200)), Grade::Unlocated);
}

#[test]
fn a_pin_set_by_hand_is_near_at_best() {
    assert_eq!(graded(&Fix { provider: Provider::Manual, ..fix(0.0, 5.0) }), Grade::Near);
}

#[test]
fn mock_positions_wrong_clocks_impossible_speed_and_endless_visits_are_doubtful() {
    let here = fix(0.0, 10.0);
    assert_eq!(graded(&Fix { mock: true, ..here.clone() }), Grade::Doubtful);
    let clock = EvidenceFacts { clock_shift_ms: Some(-60 * MINUTE), ..facts(Some(&here)) };
    assert!(grade(&clock).reasons.contains(&EvidenceReason::ClockShift { minutes: -60 }));
    assert_eq!(grade(&clock).grade, Grade::Doubtful);
    let jumped = |minutes: i64| {
        let far = Fix { taken_at: NOON.plus_millis(-minutes * MINUTE), ..fix(49_000.0, 10.0) };
        grade(&EvidenceFacts { previous: Some(&far), ..facts(Some(&here)) }).grade
    };
    assert_eq!(jumped(5), Grade::Doubtful);
    assert_eq!(jumped(60), Grade::OnSite, "49 km in an hour is a drive");
    let long = EvidenceFacts { until: NOON.plus_millis(5 * 60 * MINUTE), ..facts(Some(&here)) };
    assert!(grade(&long).reasons.contains(&EvidenceReason::LongVisit { hours: 5 }));
}

#[test]
fn the_hundreds_of_metres_between_datums_are_not_mistaken_for_distance() {
    let there = venue().to_gcj02();
    let raw = RawPosition::new(Datum::Gcj02, there.lat(), there.lon()).unwrap();
    assert_eq!(graded(&Fix { raw, ..fix(0.0, 10.0) }), Grade::OnSite);
    let mistaken = RawPosition::new(Datum::Wgs84, there.lat(), there.lon()).unwrap();
    assert_ne!(graded(&Fix { raw: mistaken, ..fix(0.0, 10.0) }), Grade::OnSite);
}

/// All that a grade depends on, as it may be.
#[derive(Debug, Clone)]
struct Scene {
    fix: Option<Fix>,
    lasted_minutes: i64,
    venue: bool,
    own: Option<PlacardCode>,
    scanned: Option<PlacardCode>,
    clock_shift_ms: Option<i64>,
    previous: Option<Fix>,
    radius: f64,
}

/// Where nobody comes from in no time.
fn far_south() -> Fix {
    fix(-200_000.0, 10.0)
}

/// What speaks against a visit.
#[derive(Debug, Clone, Copy)]
enum Doubt {
    NoFix,
    Older { minutes: i64 },
    ByHand,
    Mock,
    NoVenuePosition,
    NoScan,
    WrongScan,
    ClockShift { minutes: i64 },
    Jump,
    Endless { hours: i64 },
}

impl Scene {
    fn grade(&self) -> Grade {
        grade(&EvidenceFacts {
            at: NOON,
            until: NOON.plus_millis(self.lasted_minutes * MINUTE),
            fix: self.fix.as_ref(),
            venue: self.venue.then(venue),
            placard: self.own.as_ref(),
            scanned: self.scanned.as_ref(),
            clock_shift_ms: self.clock_shift_ms,
            previous: self.previous.as_ref(),
            on_site_radius: Metres(self.radius),
        })
        .grade
    }

    /// The same with one doubt more. A phone that has no fix is no doubt where the fix itself was one, and nothing is
    /// said of speed between a record and a fix of another time.
    fn with(mut self, doubt: Doubt) -> Self {
        let doubtful = self.grade() == Grade::Doubtful;
        let fix = self.fix.as_mut();
        match doubt {
            Doubt::NoFix if doubtful => {}
            Doubt::NoFix => self.fix = None,
            Doubt::Older { .. } if self.previous.is_some() => {}
            Doubt::Older { minutes } => {
                if let Some(fix) = fix.filter(|fix| fix.taken_at <= NOON) {
                    fix.taken_at = fix.taken_at.plus_millis(-minutes * MINUTE);
                }
            }
            Doubt::ByHand => {
                if let Some(fix) = fix {
                    fix.provider = Provider::Manual;
                }
            }
            Doubt::Mock => {
                if let Some(fix) = fix {
                    fix.mock = true;
                }
            }
            Doubt::NoVenuePosition => self.venue = false,
            Doubt::NoScan if self.scanned == self.own => self.scanned = None,
            Doubt::NoScan => {}
            Doubt::WrongScan => self.scanned = Some(PlacardCode::new("V-9").unwrap()),
            Doubt::ClockShift { minutes } => self.clock_shift_ms = Some(minutes * MINUTE),
            Doubt::Jump => {
                self.previous = fix.map(|now| Fix { taken_at: now.taken_at, ..far_south() });
            }
            Doubt::Endless { hours } => self.lasted_minutes = hours * 60,
        }
        self
    }
}

fn any_doubt() -> impl Strategy<Value = Doubt> {
    prop_oneof![
        Just(Doubt::NoFix),
        (0i64..300).prop_map(|minutes| Doubt::Older { minutes }),
        Just(Doubt::ByHand),
        Just(Doubt::Mock),
        Just(Doubt::NoVenuePosition),
        Just(Doubt::NoScan),
        Just(Doubt::WrongScan),
        (11i64..10_000, any::<bool>()).prop_map(|(minutes, ahead)| Doubt::ClockShift {
            minutes: if ahead { minutes } else { -minutes }
        }),
        Just(Doubt::Jump),
        (5i64..100).prop_map(|hours| Doubt::Endless { hours }),
    ]
}

fn any_scene() -> impl Strategy<Value = Scene> {
    let provider =
        prop::sample::select(vec![Provider::Gnss, Provider::Network, Provider::Fused, Provider::Manual]);
    let any_fix = (0.0..3_000.0, 1.0..2_000.0, -200i64..200, provider, prop::bool::weighted(0.1)).prop_map(
        |(metres, accuracy, age, provider, mock)| Fix {
            provider,
            mock,
            taken_at: NOON.plus_millis(-age * MINUTE),
            ..fix(metres, accuracy)
        },
    );
    let code = |text: &str| PlacardCode::new(text).unwrap();
    let placard = move || prop::option::of(prop::sample::select(vec![code("V-1"), code("V-2")]));
    let before = (-18_000.0..16_000.0, 1.0..2_000.0, 0i64..300).prop_map(|(metres, accuracy, ago)| Fix {
        taken_at: NOON.plus_millis(-ago * MINUTE),
        ..fix(metres, accuracy)
    });
    let previous = prop::option::weighted(0.3, before);
    let shift = prop::option::of(-20i64..20).prop_map(|minutes| minutes.map(|minutes| minutes * MINUTE));
    (
        prop::option::weighted(0.8, any_fix),
        0i64..300,
        prop::bool::weighted(0.8),
        placard(),
        placard(),
        shift,
        previous,
        20.0..300.0,
    )
        .prop_map(|(fix, lasted_minutes, venue, own, scanned, clock_shift_ms, previous, radius)| Scene {
            fix,
            lasted_minutes,
            venue,
            own,
            scanned,
            clock_shift_ms,
            previous,
            radius,
        })
}

proptest! {
    #[test]
    fn there_is_always_a_reason_and_every_reason_has_a_sentence(
        metres in 0.0..5_000.0, accuracy in 1.0..2_000.0, mock: bool, age in 0i64..500, has_fix: bool,
    ) {
        let fix = Fix { mock, taken_at: NOON.plus_millis(-age * MINUTE), ..fix(metres, accuracy) };
        let evidence = grade(&facts(has_fix.then_some(&fix)));
        prop_assert!(!evidence.reasons.is_empty());
        for reason in evidence.reasons {
            prop_assert!(!reason.sentence(Locale::ZhHans).is_empty());
            prop_assert!(!reason.sentence(Locale::En).is_empty());
        }
    }

    #[test]
    fn more_doubt_never_makes_a_better_grade(scene in any_scene(), doubt in any_doubt()) {
        let before = scene.grade();
        let after = scene.clone().with(doubt).grade();
        prop_assert!(before <= after, "{doubt:?}: {before:?} became {after:?}");
    }

    #[test]
    fn going_farther_away_never_speaks_more_for_a_visit(
        near in 0.0..3_000.0, more in 0.0..3_000.0, accuracy in 1.0..3_000.0,
    ) {
        // To say nothing stands between to speak for a visit and to speak against it.
        let against = |grade| [Grade::OnSite, Grade::Near, Grade::Unlocated, Grade::Away].iter().position(|of| *of == grade);
        prop_assert!(against(graded(&fix(near, accuracy))) <= against(graded(&fix(near + more, accuracy))));
    }

    #[test]
    fn a_coarser_reading_never_says_that_somebody_was_elsewhere_where_a_finer_one_did_not(
        metres in 0.0..5_000.0, accuracy in 1.0..3_000.0, coarser in 0.0..3_000.0,
    ) {
        if graded(&fix(metres, accuracy)) != Grade::Away {
            prop_assert_ne!(graded(&fix(metres, accuracy + coarser)), Grade::Away);
        }
    }
}

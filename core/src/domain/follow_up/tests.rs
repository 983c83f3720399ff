//! The way of a finding: stories first, then what must hold for any.

use proptest::prelude::*;

use super::*;
use crate::domain::visit::tests::{day, id, visit};
use crate::domain::{Finding, Reason, Review, Severity, Visit};

const SIGN: &str = "wb_sign";

fn item() -> ItemId {
    SIGN.parse().unwrap()
}

fn found(record: u64, on: u32, severity: Severity) -> Visit {
    let findings = vec![Finding { item: item(), severity, repeated: false }];
    Visit { findings, ..visit(record, on) }
}

fn step(record: u64, number: u16, on: u32, act: FollowUpAct) -> FollowUpStep {
    FollowUpStep {
        record: id(record).into(),
        item: item(),
        venue: id(1).into(),
        number,
        act,
        at: visit(0, on).happened_at.plus_millis(1),
        by: id(9).into(),
        due: None,
        note: None,
    }
}

fn only(visits: &[Visit], steps: &[FollowUpStep], good: bool) -> FollowUp {
    let mut ways = follow_ups(visits, steps, &Handling::default(), |_, _| good);
    assert_eq!(ways.len(), 1);
    ways.remove(0)
}

#[test]
fn an_urgent_finding_is_due_the_same_day_and_a_note_in_half_a_month() {
    for (severity, due) in [(Severity::S, 2), (Severity::R, 9), (Severity::N, 17)] {
        let way = only(&[found(1, 2, severity)], &[], false);
        assert_eq!((way.stage, way.due), (FollowUpStage::Open, Some(day(due))));
        assert!(way.is_overdue(day(due + 1)) && !way.is_overdue(day(due)));
    }
}

#[test]
fn a_station_may_take_other_days_and_has_numbers_of_its_own() {
    let text = r#"{"urgent":{"days":1,"to":"police110"},"report":{"days":7,"to":"culture"},
        "note":{"days":30,"to":"owner"},"contacts":{"culture":"025-8300 0000 转文化科"}}"#;
    let handling: Handling = serde_json::from_str(text).unwrap();
    let ways = follow_ups(&[found(1, 2, Severity::S)], &[], &handling, |_, _| false);
    assert_eq!(ways[0].due, Some(day(3)));
    assert_eq!(handling.usual(Severity::N), Usual { days: 30, to: Route::Owner });
    assert_eq!(handling.contact(Route::Culture), Some("025-8300 0000 转文化科"));
    assert_eq!((handling.contact(Route::Fire), handling.contact(Route::Owner)), (Some("119"), None));
}

#[test]
fn steps_lead_on_and_a_day_that_was_set_holds_until_the_next() {
    let due = Some(day(28));
    let handed = FollowUpStep { due, ..step(1, 1, 3, FollowUpAct::HandedOver { to: Route::Culture }) };
    let way = only(&[found(1, 2, Severity::R)], std::slice::from_ref(&handed), false);
    assert_eq!((way.stage, way.due, way.handed_to()), (FollowUpStage::HandedOver, due, Some(Route::Culture)));
    let mended = [handed, step(1, 2, 5, FollowUpAct::Mended)];
    let way = only(&[found(1, 2, Severity::R)], &mended, false);
    assert_eq!((way.stage, way.due), (FollowUpStage::Mended, Some(day(12))));
}

#[test]
fn the_next_inspection_that_finds_it_good_is_the_recheck_and_one_that_did_not_look_is_none() {
    let visits = [found(1, 2, Severity::R), visit(2, 10)];
    let mended = [step(1, 1, 5, FollowUpAct::Mended)];
    assert_eq!(only(&visits, &mended, false).stage, FollowUpStage::Mended);
    let way = only(&visits, &mended, true);
    assert_eq!((way.stage, way.seen_by), (FollowUpStage::Rechecked, Some(id(2).into())));
    let returned = Review::Returned { reason: Reason::new("照片不清").unwrap() };
    let visits = [found(1, 2, Severity::R), Visit { review: returned, ..visit(2, 10) }];
    assert_eq!(only(&visits, &mended, true).stage, FollowUpStage::Mended);
}

#[test]
fn one_that_is_found_again_goes_on_as_the_newer_finding() {
    let visits = [found(1, 2, Severity::N), found(2, 10, Severity::R)];
    let ways = follow_ups(&visits, &[step(1, 1, 5, FollowUpAct::Mended)], &Handling::default(), |_, _| true);
    let stages: Vec<_> = ways.iter().map(|way| (way.record, way.stage)).collect();
    assert_eq!(stages, [(id(1).into(), FollowUpStage::FoundAgain), (id(2).into(), FollowUpStage::Open)]);
    let closed = [step(1, 1, 5, FollowUpAct::Closed)];
    assert_eq!(
        follow_ups(&visits, &closed, &Handling::default(), |_, _| true)[0].stage,
        FollowUpStage::Closed
    );
}

#[test]
fn a_correction_takes_over_the_steps_and_a_returned_record_s_findings_do_not_stand() {
    let old = Visit {
        review: Review::Returned { reason: Reason::new("照片不清").unwrap() },
        ..found(1, 2, Severity::R)
    };
    let steps = [step(1, 1, 3, FollowUpAct::HandedOver { to: Route::Fire })];
    assert_eq!(follow_ups(std::slice::from_ref(&old), &steps, &Handling::default(), |_, _| true), []);
    let new = Visit { corrects: Some(old.record), ..found(5, 2, Severity::R) };
    let way = only(&[new, old], &steps, true);
    assert_eq!((way.record, way.stage), (id(5).into(), FollowUpStage::HandedOver));
}

fn before(visits: &[Visit], steps: &[FollowUpStep], on: u32, good: &[u64]) -> bool {
    let moment = visit(0, on).happened_at;
    let saw = |record: RecordId, _: &ItemId| good.iter().any(|good| record == id(*good).into());
    found_before(visits, steps, moment, saw).contains(&item())
}

#[test]
fn an_item_is_found_before_until_somebody_looks_and_finds_it_good_or_it_is_closed() {
    let visits = [found(1, 2, Severity::N), visit(2, 10)];
    assert!(before(&visits, &[], 20, &[]), "the one between did not look");
    assert!(!before(&visits, &[], 20, &[2]));
    assert!(before(&visits, &[], 5, &[2]), "later ones do not speak");
    assert!(!before(&visits, &[], 2, &[]), "nor does the very moment");
    assert!(before(&visits, &[step(1, 1, 5, FollowUpAct::Mended)], 20, &[]), "mended is only said");
    for act in [FollowUpAct::Rechecked, FollowUpAct::Closed] {
        assert!(!before(&visits, &[step(1, 1, 5, act)], 20, &[]));
        assert!(before(&visits, &[step(1, 1, 25, act)], 20, &[]), "nobody knew then");
    }
    let returned = Review::Returned { reason: Reason::new("照片不清").unwrap() };
    let sent_back = Visit { review: returned.clone(), ..visits[1].clone() };
    assert!(before(&[visits[0].clone(), sent_back], &[], 20, &[2]), "a returned one saw nothing");
    // A correction that was returned stands for nothing: what it corrects speaks again.
    let correction = Visit { corrects: Some(visits[0].record), ..visit(3, 2) };
    assert!(!before(&[visits[0].clone(), correction.clone()], &[], 20, &[]));
    assert!(before(&[Visit { review: returned, ..correction }, visits[0].clone()], &[], 20, &[]));
}

#[test]
fn a_step_out_of_order_is_refused_and_closing_without_a_recheck_needs_a_word() {
    let act = FollowUpAct::Mended;
    let stage = FollowUpStage::Closed;
    assert_eq!(check_step(stage, act, true), Err(WrongStep::OutOfOrder { stage, act }));
    assert_eq!(check_step(FollowUpStage::Open, FollowUpAct::Closed, false), Err(WrongStep::NoteNeeded));
    assert_eq!(check_step(FollowUpStage::Open, FollowUpAct::Closed, true), Ok(()));
    assert_eq!(check_step(FollowUpStage::Rechecked, FollowUpAct::Closed, false), Ok(()));
}

#[test]
fn codes_are_what_travels() {
    for route in Route::ALL {
        assert_eq!(serde_json::to_value(route).unwrap(), route.code());
    }
    for stage in FollowUpStage::ALL {
        assert_eq!(serde_json::to_value(stage).unwrap(), stage.code());
    }
}

#[test]
fn only_an_answer_that_says_all_is_well_is_a_recheck() {
    let list = Checklist::defaults().unwrap().iter().find(|list| list.item(&item()).is_some()).unwrap();
    for asked in list.items.iter().flat_map(|item| item.choices().iter().map(move |choice| (item, choice))) {
        let (asked, choice) = asked;
        let answer = Answer::Choice { choice: choice.code.clone(), minors: None };
        let told = inspected(list, &asked.id, answer);
        assert_eq!(
            found_good(&told, list, &asked.id),
            choice.tone == Tone::Good,
            "{} {}",
            asked.id,
            choice.code
        );
        assert!(!found_good(&inspected(list, &asked.id, Answer::NotLooked), list, &asked.id));
    }
}

fn inspected(list: &Checklist, item: &ItemId, answer: Answer) -> Inspection {
    let at = visit(1, 1).happened_at;
    Inspection {
        venue: id(1).into(),
        checklist: list.reference(),
        companions: Vec::new(),
        started_at: at,
        finished_at: at,
        day_type: crate::domain::DayType::Ordinary,
        fix: None,
        placard: None,
        answers: vec![crate::domain::ItemAnswer { item: item.clone(), answer, note: None }],
        findings: Vec::new(),
        photos: Vec::new(),
        evidence: crate::domain::Evidence { grade: crate::domain::Grade::Unlocated, reasons: Vec::new() },
        corrects: None,
    }
}

fn any_act() -> impl Strategy<Value = FollowUpAct> {
    prop_oneof![
        prop::sample::select(&Route::ALL[..]).prop_map(|to| FollowUpAct::HandedOver { to }),
        Just(FollowUpAct::Mended),
        Just(FollowUpAct::Rechecked),
        Just(FollowUpAct::Reopened),
        Just(FollowUpAct::Closed),
    ]
}

proptest! {
    #[test]
    fn whatever_is_allowed_never_leaves_a_finding_that_was_found_again_and_ends_in_closed_or_before(
        acts in prop::collection::vec(any_act(), 0..12), noted: bool,
    ) {
        let mut stage = FollowUpStage::Open;
        let mut steps = Vec::new();
        for act in acts {
            prop_assert!(check_step(FollowUpStage::FoundAgain, act, noted).is_err());
            if check_step(stage, act, noted).is_ok() {
                // A step is never taken twice in a row, but handing on to somebody else.
                let handed_on = matches!(act, FollowUpAct::HandedOver { .. });
                prop_assert!(act.leads_to() != stage || handed_on);
                stage = act.leads_to();
                steps.push(step(1, u16::try_from(steps.len()).unwrap() + 1, 3, act));
            }
        }
        let way = only(&[found(1, 2, Severity::R)], &steps, false);
        prop_assert_eq!(way.stage, stage);
        prop_assert_eq!(way.due.is_none(), stage.is_settled());
        // From wherever it stands it can still be closed, or is.
        prop_assert!(stage.is_settled() || check_step(stage, FollowUpAct::Closed, true).is_ok());
    }

    #[test]
    fn where_findings_stand_does_not_depend_on_the_order_facts_arrive_in(
        days in prop::collection::vec((1_u32..28, any::<bool>(), any::<bool>()), 1..8),
        acts in prop::collection::vec((any_act(), 1_u32..28), 0..6),
        seed in any::<u64>(),
    ) {
        let visits: Vec<Visit> = days.iter().zip(1..).map(|((on, bad, returned), record)| {
            let told = if *bad { found(record, *on, Severity::R) } else { visit(record, *on) };
            let review = Review::Returned { reason: Reason::new("照片不清").unwrap() };
            if *returned { Visit { review, ..told } } else { told }
        }).collect();
        let steps: Vec<_> = acts.iter().zip(1..).map(|((act, on), number)| step(1, number, *on, *act)).collect();
        let told = |visits: &[Visit], steps: &[FollowUpStep]| follow_ups(visits, steps, &Handling::default(), |record, _| record > id(3).into());
        let (mut other, mut others) = (visits.clone(), steps.clone());
        let turn = usize::try_from(seed % 7).unwrap();
        other.rotate_left(turn % visits.len());
        others.reverse();
        let ways = told(&visits, &steps);
        prop_assert_eq!(told(&other, &others), ways.clone());
        // What a phone grades by at any moment is what the hub's board would have shown then.
        let seen = |visits: &[Visit], steps: &[FollowUpStep], moment| {
            found_before(visits, steps, moment, |record, _| record > id(3).into())
        };
        for on in 1..29 {
            let moment = visit(0, on).happened_at;
            let then: Vec<_> = visits.iter().filter(|visit| visit.moment() < moment).cloned().collect();
            let taken: Vec<_> = steps.iter().filter(|step| step.at < moment).cloned().collect();
            let open = told(&then, &taken).iter().any(|way| way.stage.wants_a_look());
            prop_assert_eq!(seen(&visits, &steps, moment).contains(&item()), open);
            prop_assert_eq!(seen(&other, &others, moment), seen(&visits, &steps, moment));
        }
        // One finding of an item is open at a venue at a time, however often it was found.
        let open = ways.iter().filter(|way| !way.stage.is_settled()).count();
        prop_assert!(open <= 1);
    }
}

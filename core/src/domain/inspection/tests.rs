//! What an inspection must be for the hub to take it, and what findings follow from answers.

use proptest::prelude::*;

use super::*;
use crate::domain::{AgeBand, EvidenceReason, Grade, VenueKind};

fn cafe() -> &'static Checklist {
    Checklist::default_for(&VenueKind::InternetCafe).unwrap()
}

fn id(number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u64_pair(0, number)
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(1_795_492_800_000 + minutes * 60_000)
}

fn choice(item: &str, choice: &str) -> ItemAnswer {
    let answer = Answer::Choice { choice: choice.parse().unwrap(), minors: None };
    ItemAnswer { item: item.parse().unwrap(), answer, note: None }
}

fn minors(item: &str, count: u16, in_danger: bool) -> ItemAnswer {
    let seen = MinorsSeen { count, bands: BTreeSet::from([AgeBand::Junior]), dissuaded: true, in_danger };
    let answer = Answer::Choice { choice: "yes".parse().unwrap(), minors: Some(seen) };
    ItemAnswer { item: item.parse().unwrap(), answer, note: None }
}

/// An inspection in which nothing but the given answers was looked at.
fn inspection(given: &[ItemAnswer]) -> Inspection {
    let answers: Vec<ItemAnswer> = cafe()
        .items
        .iter()
        .map(|item| {
            given.iter().find(|answer| answer.item == item.id).cloned().unwrap_or(ItemAnswer {
                item: item.id.clone(),
                answer: Answer::NotLooked,
                note: None,
            })
        })
        .collect();
    let findings = findings(cafe(), &answers, DayType::Ordinary, Severity::N, &BTreeSet::new());
    Inspection {
        venue: id(1).into(),
        checklist: cafe().reference(),
        companions: vec![id(2).into()],
        started_at: at(0),
        finished_at: at(10),
        day_type: DayType::Ordinary,
        fix: None,
        placard: None,
        answers,
        findings,
        photos: Vec::new(),
        evidence: Evidence { grade: Grade::Unlocated, reasons: vec![EvidenceReason::NoFix] },
        corrects: None,
    }
}

fn check(inspection: &Inspection) -> Result<(), InspectionError> {
    inspection.check(cafe(), id(1).into())
}

fn severity(answer: ItemAnswer, before: &[&str]) -> Option<Severity> {
    let before = before.iter().map(|item| item.parse().unwrap()).collect();
    findings(cafe(), &[answer], DayType::Ordinary, Severity::N, &before).first().map(|f| f.severity)
}

#[test]
fn an_inspection_in_which_nothing_was_looked_at_is_whole_and_finds_nothing() {
    let untouched = inspection(&[]);
    assert_eq!(check(&untouched), Ok(()));
    assert!(untouched.findings.is_empty());
}

#[test]
fn a_missing_sign_is_noted_once_and_reported_the_second_time() {
    assert_eq!(severity(choice("wb_sign", "no"), &[]), Some(Severity::N));
    assert_eq!(severity(choice("wb_sign", "no"), &["wb_sign"]), Some(Severity::R));
    assert_eq!(severity(choice("wb_sign", "yes"), &["wb_sign"]), None);
}

#[test]
fn minors_are_reported_and_a_child_in_danger_is_urgent() {
    assert_eq!(severity(minors("wb_minor", 2, false), &[]), Some(Severity::R));
    assert_eq!(severity(minors("wb_minor", 2, true), &[]), Some(Severity::S));
}

#[test]
fn every_way_of_not_fitting_the_checklist_is_told_apart() {
    use InspectionError as E;
    let ok = inspection(&[minors("wb_minor", 2, false)]);
    assert_eq!(check(&ok), Ok(()));
    let with = |change: &dyn Fn(&mut Inspection)| {
        let mut changed = ok.clone();
        change(&mut changed);
        check(&changed).unwrap_err()
    };
    let item: ItemId = "wb_minor".parse().unwrap();
    assert_eq!(with(&|i| drop(i.answers.pop())), E::Incomplete);
    assert_eq!(with(&|i| i.answers.swap(0, 1)), E::Incomplete);
    assert_eq!(
        with(&|i| i.answers[0] = minors("wb_minor", 0, false)),
        E::MinorsNeeded { item: item.clone() }
    );
    assert_eq!(with(&|i| i.answers[0] = choice("wb_minor", "yes")), E::MinorsNeeded { item: item.clone() });
    assert_eq!(with(&|i| i.answers[0] = choice("wb_minor", "perhaps")), E::WrongAnswer(item));
    assert_eq!(with(&|i| i.findings.clear()), E::WrongFindings);
    assert_eq!(with(&|i| i.findings[0].severity = Severity::N), E::WrongFindings);
    assert_eq!(with(&|i| i.finished_at = at(-1)), E::EndsBeforeStart);
    assert_eq!(with(&|i| i.companions.push(id(1).into())), E::CompanionTwice);
    let photo = |bytes| PhotoRef { id: id(9).into(), item: None, sha256: Sha256Hash::of(b""), bytes };
    for bytes in [0, PhotoRef::MAX_BYTES + 1, u64::MAX] {
        assert_eq!(with(&|i| i.photos.push(photo(bytes))), E::PhotoSize { photo: id(9).into(), bytes });
    }
    for bytes in [1, PhotoRef::MAX_BYTES] {
        assert_eq!(check(&Inspection { photos: vec![photo(bytes)], ..ok.clone() }), Ok(()));
    }
    assert!(matches!(with(&|i| i.companions = (2..20).map(|n| id(n).into()).collect()), E::TooMany { .. }));
    assert_eq!(
        check_answer(cafe(), &choice("yj_minor", "yes")),
        Err(E::UnknownItem("yj_minor".parse().unwrap()))
    );
}

/// Answers by the rules, one pick an item: a pick that is no choice leaves the item unanswered.
fn picked(checklist: &Checklist, picks: &[usize], in_danger: bool) -> Vec<ItemAnswer> {
    let given = checklist.items.iter().zip(picks).filter_map(|(item, pick)| {
        let choice = item.choices().get(*pick)?;
        let seen = choice.detail.map(|_| MinorsSeen {
            count: 1,
            bands: BTreeSet::new(),
            dissuaded: false,
            in_danger,
        });
        let answer = Answer::Choice { choice: choice.code.clone(), minors: seen };
        Some(ItemAnswer { item: item.id.clone(), answer, note: None })
    });
    given.collect()
}

proptest! {
    #[test]
    fn what_was_found_before_raises_notes_that_repeat_and_changes_nothing_else(
        arcade: bool,
        picks in prop::collection::vec(0usize..5, 14),
        before in prop::collection::vec(any::<bool>(), 14),
        in_danger: bool,
        day_type in prop::sample::select(vec![
            DayType::Ordinary, DayType::ShiftedRest, DayType::Statutory, DayType::Unknown,
        ]),
        hours in prop::sample::select(vec![Severity::N, Severity::R]),
    ) {
        let kind = if arcade { VenueKind::GameArcade } else { VenueKind::InternetCafe };
        let list = Checklist::default_for(&kind).unwrap();
        let answers = picked(list, &picks, in_danger);
        let items = list.items.iter().zip(&before).filter(|(_, bad)| **bad);
        let seen: BTreeSet<ItemId> = items.map(|(item, _)| item.id.clone()).collect();
        let first = findings(list, &answers, day_type, hours, &BTreeSet::new());
        let again = findings(list, &answers, day_type, hours, &seen);
        prop_assert!(first.iter().map(|f| &f.item).eq(again.iter().map(|f| &f.item)), "the same is found");
        for (first, again) in first.iter().zip(&again) {
            prop_assert_eq!((first.repeated, again.repeated), (false, seen.contains(&again.item)));
            let choice = |answer: &ItemAnswer| match &answer.answer {
                Answer::Choice { choice, .. } => list.item(&answer.item)?.choice(choice)?.finding,
                _ => None,
            };
            let rule = answers.iter().find(|answer| answer.item == again.item).and_then(choice).unwrap();
            let raised = again.repeated && rule.repeat && first.severity == Severity::N;
            prop_assert_eq!(again.severity, if raised { Severity::R } else { first.severity });
        }
        // What is called good, or not looked at, is never found.
        for finding in &first {
            let answer = answers.iter().find(|answer| answer.item == finding.item);
            prop_assert!(answer.is_some_and(|answer| answer.answer != Answer::NotLooked));
        }
    }

    #[test]
    fn whatever_was_answered_by_the_rules_passes_the_hubs_check(picks in prop::collection::vec(0usize..5, 14)) {
        let given = picked(cafe(), &picks, false);
        let made = inspection(&given);
        prop_assert_eq!(check(&made), Ok(()));
        let json = serde_json::to_string(&made).unwrap();
        prop_assert_eq!(serde_json::from_str::<Inspection>(&json).unwrap(), made);
    }
}

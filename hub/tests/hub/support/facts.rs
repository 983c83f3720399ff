//! What records tell, and what is told of them.

use xuncha_core::domain::*;
use xuncha_core::wire::{Fact, Jws, RecordAnswer, RefusalCode};

/// What was refused, with its code.
pub(crate) fn refused(answer: &RecordAnswer) -> RefusalCode {
    match answer {
        RecordAnswer::Refused { code, .. } => *code,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn accepted(answer: &RecordAnswer) -> &Jws {
    match answer {
        RecordAnswer::Accepted { receipt, .. } => receipt,
        other => panic!("not accepted: {other:?}"),
    }
}

pub(crate) fn all_accepted(answers: &[RecordAnswer]) {
    for answer in answers {
        accepted(answer);
    }
}

pub(crate) fn already_had(answer: &RecordAnswer) -> &Jws {
    match answer {
        RecordAnswer::AlreadyHad { receipt, .. } => receipt,
        other => panic!("not had: {other:?}"),
    }
}

/// An inspection in which all was well.
pub(crate) fn inspection(venue: &Venue, at: i64) -> Inspection {
    let list = Checklist::default_for(&venue.kind).unwrap();
    let answer = |item: &Item| {
        let good = item.choices().iter().find(|choice| choice.tone == Tone::Good);
        let answer = good
            .map_or(Answer::NotLooked, |choice| Answer::Choice { choice: choice.code.clone(), minors: None });
        ItemAnswer { item: item.id.clone(), answer, note: None }
    };
    Inspection {
        venue: venue.id,
        checklist: list.reference(),
        companions: Vec::new(),
        started_at: Timestamp::from_millis(at),
        finished_at: Timestamp::from_millis(at + 600_000),
        day_type: DayType::Ordinary,
        fix: None,
        placard: None,
        answers: list.items.iter().map(answer).collect(),
        findings: Vec::new(),
        photos: Vec::new(),
        evidence: evidence(),
        corrects: None,
    }
}

pub(crate) fn check_in(venue: &Venue, at: i64) -> Fact {
    Fact::CheckIn(CheckIn {
        venue: venue.id,
        at: Timestamp::from_millis(at),
        fix: None,
        placard: None,
        note: None,
        evidence: evidence(),
    })
}

fn evidence() -> Evidence {
    Evidence { grade: Grade::Unlocated, reasons: vec![EvidenceReason::NoFix] }
}

/// The form that sets what is expected: so many visits, all else always the same.
pub(crate) fn policy_form<'a>(venues: &'a str, from: &'a str, visits: &'a str) -> [(&'a str, &'a str); 11] {
    [
        ("venues", venues),
        ("from", from),
        ("visits_per_month", visits),
        ("min_gap_days", "5"),
        ("check_ins_count", "false"),
        ("on_site_radius", "80"),
        ("near_school", "200"),
        ("near_kindergarten", "100"),
        ("opens", "08:00"),
        ("closes", "24:00"),
        ("hours_severity", "R"),
    ]
}

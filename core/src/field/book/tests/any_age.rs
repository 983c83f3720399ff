//! What stays on the first screen and in the head's queue however old it is.

use crate::domain::{
    Finding, FollowUpAct, FollowUpStep, Grade, Locale, Member, RecordId, Review, Role, Severity, Timestamp,
    Visit, VisitKind,
};
use crate::field::book::NoticeCode;
use crate::field::testing::{DAY, Phone, arcade, cafe, member, police, volunteer};
use crate::wire::Change;

fn head() -> Member {
    member(9, "何站长", Role::Head)
}

fn found(item: &str, severity: Severity) -> Finding {
    Finding { item: item.parse().unwrap(), severity, repeated: false }
}

/// An inspection of somebody else's phone, as the hub tells of it.
fn told(number: u8, at: Timestamp, findings: Vec<Finding>) -> Visit {
    Visit {
        record: RecordId::mint(at, [number; 10]),
        venue: arcade().id,
        kind: VisitKind::Inspection,
        happened_at: at,
        received_at: Some(at),
        member: volunteer().id,
        companions: Vec::new(),
        corrects: None,
        review: Review::Pending,
        grade: Grade::OnSite,
        findings,
    }
}

fn closed(visit: &Visit, item: &str, at: Timestamp) -> Change {
    Change::FollowUp(FollowUpStep {
        record: visit.record,
        item: item.parse().unwrap(),
        venue: visit.venue,
        number: 1,
        act: FollowUpAct::Closed,
        at,
        by: police().id,
        due: None,
        note: None,
    })
}

#[test]
fn an_urgent_finding_stays_with_the_police_and_the_head_until_it_is_closed_however_old_it_is() {
    for who in [police(), head()] {
        let phone = Phone::of(&who);
        let old = told(1, phone.now().plus_millis(-200 * DAY), vec![found("yj_exit", Severity::S)]);
        let grave = vec![found("yj_gamble", Severity::S), found("yj_fire", Severity::N)];
        let newer = told(2, phone.now().plus_millis(-100 * DAY), grave);
        // A check-in and a look elsewhere forget nothing.
        let elsewhere = Visit { venue: cafe().id, ..told(3, phone.now(), vec![]) };
        phone.apply(&[old.clone(), newer, elsewhere].map(Change::Visit));
        phone.check_in(arcade().id, None, None, None).ok();
        phone.apply(&[Change::FoundGood(crate::domain::FoundGood {
            record: RecordId::mint(phone.now().plus_millis(-100 * DAY), [2; 10]),
            items: vec!["yj_prize".parse().unwrap()],
        })]);
        let whens = |phone: &Phone| -> Vec<String> {
            phone.home().unwrap().urgent.into_iter().map(|line| line.when).collect()
        };
        assert_eq!(whens(&phone), ["8月16日 14:12", "5月8日 14:12"]);
        phone.apply(&[closed(&old, "yj_exit", phone.now())]);
        assert_eq!(whens(&phone), ["8月16日 14:12"]);
    }
}

#[test]
fn more_urgent_findings_than_fit_on_a_screen_are_told_of() {
    let phone = Phone::of(&police());
    let grave =
        |count: usize| (0..count).map(|n| found(&format!("item_{n}"), Severity::S)).collect::<Vec<_>>();
    let codes = |phone: &Phone| -> Vec<NoticeCode> {
        phone.home().unwrap().notices.into_iter().map(|notice| notice.code).collect()
    };
    phone.apply(&[Change::Visit(told(1, phone.now().plus_millis(-90 * DAY), grave(50)))]);
    assert_eq!((phone.home().unwrap().urgent.len(), codes(&phone)), (50, vec![]));
    let last = Visit { venue: cafe().id, ..told(2, phone.now(), grave(1)) };
    phone.apply(&[Change::Visit(last.clone())]);
    let home = phone.home().unwrap();
    assert_eq!((home.urgent.len(), home.urgent[0].record), (50, last.record));
    assert_eq!(codes(&phone), [NoticeCode::MoreUrgent]);
}

#[test]
fn what_waits_for_the_head_waits_however_old_it_is_the_gravest_first() {
    let phone = Phone::of(&head());
    let ago = |days: i64| phone.now().plus_millis(-days * DAY);
    let grave = |severity| vec![found("yj_fire", Severity::N), found("yj_exit", severity)];
    let approved = Visit { review: Review::Approved, ..told(6, ago(1), grave(Severity::S)) };
    let check_in = Visit { kind: VisitKind::CheckIn, ..told(7, ago(1), vec![]) };
    let unsent = Visit { received_at: None, ..told(8, ago(1), vec![]) };
    let waiting = [
        told(1, ago(10), grave(Severity::R)),
        told(2, ago(300), vec![]),
        told(3, ago(150), grave(Severity::S)),
        told(4, ago(20), vec![found("yj_fire", Severity::N)]),
        told(5, ago(5), vec![]),
        told(9, ago(50), vec![found("yj_exit", Severity::S), found("yj_gamble", Severity::R)]),
    ];
    phone.apply(
        &[&waiting[..], &[approved, check_in, unsent]]
            .concat()
            .into_iter()
            .map(Change::Visit)
            .collect::<Vec<_>>(),
    );
    let queue = phone.review_queue().unwrap();
    let order: Vec<_> = queue.lines.iter().map(|line| line.record).collect();
    assert_eq!(order, [2, 5, 0, 3, 1, 4].map(|number: usize| waiting[number].record));
    assert_eq!(queue.text, "6 条待审核");
}

#[test]
fn more_to_review_than_fit_on_a_page_are_counted() {
    let phone = Phone::of(&head());
    let visits =
        (0..=200_u8).map(|number| Change::Visit(told(number, phone.now().plus_millis(-DAY), vec![])));
    phone.apply(&visits.collect::<Vec<_>>());
    let queue = phone.review_queue().unwrap();
    assert_eq!((queue.lines.len(), queue.text.as_str()), (200, "201 条待审核，先列出 200 条"));
    phone.set_locale(Locale::En);
    assert_eq!(phone.to_review().unwrap(), "201 to review; here are 200 of them");
}

//! The columns beside a visit, by which lists are found and sorted: each says what the visit itself says.

use std::collections::HashMap;

use sqlx::any::AnyRow;
use xuncha_core::domain::{RecordId, Visit, VisitKind, root_of};
use xuncha_core::wire::ReviewState;
use xuncha_hub::store::{Key as _, RowExt as _, StoreError, month_number};

use super::Problem;

/// Names every visit of a station with a column that says otherwise. What can't be read is named elsewhere.
pub(super) fn check(rows: &[AnyRow], wrong: &mut Vec<Problem>) {
    let visits: Vec<Option<Visit>> = rows.iter().map(|row| row.json("body").ok()).collect();
    let by_id: HashMap<RecordId, &Visit> =
        visits.iter().flatten().map(|visit| (visit.record, visit)).collect();
    for (row, visit) in rows.iter().zip(&visits) {
        let Some(visit) = visit else { continue };
        let differs = match differing(row, visit, &by_id) {
            Ok(differs) if differs.is_empty() => continue,
            Ok(differs) => differs.join(", "),
            Err(error) => error.to_string(),
        };
        let detail = format!("columns beside the visit say otherwise than it does: {differs}");
        wrong.push(Problem::new("visit_column", visit.record, detail));
    }
}

fn differing(
    row: &AnyRow,
    visit: &Visit,
    by_id: &HashMap<RecordId, &Visit>,
) -> Result<Vec<&'static str>, StoreError> {
    let kind = match visit.kind {
        VisitKind::Inspection => "inspection",
        VisitKind::CheckIn => "check_in",
    };
    let gravest = visit.findings.iter().map(|finding| finding.severity).max();
    let mut columns = vec![
        ("record_id", row.id::<RecordId>("record_id")? == visit.record),
        ("venue_id", row.bytes("venue_id")? == visit.venue.key()),
        ("member_id", row.bytes("member_id")? == visit.member.key()),
        ("kind", row.text("kind")? == kind),
        ("moment", row.time("moment")? == visit.moment()),
        ("corrects", row.opt_id("corrects")? == visit.corrects),
        ("review", row.text("review")? == ReviewState::of(&visit.review).code()),
        ("severity", row.opt_text("severity")? == gravest.map(|severity| format!("{severity:?}"))),
    ];
    let (root, moment) = root_of(visit, by_id);
    // A forged ring of corrections has no first record, and any of them may stand for it.
    if by_id.get(&root).is_none_or(|first| first.corrects.is_none()) {
        columns.push(("root_id", row.id::<RecordId>("root_id")? == root));
        columns.push(("month", row.int("month")? == month_number(moment.month())));
    }
    Ok(columns.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect())
}

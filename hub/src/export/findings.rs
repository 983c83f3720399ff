//! Findings, a row each, with the question, what was answered, and what became of it.

use std::collections::HashMap;

use sqlx::any::AnyRow;
use xuncha_core::domain::{
    Answer, Checklists, Finding, FollowUp, Item, ItemAnswer, ItemId, Locale, Month, RecordId, StationId,
    Visit,
};
use xuncha_core::wire::Record;

use super::cell::{Cell, Header, Line, point};
use super::records::review;
use super::table::Table;
use super::{Ask, ExportError, Names};
use crate::follow_ups::{Looked, looked_at, ways_at};
use crate::rules;
use crate::store::{Key as _, RowExt as _, Sql, Store, StoreError, month_number, readable};

pub(super) const HEADERS: [Header; 17] = [
    ("station", "工作站"),
    ("happened_at", "时间"),
    ("venue", "场所名称"),
    ("venue_id", "场所标识"),
    ("severity", "轻重"),
    ("item", "项目"),
    ("question", "检查内容"),
    ("answer", "回答"),
    ("minors", "未成年人数"),
    ("note", "备注"),
    ("repeated", "此前也有"),
    ("member", "记录人"),
    ("review", "审核"),
    ("stage", "整改"),
    ("stage_since", "整改状态自"),
    ("due", "应办日期"),
    ("record", "记录标识"),
];

/// Venues whose visits and steps are in memory at once.
const VENUES: usize = 20;

/// Records that are in memory at once.
const PAGE: usize = 200;

/// A visit that found something, with what its record says; none once that was erased, or if it can't be read.
struct Found {
    visit: Visit,
    content: Option<Record>,
}

/// Venue by venue, so that what became of a finding is read beside it and forgotten with its venue: many years of a
/// station take no more memory than one.
pub(super) async fn write(store: &Store, ask: &Ask, table: &mut Table) -> Result<(), ExportError> {
    let lists = rules::checklists(&mut *store.read().await?).await?;
    for station in &ask.stations {
        let names = Names::of(store, station.id).await?;
        let venues = looked_at(&mut *store.read().await?, station.id, ask.month).await?;
        for some in venues.chunks(VENUES) {
            let ways = ways(store, station.id, some).await?;
            let mut last: Option<Found> = None;
            loop {
                let query = select(station.id, some, ask.month, last.as_ref().map(|found| &found.visit));
                let rows = query.fetch_all(&mut *store.read().await?).await?;
                let mut found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
                for Found { visit, content } in &found {
                    for finding in &visit.findings {
                        let way = ways.get(&(visit.record, finding.item.clone()));
                        let of = Of { station: station.name.as_str(), names: &names, lists: &lists };
                        table.row(&line(visit, content.as_ref(), finding, way, &of, ask.locale))?;
                    }
                }
                table.send().await?;
                let whole = found.len() == PAGE;
                last = found.pop().filter(|_| whole);
                if last.is_none() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// The visits of some venues that found something, venue by venue as they happened, behind one of them.
fn select(station: StationId, venues: &[Looked], month: Option<Month>, behind: Option<&Visit>) -> Sql {
    let mut query = Sql::new(
        "SELECT v.body AS visit, p.jws, x.body AS extract FROM visits v \
         LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id \
         LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id \
         WHERE v.severity IS NOT NULL AND v.station_id = ",
    );
    query
        .bind(station.key())
        .push(" AND v.venue_id IN ")
        .list(venues.iter().map(|(_, venue, _)| venue.key()));
    if let Some(month) = month {
        query.push(" AND v.month = ").bind(month_number(month));
    }
    if let Some(last) = behind {
        query.push(" AND (v.venue_id, v.moment, v.record_id) > (").bind(last.venue.key());
        query.push(", ").bind(last.moment().millis()).push(", ").bind(last.record.key()).push(")");
    }
    query
        .push(" ORDER BY v.venue_id, v.moment, v.record_id LIMIT ")
        .bind(i64::try_from(PAGE).unwrap_or(i64::MAX));
    query
}

/// A record that can't be read leaves its question and answer out, as one that was erased does: it takes no finding out
/// of the file, and `verify` tells of it.
fn read(row: &AnyRow) -> Result<Found, StoreError> {
    let visit: Visit = row.json("visit")?;
    let content = readable(visit.record, row);
    Ok(Found { visit, content })
}

/// What became of what was found at some venues; those of returned and of corrected records do not stand.
async fn ways(
    store: &Store,
    station: StationId,
    venues: &[Looked],
) -> Result<HashMap<(RecordId, ItemId), FollowUp>, StoreError> {
    let ways = ways_at(&mut *store.snapshot().await?, station, venues).await?;
    Ok(ways.into_iter().map(|way| ((way.record, way.finding.item.clone()), way)).collect())
}

/// What a row needs to know of its station.
struct Of<'a> {
    station: &'a str,
    names: &'a Names,
    lists: &'a Checklists,
}

fn line(
    visit: &Visit,
    content: Option<&Record>,
    finding: &Finding,
    way: Option<&FollowUp>,
    &Of { station, names, lists }: &Of<'_>,
    locale: Locale,
) -> Line {
    let venue = names.venue(visit.venue);
    let inspection = content.and_then(Record::inspection);
    let list = venue.and_then(|venue| {
        lists.made_by(inspection.map(|told| &told.checklist), &venue.kind, visit.moment().day())
    });
    let item = lists.item(list.map(|list| &**list), &finding.item);
    let answer = inspection.and_then(|told| told.answers.iter().find(|answer| answer.item == finding.item));
    let (answered, minors) =
        answer.map_or((Cell::NOTHING, Cell::NOTHING), |answer| words(answer, item, locale));
    let cells = vec![
        station.into(),
        visit.moment().into(),
        venue.map(|venue| venue.name.to_string()).into(),
        visit.venue.to_string().into(),
        Cell::coded(format!("{:?}", finding.severity), finding.severity.label(locale)),
        finding.item.to_string().into(),
        item.map(|item| item.question.get(locale)).into(),
        answered,
        minors,
        answer.and_then(|answer| answer.note.as_ref()).map(ToString::to_string).into(),
        finding.repeated.into(),
        names.member(visit.member).into(),
        review(&visit.review, locale),
        way.map_or(Cell::NOTHING, |way| Cell::coded(way.stage.code(), way.stage.label(locale))),
        way.map(|way| way.since).into(),
        way.and_then(|way| way.due).into(),
        visit.record.to_string().into(),
    ];
    Line { cells, geometry: venue.and_then(|venue| venue.position).map(point) }
}

/// What was answered, and how many minors were seen.
fn words(answer: &ItemAnswer, item: Option<&Item>, locale: Locale) -> (Cell, Cell) {
    match &answer.answer {
        Answer::NotLooked => {
            (Cell::coded("not_looked", locale.pick("未查看", "Not looked at")), Cell::NOTHING)
        }
        Answer::Text { text } => (text.to_string().into(), Cell::NOTHING),
        Answer::Choice { choice, minors } => {
            let label = item.and_then(|item| item.choice(choice)).map(|choice| choice.label.get(locale));
            let code = choice.to_string();
            let answered = match label {
                Some(label) => Cell::coded(code, label.to_owned()),
                None => code.into(),
            };
            (answered, minors.as_ref().map(|seen| u64::from(seen.count)).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::{Timestamp, VenueId};

    use super::*;

    #[tokio::test]
    async fn what_was_found_is_read_by_the_index_of_its_venue() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let at = Timestamp::from_millis(1_000);
        let (station, venue) = (StationId::mint(at, [1; 10]), VenueId::mint(at, [2; 10]));
        let plan =
            select(station, &[(station, venue, 0)], None, None).plan(&mut store.read().await.unwrap()).await;
        assert!(plan.iter().any(|step| step.contains("visits_by_venue")), "{plan:#?}");
    }
}

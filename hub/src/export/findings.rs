//! Findings, a row each, with the question, what was answered, and what became of it.

use std::collections::HashMap;

use xuncha_core::domain::{
    Answer, Checklists, Finding, FollowUp, Item, ItemAnswer, ItemId, Locale, Month, RecordId, StationId,
};
use xuncha_core::wire::Record;

use super::cell::{Cell, Header, Line, point};
use super::records::{Row, each, review};
use super::table::Table;
use super::{Ask, ExportError, Names};
use crate::follow_ups::{Within, load};
use crate::rules;
use crate::store::{Store, StoreError};

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

pub(super) async fn write(store: &Store, ask: &Ask, table: &mut Table) -> Result<(), ExportError> {
    let lists = rules::checklists(&mut *store.read().await?).await?;
    for station in &ask.stations {
        let ways = ways(store, station.id, ask.month).await?;
        let own = Ask { stations: vec![station.clone()], ..ask.clone() };
        each(store, &own, table, |table, row, station, names| {
            for finding in &row.visit.findings {
                let way = ways.get(&(row.visit.record, finding.item.clone()));
                table.row(&line(row, finding, way, station, names, &lists, ask.locale))?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// What became of a station's findings; those of returned and of corrected records do not stand.
async fn ways(
    store: &Store,
    station: StationId,
    month: Option<Month>,
) -> Result<HashMap<(RecordId, ItemId), FollowUp>, StoreError> {
    let within = month.map_or(Within::Station, Within::In);
    let ways = load(&mut *store.snapshot().await?, station, within).await?;
    Ok(ways.into_iter().map(|way| ((way.record, way.finding.item.clone()), way)).collect())
}

fn line(
    row: &Row<Record>,
    finding: &Finding,
    way: Option<&FollowUp>,
    station: &str,
    names: &Names,
    lists: &Checklists,
    locale: Locale,
) -> Line {
    let visit = &row.visit;
    let venue = names.venue(visit.venue);
    let inspection = row.content.as_ref().and_then(Record::inspection);
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

//! The ledger, a row an entry as its newest version has it; what was struck out too, and says so. Inspections
//! have a row a month, as on the page.

use std::collections::BTreeMap;

use xuncha_core::domain::{Duty, Locale, Month};

use super::cell::{Cell, Header, Line};
use super::table::Table;
use super::{Ask, ExportError, Names};
use crate::ledger::{Version, places, supervised, versions};
use crate::store::{Store, StoreError};

/// Entries that are read at once.
const PAGE: usize = 500;

pub(super) const HEADERS: [Header; 17] = [
    ("station", "工作站"),
    ("day", "日期"),
    ("duty", "职责"),
    ("title", "事项"),
    ("text", "说明"),
    ("members", "本站参加人"),
    ("others", "其他人数"),
    ("children", "孩子人数"),
    ("age_bands", "年龄段"),
    ("venue", "场所名称"),
    ("record", "记录标识"),
    ("state", "状态"),
    ("version", "版本"),
    ("reason", "修改或作废原因"),
    ("written_by", "记入人"),
    ("written_at", "记入时间"),
    ("entry", "台账标识"),
];

pub(super) async fn write(store: &Store, ask: &Ask, table: &mut Table) -> Result<(), ExportError> {
    let bound = |year, month| Month::new(year, month).ok_or_else(|| StoreError::Row("month".to_owned()));
    let (from, to) = match ask.month {
        Some(month) => (month, month),
        None => (bound(2000, 1)?, bound(2199, 12)?),
    };
    for station in &ask.stations {
        let mut names = Names::of(store, station.id).await?;
        let mut db = store.snapshot().await?;
        let places = places(&mut db, station.id, ask.month.map(|month| (month, month))).await?;
        let supervised: BTreeMap<_, _> = supervised(&mut db, &[station.id], from, to).await?;
        drop(db);
        for some in places.chunks(PAGE) {
            let mut db = store.read().await?;
            let entries = versions(&mut db, station.id, some).await?;
            names = names.with(&mut db, entries.iter().map(|version| version.written_by)).await?;
            drop(db);
            for version in &entries {
                let cells = line(version, station.name.as_str(), &names, ask.locale);
                table.row(&Line { cells, geometry: None })?;
            }
            table.send().await?;
        }
        for ((_, month), told) in supervised {
            let duty = Duty::VenueSupervision;
            let mut cells: Vec<Cell> = vec![
                station.name.as_str().into(),
                month.last_day().into(),
                Cell::coded(duty.code(), duty.label(ask.locale)),
                ask.locale.pick("场所检查", "Inspections").into(),
                told.words(ask.locale).into(),
            ];
            cells.resize(HEADERS.len(), Cell::NOTHING);
            cells[11] = Cell::coded("computed", ask.locale.pick("自动", "by itself"));
            table.row(&Line { cells, geometry: None })?;
        }
        table.send().await?;
    }
    Ok(())
}

fn line(version: &Version, station: &str, names: &Names, locale: Locale) -> Vec<Cell> {
    let entry = &version.entry;
    let members: Vec<_> = entry.members.iter().map(|id| names.member(*id)).collect();
    let bands = entry.children.as_ref().map(|children| {
        children.bands().iter().map(|band| band.label(locale).to_owned()).collect::<Vec<_>>()
    });
    let state = match version {
        Version { struck: true, .. } => Cell::coded("struck", locale.pick("已作废", "struck out")),
        Version { number: 1, .. } => Cell::coded("new", locale.pick("原始", "first version")),
        Version { .. } => Cell::coded("amended", locale.pick("已修改", "amended")),
    };
    vec![
        station.into(),
        entry.day.into(),
        Cell::coded(entry.duty.code(), entry.duty.label(locale)),
        entry.title.as_str().into(),
        entry.text.as_ref().map(ToString::to_string).into(),
        members.into(),
        u64::from(entry.others).into(),
        entry.children.as_ref().map(|children| u64::from(children.count())).into(),
        bands.into(),
        entry.venue.and_then(|id| names.venue(id)).map(|venue| venue.name.to_string()).into(),
        entry.record.map(|id| id.to_string()).into(),
        state,
        u64::from(version.number).into(),
        version.reason.as_ref().map(ToString::to_string).into(),
        names.member(version.written_by).into(),
        version.written_at.into(),
        entry.id.to_string().into(),
    ]
}

//! Coverage of a month, a row a venue.

use xuncha_core::domain::{Month, Verdict};

use super::cell::{Cell, Header, Line, point};
use super::table::Table;
use super::{Ask, ExportError};
use crate::coverage::station_coverage;
use crate::store::{Store, StoreError};

pub(super) const HEADERS: [Header; 13] = [
    ("station", "工作站"),
    ("venue", "场所名称"),
    ("venue_id", "场所标识"),
    ("kind", "类型"),
    ("address", "地址"),
    ("month", "月份"),
    ("as_of", "截至"),
    ("required", "应查次数"),
    ("counted", "计入次数"),
    ("state", "状态"),
    ("last_day", "最晚"),
    ("visits", "计入日期"),
    ("not_counted", "未计入日期"),
];

pub(super) async fn write(store: &Store, ask: &Ask, table: &mut Table) -> Result<(), ExportError> {
    let month = ask.month.unwrap_or(Month::of(ask.today()));
    for station in &ask.stations {
        let Some(told) = station_coverage(store, station.id, month, ask.today()).await? else { continue };
        for row in told.venues {
            let days = |counts: bool| -> Vec<String> {
                let records = row.tally.records.iter();
                let counted = records.filter(|record| (record.verdict == Verdict::Counts) == counts);
                counted.map(|record| record.day.to_string()).collect()
            };
            let state =
                serde_json::to_value(row.coverage).map_err(|error| StoreError::Row(error.to_string()))?;
            let state = state["state"].as_str().unwrap_or_default();
            let cells = vec![
                station.name.as_str().into(),
                row.venue.name.as_str().into(),
                row.venue.id.to_string().into(),
                Cell::coded(row.venue.kind.code(), row.venue.kind.label(ask.locale).to_owned()),
                row.venue.address.as_str().into(),
                month.to_string().into(),
                ask.today().into(),
                u64::from(row.tally.required).into(),
                (row.tally.counted() as u64).into(),
                Cell::coded(state, row.coverage.label(ask.locale)),
                row.coverage.last_day().into(),
                days(true).into(),
                days(false).into(),
            ];
            table.row(&Line { cells, geometry: row.venue.position.map(point) })?;
        }
        table.send().await?;
    }
    Ok(())
}

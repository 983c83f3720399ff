//! Coverage of a month, a row a venue.

use std::io::Write;

use serde_json::Value;
use xuncha_core::domain::{Counted, Verdict};
use xuncha_hub::coverage::station_coverage;

use super::Source;
use super::table::{Cell, Line, Table, point};
use crate::failure::Failure;
use crate::output::Out;

pub(super) async fn write<W: Write>(
    source: &Source<'_>,
    table: &mut Table<W>,
    out: Out,
) -> Result<(), Failure> {
    let locale = out.locale();
    let today = source.args.clock.world()?.clock.now().day();
    let month = source.args.month.unwrap_or(xuncha_core::domain::Month::of(today));
    for station in &source.stations {
        let Some(told) = station_coverage(source.store, station.id, month, today).await? else { continue };
        for row in told.venues {
            let days = |counts: bool| -> Value {
                let counted = |record: &&Counted| (record.verdict == Verdict::Counts) == counts;
                row.tally.records.iter().filter(counted).map(|record| record.day.to_string()).collect()
            };
            let state = serde_json::to_value(row.coverage)?["state"].take();
            let last_day = row.coverage.last_day().map(|day| day.to_string());
            let cells = vec![
                (("station", "工作站"), station.name.as_str().into()),
                (("venue", "场所名称"), row.venue.name.as_str().into()),
                (("venue_id", "场所标识"), row.venue.id.to_string().into()),
                (("kind", "类型"), Cell::coded(row.venue.kind.code(), row.venue.kind.label(locale))),
                (("address", "地址"), row.venue.address.as_str().into()),
                (("month", "月份"), month.to_string().into()),
                (("as_of", "截至"), today.to_string().into()),
                (("required", "应查次数"), row.tally.required.into()),
                (("counted", "计入次数"), row.tally.counted().into()),
                (("state", "状态"), Cell::coded(state, row.coverage.label(locale))),
                (("last_day", "最晚"), last_day.into()),
                (("visits", "计入日期"), days(true).into()),
                (("not_counted", "未计入日期"), days(false).into()),
            ];
            table.row(Line { cells, geometry: row.venue.position.map(point) })?;
        }
    }
    Ok(())
}

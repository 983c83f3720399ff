//! Stations, members, venues and schools as they can be imported again.

use std::io::Write;

use serde_json::Value;
use xuncha_core::domain::StationId;
use xuncha_hub::import::{Column, Entry, Filed, on_file};

use super::table::{Line, Table, outline, point};
use super::{Source, What};
use crate::failure::Failure;

pub(super) async fn write<W: Write>(source: &Source<'_>, table: &mut Table<W>) -> Result<(), Failure> {
    let on_file = on_file(source.store).await?;
    let wanted: Vec<StationId> = source.stations.iter().map(|station| station.id).collect();
    match source.args.what {
        What::Stations => rows(table, &wanted, &on_file.stations, |_| None),
        What::Members => rows(table, &wanted, &on_file.members, |_| None),
        What::Venues => rows(table, &wanted, &on_file.venues, |venue| venue.position.map(point)),
        _ => rows(table, &wanted, &on_file.schools, |school| Some(outline(&school.outline))),
    }
}

fn rows<W: Write, T: Entry>(
    table: &mut Table<W>,
    wanted: &[StationId],
    all: &[Filed<T>],
    place: impl Fn(&T) -> Option<Value>,
) -> Result<(), Failure> {
    for filed in all.iter().filter(|filed| wanted.contains(&filed.thing.station())) {
        let cells = filed.cells();
        let is_placed = cells.iter().any(|(column, text)| *column == Column::Latitude && !text.is_empty());
        // Positions are exported in WGS-84, and a list that says so can be imported as it is.
        let datum = if is_placed { "wgs84" } else { "" };
        let mut cells: Vec<_> = cells
            .into_iter()
            .map(|(column, text)| ((column.name(), column.chinese()), text.into()))
            .collect();
        if T::KIND.has_positions() {
            cells.push(((Column::Datum.name(), Column::Datum.chinese()), datum.into()));
        }
        table.row(Line { cells, geometry: place(&filed.thing) })?;
    }
    Ok(())
}

//! Stations, members, venues and schools as they can be imported again.

use serde_json::Value as Json;
use xuncha_core::domain::StationId;

use super::cell::{Cell, Header, Line, Value, outline, point};
use super::table::Table;
use super::{Ask, ExportError, What};
use crate::import::{Column, Entry, Filed, on_file};
use crate::store::Store;

/// The columns of a list.
pub(super) fn headers(what: What) -> Vec<Header> {
    let columns: &[Column] = match what {
        What::Members => {
            &[Column::Id, Column::Code, Column::Station, Column::Name, Column::Role, Column::Active]
        }
        What::Venues => &[
            Column::Id,
            Column::Code,
            Column::Station,
            Column::Name,
            Column::Kind,
            Column::Address,
            Column::Latitude,
            Column::Longitude,
            Column::Placard,
            Column::OpenedOn,
            Column::ClosedOn,
            Column::Suspended,
            Column::Datum,
        ],
        What::Schools => &[
            Column::Id,
            Column::Code,
            Column::Station,
            Column::Name,
            Column::Level,
            Column::Gates,
            Column::Boundary,
            Column::ClosedOn,
            Column::Datum,
        ],
        _ => &[Column::Id, Column::Code, Column::Name, Column::SubBureau],
    };
    columns.iter().map(|column| (column.name(), column.chinese())).collect()
}

pub(super) async fn write(store: &Store, ask: &Ask, table: &mut Table) -> Result<(), ExportError> {
    let on_file = on_file(store).await?;
    let wanted: Vec<StationId> = ask.stations.iter().map(|station| station.id).collect();
    match ask.what {
        What::Members => rows(table, &wanted, &on_file.members, |_| None).await,
        What::Venues => rows(table, &wanted, &on_file.venues, |venue| venue.position.map(point)).await,
        What::Schools => {
            rows(table, &wanted, &on_file.schools, |school| Some(outline(&school.outline))).await
        }
        _ => rows(table, &wanted, &on_file.stations, |_| None).await,
    }
}

async fn rows<T: Entry>(
    table: &mut Table,
    wanted: &[StationId],
    all: &[Filed<T>],
    place: impl Fn(&T) -> Option<Json>,
) -> Result<(), ExportError> {
    for (number, filed) in all.iter().filter(|filed| wanted.contains(&filed.thing.station())).enumerate() {
        let mut cells: Vec<Cell> =
            filed.cells().into_iter().map(|(column, text)| typed(column, text)).collect();
        let geometry = place(&filed.thing);
        if T::KIND.has_positions() {
            // Positions are exported in WGS-84, and a list that says so can be imported as it is.
            cells.push(geometry.as_ref().map(|_| "wgs84").into());
        }
        table.row(&Line { cells, geometry })?;
        if number % 500 == 499 {
            table.send().await?;
        }
    }
    Ok(())
}

/// A cell of an import as what it is.
fn typed(column: Column, text: String) -> Cell {
    match column {
        _ if text.is_empty() => Cell::NOTHING,
        Column::Latitude | Column::Longitude => match text.parse() {
            Ok(degrees) => Value::Number(degrees).into(),
            Err(_) => text.into(),
        },
        Column::OpenedOn | Column::ClosedOn => match text.parse() {
            Ok(day) => Value::Day(day).into(),
            Err(_) => text.into(),
        },
        _ => text.into(),
    }
}

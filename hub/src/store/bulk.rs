//! Many things of a station at once, as an import brings them: what is new goes in hundreds of rows a
//! statement, for a long list by far the most; what was there already goes one by one, with all that a change
//! entails.

use std::collections::HashSet;

use xuncha_core::domain::{Member, School, Venue, Wgs84};

use super::reference::{
    Extra, Row, member_row, school_row, venue_row, write_member, write_school, write_venue,
};
use super::{Key as _, LockedStation, RowExt as _, Sql, StoreError, Tx};

/// Rows in one statement: eleven values each at most, far below what either database takes.
const ROWS: usize = 500;

/// Writes members of the locked station, each with its code. The caller saves the station.
pub async fn write_members(
    tx: &mut Tx,
    station: &mut LockedStation,
    members: &[(&Member, Option<&str>)],
) -> Result<(), StoreError> {
    for part in members.chunks(ROWS) {
        let rows = part.iter().map(|(member, code)| member_row(member, *code));
        for at in insert_new(tx, station, rows.collect::<Result<_, _>>()?).await? {
            write_member(tx, station, part[at].0, part[at].1).await?;
        }
    }
    Ok(())
}

/// Writes venues of the locked station, each with its code. The caller saves the station.
pub async fn write_venues(
    tx: &mut Tx,
    station: &mut LockedStation,
    venues: &[(&Venue, Option<&str>)],
) -> Result<(), StoreError> {
    for part in venues.chunks(ROWS) {
        let rows = part.iter().map(|(venue, code)| venue_row(venue, *code));
        for at in insert_new(tx, station, rows.collect::<Result<_, _>>()?).await? {
            write_venue(tx, station, part[at].0, part[at].1).await?;
        }
    }
    Ok(())
}

/// Writes schools of the locked station, each with its code. The caller saves the station.
pub async fn write_schools(
    tx: &mut Tx,
    station: &mut LockedStation,
    schools: &[(&School, Option<&str>)],
) -> Result<(), StoreError> {
    for part in schools.chunks(ROWS) {
        let rows = part.iter().map(|(school, code)| school_row(school, *code));
        for at in insert_new(tx, station, rows.collect::<Result<_, _>>()?).await? {
            write_school(tx, station, part[at].0, part[at].1).await?;
        }
    }
    Ok(())
}

/// Inserts the rows whose ids are not there yet; gives the places of the others.
async fn insert_new(
    tx: &mut Tx,
    station: &mut LockedStation,
    rows: Vec<Row<'_>>,
) -> Result<Vec<usize>, StoreError> {
    let Some((insert_many, after)) = rows.first().map(|row| (row.table.insert_many, row.table.new)) else {
        return Ok(Vec::new());
    };
    let ids: Vec<Vec<u8>> = rows.iter().map(|row| row.id.clone()).collect();
    let key = station.id().key();
    let mut insert = Sql::new(insert_many);
    insert.rows(rows, |sql, row| {
        sql.cell(key.clone())
            .cell(row.id)
            .cell(row.code.map(str::to_owned))
            .cell(row.name.to_owned())
            .cell(row.class.to_owned())
            .cell(row.body)
            .cell(station.next_change());
        match row.extra {
            Extra::Active(active) => sql.cell(i64::from(active)),
            Extra::Venue { life, position } => {
                sql.cell(life).cell(position.map(Wgs84::lat)).cell(position.map(Wgs84::lon))
            }
            Extra::School(at) => sql
                .cell(at.map(|at| at.south))
                .cell(at.map(|at| at.west))
                .cell(at.map(|at| at.north))
                .cell(at.map(|at| at.east)),
        };
    });
    insert.push(after);
    let new = insert.fetch_all(tx).await?;
    let new = new.iter().map(|row| row.bytes("id")).collect::<Result<HashSet<_>, _>>()?;
    Ok(ids.iter().enumerate().filter(|(_, id)| !new.contains(*id)).map(|(at, _)| at).collect())
}

//! What a station works with: itself, its members, venues, schools and policies. Each change enters
//! the station's feed; what is written as it already was enters nothing.

use std::collections::HashMap;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{
    Bounds, Member, PolicyFrom, School, SchoolLevel, Station, StationId, Venue, VenueId, VenueKind,
    VenueLife, Wgs84,
};
use xuncha_core::wire::merkle::Frontier;

use super::{Key, LockedStation, RowExt, Sql, StoreError, Tx, month_number};
use crate::{coverage, rules};

/// What writing a thing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was not there before.
    New,
    /// It was there, and is another now.
    Changed,
    /// It was there just so.
    Same,
}

/// Writes a station. `code` is what import files call it; `None` leaves a known code as it is.
pub async fn write_station(
    tx: &mut Tx,
    station: &Station,
    code: Option<&str>,
) -> Result<Written, StoreError> {
    let body = to_json(station)?;
    let Some(mut locked) = tx.lock_station(station.id).await? else {
        sqlx::query(
            "INSERT INTO stations (station_id, code, name, sub_bureau, body, change_no, changes, log_frontier) \
             VALUES ($1, $2, $3, $4, $5, 1, 1, $6)",
        )
        .bind(station.id.key())
        .bind(code.map(str::to_owned))
        .bind(station.name.as_str())
        .bind(station.sub_bureau.as_str())
        .bind(body)
        .bind(Frontier::default().to_bytes())
        .execute(&mut **tx)
        .await?;
        rules::tell_new_station(tx, station.id).await?;
        return Ok(Written::New);
    };
    let row = sqlx::query("SELECT body, code FROM stations WHERE station_id = $1")
        .bind(station.id.key())
        .fetch_one(&mut **tx)
        .await?;
    if row.text("body")? == body && known(code, row.opt_text("code")?.as_deref()) {
        return Ok(Written::Same);
    }
    sqlx::query(
        "UPDATE stations SET code = COALESCE($1, code), name = $2, sub_bureau = $3, body = $4, change_no = $5 \
         WHERE station_id = $6",
    )
    .bind(code.map(str::to_owned))
    .bind(station.name.as_str())
    .bind(station.sub_bureau.as_str())
    .bind(body)
    .bind(locked.next_change())
    .bind(station.id.key())
    .execute(&mut **tx)
    .await?;
    locked.save(tx).await?;
    Ok(Written::Changed)
}

/// Writes a member of the locked station. The caller saves the station.
pub async fn write_member(
    tx: &mut Tx,
    station: &mut LockedStation,
    member: &Member,
    code: Option<&str>,
) -> Result<Written, StoreError> {
    member_row(member, code)?.write(tx, station).await
}

pub(super) fn member_row<'a>(member: &'a Member, code: Option<&'a str>) -> Result<Row<'a>, StoreError> {
    Ok(Row {
        table: MEMBERS,
        id: member.id.key(),
        code,
        name: member.name.as_str(),
        class: member.role.code(),
        extra: Extra::Active(member.active),
        body: to_json(member)?,
    })
}

/// Writes a venue of the locked station and counts its months anew. The caller saves the station.
pub async fn write_venue(
    tx: &mut Tx,
    station: &mut LockedStation,
    venue: &Venue,
    code: Option<&str>,
) -> Result<Written, StoreError> {
    let written = venue_row(venue, code)?.write(tx, station).await?;
    if written == Written::Changed {
        coverage::recount_venue(tx, station.id(), venue.id).await?;
    }
    Ok(written)
}

pub(super) fn venue_row<'a>(venue: &'a Venue, code: Option<&'a str>) -> Result<Row<'a>, StoreError> {
    let life = (venue.life != VenueLife::default()).then(|| to_json(&venue.life)).transpose()?;
    Ok(Row {
        table: VENUES,
        id: venue.id.key(),
        code,
        name: venue.name.as_str(),
        class: venue.kind.code(),
        extra: Extra::Venue { life, position: venue.position },
        body: to_json(venue)?,
    })
}

/// Writes a school of the locked station. The caller saves the station.
pub async fn write_school(
    tx: &mut Tx,
    station: &mut LockedStation,
    school: &School,
    code: Option<&str>,
) -> Result<Written, StoreError> {
    school_row(school, code)?.write(tx, station).await
}

pub(super) fn school_row<'a>(school: &'a School, code: Option<&'a str>) -> Result<Row<'a>, StoreError> {
    Ok(Row {
        table: SCHOOLS,
        id: school.id.key(),
        code,
        name: school.name.as_str(),
        class: level_code(school.level),
        extra: Extra::School(Bounds::of(school.outline.points().iter().copied())),
        body: to_json(school)?,
    })
}

/// Sets the policy from a month on, and counts the months it holds for anew. The caller saves the
/// station.
pub async fn write_policy(
    tx: &mut Tx,
    station: &mut LockedStation,
    policy: &PolicyFrom,
) -> Result<Written, StoreError> {
    let (key, from, venues) = (station.id().key(), month_number(policy.from), policy.venues.key());
    let body = to_json(policy)?;
    let query = "SELECT body FROM policies WHERE station_id = $1 AND from_month = $2 AND venues = $3";
    let old = sqlx::query(query)
        .bind(key.clone())
        .bind(from)
        .bind(venues.clone())
        .fetch_optional(&mut **tx)
        .await?;
    let written = match old {
        Some(row) if row.text("body")? == body => return Ok(Written::Same),
        Some(_) => Written::Changed,
        None => Written::New,
    };
    sqlx::query(
        "INSERT INTO policies (station_id, from_month, venues, body, change_no) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (station_id, from_month, venues) DO UPDATE SET body = excluded.body, change_no = excluded.change_no",
    )
    .bind(key)
    .bind(from)
    .bind(venues)
    .bind(body)
    .bind(station.next_change())
    .execute(&mut **tx)
    .await?;
    coverage::recount_from(tx, station.id(), policy.from).await?;
    Ok(written)
}

/// The policies of a station.
pub async fn policies(db: &mut AnyConnection, station: StationId) -> Result<Vec<PolicyFrom>, StoreError> {
    let rows = sqlx::query("SELECT body FROM policies WHERE station_id = $1 ORDER BY from_month, venues")
        .bind(station.key())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// The policies of many stations; those without any are missing.
pub(crate) async fn policies_of(
    db: &mut AnyConnection,
    stations: &[StationId],
) -> Result<HashMap<StationId, Vec<PolicyFrom>>, StoreError> {
    let mut query = Sql::new("SELECT station_id, body FROM policies WHERE station_id IN ");
    query.list(stations.iter().map(Key::key));
    let mut policies: HashMap<StationId, Vec<PolicyFrom>> = HashMap::new();
    for row in query.fetch_all(db).await? {
        policies.entry(row.id("station_id")?).or_default().push(row.json("body")?);
    }
    Ok(policies)
}

/// The number of a station's last change.
pub async fn last_change(db: &mut AnyConnection, station: StationId) -> Result<u64, StoreError> {
    let row = sqlx::query("SELECT changes FROM stations WHERE station_id = $1")
        .bind(station.key())
        .fetch_one(db)
        .await?;
    row.count("changes")
}

/// The same of every station.
pub async fn last_changes(db: &mut AnyConnection) -> Result<Vec<(StationId, u64)>, StoreError> {
    let rows = sqlx::query("SELECT station_id, changes FROM stations").fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.id("station_id")?, row.count("changes")?))).collect()
}

/// A station by its id.
pub async fn station(db: &mut AnyConnection, id: StationId) -> Result<Option<Station>, StoreError> {
    Ok(station_as_of(db, id).await?.map(|(station, _)| station))
}

/// The same with the number of its last change.
pub async fn station_as_of(
    db: &mut AnyConnection,
    id: StationId,
) -> Result<Option<(Station, u64)>, StoreError> {
    let row = sqlx::query("SELECT body, changes FROM stations WHERE station_id = $1")
        .bind(id.key())
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok((row.json("body")?, row.count("changes")?))).transpose()
}

/// Those of these ids.
pub async fn stations_of(
    db: &mut AnyConnection,
    ids: &[StationId],
) -> Result<HashMap<StationId, Station>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Sql::new("SELECT body FROM stations WHERE station_id IN ");
    query.list(ids.iter().map(Key::key));
    let rows = query.fetch_all(db).await?;
    let station = |row: &AnyRow| row.json("body").map(|station: Station| (station.id, station));
    rows.iter().map(station).collect()
}

/// Every station, by sub-bureau and name.
pub async fn stations(db: &mut AnyConnection) -> Result<Vec<Station>, StoreError> {
    let rows =
        sqlx::query("SELECT body FROM stations ORDER BY sub_bureau, name, station_id").fetch_all(db).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// The same by name alone, as files list them.
pub async fn stations_by_name(db: &mut AnyConnection) -> Result<Vec<Station>, StoreError> {
    let rows = sqlx::query("SELECT body FROM stations ORDER BY name").fetch_all(db).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// What of a venue says what is expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Its kind.
    pub kind: VenueKind,
    /// When it is to be checked.
    pub life: VenueLife,
    /// The venue that it turned out to be a double of: what happened here counts there.
    pub double_of: Option<VenueId>,
}

/// What is expected of some venues of a station; unknown ones are missing.
pub async fn expected(
    db: &mut AnyConnection,
    station: StationId,
    venues: impl IntoIterator<Item = VenueId>,
) -> Result<HashMap<VenueId, Expected>, StoreError> {
    let mut query = Sql::new(
        "SELECT v.venue_id, v.kind, v.life, h.heir_id FROM venues v LEFT JOIN venue_heirs h \
         ON h.station_id = v.station_id AND h.venue_id = v.venue_id AND h.reason = 'merged' \
         WHERE v.station_id = ",
    );
    query.bind(station.key()).push(" AND v.venue_id IN ").list(venues.into_iter().map(|id| id.key()));
    let rows = query.fetch_all(db).await?;
    let expected = |row: &AnyRow| {
        let kind = row.text("kind")?.parse().map_err(|_| StoreError::Row("kind is no kind".to_owned()))?;
        let (life, double_of) = (row.opt_json("life")?.unwrap_or_default(), row.opt_id("heir_id")?);
        Ok((row.id("venue_id")?, Expected { kind, life, double_of }))
    };
    rows.iter().map(expected).collect()
}

/// Members, venues and schools lie alike.
pub(super) struct Table {
    select: &'static str,
    insert: &'static str,
    update: &'static str,
    /// The same as `insert` up to its rows, and after them: only those whose ids are new, which it gives.
    pub(super) insert_many: &'static str,
    pub(super) new: &'static str,
}

const MEMBERS: Table = Table {
    select: "SELECT body, code FROM members WHERE station_id = $1 AND member_id = $2",
    insert: "INSERT INTO members (station_id, member_id, code, name, role, body, change_no, active) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    update: "UPDATE members SET code = COALESCE($3, code), name = $4, role = $5, body = $6, change_no = $7, \
             active = $8 WHERE station_id = $1 AND member_id = $2",
    new: " ON CONFLICT (station_id, member_id) DO NOTHING RETURNING member_id AS id",
    insert_many: "INSERT INTO members (station_id, member_id, code, name, role, body, change_no, active) VALUES ",
};

const VENUES: Table = Table {
    select: "SELECT body, code FROM venues WHERE station_id = $1 AND venue_id = $2",
    insert: "INSERT INTO venues (station_id, venue_id, code, name, kind, body, change_no, life, lat, lon) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    update: "UPDATE venues SET code = COALESCE($3, code), name = $4, kind = $5, body = $6, change_no = $7, \
             life = $8, lat = $9, lon = $10 WHERE station_id = $1 AND venue_id = $2",
    new: " ON CONFLICT (station_id, venue_id) DO NOTHING RETURNING venue_id AS id",
    insert_many: "INSERT INTO venues (station_id, venue_id, code, name, kind, body, change_no, life, lat, lon) VALUES ",
};

const SCHOOLS: Table = Table {
    select: "SELECT body, code FROM schools WHERE station_id = $1 AND school_id = $2",
    insert: "INSERT INTO schools (station_id, school_id, code, name, level, body, change_no, south, west, north, east) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    update: "UPDATE schools SET code = COALESCE($3, code), name = $4, level = $5, body = $6, change_no = $7, \
             south = $8, west = $9, north = $10, east = $11 WHERE station_id = $1 AND school_id = $2",
    new: " ON CONFLICT (station_id, school_id) DO NOTHING RETURNING school_id AS id",
    insert_many: "INSERT INTO schools (station_id, school_id, code, name, level, body, change_no, south, west, north, east) VALUES ",
};

/// The last columns of each table.
pub(super) enum Extra {
    Active(bool),
    Venue { life: Option<String>, position: Option<Wgs84> },
    School(Option<Bounds>),
}

pub(super) struct Row<'a> {
    pub(super) table: Table,
    pub(super) id: Vec<u8>,
    pub(super) code: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) class: &'a str,
    pub(super) extra: Extra,
    pub(super) body: String,
}

impl Row<'_> {
    async fn write(self, tx: &mut Tx, station: &mut LockedStation) -> Result<Written, StoreError> {
        let key = station.id().key();
        let old = sqlx::query(self.table.select)
            .bind(key.clone())
            .bind(self.id.clone())
            .fetch_optional(&mut **tx)
            .await?;
        let (written, text) = match old {
            Some(row)
                if row.text("body")? == self.body && known(self.code, row.opt_text("code")?.as_deref()) =>
            {
                return Ok(Written::Same);
            }
            Some(_) => (Written::Changed, self.table.update),
            None => (Written::New, self.table.insert),
        };
        let query = sqlx::query(text)
            .bind(key)
            .bind(self.id)
            .bind(self.code.map(str::to_owned))
            .bind(self.name)
            .bind(self.class)
            .bind(self.body)
            .bind(station.next_change());
        let query = match self.extra {
            Extra::Active(active) => query.bind(i64::from(active)),
            Extra::Venue { life, position } => {
                query.bind(life).bind(position.map(Wgs84::lat)).bind(position.map(Wgs84::lon))
            }
            Extra::School(at) => query
                .bind(at.map(|at| at.south))
                .bind(at.map(|at| at.west))
                .bind(at.map(|at| at.north))
                .bind(at.map(|at| at.east)),
        };
        query.execute(&mut **tx).await?;
        Ok(written)
    }
}

fn known(code: Option<&str>, old: Option<&str>) -> bool {
    code.is_none() || code == old
}

fn level_code(level: SchoolLevel) -> &'static str {
    match level {
        SchoolLevel::Primary => "primary",
        SchoolLevel::Junior => "junior",
        SchoolLevel::Senior => "senior",
        SchoolLevel::Vocational => "vocational",
        SchoolLevel::Special => "special",
        SchoolLevel::Kindergarten => "kindergarten",
    }
}

/// A thing as it travels and lies in a `body` column.
pub(crate) fn to_json<T: serde::Serialize>(thing: &T) -> Result<String, StoreError> {
    serde_json::to_string(thing).map_err(|error| StoreError::Row(error.to_string()))
}

//! Keeping the ledger (台账): adding, amending and striking out entries, each as a new version beside the
//! old ones; and the line of duty (3) that inspections write by themselves, computed, never stored.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{
    Duty, DutyEntry, DutyEntryId, Locale, MemberId, Month, Reason, StationId, Timestamp,
};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::Operation;
use crate::seen::Kept;
use crate::store::reference::to_json;
use crate::store::{Key, LockedStation, RowExt as _, Sql, StoreError, Tx, month_number, month_of_number};

/// One version of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// The entry as this version has it.
    pub entry: DutyEntry,
    /// Why it was amended or struck out; the first version has none.
    pub reason: Option<Reason>,
    /// Whether this version strikes it out.
    pub struck: bool,
    /// When it was written.
    pub written_at: Timestamp,
    /// By whom.
    pub written_by: MemberId,
}

impl Version {
    fn place(&self) -> Place {
        (self.entry.day, self.entry.duty, self.entry.id, self.number)
    }
}

/// What inspections say of duty (3) in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Supervised {
    /// Venues that were visited.
    pub venues: u64,
    /// Visits that count.
    pub counted: u64,
}

impl Supervised {
    /// The same in words.
    #[must_use]
    pub fn words(self, locale: Locale) -> String {
        let Self { venues, counted } = self;
        match locale {
            Locale::ZhHans => format!("到访场所 {venues} 个，计入次数 {counted} 次（自动）"),
            Locale::En => format!("{venues} venues visited, {counted} visits that count (by itself)"),
        }
    }
}

const COLUMNS: &str = "SELECT version, body, reason, struck, written_at, written_by FROM ledger l ";

/// The newest version of each entry of some stations and months, by day; what was struck out too.
pub async fn entries(
    db: &mut AnyConnection,
    stations: &[StationId],
    from: Month,
    to: Month,
) -> Result<Vec<Version>, StoreError> {
    let rows = newest(stations, Some((from, to))).fetch_all(db).await?;
    let mut found = rows.iter().map(version).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(Version::place);
    Ok(found)
}

fn newest(stations: &[StationId], months: Option<(Month, Month)>) -> Sql {
    let mut query = Sql::new(COLUMNS);
    query.push("WHERE station_id IN ").list(stations.iter().map(Key::key));
    if let Some((from, to)) = months {
        query.push(" AND month BETWEEN ").bind(month_number(from)).push(" AND ").bind(month_number(to));
    }
    query.push(
        " AND NOT EXISTS (SELECT 1 FROM ledger later WHERE later.station_id = l.station_id \
         AND later.entry_id = l.entry_id AND later.version > l.version)",
    );
    query
}

/// Which version of an entry, and where in the ledger it stands.
pub type Place = (NaiveDate, Duty, DutyEntryId, u32);

/// The same, of one station, without what they say: in their order, to be read by [`versions`] some at a time. A version
/// never changes, so what is read later is what stood there now.
pub async fn places(
    db: &mut AnyConnection,
    station: StationId,
    months: Option<(Month, Month)>,
) -> Result<Vec<Place>, StoreError> {
    let mut places = Vec::new();
    newest(&[station], months)
        .each(db, |row| {
            let Version { number, entry, .. } = version(row)?;
            places.push((entry.day, entry.duty, entry.id, number));
            Ok(())
        })
        .await?;
    places.sort_unstable();
    Ok(places)
}

/// What stands at some places of a station's ledger, in their order.
pub async fn versions(
    db: &mut AnyConnection,
    station: StationId,
    places: &[Place],
) -> Result<Vec<Version>, StoreError> {
    let mut query = Sql::new("WITH asked (entry_id, version) AS (VALUES ");
    query.rows(places, |row, (_, _, entry, number)| {
        row.cell(entry.key()).cell(i64::from(*number));
    });
    query.push(
        ") SELECT l.version, body, reason, struck, written_at, written_by FROM asked a \
         JOIN ledger l ON l.entry_id = a.entry_id AND l.version = a.version WHERE l.station_id = ",
    );
    query.bind(station.key());
    let mut found = query.fetch_all(db).await?.iter().map(version).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(Version::place);
    Ok(found)
}

/// All versions of an entry, the newest first; none of an unknown one.
pub async fn history(
    db: &mut AnyConnection,
    station: StationId,
    id: DutyEntryId,
) -> Result<Vec<Version>, StoreError> {
    let text = COLUMNS.to_owned() + "WHERE station_id = $1 AND entry_id = $2 ORDER BY version DESC";
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(text)).bind(station.key()).bind(id.key()).fetch_all(db).await?;
    rows.iter().map(version).collect()
}

fn version(row: &AnyRow) -> Result<Version, StoreError> {
    let reason = row.opt_text("reason")?.map(|text| Reason::new(&text)).transpose();
    Ok(Version {
        number: u32::try_from(row.int("version")?).unwrap_or(u32::MAX),
        entry: row.json("body")?,
        reason: reason.map_err(|error| StoreError::Row(error.to_string()))?,
        struck: row.int("struck")? == 1,
        written_at: row.time("written_at")?,
        written_by: row.id("written_by")?,
    })
}

/// What inspections say of some stations and months, from the tallies; those without visits are missing.
pub async fn supervised(
    db: &mut AnyConnection,
    stations: &[StationId],
    from: Month,
    to: Month,
) -> Result<BTreeMap<(StationId, Month), Supervised>, StoreError> {
    // Sums are decimals in PostgreSQL unless they are cast.
    let mut query = Sql::new(
        "SELECT station_id, month, COUNT(*) AS venues, CAST(SUM(counted) AS BIGINT) AS counted FROM tallies \
         WHERE station_id IN ",
    );
    query.list(stations.iter().map(Key::key));
    query.push(" AND month BETWEEN ").bind(month_number(from)).push(" AND ").bind(month_number(to));
    query.push(" GROUP BY station_id, month");
    let line = |row: &AnyRow| {
        let told = Supervised { venues: row.count("venues")?, counted: row.count("counted")? };
        Ok(((row.id("station_id")?, month_of_number(row.int("month")?)?), told))
    };
    query.fetch_all(db).await?.iter().map(line).collect()
}

/// Adds an entry.
pub async fn add(app: &App, caller: &Caller, entry: &DutyEntry) -> HubResult<()> {
    let mut deed = Deed::begin(app, caller, entry.station).await?;
    deed.write(entry, 1, None, false).await?;
    deed.end(Action::DutyEntryAdded, entry.id).await
}

/// Amends an entry, with the reason. `seen` is the version that the caller amends.
pub async fn amend(
    app: &App,
    caller: &Caller,
    entry: &DutyEntry,
    reason: &Reason,
    seen: u32,
) -> HubResult<Kept> {
    let mut deed = Deed::begin(app, caller, entry.station).await?;
    if deed.newest(entry.id, seen).await?.is_none() {
        return Ok(Kept::Overtaken);
    }
    deed.write(entry, seen + 1, Some(reason), false).await?;
    deed.end(Action::DutyEntryAmended, entry.id).await.map(|()| Kept::Done)
}

/// Strikes an entry out, with the reason; it stays to be read.
pub async fn strike(
    app: &App,
    caller: &Caller,
    station: StationId,
    id: DutyEntryId,
    reason: &Reason,
    seen: u32,
) -> HubResult<Kept> {
    let mut deed = Deed::begin(app, caller, station).await?;
    let Some(newest) = deed.newest(id, seen).await? else { return Ok(Kept::Overtaken) };
    deed.write(&newest.entry, seen + 1, Some(reason), true).await?;
    deed.end(Action::DutyEntryStruckOut, id).await.map(|()| Kept::Done)
}

/// A deed under way, on a station that nobody else writes to meanwhile.
struct Deed<'a> {
    app: &'a App,
    caller: &'a Caller,
    tx: Tx,
    station: LockedStation,
}

impl<'a> Deed<'a> {
    async fn begin(app: &'a App, caller: &'a Caller, station: StationId) -> HubResult<Self> {
        caller.must(Operation::KeepLedger, station)?;
        let mut tx = app.store.begin().await?;
        let station = tx.lock_station(station).await?;
        let station = station.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
        Ok(Self { app, caller, tx, station })
    }

    /// The newest version, if it is the one that was seen and not struck out.
    async fn newest(&mut self, id: DutyEntryId, seen: u32) -> HubResult<Option<Version>> {
        let versions = history(&mut self.tx, self.station.id(), id).await?;
        let newest = versions.into_iter().next().ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
        Ok((newest.number == seen && !newest.struck).then_some(newest))
    }

    async fn write(
        &mut self,
        entry: &DutyEntry,
        version: u32,
        reason: Option<&Reason>,
        struck: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO ledger (station_id, entry_id, version, month, body, reason, struck, written_at, written_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(entry.station.key())
        .bind(entry.id.key())
        .bind(i64::from(version))
        .bind(month_number(Month::of(entry.day)))
        .bind(to_json(entry)?)
        .bind(reason.map(ToString::to_string))
        .bind(i64::from(struck))
        .bind(self.app.world.clock.now().millis())
        .bind(self.caller.member.id.key())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn end(mut self, action: Action, id: DutyEntryId) -> HubResult<()> {
        let (station, by) = (self.station.id(), Some(self.caller.member.id));
        note(self.app, &mut self.tx, station, by, action, id).await?;
        Ok(self.tx.commit().await?)
    }
}

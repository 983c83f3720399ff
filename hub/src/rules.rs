//! What the city decides for all its stations: statutory days and checklists. Each is kept for good, version
//! by version, and told to every station by its feed, to those that come later as well.

use sqlx::AnyConnection;
use xuncha_core::domain::{
    CalendarError, ChecklistFrom, Checklists, MemberId, NotNewer, StationId, StatutoryDays, StatutoryYear,
    Timestamp,
};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::{Area, Operation};
use crate::store::reference::{stations, to_json};
use crate::store::{Key as _, RowExt as _, StoreError, Tx};

/// The kinds of rules, as the feed has them.
const YEAR: &str = "statutory_year";
const CHECKLIST: &str = "checklist";

/// The statutory days of a year as they were set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetYear {
    /// The days.
    pub year: StatutoryYear,
    /// How often the year was set.
    pub version: u64,
    /// When.
    pub set_at: Timestamp,
    /// By whom.
    pub set_by: MemberId,
}

/// Why a rule was not set.
#[derive(Debug)]
pub enum NotSet {
    /// The checklist cannot follow those that are known.
    NotNewer(NotNewer),
    /// It was to begin before today: visits that were made would have had other questions.
    Past,
    /// The year cannot be as it says.
    Year(CalendarError),
}

/// Every checklist: the program's own and those set here.
pub async fn checklists(db: &mut AnyConnection) -> Result<Checklists, StoreError> {
    let rows = sqlx::query("SELECT body FROM checklists ORDER BY code, version").fetch_all(db).await?;
    let kept = rows.iter().map(|row| row.json("body")).collect::<Result<_, _>>()?;
    Ok(Checklists::with(kept))
}

/// The years that were set, in order, each as it holds now.
pub async fn years(db: &mut AnyConnection) -> Result<Vec<SetYear>, StoreError> {
    let rows = sqlx::query(
        "SELECT version, body, set_at, set_by FROM statutory_years y WHERE NOT EXISTS \
         (SELECT 1 FROM statutory_years later WHERE later.year = y.year AND later.version > y.version) \
         ORDER BY year",
    )
    .fetch_all(db)
    .await?;
    let year = |row: &sqlx::any::AnyRow| {
        Ok(SetYear {
            year: row.json("body")?,
            version: row.count("version")?,
            set_at: row.time("set_at")?,
            set_by: row.id("set_by")?,
        })
    };
    rows.iter().map(year).collect()
}

/// The calendar: the program's own, with the years that were set in place of its.
pub async fn statutory_days(db: &mut AnyConnection) -> Result<StatutoryDays, StoreError> {
    let flawed = |error: CalendarError| StoreError::Row(error.to_string());
    let own = StatutoryDays::embedded().map_err(flawed)?.clone();
    let set = years(db).await?;
    set.into_iter().try_fold(own, |days, set| days.with_year(set.year)).map_err(flawed)
}

/// Sets the statutory days of a year for all stations.
pub async fn set_year(app: &App, caller: &Caller, year: &StatutoryYear) -> HubResult<Result<(), NotSet>> {
    let mut deed = Deed::begin(app, caller).await?;
    let days = statutory_days(&mut deed.tx).await?;
    if let Err(error) = days.with_year(year.clone()) {
        return Ok(Err(NotSet::Year(error)));
    }
    sqlx::query(
        "INSERT INTO statutory_years (year, version, body, set_at, set_by) VALUES ($1, \
         (SELECT COALESCE(MAX(version), 0) + 1 FROM statutory_years WHERE year = $2), $3, $4, $5)",
    )
    .bind(i64::from(year.year))
    .bind(i64::from(year.year))
    .bind(to_json(year)?)
    .bind(app.world.clock.now().millis())
    .bind(caller.member.id.key())
    .execute(&mut *deed.tx)
    .await
    .map_err(StoreError::from)?;
    let key = year.year.to_string();
    deed.end(YEAR, &key, &to_json(year)?, Action::StatutoryDaysSet).await.map(Ok)
}

/// Puts a checklist in force for all stations, from its day on.
pub async fn set_checklist(
    app: &App,
    caller: &Caller,
    next: &ChecklistFrom,
) -> HubResult<Result<(), NotSet>> {
    let now = app.now_as_known().await?;
    let mut deed = Deed::begin(app, caller).await?;
    if next.from < now.day() {
        return Ok(Err(NotSet::Past));
    }
    if let Err(error) = checklists(&mut deed.tx).await?.may_follow(next) {
        return Ok(Err(NotSet::NotNewer(error)));
    }
    let list = &next.checklist;
    sqlx::query("INSERT INTO checklists (code, version, body, set_at, set_by) VALUES ($1, $2, $3, $4, $5)")
        .bind(list.code.as_str())
        .bind(i64::from(list.version))
        .bind(to_json(next)?)
        .bind(now.millis())
        .bind(caller.member.id.key())
        .execute(&mut *deed.tx)
        .await
        .map_err(StoreError::from)?;
    let key = checklist_key(next);
    deed.end(CHECKLIST, &key, &to_json(next)?, Action::ChecklistPutInForce).await.map(Ok)
}

fn checklist_key(from: &ChecklistFrom) -> String {
    format!("{}/{}", from.checklist.code, from.checklist.version)
}

/// Tells a station that was just written all that was set before it came.
pub(crate) async fn tell_new_station(tx: &mut Tx, station: StationId) -> Result<(), StoreError> {
    for set in years(tx).await? {
        tell(tx, station, YEAR, &set.year.year.to_string(), &to_json(&set.year)?).await?;
    }
    let rows = sqlx::query("SELECT body FROM checklists ORDER BY code, version").fetch_all(&mut **tx).await?;
    for row in rows {
        let from: ChecklistFrom = row.json("body")?;
        tell(tx, station, CHECKLIST, &checklist_key(&from), &row.text("body")?).await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx, station: StationId, kind: &str, key: &str, body: &str) -> Result<(), StoreError> {
    let Some(mut locked) = tx.lock_station(station).await? else { return Ok(()) };
    sqlx::query(
        "INSERT INTO rules (station_id, kind, key, body, change_no) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (station_id, kind, key) DO UPDATE SET body = excluded.body, change_no = excluded.change_no",
    )
    .bind(station.key())
    .bind(kind)
    .bind(key)
    .bind(body)
    .bind(locked.next_change())
    .execute(&mut **tx)
    .await?;
    locked.save(tx).await
}

/// A deed under way, with every station locked.
struct Deed<'a> {
    app: &'a App,
    caller: &'a Caller,
    tx: Tx,
    stations: Vec<StationId>,
}

impl<'a> Deed<'a> {
    async fn begin(app: &'a App, caller: &'a Caller) -> HubResult<Self> {
        if !caller.may(Operation::KeepRules, Area::City) {
            return Err(HubError::new(ProblemCode::Forbidden));
        }
        let mut tx = app.store.begin().await?;
        tx.take_turn().await?;
        let ids: Vec<StationId> = stations(&mut tx).await?.into_iter().map(|station| station.id).collect();
        for id in &ids {
            tx.lock_station(*id).await?;
        }
        Ok(Self { app, caller, tx, stations: ids })
    }

    async fn end(mut self, kind: &str, key: &str, body: &str, action: Action) -> HubResult<()> {
        for station in &self.stations {
            tell(&mut self.tx, *station, kind, key, body).await?;
        }
        let (station, by) = (self.caller.station(), Some(self.caller.member.id));
        note(self.app, &mut self.tx, station, by, action, key).await?;
        Ok(self.tx.commit().await?)
    }
}

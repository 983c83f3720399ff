//! Keeping venues and schools: what is added and changed, what closes, which one goes on where another
//! ended. Each deed is one transaction; phones learn of it by the feed of changes.

use chrono::{Days, NaiveDate};
use sqlx::AnyConnection;
use xuncha_core::domain::{DateRange, School, SchoolId, StationId, Venue, VenueId, VenueLife};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::Operation;
use crate::store::reference::{write_school, write_venue};
use crate::store::{AuditEntry, Key as _, LockedStation, RowExt as _, StoreError, Tx, Written};

/// Which venue goes on where another ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heir {
    /// The station of the old one.
    pub station: StationId,
    /// The old one.
    pub venue: VenueId,
    /// The station of the new one.
    pub heir_station: StationId,
    /// The new one.
    pub heir: VenueId,
    /// Why.
    pub reason: HeirReason,
}

/// Why a venue goes on as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeirReason {
    /// Another station sees to it now.
    Moved,
    /// It was on file twice.
    Merged,
}

impl HeirReason {
    const fn code(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Merged => "merged",
        }
    }
}

fn not_found() -> HubError {
    HubError::new(ProblemCode::NotFound)
}

/// A venue of a station.
pub async fn venue(db: &mut AnyConnection, station: StationId, id: VenueId) -> HubResult<Venue> {
    let row = sqlx::query("SELECT body FROM venues WHERE station_id = $1 AND venue_id = $2")
        .bind(station.key())
        .bind(id.key())
        .fetch_optional(db)
        .await
        .map_err(StoreError::from)?;
    Ok(row.ok_or_else(not_found)?.json("body")?)
}

/// A school of a station.
pub async fn school(db: &mut AnyConnection, station: StationId, id: SchoolId) -> HubResult<School> {
    let row = sqlx::query("SELECT body FROM schools WHERE station_id = $1 AND school_id = $2")
        .bind(station.key())
        .bind(id.key())
        .fetch_optional(db)
        .await
        .map_err(StoreError::from)?;
    Ok(row.ok_or_else(not_found)?.json("body")?)
}

/// The venues of a station by name.
pub async fn venues(db: &mut AnyConnection, station: StationId) -> Result<Vec<Venue>, StoreError> {
    let rows = sqlx::query("SELECT body FROM venues WHERE station_id = $1 ORDER BY name, venue_id")
        .bind(station.key())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// The schools of a station by name.
pub async fn schools(db: &mut AnyConnection, station: StationId) -> Result<Vec<School>, StoreError> {
    let rows = sqlx::query("SELECT body FROM schools WHERE station_id = $1 ORDER BY name, school_id")
        .bind(station.key())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// What a venue goes on as, and what goes on as it.
pub async fn heirs(db: &mut AnyConnection, station: StationId, id: VenueId) -> Result<Vec<Heir>, StoreError> {
    let rows = sqlx::query(
        "SELECT station_id, venue_id, heir_station, heir_id, reason FROM venue_heirs \
         WHERE station_id = $1 AND venue_id = $2 \
         UNION ALL SELECT station_id, venue_id, heir_station, heir_id, reason FROM venue_heirs \
         WHERE heir_station = $3 AND heir_id = $4",
    )
    .bind(station.key())
    .bind(id.key())
    .bind(station.key())
    .bind(id.key())
    .fetch_all(db)
    .await?;
    let heir = |row: &sqlx::any::AnyRow| {
        let reason = row.text("reason")?;
        let known = [HeirReason::Moved, HeirReason::Merged].into_iter().find(|known| known.code() == reason);
        Ok(Heir {
            station: row.id("station_id")?,
            venue: row.id("venue_id")?,
            heir_station: row.id("heir_station")?,
            heir: row.id("heir_id")?,
            reason: known.ok_or_else(|| StoreError::Row(format!("a venue's heir by {reason}")))?,
        })
    };
    rows.iter().map(heir).collect()
}

/// A deed under way: its transaction, who does it, when.
struct Deed<'a> {
    app: &'a App,
    caller: &'a Caller,
    tx: Tx,
}

impl<'a> Deed<'a> {
    async fn begin(app: &'a App, caller: &'a Caller) -> HubResult<Self> {
        Ok(Self { app, caller, tx: app.store.begin().await? })
    }

    async fn lock(&mut self, station: StationId) -> HubResult<LockedStation> {
        self.tx.lock_station(station).await?.ok_or_else(not_found)
    }

    async fn note(&mut self, station: StationId, action: &str, subject: &str) -> HubResult<()> {
        let (at, member) = (self.app.world.clock.now(), Some(self.caller.member.id));
        let entry = AuditEntry { station, at, member, action, subject };
        Ok(entry.write(&mut self.tx, self.app.world.random()?).await?)
    }

    async fn end(mut self, stations: &[LockedStation]) -> HubResult<()> {
        for station in stations {
            station.save(&mut self.tx).await?;
        }
        Ok(self.tx.commit().await?)
    }
}

/// Adds a venue, or changes what is on file of it; its life stays what it is.
pub async fn keep_venue(app: &App, caller: &Caller, venue: Venue) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, venue.station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut station = deed.lock(venue.station).await?;
    let action = match write_venue(&mut deed.tx, &mut station, &venue, None).await? {
        Written::New => "venue added",
        Written::Changed => "venue changed",
        Written::Same => return Ok(()),
    };
    deed.note(venue.station, action, &venue.id.to_string()).await?;
    deed.end(&[station]).await
}

/// What happens to a venue's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It closed; this is the last day it is to be checked.
    Closed(NaiveDate),
    /// It is shut for these days.
    Suspended(DateRange),
    /// It is to be checked again from this day on: it closes no more, and what was to go on being shut
    /// ends the day before.
    OpenAgain(NaiveDate),
}

impl Turn {
    /// A life after it; `None` if the two don't go together.
    #[must_use]
    pub fn of(self, life: &VenueLife) -> Option<VenueLife> {
        let mut life = life.clone();
        match self {
            Self::Closed(last) => {
                if life.opened_on.is_some_and(|first| last < first) {
                    return None;
                }
                life.closed_on = Some(last);
            }
            Self::Suspended(days) => life.suspended.push(days),
            Self::OpenAgain(first) => {
                let before = first.checked_sub_days(Days::new(1))?;
                // The days between stay what they were: nobody was to go there then.
                let gone = life.closed_on.take().and_then(|last| last.checked_add_days(Days::new(1)));
                let ended = |range: &DateRange| {
                    let to = range.to().min(before);
                    (range.from() <= to).then(|| DateRange::new(range.from(), to)).transpose()
                };
                let mut kept = Vec::new();
                for range in &life.suspended {
                    kept.extend(ended(range).ok()?);
                }
                if let Some(gone) = gone.filter(|gone| *gone <= before) {
                    kept.push(DateRange::new(gone, before).ok()?);
                }
                life.suspended = kept;
            }
        }
        Some(life)
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Closed(_) => "venue closed",
            Self::Suspended(_) => "venue suspended",
            Self::OpenAgain(_) => "venue open again",
        }
    }
}

/// Writes down what happened to a venue's life.
pub async fn turn_venue(
    app: &App,
    caller: &Caller,
    station: StationId,
    id: VenueId,
    turn: Turn,
) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut locked = deed.lock(station).await?;
    let mut venue = venue(&mut deed.tx, station, id).await?;
    let bad = || HubError::told(ProblemCode::BadRequest, "a venue can't close before it opened");
    venue.life = turn.of(&venue.life).ok_or_else(bad)?;
    write_venue(&mut deed.tx, &mut locked, &venue, None).await?;
    deed.note(station, turn.action(), &id.to_string()).await?;
    deed.end(&[locked]).await
}

/// Ends a venue that was on file twice, the day before `today`; its records stay with it. What the other
/// lacks (position, placard) it takes over.
pub async fn merge_venues(
    app: &App,
    caller: &Caller,
    station: StationId,
    double: VenueId,
    into: VenueId,
    today: NaiveDate,
) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, station)?;
    if double == into {
        return Err(HubError::told(ProblemCode::BadRequest, "a venue is not its own double"));
    }
    let mut deed = Deed::begin(app, caller).await?;
    let mut locked = deed.lock(station).await?;
    let mut old = venue(&mut deed.tx, station, double).await?;
    let mut heir = venue(&mut deed.tx, station, into).await?;
    heir.position = heir.position.or(old.position);
    heir.placard = heir.placard.or(old.placard.take());
    end_before(&mut old, today);
    write_venue(&mut deed.tx, &mut locked, &old, None).await?;
    write_venue(&mut deed.tx, &mut locked, &heir, None).await?;
    inherit(&mut deed, &old, &heir, HeirReason::Merged).await?;
    deed.note(station, "venue merged", &double.to_string()).await?;
    deed.end(&[locked]).await
}

/// Gives a venue to another station from a day on: it goes on there as a new one, and its records stay
/// with the old one, at the station that made them.
pub async fn move_venue(
    app: &App,
    caller: &Caller,
    from: StationId,
    id: VenueId,
    to: StationId,
    first_day: NaiveDate,
) -> HubResult<VenueId> {
    caller.must(Operation::MovePlaces, from)?;
    caller.must(Operation::MovePlaces, to)?;
    if from == to {
        return Err(HubError::told(ProblemCode::BadRequest, "it is of that station already"));
    }
    let mut deed = Deed::begin(app, caller).await?;
    // Always in one order, so that two moves never wait for each other.
    let first = deed.lock(from.min(to)).await?;
    let second = deed.lock(from.max(to)).await?;
    let (mut here, mut there) = if from < to { (first, second) } else { (second, first) };
    let mut old = venue(&mut deed.tx, from, id).await?;
    let heir = Venue {
        id: VenueId::mint(app.world.clock.now(), app.world.random()?),
        station: to,
        life: VenueLife { opened_on: Some(first_day), ..old.life.clone() },
        ..old.clone()
    };
    old.placard = None;
    end_before(&mut old, first_day);
    write_venue(&mut deed.tx, &mut here, &old, None).await?;
    write_venue(&mut deed.tx, &mut there, &heir, None).await?;
    inherit(&mut deed, &old, &heir, HeirReason::Moved).await?;
    deed.note(from, "venue moved", &id.to_string()).await?;
    deed.note(to, "venue added", &heir.id.to_string()).await?;
    deed.end(&[here, there]).await?;
    Ok(heir.id)
}

/// Ends a venue the day before a day. One that was to open only later ends with its first day.
fn end_before(venue: &mut Venue, day: NaiveDate) {
    let last = day.pred_opt().unwrap_or(day);
    let last = venue.life.opened_on.map_or(last, |first| last.max(first));
    venue.life.closed_on = Some(venue.life.closed_on.map_or(last, |closed| closed.min(last)));
}

async fn inherit(deed: &mut Deed<'_>, old: &Venue, heir: &Venue, reason: HeirReason) -> HubResult<()> {
    let done = sqlx::query(
        "INSERT INTO venue_heirs (station_id, venue_id, heir_station, heir_id, reason, at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (station_id, venue_id) DO NOTHING",
    )
    .bind(old.station.key())
    .bind(old.id.key())
    .bind(heir.station.key())
    .bind(heir.id.key())
    .bind(reason.code())
    .bind(deed.app.world.clock.now().millis())
    .execute(&mut *deed.tx)
    .await
    .map_err(StoreError::from)?;
    match done.rows_affected() {
        0 => Err(HubError::told(ProblemCode::BadRequest, "it goes on as another venue already")),
        _ => Ok(()),
    }
}

/// Adds a school, or changes what is on file of it.
pub async fn keep_school(app: &App, caller: &Caller, school: School) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, school.station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut station = deed.lock(school.station).await?;
    let action = match write_school(&mut deed.tx, &mut station, &school, None).await? {
        Written::New => "school added",
        Written::Changed => "school changed",
        Written::Same => return Ok(()),
    };
    deed.note(school.station, action, &school.id.to_string()).await?;
    deed.end(&[station]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    #[test]
    fn a_venue_that_opens_again_is_not_to_be_checked_for_the_days_it_was_closed() {
        let life = VenueLife { closed_on: Some(day(5)), ..VenueLife::default() };
        let again = Turn::OpenAgain(day(20)).of(&life).unwrap();
        assert!(again.active_on(day(5)) && !again.active_on(day(6)) && !again.active_on(day(19)));
        assert!(again.active_on(day(20)) && again.active_on(day(30)));
    }

    #[test]
    fn a_venue_that_opens_early_ends_what_it_was_suspended_for() {
        let suspended = Turn::Suspended(DateRange::new(day(3), day(25)).unwrap());
        let life = suspended.of(&VenueLife::default()).unwrap();
        let again = Turn::OpenAgain(day(10)).of(&life).unwrap();
        assert!(!again.active_on(day(9)) && again.active_on(day(10)));
        let at_once = Turn::OpenAgain(day(3)).of(&life).unwrap();
        assert!(at_once.active_on(day(3)) && at_once.suspended.is_empty());
    }

    #[test]
    fn a_venue_does_not_close_before_it_opened() {
        let life = VenueLife { opened_on: Some(day(10)), ..VenueLife::default() };
        assert_eq!(Turn::Closed(day(9)).of(&life), None);
        assert_eq!(Turn::Closed(day(10)).of(&life).unwrap().closed_on, Some(day(10)));
    }
}

//! Following up (整改): what becomes of findings, for the API and the dashboard alike.
//!
//! - `load`: the findings of a station or venue with their ways. `sums`: how many stand where, of many
//!   stations. `made_by`: how each was asked. `untold`: of inspections from before. `handling`: what is usual at a
//!   station. `api`: the calls. Here: taking a step.

mod api;
mod handling;
mod load;
mod made_by;
mod sums;
mod untold;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sqlx::AnyConnection;
use xuncha_core::domain::{
    FollowUp, FollowUpAct, FollowUpStep, ItemId, Note, RecordId, Sha256Hash, StationId, VenueId, check_step,
};
use xuncha_core::wire::ProblemCode;

pub(crate) use api::first_month;
pub use api::router;
pub use handling::{handling, set_handling};
pub use load::{Looked, Within, about_minors, load, load_all, looked_at, ways_at};
pub use made_by::MadeBy;
pub use sums::{FollowUpSums, StationSums, overseen};
pub(crate) use untold::tell_found_good;

use crate::app::App;
use crate::audit::{Action, Details, looked_lately, note, write_with};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::rules;
use crate::scope::Operation;
use crate::store::reference::to_json;
use crate::store::{Key as _, LockedStation, RowExt as _, StoreError, Tx};

/// A step that somebody wants to take.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The record that tells of the finding.
    pub record: RecordId,
    /// The item that was found bad.
    pub item: ItemId,
    /// What was done.
    pub act: FollowUpAct,
    /// How many steps they saw: whoever comes second is told so.
    pub seen: u16,
    /// The day by which the next step is to be taken, if not the usual one.
    pub due: Option<NaiveDate>,
    /// What else there is to know.
    pub note: Option<Note>,
}

/// Takes a step about a finding of a station. If somebody was faster, nothing changes and the problem
/// says so. Gives the finding as it stands then.
pub async fn take(app: &App, caller: &Caller, station: StationId, asked: Asked) -> HubResult<FollowUp> {
    caller.must(Operation::FollowUp, station)?;
    let now = app.now_as_known().await?;
    let not_found = || HubError::new(ProblemCode::NotFound);
    let mut tx = app.store.begin().await?;
    let mut locked = tx.lock_station(station).await?.ok_or_else(not_found)?;
    let way = find(&mut tx, station, asked.record, &asked.item).await?.ok_or_else(not_found)?;
    let taken = u16::try_from(way.steps.len()).unwrap_or(u16::MAX);
    if taken != asked.seen {
        let stands = format!("{taken} steps were taken, it is {} now", way.stage.code());
        return Err(HubError::told(ProblemCode::AlreadyFollowedUp, stands));
    }
    let bad = |why: String| HubError::told(ProblemCode::BadRequest, why);
    check_step(way.stage, asked.act, asked.note.is_some()).map_err(|error| bad(error.to_string()))?;
    if taken >= FollowUpStep::MAX {
        return Err(bad(format!("a finding has at most {} steps", FollowUpStep::MAX)));
    }
    if asked.due.is_some_and(|due| due < now.day()) {
        return Err(bad("the day it is due lies in the past".to_owned()));
    }
    let step = FollowUpStep {
        record: asked.record,
        item: asked.item,
        venue: way.venue,
        number: taken + 1,
        act: asked.act,
        // Steps of one finding are in the order of time, whatever the clocks of two hubs say.
        at: way.steps.last().map_or(now, |last| now.max(last.at.plus_millis(1))),
        by: caller.member.id,
        due: asked.due,
        note: asked.note,
    };
    write(&mut tx, &mut locked, &step).await?;
    let action = Action::followed_up(step.act);
    note(app, &mut tx, station, Some(caller.member.id), action, step.record).await?;
    locked.save(&mut tx).await?;
    let way = find(&mut tx, station, step.record, &step.item).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(way)
}

/// A finding of a record with its way.
pub async fn find(
    db: &mut AnyConnection,
    station: StationId,
    record: RecordId,
    item: &ItemId,
) -> Result<Option<FollowUp>, StoreError> {
    let row = sqlx::query("SELECT venue_id FROM visits WHERE station_id = $1 AND record_id = $2")
        .bind(station.key())
        .bind(record.key())
        .fetch_optional(&mut *db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let ways = load(db, station, Within::Venue(row.id("venue_id")?)).await?;
    Ok(ways.into_iter().find(|way| way.record == record && way.finding.item == *item))
}

async fn write(tx: &mut Tx, station: &mut LockedStation, step: &FollowUpStep) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO follow_ups (station_id, record_id, item, number, venue_id, body, change_no) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(station.id().key())
    .bind(step.record.key())
    .bind(step.item.as_str())
    .bind(i64::from(step.number))
    .bind(step.venue.key())
    .bind(to_json(step)?)
    .bind(station.next_change())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Makes the steps at a venue those of another, as its visits are: it turned out to be a double of it.
pub(crate) async fn move_steps(
    tx: &mut Tx,
    station: &mut LockedStation,
    from: VenueId,
    to: VenueId,
) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT body FROM follow_ups WHERE station_id = $1 AND venue_id = $2")
        .bind(station.id().key())
        .bind(from.key())
        .fetch_all(&mut **tx)
        .await?;
    for row in rows {
        let step = FollowUpStep { venue: to, ..row.json("body")? };
        sqlx::query(
            "UPDATE follow_ups SET venue_id = $1, body = $2, change_no = $3 \
             WHERE station_id = $4 AND record_id = $5 AND item = $6 AND number = $7",
        )
        .bind(to.key())
        .bind(to_json(&step)?)
        .bind(station.next_change())
        .bind(station.id().key())
        .bind(step.record.key())
        .bind(step.item.as_str())
        .bind(i64::from(step.number))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Writes down that somebody looks at findings, if any of them is about minors. `anew`: a page that they had opened is
/// read once more, which is no look if they saw the same of minors when it was opened.
pub async fn note_look(
    app: &App,
    caller: &Caller,
    station: StationId,
    ways: impl IntoIterator<Item = &FollowUp>,
    subject: &str,
    anew: bool,
) -> HubResult<()> {
    let lists = rules::checklists(&mut *app.store.read().await?).await?;
    let minors = ways.into_iter().filter(|way| about_minors(&lists, &way.finding.item));
    let minors: BTreeSet<String> = minors.map(|way| format!("{} {}", way.record, way.finding.item)).collect();
    if minors.is_empty() {
        return Ok(());
    }
    let seen = minors.into_iter().collect::<Vec<_>>().join("\n");
    let details = Details { seen: Some(Sha256Hash::of(seen.as_bytes())), ..Details::default() };
    let by = caller.member.id;
    if anew && looked_lately(app, station, by, subject, Some(&details)).await? {
        return Ok(());
    }
    let mut tx = app.store.begin().await?;
    write_with(&app.world, &mut tx, station, Some(by), Action::Looked, subject, &details).await?;
    Ok(tx.commit().await?)
}

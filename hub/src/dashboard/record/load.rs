//! A record as its page needs it.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use sqlx::AnyConnection;
use xuncha_core::domain::{
    DateRange, Inspection, Name, OpeningHours, RecordId, School, StationId, Timestamp, Venue, VenueId,
    VenueKind, Visit, policy_for, policy_in,
};
use xuncha_core::wire::Fact;

use crate::app::App;
use crate::audit::{Action, note_by_itself};
use crate::dashboard::error::{PageError, PageResult};
use crate::dashboard::visitor::{Names, Visitor};
use crate::places;
use crate::records::{Content, SELECT, Told, counts_minors, one, read};
use crate::store::{Key as _, RowExt as _, Sql, StoreError, reference};

/// All that the page shows.
pub(super) struct Page {
    /// The record.
    pub told: Told,
    /// Its venue.
    pub venue: Option<Venue>,
    /// What the phone it was sealed on is known by.
    pub phone: Option<Name>,
    /// The record that corrects it, if one does.
    pub corrected_by: Option<RecordId>,
    /// Who reviewed it, and when.
    pub reviewed: Option<(String, Timestamp)>,
    /// The inspection of the venue before it that speaks, with the day on which it was made.
    pub last_time: Option<(NaiveDate, Box<Inspection>)>,
    /// When the venue might be open then, if there is a rule for its kind.
    pub hours: Option<OpeningHours>,
    /// School vacations of the station, as they stood in the month of the visit.
    pub vacations: Vec<DateRange>,
    /// The schools around the venue.
    pub schools: Vec<School>,
    /// The names of the station's members.
    pub names: Names,
}

/// A place in a venue's history: before a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dashboard) struct Before {
    moment: Timestamp,
    record: RecordId,
}

impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.moment.millis(), self.record)
    }
}

impl FromStr for Before {
    type Err = NoSuchPlace;
    fn from_str(text: &str) -> Result<Self, NoSuchPlace> {
        let (moment, record) = text.split_once('.').ok_or(NoSuchPlace)?;
        let moment = Timestamp::from_millis(moment.parse().map_err(|_| NoSuchPlace)?);
        Ok(Self { moment, record: record.parse().map_err(|_| NoSuchPlace)? })
    }
}

/// A text that names no place in a history.
#[derive(Debug)]
pub(in crate::dashboard) struct NoSuchPlace;

/// Some of a venue's records.
pub(in crate::dashboard) struct Stretch {
    /// The newest first.
    pub visits: Vec<Told>,
    /// Where it goes on; none at its end.
    pub older: Option<Before>,
}

/// Records of a stretch.
const STRETCH: u8 = 20;

/// The newest records of a venue, or the newest before a place.
pub(in crate::dashboard) async fn stretch(
    db: &mut AnyConnection,
    station: StationId,
    venue: VenueId,
    before: Option<Before>,
) -> PageResult<Stretch> {
    let mut query = Sql::new(SELECT);
    query.push("WHERE v.station_id = ").bind(station.key()).push(" AND v.venue_id = ").bind(venue.key());
    if let Some(Before { moment, record }) = before {
        query.push(" AND (v.moment < ").bind(moment.millis()).push(" OR (v.moment = ").bind(moment.millis());
        query.push(" AND v.record_id < ").bind(record.key()).push("))");
    }
    // One more than is shown says whether there are any.
    query.push(" ORDER BY v.moment DESC, v.record_id DESC LIMIT ").bind(i64::from(STRETCH) + 1);
    let rows = query.fetch_all(db).await?;
    let mut visits = Vec::with_capacity(usize::from(STRETCH));
    for row in rows.iter().take(usize::from(STRETCH)) {
        visits.push(read(db, station, row).await?);
    }
    let last = visits.last().filter(|_| rows.len() > usize::from(STRETCH));
    let older = last.map(|told| Before { moment: told.visit.moment(), record: told.visit.record });
    Ok(Stretch { visits, older })
}

/// The page of a record; that somebody looked at what it says of minors is written down first.
pub(super) async fn page(app: &App, visitor: &Visitor, id: RecordId) -> PageResult<Page> {
    let station = visitor.station.id;
    let mut db = app.store.snapshot().await?;
    let (row, told) = one(&mut db, station, id).await?.ok_or_else(PageError::not_found)?;
    let venue = sqlx::query("SELECT body FROM venues WHERE station_id = $1 AND venue_id = $2")
        .bind(station.key())
        .bind(row.bytes("venue_id")?)
        .fetch_optional(&mut *db)
        .await?;
    let phone = sqlx::query("SELECT label FROM devices WHERE station_id = $1 AND device_id = $2")
        .bind(station.key())
        .bind(row.bytes("device_id")?)
        .fetch_optional(&mut *db)
        .await?;
    let phone = phone.map(|row| row.text("label")).transpose()?;
    let corrected_by = sqlx::query("SELECT record_id FROM visits WHERE station_id = $1 AND corrects = $2 ORDER BY record_id DESC LIMIT 1")
        .bind(station.key())
        .bind(id.key())
        .fetch_optional(&mut *db)
        .await?;
    let reviewer = row.opt_id("reviewed_by")?;
    let names = Names::of(&mut db, station).await?.with(&mut db, reviewer).await?;
    let reviewer = reviewer.map(|who| names.name(who).to_owned());
    let last_time = last_time(&mut db, station, &told.visit).await?;
    let day = told.visit.happened_at.day();
    let mut schools = places::known_schools(&mut db, station).await?;
    schools.retain(|school| school.open_on(day));
    let venue: Option<Venue> = venue.map(|row| row.json("body")).transpose()?;
    let policies = reference::policies(&mut db, station).await?;
    let hours = venue.as_ref().and_then(|venue| match venue.kind {
        VenueKind::InternetCafe => {
            Some(policy_for(&policies, told.visit.moment().month(), venue.id, &venue.kind).cafe_hours)
        }
        VenueKind::GameArcade => Some(OpeningHours::ARCADE),
        _ => None,
    });
    let page = Page {
        last_time,
        schools,
        venue,
        hours,
        vacations: policy_in(&policies, told.visit.moment().month()).vacations,
        phone: phone.and_then(|label| Name::new(&label).ok()),
        corrected_by: corrected_by.map(|row| row.id("record_id")).transpose()?,
        reviewed: reviewer.zip(row.opt_time("reviewed_at")?),
        names,
        told,
    };
    drop(db);
    if page.told.about_minors(&visitor.lists)
        || page.last_time.as_ref().is_some_and(|(_, before)| counts_minors(before))
    {
        note_look(app, visitor, &id.to_string()).await?;
    }
    Ok(page)
}

/// The inspection of the same venue before a visit: neither returned nor corrected, nor of its own line.
async fn last_time(
    db: &mut AnyConnection,
    station: StationId,
    visit: &Visit,
) -> Result<Option<(NaiveDate, Box<Inspection>)>, StoreError> {
    let row = sqlx::query(
        "SELECT v.record_id FROM visits v \
         WHERE v.station_id = $1 AND v.venue_id = $2 AND v.kind = 'inspection' AND v.review <> 'returned' \
           AND v.moment < $3 AND v.root_id <> (SELECT root_id FROM visits WHERE station_id = $1 AND record_id = $4) \
           AND NOT EXISTS (SELECT 1 FROM visits c WHERE c.station_id = v.station_id AND c.root_id = v.root_id \
             AND c.corrects = v.record_id) \
         ORDER BY v.moment DESC, v.record_id DESC LIMIT 1",
    )
    .bind(station.key())
    .bind(visit.venue.key())
    .bind(visit.moment().millis())
    .bind(visit.record.key())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let told = one(db, station, row.id("record_id")?).await?;
    let Some((_, Told { visit, content: Content::There(record), .. })) = told else { return Ok(None) };
    Ok(match record.fact {
        Fact::Inspection(inspection) => Some((visit.moment().day(), inspection)),
        Fact::CheckIn(_) => None,
    })
}

/// Writes down that somebody looks at findings about minors of the station.
pub(in crate::dashboard) async fn note_look(app: &App, visitor: &Visitor, subject: &str) -> PageResult<()> {
    note_look_at(app, visitor, visitor.station.id, subject).await
}

/// The same of another station, from which a venue came.
pub(in crate::dashboard) async fn note_look_at(
    app: &App,
    visitor: &Visitor,
    station: StationId,
    subject: &str,
) -> PageResult<()> {
    Ok(note_by_itself(app, station, Some(visitor.caller.member.id), Action::Looked, subject).await?)
}

//! A record as its page needs it.

use std::fmt;
use std::str::FromStr;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{
    Answer, Checklist, Checklists, DateRange, Inspection, ItemId, Name, OpeningHours, PhotoId, RecordId,
    School, StationId, Timestamp, Venue, VenueId, VenueKind, Visit, policy_for, policy_in,
};
use xuncha_core::wire::{Fact, Receipt, ReceiptNumber, Record, V1};

use crate::app::App;
use crate::audit::{Action, note_by_itself};
use crate::dashboard::error::{PageError, PageResult};
use crate::dashboard::visitor::{Names, Visitor};
use crate::follow_ups::about_minors;
use crate::places;
use crate::store::{Key as _, RowExt as _, Sql, StoreError, content, reference};

/// A record as it is told of.
pub(in crate::dashboard) struct Told {
    /// Its visit and review.
    pub visit: Visit,
    /// All of it; `None` once its content was erased.
    pub record: Option<Record>,
    /// Whether its positions were erased.
    pub positions_erased: bool,
    /// Its receipt's number.
    pub receipt: ReceiptNumber,
    /// When it came.
    pub received_at: Timestamp,
    /// The photos it names, and whether each has come.
    pub photos: Vec<Photo>,
}

impl Told {
    /// The checklist that it was made by, at a venue of a kind.
    pub(in crate::dashboard) fn made_by<'a>(
        &self,
        lists: &'a Checklists,
        kind: &VenueKind,
    ) -> Option<&'a Checklist> {
        let named = self.record.as_ref().and_then(Record::inspection).map(|told| &told.checklist);
        lists.made_by(named, kind, self.visit.moment().day()).map(|list| &**list)
    }

    /// Whether it tells of minors.
    pub(in crate::dashboard) fn about_minors(&self, lists: &Checklists) -> bool {
        self.visit.findings.iter().any(|finding| about_minors(lists, &finding.item))
            || self.record.as_ref().and_then(Record::inspection).is_some_and(counts_minors)
    }
}

/// Whether an answer tells how many minors were seen; where they may be, that is no finding.
fn counts_minors(inspection: &Inspection) -> bool {
    inspection.answers.iter().any(|given| matches!(given.answer, Answer::Choice { minors: Some(_), .. }))
}

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
    /// The inspection of the venue before it that speaks.
    pub last_time: Option<Box<Inspection>>,
    /// When the venue might be open then, if there is a rule for its kind.
    pub hours: Option<OpeningHours>,
    /// School vacations of the station, as they stood in the month of the visit.
    pub vacations: Vec<DateRange>,
    /// The schools around the venue.
    pub schools: Vec<School>,
    /// The names of the station's members.
    pub names: Names,
}

/// A photo that a record names: for which item, and where it is.
pub(in crate::dashboard) type Photo = (PhotoId, Option<ItemId>, Whereabouts);

/// Where a photo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dashboard) enum Whereabouts {
    /// Still with the phone.
    OnItsWay,
    /// With the hub.
    Here,
    /// It was here, and was erased.
    Erased,
}

/// What is selected of a record, its visit and its content.
const SELECT: &str = "SELECT v.record_id, v.body, v.venue_id, v.reviewed_by, v.reviewed_at, p.jws, x.body AS extract, r.sha256, \
     r.log_index, r.received_at, r.device_id FROM visits v \
     JOIN records r ON r.station_id = v.station_id AND r.record_id = v.record_id \
     LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id \
     LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id ";

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
        let photos = photos(db, station, row.id("record_id")?).await?;
        visits.push(read(row, station, photos)?);
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
    if page.told.about_minors(&visitor.lists) || page.last_time.as_deref().is_some_and(counts_minors) {
        note_look(app, visitor, &id.to_string()).await?;
    }
    Ok(page)
}

/// The inspection of the same venue before a visit: neither returned nor corrected, nor of its own line.
async fn last_time(
    db: &mut AnyConnection,
    station: StationId,
    visit: &Visit,
) -> Result<Option<Box<Inspection>>, StoreError> {
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
    Ok(match told.and_then(|(_, told)| told.record).map(|record| record.fact) {
        Some(Fact::Inspection(inspection)) => Some(inspection),
        Some(Fact::CheckIn(_)) | None => None,
    })
}

/// A record, with the row it was read from.
async fn one(
    db: &mut AnyConnection,
    station: StationId,
    id: RecordId,
) -> Result<Option<(AnyRow, Told)>, StoreError> {
    let query = format!("{SELECT} WHERE v.station_id = $1 AND v.record_id = $2");
    let row = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(station.key())
        .bind(id.key())
        .fetch_optional(&mut *db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let photos = photos(db, station, id).await?;
    let told = read(&row, station, photos)?;
    Ok(Some((row, told)))
}

/// A record as it is told of.
pub(in crate::dashboard) async fn told_of(
    db: &mut AnyConnection,
    station: StationId,
    id: RecordId,
) -> Result<Option<Told>, StoreError> {
    Ok(one(db, station, id).await?.map(|(_, told)| told))
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

fn read(row: &AnyRow, station: StationId, photos: Vec<Photo>) -> Result<Told, StoreError> {
    let visit: Visit = row.json("body")?;
    let received_at = row.time("received_at")?;
    let receipt = Receipt {
        v: V1,
        record: visit.record,
        sha256: row.hash("sha256")?,
        station,
        log_index: row.count("log_index")?,
        received_at,
    };
    let positions_erased = row.opt_text("extract")?.is_some();
    // A damaged one is for `verify` to tell; its page shows what else is known.
    let record = content(row).unwrap_or_default();
    Ok(Told { positions_erased, visit, record, receipt: receipt.number(), received_at, photos })
}

async fn photos(
    db: &mut AnyConnection,
    station: StationId,
    record: RecordId,
) -> Result<Vec<Photo>, StoreError> {
    let rows = sqlx::query(
        "SELECT photo_id, item, received_at, erased_at FROM photos WHERE station_id = $1 AND record_id = $2 ORDER BY photo_id",
    )
    .bind(station.key())
    .bind(record.key())
    .fetch_all(db)
    .await?;
    let photo = |row: &AnyRow| {
        let item = row.opt_text("item")?.and_then(|text| text.parse().ok());
        let whereabouts = match (row.opt_int("received_at")?, row.opt_int("erased_at")?) {
            (_, Some(_)) => Whereabouts::Erased,
            (Some(_), None) => Whereabouts::Here,
            (None, None) => Whereabouts::OnItsWay,
        };
        Ok((row.id("photo_id")?, item, whereabouts))
    };
    rows.iter().map(photo).collect()
}

//! A record as it is told of: on the dashboard's pages, and to the phone of a head who reviews it.
//!
//! - here: reading all that is known of one. `api`: the calls.

mod api;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{
    Answer, Checklist, Checklists, Inspection, RecordId, StationId, Timestamp, VenueKind, Visit,
};
use xuncha_core::wire::{Receipt, ReceiptNumber, Record, ToldPhoto, V1, Whereabouts};

pub use api::router;

use crate::follow_ups::about_minors;
use crate::store::{Key as _, RowExt as _, Sql, StoreError, content};

/// What can be read of what a record says.
pub enum Content {
    /// All of it, or all but its positions.
    There(Box<Record>),
    /// Nothing more: the hub erased it, by a word that it signed.
    Erased,
    /// Nothing, and nobody erased it: its sealed bytes are damaged or lost, as `xuncha verify` tells.
    Unreadable,
}

impl Content {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let is_erased = row.opt_int("erased_at")?.is_some();
        Ok(match content(row) {
            Ok(Some(record)) => Self::There(Box::new(record)),
            Ok(None) if is_erased => Self::Erased,
            // A damaged one is for `verify` to tell; its page shows what else is known.
            Ok(None) | Err(_) => Self::Unreadable,
        })
    }

    /// The record, where it can be read.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::There(record) => Some(record),
            Self::Erased | Self::Unreadable => None,
        }
    }

    /// The inspection, if it tells of one.
    pub fn inspection(&self) -> Option<&Inspection> {
        self.record().and_then(Record::inspection)
    }

    /// Whether it is gone though nobody erased it.
    pub const fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable)
    }
}

/// A record as it is told of.
pub struct Told {
    /// Its visit and review.
    pub visit: Visit,
    /// What it says.
    pub content: Content,
    /// Whether its positions were erased.
    pub positions_erased: bool,
    /// Its receipt's number.
    pub receipt: ReceiptNumber,
    /// When it came.
    pub received_at: Timestamp,
    /// The photos it names, and whether each has come.
    pub photos: Vec<ToldPhoto>,
}

impl Told {
    /// The checklist that it was made by, at a venue of a kind.
    pub(crate) fn made_by<'a>(&self, lists: &'a Checklists, kind: &VenueKind) -> Option<&'a Checklist> {
        let named = self.content.inspection().map(|told| &told.checklist);
        lists.made_by(named, kind, self.visit.moment().day()).map(|list| &**list)
    }

    /// Whether it tells of minors.
    pub(crate) fn about_minors(&self, lists: &Checklists) -> bool {
        self.visit.findings.iter().any(|finding| about_minors(lists, &finding.item))
            || self.content.inspection().is_some_and(counts_minors)
    }
}

/// Whether an answer tells how many minors were seen; where they may be, that is no finding.
pub(crate) fn counts_minors(inspection: &Inspection) -> bool {
    inspection.answers.iter().any(|given| matches!(given.answer, Answer::Choice { minors: Some(_), .. }))
}

/// What is selected of a record, its visit and its content.
pub(crate) const SELECT: &str = "SELECT v.record_id, v.body, v.venue_id, v.reviewed_by, v.reviewed_at, p.jws, x.body AS extract, r.sha256, \
     r.log_index, r.received_at, r.device_id, e.at AS erased_at FROM visits v \
     JOIN records r ON r.station_id = v.station_id AND r.record_id = v.record_id \
     LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id \
     LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id \
     LEFT JOIN erasures e ON e.station_id = v.station_id AND e.subject_id = v.record_id AND e.what = 'content' ";

/// A record, with the row it was read from.
pub(crate) async fn one(
    db: &mut AnyConnection,
    station: StationId,
    id: RecordId,
) -> Result<Option<(AnyRow, Told)>, StoreError> {
    let Some(row) = row_of(db, station, id).await? else { return Ok(None) };
    let told = read(db, station, &row).await?;
    Ok(Some((row, told)))
}

/// Whether a record can be read, or was lawfully erased; another one is lost or damaged.
pub(crate) async fn can_be_read(
    db: &mut AnyConnection,
    station: StationId,
    id: RecordId,
) -> Result<bool, StoreError> {
    let content = row_of(db, station, id).await?.map(|row| Content::read(&row)).transpose()?;
    Ok(content.is_some_and(|content| !content.is_unreadable()))
}

async fn row_of(
    db: &mut AnyConnection,
    station: StationId,
    id: RecordId,
) -> Result<Option<AnyRow>, StoreError> {
    let query = format!("{SELECT} WHERE v.station_id = $1 AND v.record_id = $2");
    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(station.key()).bind(id.key());
    Ok(query.fetch_optional(db).await?)
}

/// A record as it is told of.
pub(crate) async fn told_of(
    db: &mut AnyConnection,
    station: StationId,
    id: RecordId,
) -> Result<Option<Told>, StoreError> {
    Ok(one(db, station, id).await?.map(|(_, told)| told))
}

/// The record of a row of [`SELECT`].
pub(crate) async fn read(
    db: &mut AnyConnection,
    station: StationId,
    row: &AnyRow,
) -> Result<Told, StoreError> {
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
    let content = Content::read(row)?;
    let photos = photos(db, station, visit.record, content.inspection()).await?;
    Ok(Told { positions_erased, visit, content, receipt: receipt.number(), received_at, photos })
}

/// The photos of a record: a correction names those that it keeps, and they lie under the first that named them.
async fn photos(
    db: &mut AnyConnection,
    station: StationId,
    id: RecordId,
    inspection: Option<&Inspection>,
) -> Result<Vec<ToldPhoto>, StoreError> {
    let named = inspection.map(|inspection| &*inspection.photos).unwrap_or_default();
    let mut query = Sql::new(
        "SELECT photo_id, item, sha256, bytes, received_at, erased_at FROM photos WHERE station_id = ",
    );
    query.bind(station.key()).push(" AND (record_id = ").bind(id.key());
    query.push(" OR photo_id IN ").list(named.iter().map(|photo| photo.id.key())).push(") ORDER BY photo_id");
    query.fetch_all(db).await?.iter().map(photo).collect()
}

fn photo(row: &AnyRow) -> Result<ToldPhoto, StoreError> {
    let whereabouts = match (row.opt_int("received_at")?, row.opt_int("erased_at")?) {
        (_, Some(_)) => Whereabouts::Erased,
        (Some(_), None) => Whereabouts::Here,
        (None, None) => Whereabouts::OnItsWay,
    };
    Ok(ToldPhoto {
        id: row.id("photo_id")?,
        item: row.opt_text("item")?.and_then(|text| text.parse().ok()),
        sha256: row.hash("sha256")?,
        bytes: row.count("bytes")?,
        whereabouts,
    })
}

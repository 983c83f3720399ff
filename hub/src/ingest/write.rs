//! Writing a batch: each table once, with as many rows as there are.

use xuncha_core::domain::{
    DeviceId, FoundGood, Month, Reason, RecordId, Review, Sha256Hash, Timestamp, Visit, VisitKind,
};
use xuncha_core::wire::{Fact, Jws, Record};

use super::known::column;
use super::line::Line;
use super::{Refusal, Sealed};
use crate::store::reference::to_json;
use crate::store::{Key, LockedStation, Proof, RowExt as _, Sql, StoreError, Tx, month_number};

/// Where a record stands in the log: all that its receipt says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// The record.
    pub record: RecordId,
    /// Its hash.
    pub sha256: Sha256Hash,
    /// Its place in the station's log, from 0.
    pub log_index: u64,
    /// When the hub took it.
    pub received_at: Timestamp,
}

/// All that a batch changes, tallies and the station's row apart.
#[derive(Default)]
pub(super) struct Writes {
    pub(super) records: Vec<NewRecord>,
    /// Corrections that move to another line and month.
    pub(super) moved: Vec<(RecordId, RecordId, Month)>,
    /// Corrections whose record came later and is of another visit.
    pub(super) unfit: Vec<Unfit>,
    pub(super) aside: Vec<Aside>,
    pub(super) alerts: Vec<NewAlert>,
    /// Records that were set aside once and are taken now.
    pub(super) no_longer_aside: Vec<Sha256Hash>,
}

/// A record that is taken.
pub(super) struct NewRecord {
    pub(super) jws: Jws,
    pub(super) record: Record,
    pub(super) visit: Visit,
    pub(super) found_good: Option<FoundGood>,
    pub(super) line: Line,
    pub(super) taken: Taken,
    pub(super) change_no: i64,
}

/// A record that is not, and is kept for the head.
pub(super) struct Aside {
    pub(super) sealed: Sealed,
    pub(super) refusal: Refusal,
    pub(super) at: Timestamp,
}

/// A correction that was taken before the record it names, and does not fit it.
pub(super) struct Unfit {
    pub(super) correction: RecordId,
    pub(super) of: RecordId,
    pub(super) change_no: i64,
    pub(super) at: Timestamp,
}

/// Why such a correction is returned: its volunteer reads it.
const UNFIT: &str = "与原记录不是同一次检查，不能作为更正";

/// Something for the head to look at.
pub(super) struct NewAlert {
    pub(super) kind: &'static str,
    pub(super) sha256: Sha256Hash,
    pub(super) record: RecordId,
    pub(super) other: Option<RecordId>,
    pub(super) device: DeviceId,
    pub(super) detail: Option<&'static str>,
    pub(super) at: Timestamp,
}

impl Writes {
    /// Whether the batch changes nothing.
    pub(super) const fn is_empty(&self) -> bool {
        self.records.is_empty() && self.aside.is_empty()
    }

    /// Writes it all.
    pub(super) async fn write(mut self, tx: &mut Tx, station: &LockedStation) -> Result<(), StoreError> {
        let key = station.id().key();
        if !self.records.is_empty() {
            records(&key, &self.records).execute(tx).await?;
            visits(&key, &self.records)?.execute(tx).await?;
            if let Some(photos) = photos(&key, &self.records) {
                photos.execute(tx).await?;
            }
            payloads(&key, std::mem::take(&mut self.records)).execute(tx).await?;
        }
        for (record, root, month) in self.moved {
            sqlx::query(
                "UPDATE visits SET root_id = $1, month = $2 WHERE station_id = $3 AND record_id = $4",
            )
            .bind(root.key())
            .bind(month_number(month))
            .bind(key.clone())
            .bind(record.key())
            .execute(&mut **tx)
            .await?;
        }
        for unfit in self.unfit {
            correct_nothing(tx, &key, &unfit).await?;
        }
        if !self.no_longer_aside.is_empty() {
            let hashes = || self.no_longer_aside.iter().map(Key::key);
            let mut query = Sql::new("DELETE FROM set_aside WHERE station_id = ");
            query.bind(key.clone()).push(" AND sha256 IN ").list(hashes());
            query.execute(tx).await?;
            let mut query = Sql::new("DELETE FROM alerts WHERE kind = 'set_aside' AND station_id = ");
            query.bind(key.clone()).push(" AND sha256 IN ").list(hashes());
            query.execute(tx).await?;
        }
        if !self.aside.is_empty() {
            aside(&key, self.aside).execute(tx).await?;
        }
        if !self.alerts.is_empty() {
            alerts(&key, self.alerts).execute(tx).await?;
        }
        Ok(())
    }
}

/// It has its receipt and stays. It is returned, as one that came after its record would have been refused,
/// and the head is told.
async fn correct_nothing(tx: &mut Tx, station: &[u8], unfit: &Unfit) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT body FROM visits WHERE station_id = $1 AND record_id = $2")
        .bind(station.to_vec())
        .bind(unfit.correction.key())
        .fetch_one(&mut **tx)
        .await?;
    let reason = Reason::new(UNFIT).map_err(|error| StoreError::Row(error.to_string()))?;
    let visit = Visit { corrects: None, review: Review::Returned { reason }, ..row.json("body")? };
    sqlx::query(
        "UPDATE visits SET corrects = NULL, review = 'returned', reviewed_by = NULL, reviewed_at = NULL, body = $1, \
         change_no = $2 \
         WHERE station_id = $3 AND record_id = $4",
    )
    .bind(to_json(&visit)?)
    .bind(unfit.change_no)
    .bind(station.to_vec())
    .bind(unfit.correction.key())
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO alerts (station_id, kind, sha256, record_id, other_id, device_id, raised_at) \
         SELECT station_id, 'bad_correction', sha256, record_id, $1, device_id, $2 FROM records \
         WHERE station_id = $3 AND record_id = $4 ON CONFLICT DO NOTHING",
    )
    .bind(unfit.of.key())
    .bind(unfit.at.millis())
    .bind(station.to_vec())
    .bind(unfit.correction.key())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn records(station: &[u8], new: &[NewRecord]) -> Sql {
    let mut query = Sql::new(
        "INSERT INTO records (station_id, record_id, log_index, sha256, received_at, device_id, seq, prev) VALUES ",
    );
    query.rows(new, |row, NewRecord { record, taken, .. }| {
        row.cell(station.to_vec()).cell(record.id.key()).cell(column(taken.log_index));
        row.cell(taken.sha256.key()).cell(taken.received_at.millis());
        row.cell(record.device.key()).cell(column(record.seq)).cell(record.prev.map(|prev| prev.key()));
    });
    query
}

fn visits(station: &[u8], new: &[NewRecord]) -> Result<Sql, StoreError> {
    let texts = |NewRecord { visit, record, found_good, .. }: &NewRecord| {
        let found_good = found_good.as_ref().map(to_json).transpose()?;
        Ok((to_json(visit)?, found_good, to_json(&Proof::of(record))?))
    };
    let texts = new.iter().map(texts).collect::<Result<Vec<_>, StoreError>>()?;
    let mut query = Sql::new(
        "INSERT INTO visits (station_id, record_id, venue_id, member_id, kind, moment, month, root_id, corrects, \
         review, severity, body, found_good, proof, change_no) VALUES ",
    );
    query.rows(
        new.iter().zip(texts),
        |row, (NewRecord { visit, line, change_no, .. }, (body, found_good, proof))| {
            let kind = match visit.kind {
                VisitKind::Inspection => "inspection",
                VisitKind::CheckIn => "check_in",
            };
            let gravest = visit.findings.iter().map(|finding| finding.severity).max();
            row.cell(station.to_vec())
                .cell(visit.record.key())
                .cell(visit.venue.key())
                .cell(visit.member.key());
            row.cell(kind).cell(visit.moment().millis()).cell(month_number(line.month)).cell(line.root.key());
            row.cell(visit.corrects.map(|old| old.key())).cell("pending");
            row.cell(gravest.map(|severity| format!("{severity:?}"))).cell(body).cell(found_good);
            row.cell(proof).cell(*change_no);
        },
    );
    Ok(query)
}

fn payloads(station: &[u8], new: Vec<NewRecord>) -> Sql {
    let mut query = Sql::new("INSERT INTO payloads (station_id, record_id, jws) VALUES ");
    query.rows(new, |row, NewRecord { jws, record, .. }| {
        row.cell(station.to_vec()).cell(record.id.key()).cell(String::from(jws));
    });
    query
}

/// A correction names the photos it keeps once more: the first record that named one holds it.
fn photos(station: &[u8], new: &[NewRecord]) -> Option<Sql> {
    let named = new.iter().filter_map(|NewRecord { record, .. }| match &record.fact {
        Fact::Inspection(inspection) => Some((record.id, inspection)),
        Fact::CheckIn(_) => None,
    });
    let mut photos = named.flat_map(|(id, of)| of.photos.iter().map(move |photo| (id, photo))).peekable();
    photos.peek()?;
    let mut query =
        Sql::new("INSERT INTO photos (station_id, photo_id, record_id, item, sha256, bytes) VALUES ");
    query
        .rows(photos, |row, (record, photo)| {
            row.cell(station.to_vec()).cell(photo.id.key()).cell(record.key());
            row.cell(photo.item.as_ref().map(ToString::to_string)).cell(photo.sha256.key());
            row.cell(column(photo.bytes));
        })
        .push(" ON CONFLICT DO NOTHING");
    Some(query)
}

fn aside(station: &[u8], aside: Vec<Aside>) -> Sql {
    let mut query = Sql::new(
        "INSERT INTO set_aside (station_id, sha256, record_id, device_id, member_id, code, detail, received_at, jws) \
         VALUES ",
    );
    query
        .rows(aside, |row, Aside { sealed: Sealed { jws, sha256, record, .. }, refusal, at }| {
            row.cell(station.to_vec()).cell(sha256.key()).cell(record.id.key());
            row.cell(record.device.key()).cell(record.member.key());
            row.cell(refusal.code.code()).cell(refusal.detail).cell(at.millis()).cell(String::from(jws));
        })
        .push(" ON CONFLICT DO NOTHING");
    query
}

fn alerts(station: &[u8], alerts: Vec<NewAlert>) -> Sql {
    let mut query = Sql::new(
        "INSERT INTO alerts (station_id, kind, sha256, record_id, other_id, device_id, detail, raised_at) VALUES ",
    );
    query
        .rows(alerts, |row, alert| {
            row.cell(station.to_vec()).cell(alert.kind).cell(alert.sha256.key()).cell(alert.record.key());
            row.cell(alert.other.map(|other| other.key())).cell(alert.device.key());
            row.cell(alert.detail).cell(alert.at.millis());
        })
        .push(" ON CONFLICT DO NOTHING");
    query
}

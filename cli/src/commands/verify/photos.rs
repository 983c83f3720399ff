//! Photos: each one that an accepted record names is either here, whole, or still to come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use indicatif::ProgressBar;
use xuncha_core::domain::{PhotoId, RecordId, Sha256Hash, StationId, Timestamp};
use xuncha_core::wire::{Fact, Record};
use xuncha_hub::photos::{PhotoStore, ShelfError};
use xuncha_hub::store::{Key as _, RowExt as _, Store, StoreError, Tx};

use super::Problem;
use super::erasures::Erasures;
use super::report::PHOTO_MISSING;
use super::row::readable;

/// The photos that the records name.
#[derive(Default)]
pub(super) struct Named(BTreeMap<PhotoId, (RecordId, Sha256Hash, u64)>);

impl Named {
    pub(super) fn add(&mut self, record: &Record) {
        if let Fact::Inspection(inspection) = &record.fact {
            for photo in &inspection.photos {
                self.0.entry(photo.id).or_insert((record.id, photo.sha256, photo.bytes));
            }
        }
    }
}

/// What the hub keeps account of about a photo.
pub(super) struct Row {
    pub(super) sha256: Sha256Hash,
    pub(super) bytes: u64,
    pub(super) received_at: Option<Timestamp>,
    erased: bool,
}

/// The photos that the hub keeps account of.
pub(super) struct Shelved(BTreeMap<PhotoId, Row>);

impl Shelved {
    pub(super) async fn load(
        tx: &mut Tx,
        station: StationId,
        wrong: &mut Vec<Problem>,
    ) -> Result<Self, StoreError> {
        let query =
            "SELECT photo_id, sha256, bytes, received_at, erased_at FROM photos WHERE station_id = $1";
        let rows = sqlx::query(query).bind(station.key()).fetch_all(&mut **tx).await?;
        Ok(Self(readable(&rows, "photos", "photo_id", wrong, |row| {
            let received_at = row.opt_time("received_at")?;
            let erased = row.opt_time("erased_at")?.is_some();
            let (sha256, bytes) = (row.hash("sha256")?, row.count("bytes")?);
            Ok((row.id("photo_id")?, Row { sha256, bytes, received_at, erased }))
        })))
    }

    /// What is kept of a photo.
    pub(super) fn get(&self, photo: PhotoId) -> Option<&Row> {
        self.0.get(&photo)
    }

    /// The photos that have to be on the shelf.
    fn there(&self) -> impl Iterator<Item = (&PhotoId, &Row)> {
        self.0.iter().filter(|(_, row)| row.received_at.is_some() && !row.erased)
    }

    pub(super) fn received(&self) -> u64 {
        self.there().count() as u64
    }

    pub(super) fn erased(&self) -> u64 {
        self.0.values().filter(|row| row.erased).count() as u64
    }

    pub(super) fn waiting(&self) -> u64 {
        self.0.values().filter(|row| row.received_at.is_none()).count() as u64
    }

    /// What the records name and the hub keeps account of must be the same. Photos of erased records are
    /// named by nobody any more.
    pub(super) fn check(&self, named: &Named, erasures: &Erasures) -> Vec<Problem> {
        let wrong = named.0.iter().filter_map(|(photo, (record, sha256, bytes))| match self.0.get(photo) {
            None => {
                let detail = format!("named by record {record}, and the hub does not know of it");
                Some(Problem::new("photo_unknown", photo, detail))
            }
            Some(row) if (row.sha256, row.bytes) != (*sha256, *bytes) => {
                let detail = format!("the hub expects another photo than record {record} names");
                Some(Problem::new("photo_altered", photo, detail))
            }
            Some(_) => None,
        });
        let gone = self.0.iter().filter(|(photo, row)| row.erased && !erasures.photo(**photo, row.sha256));
        let gone = gone.map(|(photo, _)| {
            Problem::new(
                PHOTO_MISSING,
                photo,
                "is marked as erased, and the hub never signed that it erased it",
            )
        });
        wrong.chain(gone).collect()
    }

    /// Hashes what is on the shelf, and tells the bar of each.
    ///
    /// # Errors
    /// If the database can't be read.
    pub(super) async fn hash(
        &self,
        files: &PhotoStore,
        store: &Store,
        station: StationId,
        bar: &ProgressBar,
    ) -> Result<Vec<Problem>, StoreError> {
        let mut wrong = Vec::new();
        let mut gone = BTreeSet::new();
        for (photo, row) in self.there() {
            bar.inc(1);
            let problem = match files.get(station, *photo).await {
                Ok(jpeg) if Sha256Hash::of(&jpeg) == row.sha256 && jpeg.len() as u64 == row.bytes => continue,
                Ok(_) => {
                    Problem::new("photo_altered", photo, "the file is not the photo that the record names")
                }
                Err(ShelfError::Missing) => {
                    gone.insert(*photo);
                    continue;
                }
                Err(error) => Problem::new("photo_unreadable", photo, error),
            };
            wrong.push(problem);
        }
        let missing = without_erased(gone, store, station)
            .await?
            .into_iter()
            .map(|photo| Problem::new(PHOTO_MISSING, photo, "its receipt was given, its file is gone"));
        wrong.extend(missing);
        Ok(wrong)
    }
}

/// Photos that are gone and that the hub, which may be running, does not say it has erased meanwhile: the file goes first,
/// and the word of it is written a moment later.
async fn without_erased(
    mut gone: BTreeSet<PhotoId>,
    store: &Store,
    station: StationId,
) -> Result<BTreeSet<PhotoId>, StoreError> {
    const LOOKS: usize = 3;
    for look in 0..LOOKS {
        if gone.is_empty() {
            break;
        }
        if look > 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let erased = "SELECT photo_id FROM photos WHERE station_id = $1 AND erased_at IS NOT NULL";
        let rows = sqlx::query(erased).bind(station.key()).fetch_all(&mut *store.read().await?).await?;
        for row in &rows {
            gone.remove(&row.id("photo_id")?);
        }
    }
    Ok(gone)
}

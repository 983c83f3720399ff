//! Erasures: what is gone because the hub erased it has the hub's word for it, what has none is lost.

use std::collections::BTreeMap;

use uuid::Uuid;
use xuncha_core::domain::{PhotoId, RecordId, Sha256Hash, StationId};
use xuncha_core::wire::{Erased, Erasure, Jws, Record, Signed as _};
use xuncha_hub::keys::HubKeys;
use xuncha_hub::store::{Key as _, RowExt as _, StoreError, Tx};

use super::Problem;
use super::row::readable;

/// The erasures of a station that the hub signed.
#[derive(Default)]
pub(super) struct Erasures {
    contents: BTreeMap<RecordId, Sha256Hash>,
    positions: BTreeMap<RecordId, (Sha256Hash, Sha256Hash)>,
    photos: BTreeMap<PhotoId, Sha256Hash>,
}

impl Erasures {
    /// Those whose signature holds, and what is wrong with the others.
    pub(super) async fn load(
        tx: &mut Tx,
        keys: &HubKeys,
        station: StationId,
    ) -> Result<(Self, Vec<Problem>), StoreError> {
        let rows = sqlx::query("SELECT subject_id, jws FROM erasures WHERE station_id = $1")
            .bind(station.key())
            .fetch_all(&mut **tx)
            .await?;
        let (mut found, mut wrong) = (Self::default(), Vec::new());
        let rows: Vec<(Uuid, String)> = readable(&rows, "erasures", "subject_id", &mut wrong, |row| {
            Ok((row.id("subject_id")?, row.text("jws")?))
        });
        for (subject, jws) in rows {
            let read = jws
                .parse::<Jws>()
                .map_err(|error| error.to_string())
                .and_then(|jws| Erasure::verify(&jws, &keys.public()).map_err(|error| error.to_string()));
            match read {
                Ok(erasure) if erasure.station == station => found.add(&erasure),
                Ok(_) => wrong.push(Problem::new("bad_erasure", subject, "is of another station")),
                Err(why) => wrong.push(Problem::new("bad_erasure", subject, why)),
            }
        }
        Ok((found, wrong))
    }

    fn add(&mut self, erasure: &Erasure) {
        match erasure.erased {
            Erased::Content(record) => drop(self.contents.insert(record, erasure.sha256)),
            Erased::Positions { record, extract } => {
                self.positions.insert(record, (erasure.sha256, extract));
            }
            Erased::Photo(photo) => drop(self.photos.insert(photo, erasure.sha256)),
        }
    }

    /// Whether the content of a record was erased.
    pub(super) fn content(&self, record: RecordId, sha256: Sha256Hash) -> bool {
        self.contents.get(&record) == Some(&sha256)
    }

    /// Whether a photo was erased.
    pub(super) fn photo(&self, photo: PhotoId, sha256: Sha256Hash) -> bool {
        self.photos.get(&photo) == Some(&sha256)
    }

    /// The record of an extract, if it is the very one that the hub signed.
    pub(super) fn extract(
        &self,
        record: RecordId,
        sha256: Sha256Hash,
        body: &str,
    ) -> Result<Record, Problem> {
        let altered = |why: &str| Problem::new("extract_altered", record, why);
        if self.positions.get(&record) != Some(&(sha256, Sha256Hash::of(body.as_bytes()))) {
            return Err(altered("the extract kept is not the one that the hub signed"));
        }
        serde_json::from_str(body).map_err(|error| altered(&error.to_string()))
    }
}

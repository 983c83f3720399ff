//! Visits and coverage: what the hub took out of the records, taken out once more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use xuncha_core::domain::{Checklists, FoundGood, RecordId, Review, StationId, Timestamp, VenueId, Visit};
use xuncha_core::wire::Record;
use xuncha_hub::coverage::{Difference, recount};
use xuncha_hub::places::doubles;
use xuncha_hub::rules::checklists;
use xuncha_hub::store::{Key as _, Proof, RowExt as _, Store, StoreError, Tx};

use super::report::UNREADABLE;
use super::row::readable;
use super::{Problem, columns};

/// A visit with what is kept beside it, which an older hub left out; what can't be read is no better than another.
struct Kept {
    /// Nothing where it can't be read, which the count names.
    visit: Option<Visit>,
    proof: Result<Option<Proof>, StoreError>,
    found_good: Result<Option<FoundGood>, StoreError>,
}

/// What the hub keeps of a station's visits.
pub(super) struct Visits {
    /// Those that no record has been found for yet.
    left: BTreeMap<RecordId, Kept>,
    /// Venues whose visits count for another.
    doubles: HashMap<VenueId, VenueId>,
    /// Corrections that turned out to be of another visit than what they name, as the head was told.
    unfit: BTreeSet<RecordId>,
    lists: Checklists,
}

impl Visits {
    pub(super) async fn load(
        tx: &mut Tx,
        station: StationId,
        wrong: &mut Vec<Problem>,
    ) -> Result<Self, StoreError> {
        let rows = sqlx::query(
            "SELECT record_id, venue_id, member_id, kind, moment, month, root_id, corrects, review, severity, body, \
             proof, found_good FROM visits WHERE station_id = $1",
        )
        .bind(station.key())
        .fetch_all(&mut **tx)
        .await?;
        columns::check(&rows, wrong);
        let left = readable(&rows, "visits", "record_id", wrong, |row| {
            let (proof, found_good) = (row.opt_json("proof"), row.opt_json("found_good"));
            Ok((row.id("record_id")?, Kept { visit: row.json("body").ok(), proof, found_good }))
        });
        let rows =
            sqlx::query("SELECT record_id FROM alerts WHERE station_id = $1 AND kind = 'bad_correction'")
                .bind(station.key())
                .fetch_all(&mut **tx)
                .await?;
        let unfit = readable(&rows, "alerts", "record_id", wrong, |row| row.id("record_id"));
        Ok(Self { left, doubles: doubles(tx, station).await?, unfit, lists: checklists(tx).await? })
    }

    /// The visit that a record tells of must be the one that is kept, its review apart.
    pub(super) fn check(&mut self, record: &Record, received_at: Timestamp, wrong: &mut Vec<Problem>) {
        let Some(Kept { visit: kept, proof, found_good }) = self.left.remove(&record.id) else {
            wrong.push(Problem::new("visit_missing", record.id, "the hub keeps no visit of this record"));
            return;
        };
        let mut told = record.visit(Some(received_at));
        if let Some(heir) = self.doubles.get(&told.venue) {
            told.venue = *heir;
        }
        if self.unfit.contains(&record.id) {
            told.corrects = None;
        }
        if kept.is_some_and(|kept| Visit { review: Review::Pending, ..kept } != told) {
            wrong.push(Problem::new(
                "visit_altered",
                record.id,
                "the visit kept is not the one the record tells of",
            ));
        }
        if !proof.is_ok_and(|kept| kept.is_none_or(|proof| proof == Proof::of(record))) {
            let told = "files show another proof of the place than the record tells of";
            wrong.push(Problem::new("proof_altered", record.id, told));
        }
        let said = record.found_good(&self.lists).unwrap_or(FoundGood::nothing(record.id));
        if !found_good.is_ok_and(|kept| kept.is_none_or(|kept| kept == said)) {
            let told = "other items are kept as found good than the record tells of";
            wrong.push(Problem::new("found_good_altered", record.id, told));
        }
    }

    /// A visit whose record cannot be read is left as it is.
    pub(super) fn keep(&mut self, record: RecordId) {
        self.left.remove(&record);
    }

    /// Visits that no record tells of.
    pub(super) fn left_over(self) -> Vec<Problem> {
        let left = self.left.into_keys();
        left.map(|id| Problem::new("visit_invented", id, "a visit is kept that no record tells of")).collect()
    }
}

/// Coverage counted from the visits, against what is kept.
pub(super) async fn recounted(store: &Store, station: StationId) -> Result<Vec<Problem>, StoreError> {
    let problems = recount(store, station).await?.into_iter().map(|difference| match difference {
        Difference::Tally { venue, month, kept, counted } => {
            let [kept, counted] = [kept, counted].map(|tally| tally.map_or(0, |tally| tally.counted()));
            let detail = format!("{month}: {kept} visits are kept as counting, {counted} count");
            Problem::new("coverage", venue, detail)
        }
        Difference::Figures { venue, month } => {
            let detail = format!("{month}: the figures beside what is kept are not its own");
            Problem::new("coverage", venue, detail)
        }
        Difference::Row { of, why } => {
            let subject = of.map_or_else(|| station.to_string(), |of| of.to_string());
            Problem::new(UNREADABLE, subject, why)
        }
    });
    Ok(problems.collect())
}

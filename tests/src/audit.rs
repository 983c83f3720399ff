//! The audit after every fault: what phones promised against what the hub has.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use sqlx::Row as _;
use xuncha_core::domain::{DeviceId, RecordId, Sha256Hash};
use xuncha_core::field::FieldBook;
use xuncha_core::wire::{Jws, Record};

use xuncha_hub::store::Store;

use crate::station::Site;

/// What the hub has: records, and how often each place of each phone's chain is told of. A record that a phone sealed
/// once and the hub holds under two ids, or at two stations, is told of twice.
pub struct Holdings {
    records: BTreeMap<RecordId, Held>,
    told: BTreeMap<Place, usize>,
}

/// A place in a phone's chain.
type Place = (DeviceId, u64);

struct Held {
    sha256: Sha256Hash,
    place: Place,
}

impl Holdings {
    /// Reads it from the hub's database, each record's hash computed anew from its bytes.
    pub async fn of(site: &Site) -> Result<Self> {
        Self::in_store(site.store().await?).await
    }

    /// Reads it from a database.
    pub async fn in_store(store: Store) -> Result<Self> {
        let mut db = store.read().await?;
        let rows = sqlx::query("SELECT record_id, jws FROM payloads").fetch_all(&mut *db).await?;
        let (mut records, mut told) = (BTreeMap::new(), BTreeMap::new());
        for row in rows {
            let id = uuid::Uuid::from_slice(row.try_get::<&[u8], _>(0)?)?;
            let jws: Jws = row.try_get::<String, _>(1)?.parse()?;
            let record: Record = jws.unverified_payload()?;
            let place = (record.device, record.seq);
            *told.entry(place).or_default() += 1;
            records.insert(id.into(), Held { sha256: jws.hash(), place });
        }
        drop(db);
        store.close().await;
        Ok(Self { records, told })
    }

    /// How many records the hub has.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether the hub has none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Checks that the hub has a record exactly once and as it was sealed.
    pub fn must_have(&self, record: RecordId, sha256: Option<&str>) -> Result<()> {
        let held = self.records.get(&record).with_context(|| format!("{record} is lost"))?;
        let times = self.told.get(&held.place).copied().unwrap_or_default();
        ensure!(times == 1, "{record} is there {times} times");
        if let Some(sha256) = sha256 {
            ensure!(held.sha256.to_string() == sha256, "{record} was altered");
        }
        Ok(())
    }

    /// Checks every record of a phone that shows it as received, and counts them. A phone that shows
    /// one as waiting promises nothing about the hub.
    pub fn must_have_all_of(&self, book: &FieldBook) -> Result<usize> {
        let mut count = 0;
        let mut before = None;
        loop {
            let page = book.history(before, 200)?;
            for line in &page.lines {
                let shown = book.record(line.record)?;
                if shown.receipt.is_some() {
                    self.must_have(line.record, Some(&shown.sha256))?;
                    count += 1;
                }
            }
            before = page.next;
            if before.is_none() {
                return Ok(count);
            }
        }
    }
}

//! The audit after every fault: what phones promised against what the hub has.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use sqlx::Row as _;
use xuncha_core::domain::{RecordId, Sha256Hash};
use xuncha_core::field::FieldBook;
use xuncha_core::wire::Jws;

use xuncha_hub::store::Store;

use crate::station::Site;

/// What the hub has, by record.
pub struct Holdings(BTreeMap<RecordId, Vec<Sha256Hash>>);

impl Holdings {
    /// Reads it from the hub's database, each record's hash computed anew from its bytes.
    pub async fn of(site: &Site) -> Result<Self> {
        Self::in_store(site.store().await?).await
    }

    /// Reads it from a database.
    pub async fn in_store(store: Store) -> Result<Self> {
        let mut db = store.read().await?;
        let rows = sqlx::query("SELECT record_id, jws FROM payloads").fetch_all(&mut *db).await?;
        let mut held: BTreeMap<RecordId, Vec<Sha256Hash>> = BTreeMap::new();
        for row in rows {
            let id = uuid::Uuid::from_slice(row.try_get::<&[u8], _>(0)?)?;
            let jws: Jws = row.try_get::<String, _>(1)?.parse()?;
            held.entry(id.into()).or_default().push(jws.hash());
        }
        drop(db);
        store.close().await;
        Ok(Self(held))
    }

    /// How many records the hub has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the hub has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that the hub has a record exactly once and as it was sealed.
    pub fn must_have(&self, record: RecordId, sha256: Option<&str>) -> Result<()> {
        let held = self.0.get(&record).map(Vec::as_slice).unwrap_or_default();
        ensure!(!held.is_empty(), "{record} is lost");
        ensure!(held.len() == 1, "{record} is there {} times", held.len());
        if let Some(sha256) = sha256 {
            ensure!(held[0].to_string() == sha256, "{record} was altered");
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

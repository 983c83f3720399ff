//! What is on file: what an import is planned against, and what it writes.

use serde::de::DeserializeOwned;
use uuid::Uuid;
use xuncha_core::domain::{Member, School, Station, Venue};

use super::entry::Filed;
use crate::places::{Heir, all_heirs};
use crate::store::{RowExt as _, Store, StoreError, Tx};

/// What is on file before the import.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnFile {
    /// All stations.
    pub stations: Vec<Filed<Station>>,
    /// All members, those who left too.
    pub members: Vec<Filed<Member>>,
    /// All venues, closed ones too.
    pub venues: Vec<Filed<Venue>>,
    /// All schools.
    pub schools: Vec<Filed<School>>,
    /// Which venues and schools go on as others.
    pub heirs: Vec<Heir<Uuid>>,
}

/// What an import writes: whole things, new or changed; it makes no heirs.
pub type Upserts = OnFile;

/// What is on file now.
pub async fn on_file(store: &Store) -> Result<OnFile, StoreError> {
    on_file_by(&mut store.snapshot().await?).await
}

/// The same as a transaction sees it.
pub(super) async fn on_file_by(tx: &mut Tx) -> Result<OnFile, StoreError> {
    Ok(OnFile {
        stations: filed(tx, "SELECT code, body FROM stations ORDER BY name").await?,
        members: filed(tx, "SELECT code, body FROM members ORDER BY station_id, name").await?,
        venues: filed(tx, "SELECT code, body FROM venues ORDER BY station_id, name").await?,
        schools: filed(tx, "SELECT code, body FROM schools ORDER BY station_id, name").await?,
        heirs: all_heirs(tx).await?,
    })
}

async fn filed<T: DeserializeOwned>(tx: &mut Tx, query: &'static str) -> Result<Vec<Filed<T>>, StoreError> {
    let rows = sqlx::query(query).fetch_all(&mut **tx).await?;
    rows.iter().map(|row| Ok(Filed { thing: row.json("body")?, code: row.opt_text("code")? })).collect()
}

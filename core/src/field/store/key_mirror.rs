//! The data keys once more, beside the database. They are a few rows on one page, and without them all
//! that was sealed is lost; so a damage to that page must not be one to everything. They lie there as
//! in the database: wrapped, of no use to who has the file alone.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, write_whole};

const FILE: &str = "data-keys.json";

#[derive(Serialize, Deserialize)]
struct Row {
    id: i64,
    made_at: i64,
    by_vault: String,
    for_hub: Option<String>,
}

impl Store {
    /// Brings the mirror up to date. Keys change at first open, after a loss and at an enrolment.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written; the one before is still there then.
    pub fn mirror_keys(&self) -> Result<(), StoreError> {
        let rows = self.read(rows)?;
        let text = serde_json::to_vec_pretty(&rows).map_err(|error| StoreError::Row(error.to_string()))?;
        let file = self.dir().join(FILE);
        if fs::read(&file).is_ok_and(|kept| kept == text) {
            return Ok(());
        }
        write_whole(&file, &text)
    }
}

fn rows(conn: &Connection) -> Result<Vec<Row>, StoreError> {
    let mut statement = conn.prepare("SELECT id, made_at, by_vault, for_hub FROM data_keys ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(Row {
            id: row.get(0)?,
            made_at: row.get(1)?,
            by_vault: hex::encode(row.get::<_, Vec<u8>>(2)?),
            for_hub: row.get::<_, Option<Vec<u8>>>(3)?.map(hex::encode),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts back keys whose rows were lost. A mirror that cannot be read has none to give.
pub(super) fn restore(dir: &Path, conn: &Connection) -> Result<(), StoreError> {
    let text = fs::read(dir.join(FILE)).unwrap_or_default();
    let rows: Vec<Row> = serde_json::from_slice(&text).unwrap_or_default();
    for row in rows {
        let for_hub = row.for_hub.map(hex::decode).transpose();
        let (Ok(by_vault), Ok(for_hub)) = (hex::decode(row.by_vault), for_hub) else { continue };
        conn.execute(
            "INSERT INTO data_keys (id, made_at, by_vault, for_hub) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET for_hub = coalesce(for_hub, excluded.for_hub)",
            params![row.id, row.made_at, by_vault, for_hub],
        )?;
    }
    Ok(())
}

//! Who did or looked at what. Subjects are ids, never names.

use sqlx::AnyConnection;
use uuid::Uuid;
use xuncha_core::domain::{MemberId, StationId, Timestamp};

use super::{Key, StoreError};

/// What is written down when somebody looks at what was found about minors.
pub const LOOKED: &str = "looked at findings about minors";
/// What is written down when somebody takes a list away as a file; its subject is the code of the list.
pub const EXPORTED: &str = "exported";

/// One line of the audit.
#[derive(Debug, Clone, Copy)]
pub struct AuditEntry<'a> {
    /// The station it concerns.
    pub station: StationId,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for the hub's own command line.
    pub member: Option<MemberId>,
    /// What was done, in a word or two of ours (`device revoked`).
    pub action: &'a str,
    /// To what: an id.
    pub subject: &'a str,
}

impl AuditEntry<'_> {
    /// Writes it down. `random` tells entries of one millisecond apart.
    pub async fn write(&self, db: &mut AnyConnection, random: [u8; 10]) -> Result<(), StoreError> {
        let millis = u64::try_from(self.at.millis()).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        sqlx::query(
            "INSERT INTO audit (station_id, entry_id, at, member_id, action, subject) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.station.key())
        .bind(Uuid::key(&id))
        .bind(self.at.millis())
        .bind(self.member.map(|member| member.key()))
        .bind(self.action)
        .bind(self.subject)
        .execute(db)
        .await?;
        Ok(())
    }
}

//! Handing out enrolment cards.

use xuncha_core::domain::{Member, MemberId, Sha256Hash, StationId, Timestamp};
use xuncha_core::wire::{EnrolCode, EnrolLink, ProblemCode};

use crate::app::App;
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::members::must_equip;
use crate::store::{Key as _, RowExt as _, StoreError};

/// An enrolment card: what its QR says and how long it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolCard {
    /// Whose phone it is for.
    pub member: Member,
    /// What the QR says; the code is in it.
    pub link: EnrolLink,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Codes drawn before giving up: two alike among a few thousand out of 10⁹ are rare, three times in a
/// row they are not chance.
const DRAWS: usize = 3;

/// Makes a card for a member; `by` is who hands it out, `None` for the command line. Nobody hands out a card of
/// somebody who reaches further than themselves.
pub async fn make_card(
    app: &App,
    station: StationId,
    member: MemberId,
    by: Option<&Caller>,
) -> HubResult<EnrolCard> {
    let now = app.world.clock.now();
    let expires_at = now.plus_millis(EnrolCode::VALID_MS);
    let mut tx = app.store.begin().await?;
    let row = sqlx::query("SELECT body FROM members WHERE station_id = $1 AND member_id = $2")
        .bind(station.key())
        .bind(member.key())
        .fetch_optional(&mut *tx)
        .await
        .map_err(StoreError::from)?
        .ok_or_else(|| HubError::told(ProblemCode::NotFound, "the station has no such member"))?;
    let member: Member = row.json("body")?;
    if let Some(caller) = by {
        must_equip(caller, &member)?;
    }
    if !member.active {
        return Err(HubError::told(ProblemCode::Forbidden, "the member no longer serves"));
    }
    for _ in 0..DRAWS {
        let code = EnrolCode::from_random(u64::from_be_bytes(app.world.random()?));
        let taken = sqlx::query("SELECT 1 AS taken FROM enrol_codes WHERE code_sha256 = $1")
            .bind(code_sha256(&code).key())
            .fetch_optional(&mut *tx)
            .await
            .map_err(StoreError::from)?;
        if taken.is_some() {
            continue;
        }
        sqlx::query(
            "INSERT INTO enrol_codes (station_id, code_sha256, member_id, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(station.key())
        .bind(code_sha256(&code).key())
        .bind(member.id.key())
        .bind(now.millis())
        .bind(expires_at.millis())
        .execute(&mut *tx)
        .await
        .map_err(StoreError::from)?;
        let by = by.map(|caller| caller.member.id);
        note(app, &mut tx, station, by, Action::EnrolmentHandedOut, member.id).await?;
        tx.commit().await?;
        let link = EnrolLink { hub: app.address(), key: Some(app.keys.public().kid()), code };
        return Ok(EnrolCard { member, link, expires_at });
    }
    Err(HubError::Fault("no free enrolment code was drawn".to_owned()))
}

/// What the database keeps of a code: reading the table does not give the codes away at a glance.
pub(super) fn code_sha256(code: &EnrolCode) -> Sha256Hash {
    Sha256Hash::of_parts(&[b"xuncha enrol code ", code.digits().as_bytes()])
}

//! A member's password for the dashboard: kept as argon2id, never as it is.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, SaltString};
use xuncha_core::domain::Member;
use xuncha_hub::App;
use xuncha_hub::store::{AuditEntry, Key as _};

use crate::failure::Failure;

/// Fewer characters than this can be guessed.
const MIN_CHARACTERS: usize = 10;
/// More than this is no password; hashing it would only cost time.
const MAX_BYTES: usize = 1024;

/// Sets it, in place of one before, and ends what is signed in by that.
pub(super) async fn set(app: &App, member: &Member, password: &str) -> Result<(), Failure> {
    if password.chars().count() < MIN_CHARACTERS || password.len() > MAX_BYTES {
        let message = format!("a password has at least {MIN_CHARACTERS} characters; --generate makes one");
        return Err(Failure::coded("weak_password", message));
    }
    let failed = |error: argon2::password_hash::Error| Failure::coded("password", error);
    let salt = SaltString::encode_b64(&app.world.random::<16>()?).map_err(failed)?;
    let phc = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string();
    let now = app.world.clock.now();
    let mut tx = app.store.begin().await?;
    sqlx::query(
        "INSERT INTO passwords (station_id, member_id, phc, changed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (station_id, member_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at",
    )
    .bind(member.station.key())
    .bind(member.id.key())
    .bind(phc)
    .bind(now.millis())
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM sessions WHERE station_id = $1 AND member_id = $2")
        .bind(member.station.key())
        .bind(member.id.key())
        .execute(&mut *tx)
        .await?;
    let subject = member.id.to_string();
    let station = member.station;
    let entry = AuditEntry { station, at: now, member: None, action: "password set", subject: &subject };
    entry.write(&mut tx, app.world.random()?).await?;
    Ok(tx.commit().await?)
}

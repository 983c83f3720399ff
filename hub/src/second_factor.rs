//! The second factor: a code that changes every half minute (RFC 6238), from an app on a phone, and
//! recovery codes on paper for when the phone is lost. Who wants it turns it on.

use totp_rs::{Builder, Secret, Totp};
use xuncha_core::domain::{Member, MemberId, Sha256Hash, Timestamp};

use crate::app::App;
use crate::audit::{Action, note};
use crate::dashboard::look::percent;
use crate::error::{HubError, HubResult};
use crate::store::{Key as _, RowExt as _, StoreError};

/// Codes on the sheet of paper.
const RECOVERY_CODES: usize = 8;

/// Whether it is asked for when a member signs in.
pub async fn is_on(app: &App, member: &Member) -> HubResult<bool> {
    Ok(kept(app, member).await?.is_some_and(|kept| kept.on_since.is_some()))
}

/// What is kept of a member's second factor.
struct Kept {
    totp: Totp,
    on_since: Option<Timestamp>,
}

async fn kept(app: &App, member: &Member) -> HubResult<Option<Kept>> {
    let row =
        sqlx::query("SELECT secret, on_since FROM second_factors WHERE station_id = $1 AND member_id = $2")
            .bind(member.station.key())
            .bind(member.id.key())
            .fetch_optional(&mut *app.store.read().await?)
            .await
            .map_err(StoreError::from)?;
    let Some(row) = row else { return Ok(None) };
    let opened = app.keys.at_rest().decrypt(&aad(member), &row.bytes("secret")?);
    let secret = opened.ok().and_then(|secret| <[u8; 20]>::try_from(secret).ok());
    let secret =
        secret.ok_or_else(|| StoreError::Row("a second factor's secret can't be opened".to_owned()))?;
    Ok(Some(Kept { totp: totp(secret)?, on_since: row.opt_time("on_since")? }))
}

fn totp(secret: [u8; 20]) -> HubResult<Totp> {
    let made = Builder::new().with_secret(Secret::new_stack(secret)).build();
    made.map_err(|error| HubError::Fault(format!("a second factor can't be made: {error}")))
}

fn aad(member: &Member) -> Vec<u8> {
    [b"second factor of ".as_slice(), member.id.uuid().as_bytes()].concat()
}

/// What an authenticator app is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// For typing it in.
    pub secret: String,
    /// For its camera (`otpauth://…`).
    pub link: String,
}

/// Makes a secret that is not asked for yet, or shows the one that was made; `None` if it is on already.
pub async fn prepare(app: &App, member: &Member) -> HubResult<Option<Shown>> {
    if kept(app, member).await?.is_none() {
        let sealed =
            app.keys.at_rest().encrypt(app.world.random()?, &aad(member), &app.world.random::<20>()?);
        let sealed = sealed.map_err(|error| HubError::Fault(error.to_string()))?;
        let mut tx = app.store.begin().await?;
        sqlx::query(
            "INSERT INTO second_factors (station_id, member_id, secret, last_step) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (station_id, member_id) DO NOTHING",
        )
        .bind(member.station.key())
        .bind(member.id.key())
        .bind(sealed)
        .execute(&mut *tx)
        .await
        .map_err(StoreError::from)?;
        tx.commit().await?;
    }
    let kept = kept(app, member).await?.filter(|kept| kept.on_since.is_none());
    Ok(kept.map(|kept| {
        let secret = kept.totp.secret().to_base32();
        let name = percent(member.name.as_str());
        let issuer = percent("巡查");
        Shown { link: format!("otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}"), secret }
    }))
}

/// Turns it on once a first code shows that the app has the secret. Gives the recovery codes, which are
/// never shown again; `None` for a wrong code.
pub async fn turn_on(app: &App, member: &Member, code: &str) -> HubResult<Option<Vec<String>>> {
    let Some(kept) = kept(app, member).await?.filter(|kept| kept.on_since.is_none()) else { return Ok(None) };
    let now = app.world.clock.now();
    let Some(step) = step(&kept.totp, code, now) else { return Ok(None) };
    let codes = recovery_codes(app)?;
    let mut tx = app.store.begin().await?;
    let done = sqlx::query(
        "UPDATE second_factors SET on_since = $1, last_step = $2 \
         WHERE station_id = $3 AND member_id = $4 AND on_since IS NULL",
    )
    .bind(now.millis())
    .bind(step)
    .bind(member.station.key())
    .bind(member.id.key())
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    for code in &codes {
        sqlx::query("INSERT INTO recovery_codes (station_id, member_id, code_sha256) VALUES ($1, $2, $3)")
            .bind(member.station.key())
            .bind(member.id.key())
            .bind(recovery_hash(app, code).key())
            .execute(&mut *tx)
            .await
            .map_err(StoreError::from)?;
    }
    note(app, &mut tx, member.station, Some(member.id), Action::SecondFactorOn, member.id).await?;
    tx.commit().await?;
    Ok(Some(codes))
}

/// Ten letters each, as a password is made of.
fn recovery_codes(app: &App) -> HubResult<Vec<String>> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        codes.push(crate::dashboard::password::generate(&app.world)?);
    }
    Ok(codes)
}

fn recovery_hash(app: &App, code: &str) -> Sha256Hash {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    app.keys.keyed_hash(&format!("recovery code\n{}", plain.to_ascii_lowercase()))
}

/// Takes a code, of the app or from paper. None is taken twice.
pub async fn take(app: &App, member: &Member, code: &str) -> HubResult<bool> {
    let Some(kept) = kept(app, member).await?.filter(|kept| kept.on_since.is_some()) else {
        return Ok(false);
    };
    let mut tx = app.store.begin().await?;
    let taken = if let Some(step) = step(&kept.totp, code, app.world.clock.now()) {
        let query = "UPDATE second_factors SET last_step = $1 \
             WHERE station_id = $2 AND member_id = $3 AND last_step < $4";
        let query = sqlx::query(query).bind(step).bind(member.station.key()).bind(member.id.key());
        query.bind(step).execute(&mut *tx).await.map_err(StoreError::from)?.rows_affected()
    } else {
        let query =
            "DELETE FROM recovery_codes WHERE station_id = $1 AND member_id = $2 AND code_sha256 = $3";
        let query = sqlx::query(query).bind(member.station.key()).bind(member.id.key());
        let query = query.bind(recovery_hash(app, code).key());
        let taken = query.execute(&mut *tx).await.map_err(StoreError::from)?.rows_affected();
        if taken > 0 {
            note(app, &mut tx, member.station, Some(member.id), Action::RecoveryCodeUsed, member.id).await?;
        }
        taken
    };
    tx.commit().await?;
    Ok(taken > 0)
}

/// The step of a code that holds at a moment, or half a minute before or after.
fn step(totp: &Totp, code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.millis() / 1_000).ok()?;
    i64::try_from(totp.check(&code, seconds)?).ok()
}

/// Turns it off. `by` is who did it, `None` for the command line.
pub async fn turn_off(app: &App, member: &Member, by: Option<MemberId>) -> HubResult<()> {
    let mut tx = app.store.begin().await?;
    for query in [
        "DELETE FROM second_factors WHERE station_id = $1 AND member_id = $2",
        "DELETE FROM recovery_codes WHERE station_id = $1 AND member_id = $2",
    ] {
        let query = sqlx::query(query).bind(member.station.key()).bind(member.id.key());
        query.execute(&mut *tx).await.map_err(StoreError::from)?;
    }
    note(app, &mut tx, member.station, by, Action::SecondFactorOff, member.id).await?;
    Ok(tx.commit().await?)
}

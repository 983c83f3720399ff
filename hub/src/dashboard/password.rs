//! Passwords: kept as argon2id, never as they are. Hashing is meant to be slow and hungry, so only a
//! few run at once, away from the threads that answer requests.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use tokio::sync::Semaphore;
use xuncha_core::domain::{Locale, Member, MemberId};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::audit::{Action, note};
use crate::error::{HubError, HubResult};
use crate::session;
use crate::store::{Key as _, RowExt as _, StoreError};
use crate::tries::{self, Against};
use crate::world::{NoEntropy, World};

/// Fewer characters than this can be guessed.
pub const MIN_CHARACTERS: usize = 10;
/// More than this is no password; hashing it would only cost time.
const MAX_BYTES: usize = 1024;
/// Each takes 19 MiB while it runs.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It could be guessed.
    #[error("a password has at least {MIN_CHARACTERS} characters")]
    Weak,
    /// It is too long to be one.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// It could not be kept.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl PasswordError {
    /// What is to be done about it, for whoever typed it.
    pub(super) fn advice(self, l: Locale) -> HubResult<&'static str> {
        match self {
            Self::Weak => Ok(l.pick("密码太短，至少要十个字符。", "Too short: at least ten characters.")),
            Self::TooLong => Ok(l.pick("密码太长，请短一些。", "Too long: choose a shorter one.")),
            Self::Hub(error) => Err(error),
        }
    }
}

/// Whether a member's password is one that somebody else gave.
pub(super) async fn is_temporary(app: &App, member: &Member) -> HubResult<bool> {
    Ok(kept(app, member).await?.is_some_and(|(_, temporary)| temporary))
}

/// Whether this is the password that a member has.
pub(super) async fn is_kept(app: &App, member: &Member, password: String) -> HubResult<bool> {
    let kept = kept(app, member).await?.map(|(phc, _)| phc);
    Ok(matching(password, kept.into_iter().collect()).await?.is_some())
}

async fn kept(app: &App, member: &Member) -> HubResult<Option<(String, bool)>> {
    let row = sqlx::query("SELECT phc, temporary FROM passwords WHERE station_id = $1 AND member_id = $2")
        .bind(member.station.key())
        .bind(member.id.key())
        .fetch_optional(&mut *app.store.read().await?)
        .await
        .map_err(StoreError::from)?;
    Ok(row.map(|row| Ok::<_, StoreError>((row.text("phc")?, row.int("temporary")? != 0))).transpose()?)
}

/// Sets a member's password in place of one before, and ends what is signed in by that. `by` is who set
/// it, `None` for the command line.
pub async fn set(
    app: &App,
    member: &Member,
    password: &str,
    by: Option<MemberId>,
) -> Result<(), PasswordError> {
    keep(app, member, password, Life::Lasting, by).await
}

/// Gives a member a new password in place of one before. It opens only the page on which they choose
/// their own. It is not kept anywhere in the clear: whoever asked for it hands it over now.
pub async fn give(app: &App, member: &Member, by: Option<MemberId>) -> Result<String, PasswordError> {
    let password = generate(&app.world).map_err(HubError::from)?;
    keep(app, member, &password, Life::Temporary, by).await?;
    Ok(password)
}

/// A password of sixty random bits, in letters that are not mistaken for each other.
pub fn generate(world: &World) -> Result<String, NoEntropy> {
    Ok(grouped(&world.random::<12>()?))
}

fn grouped(random: &[u8; 12]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters: String = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..])
}

/// How long a password is to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// Until its owner changes it.
    Lasting,
    /// Until its owner first signs in.
    Temporary,
}

async fn keep(
    app: &App,
    member: &Member,
    password: &str,
    life: Life,
    by: Option<MemberId>,
) -> Result<(), PasswordError> {
    if password.chars().count() < MIN_CHARACTERS {
        return Err(PasswordError::Weak);
    }
    if password.len() > MAX_BYTES {
        return Err(PasswordError::TooLong);
    }
    let salt = app.world.random::<16>().map_err(HubError::from)?;
    let phc = hashed(password.to_owned(), salt).await?;
    Ok(write(app, member, phc, life, by).await?)
}

async fn write(app: &App, member: &Member, phc: String, life: Life, by: Option<MemberId>) -> HubResult<()> {
    let now = app.world.clock.now();
    let mut tx = app.store.begin().await?;
    sqlx::query(
        "INSERT INTO passwords (station_id, member_id, phc, changed_at, temporary) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (station_id, member_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at, \
         temporary = excluded.temporary",
    )
    .bind(member.station.key())
    .bind(member.id.key())
    .bind(phc)
    .bind(now.millis())
    .bind(i64::from(life == Life::Temporary))
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    session::end_all(&mut tx, member, None).await?;
    let action = match life {
        Life::Temporary => Action::TemporaryPasswordGiven,
        Life::Lasting => Action::PasswordSet,
    };
    note(app, &mut tx, member.station, by, action, member.id).await?;
    Ok(tx.commit().await?)
}

async fn hashed(password: String, salt: [u8; 16]) -> HubResult<String> {
    slowly(move || {
        let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
        let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| error.to_string())
    })
    .await?
    .map_err(HubError::Fault)
}

/// Why what somebody who is signed in asks for is not done: the password that they say once more is not theirs. A browser
/// that was left open is not enough for what would let its finder in for good.
pub(super) async fn not_said_again(
    app: &App,
    member: &Member,
    password: String,
    l: Locale,
) -> HubResult<Option<&'static str>> {
    let id = member.id.to_string();
    let against = [Against::Again(&id)];
    if !tries::may_try(app, &against).await? {
        return Ok(Some(ProblemCode::TooManyAttempts.advice(l)));
    }
    if !is_kept(app, member, password).await? {
        return Ok(Some(l.pick("现在的密码不对。", "The password now is wrong.")));
    }
    tries::was_right(app, &against).await?;
    Ok(None)
}

/// Which of some kept passwords this is. For nobody's password as much time goes by as for a wrong one:
/// the answer does not tell who exists.
pub(super) async fn matching(password: String, kept: Vec<String>) -> HubResult<Option<usize>> {
    if password.len() > MAX_BYTES {
        return Ok(None);
    }
    slowly(move || {
        if kept.is_empty() {
            let _ = fits(&password, &NOBODY);
        }
        kept.iter().position(|phc| fits(&password, phc))
    })
    .await
}

fn fits(password: &str, phc: &str) -> bool {
    let hash = PasswordHash::new(phc);
    hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A password nobody has.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let salt = SaltString::encode_b64(&[0; 16]);
    let hash = salt.and_then(|salt| Argon2::default().hash_password(b"", &salt).map(|hash| hash.to_string()));
    hash.unwrap_or_default()
});

async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> HubResult<T> {
    let fault = |error: &dyn std::error::Error| HubError::Fault(error.to_string());
    let _turn = AT_ONCE.acquire().await.map_err(|error| fault(&error))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| fault(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_has_three_groups_of_clear_letters() {
        assert_eq!(grouped(&[0, 1, 2, 3, 31, 32, 33, 34, 255, 7, 8, 9]), "abcd-9abc-9hij");
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_and_nobody_has_none() {
        let kept = hashed("柳岸的十个字以上的密码".to_owned(), [7; 16]).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let two = vec!["damaged".to_owned(), kept];
        let matching = |password: &str, kept: &[String]| matching(password.to_owned(), kept.to_vec());
        assert_eq!(matching("柳岸的十个字以上的密码", &two).await.unwrap(), Some(1));
        assert_eq!(matching("柳岸的十个字以上的密", &two).await.unwrap(), None);
        assert_eq!(matching("", &[]).await.unwrap(), None);
    }
}

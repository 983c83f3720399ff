//! Sessions of people who signed in: a random token in a cookie, its hash in the database.

use http::header::{COOKIE, HeaderValue, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, Method};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use subtle::ConstantTimeEq as _;
use xuncha_core::domain::{Member, Sha256Hash, StationId, Timestamp};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::auth::{Caller, Token, Via};
use crate::error::{HubError, HubResult};
use crate::store::{Key as _, RowExt as _, Store, StoreError, Tx};

/// A working day and a bit: nobody has to sign in twice a day, and a forgotten one ends by itself.
pub(crate) const LIFE_MS: i64 = 12 * 3_600_000;

/// Enough to find the phone and type a code, or to think of a password.
const UNFINISHED_MS: i64 = 15 * 60_000;

/// What a browser sends back: whoever made it send the request knows it only if it shows our pages.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// What somebody who gave their password still owes before they may look at anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lacks {
    /// The code of their second factor.
    SecondFactor,
    /// A password of their own in place of a temporary one.
    NewPassword,
}

impl Lacks {
    const fn code(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::NewPassword => "new_password",
        }
    }

    fn of_code(code: &str) -> Result<Self, StoreError> {
        let known = [Self::SecondFactor, Self::NewPassword].into_iter().find(|lacks| lacks.code() == code);
        known.ok_or_else(|| StoreError::Row(format!("a session lacks {code}")))
    }

    /// The page on which it is made up for.
    pub(super) const fn page(self) -> &'static str {
        match self {
            Self::SecondFactor => "/sign-in/code",
            Self::NewPassword => "/sign-in/password",
        }
    }
}

/// Somebody who signed in.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// Which session: the hash of its token.
    pub id: Sha256Hash,
    /// What is still to be done before it opens anything.
    pub lacks: Option<Lacks>,
    /// Who.
    pub caller: Caller,
    /// What their forms must carry.
    pub csrf: String,
}

impl Session {
    /// Whether a form is one of ours.
    pub(super) fn fits(&self, csrf: &str) -> bool {
        is_its(&self.csrf, csrf)
    }
}

/// Whether a token is the one that a session's forms must carry.
pub(super) fn is_its(csrf: &str, said: &str) -> bool {
    csrf.as_bytes().ct_eq(said.as_bytes()).into()
}

/// Whose session the request carries; for other methods than GET and HEAD only with its CSRF token.
pub async fn caller(app: &App, parts: &Parts) -> HubResult<Caller> {
    let session = find(app, &parts.headers).await?;
    let session = session.filter(|session| session.lacks.is_none());
    let session = session.ok_or_else(|| HubError::new(ProblemCode::Unauthorized))?;
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    let token = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if reads || session.fits(token) {
        return Ok(session.caller);
    }
    Err(HubError::told(ProblemCode::Forbidden, "the header x-csrf-token does not fit the session"))
}

/// The session that a request's cookie names, if it holds.
pub(super) async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Session>, StoreError> {
    match shown(app, headers) {
        Some(token) => of_token(&mut *app.store.read().await?, &token, app.world.clock.now()).await,
        None => Ok(None),
    }
}

/// The token that a request's cookie shows, whether or not there is such a session.
pub(super) fn shown(app: &App, headers: &HeaderMap) -> Option<Token> {
    cookie(headers, cookie_name(app)).and_then(Token::parse)
}

/// The session of a token, if it holds.
pub(super) async fn of_token(
    db: &mut AnyConnection,
    token: &Token,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let row = sqlx::query(
        "SELECT s.csrf, s.expires_at, s.lacks, m.body FROM sessions s \
         JOIN members m ON m.station_id = s.station_id AND m.member_id = s.member_id \
         WHERE s.station_id = $1 AND s.token_sha256 = $2",
    )
    .bind(token.station().key())
    .bind(token.sha256().key())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let member: Member = row.json("body")?;
    if row.time("expires_at")? <= now || !member.active {
        return Ok(None);
    }
    let csrf = row.text("csrf")?;
    let lacks = row.opt_text("lacks")?.as_deref().map(Lacks::of_code).transpose()?;
    Ok(Some(Session { id: token.sha256(), lacks, caller: Caller::of(db, member, Via::Session).await?, csrf }))
}

/// Begins a session in the place of one that the browser may have shown; the cookie to set.
pub(super) async fn begin(
    app: &App,
    headers: &HeaderMap,
    member: &Member,
    lacks: Option<Lacks>,
) -> HubResult<HeaderValue> {
    let token = Token::make(member.station, &app.world)?;
    let csrf = hex::encode(app.world.random::<16>()?);
    let now = app.world.clock.now();
    let life = if lacks.is_some() { UNFINISHED_MS } else { LIFE_MS };
    let mut tx = app.store.begin().await?;
    if let Some(old) = shown(app, headers) {
        forget(&mut tx, old.station(), &old.sha256()).await?;
    }
    sqlx::query(
        "INSERT INTO sessions (station_id, token_sha256, member_id, csrf, created_at, expires_at, lacks, browser) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(member.station.key())
    .bind(token.sha256().key())
    .bind(member.id.key())
    .bind(csrf)
    .bind(now.millis())
    .bind(now.plus_millis(life).millis())
    .bind(lacks.map(Lacks::code))
    .bind(browser(headers))
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    tx.commit().await?;
    set_cookie(app, token.secret(), None)
}

/// Ends the session that a request's cookie names; the cookie to set.
pub(super) async fn end(app: &App, headers: &HeaderMap) -> HubResult<HeaderValue> {
    if let Some(token) = shown(app, headers) {
        let mut tx = app.store.begin().await?;
        forget(&mut tx, token.station(), &token.sha256()).await?;
        tx.commit().await?;
    }
    set_cookie(app, "", Some(0))
}

async fn forget(tx: &mut Tx, station: StationId, id: &Sha256Hash) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE station_id = $1 AND token_sha256 = $2")
        .bind(station.key())
        .bind(id.key())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends what a member is signed in by, all of it or but for one session.
///
/// # Errors
/// [`StoreError`]; nothing is ended then.
pub async fn end_all(tx: &mut Tx, member: &Member, but: Option<&Sha256Hash>) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE station_id = $1 AND member_id = $2 AND token_sha256 <> $3")
        .bind(member.station.key())
        .bind(member.id.key())
        .bind(but.map(Sha256Hash::key).unwrap_or_default())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends one of a member's sessions.
pub(super) async fn end_one(tx: &mut Tx, member: &Member, id: &Sha256Hash) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE station_id = $1 AND member_id = $2 AND token_sha256 = $3")
        .bind(member.station.key())
        .bind(member.id.key())
        .bind(id.key())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A session in a list.
pub(super) struct Listed {
    /// Which.
    pub id: Sha256Hash,
    /// The browser it is in.
    pub browser: String,
    /// When it began.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Where a member is signed in now, the newest first.
pub(super) async fn list(app: &App, member: &Member) -> Result<Vec<Listed>, StoreError> {
    let rows = sqlx::query(
        "SELECT token_sha256, browser, created_at, expires_at FROM sessions \
         WHERE station_id = $1 AND member_id = $2 AND expires_at > $3 ORDER BY created_at DESC",
    )
    .bind(member.station.key())
    .bind(member.id.key())
    .bind(app.world.clock.now().millis())
    .fetch_all(&mut *app.store.read().await?)
    .await?;
    let listed = |row: &AnyRow| {
        Ok(Listed {
            id: row.hash("token_sha256")?,
            browser: row.text("browser")?,
            since: row.time("created_at")?,
            until: row.time("expires_at")?,
        })
    };
    rows.iter().map(listed).collect()
}

/// What its owner would call a browser: `Edge · Windows`.
fn browser(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |(_, name)| *name)
    };
    // Most browsers name the ones they are like as well: the special ones come first.
    let program = first(&[
        ("Edg", "Edge"),
        ("MicroMessenger", "微信"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    [program, system].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Forgets the sessions that are over.
///
/// # Errors
/// [`StoreError`]; nothing is forgotten then.
pub async fn sweep(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now.millis()).execute(&mut *tx).await?;
    tx.commit().await
}

/// Behind TLS the name binds the cookie to this host and to TLS; a browser refuses that name elsewhere.
fn cookie_name(app: &App) -> &'static str {
    if is_secure(app) { "__Host-xuncha" } else { "xuncha" }
}

/// Whether browsers reach the hub by TLS.
pub(super) fn is_secure(app: &App) -> bool {
    app.address().starts_with("https://")
}

/// Without `max_age` the cookie ends with the browser: the station's PC is shared.
fn set_cookie(app: &App, value: &str, max_age: Option<u32>) -> HubResult<HeaderValue> {
    let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict", cookie_name(app));
    if is_secure(app) {
        text.push_str("; Secure");
    }
    if let Some(seconds) = max_age {
        text.push_str("; Max-Age=");
        text.push_str(&seconds.to_string());
    }
    HeaderValue::from_str(&text).map_err(|error| HubError::Fault(error.to_string()))
}

/// A cookie's value.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_what_its_owner_calls_it() {
        let named = |agent: &'static str| {
            browser(&HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(agent))]))
        };
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(named(edge), "Edge · Windows");
        assert_eq!(named("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Safari/537.36"), "Chrome · Android");
        assert_eq!(named("curl/8"), "");
    }

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("not-xuncha=1; lang=en"));
        headers.append(COOKIE, HeaderValue::from_static("xuncha=a=b"));
        assert_eq!(cookie(&headers, "xuncha"), Some("a=b"));
        assert_eq!(cookie(&headers, "lang"), Some("en"));
        assert_eq!(cookie(&headers, "x"), None);
    }
}

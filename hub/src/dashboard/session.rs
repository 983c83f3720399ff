//! Sessions of people who signed in: a random token in a cookie, its hash in the database.

use http::header::{COOKIE, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method};
use subtle::ConstantTimeEq as _;
use xuncha_core::domain::{Member, Timestamp};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::auth::{Caller, Token, Via};
use crate::error::{HubError, HubResult};
use crate::store::{Key as _, RowExt as _, Store, StoreError};

/// A working day and a bit: nobody has to sign in twice a day, and a forgotten one ends by itself.
const LIFE_MS: i64 = 12 * 3_600_000;

/// What a browser sends back: whoever made it send the request knows it only if it shows our pages.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Somebody who signed in.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// Who.
    pub caller: Caller,
    /// What their forms must carry.
    pub csrf: String,
}

impl Session {
    /// Whether a form is one of ours.
    pub(super) fn fits(&self, csrf: &str) -> bool {
        bool::from(self.csrf.as_bytes().ct_eq(csrf.as_bytes()))
    }
}

/// Whose session the request carries; for other methods than GET and HEAD only with its CSRF token.
pub async fn caller(app: &App, parts: &Parts) -> HubResult<Caller> {
    let session = find(app, &parts.headers).await?;
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
    let Some(token) = cookie(headers, cookie_name(app)).and_then(Token::parse) else { return Ok(None) };
    let mut db = app.store.read().await?;
    let row = sqlx::query(
        "SELECT s.csrf, s.expires_at, m.body FROM sessions s \
         JOIN members m ON m.station_id = s.station_id AND m.member_id = s.member_id \
         WHERE s.station_id = $1 AND s.token_sha256 = $2",
    )
    .bind(token.station().key())
    .bind(token.sha256().key())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let member: Member = row.json("body")?;
    if row.time("expires_at")? <= app.world.clock.now() || !member.active {
        return Ok(None);
    }
    Ok(Some(Session { caller: Caller { member, via: Via::Session }, csrf: row.text("csrf")? }))
}

/// Begins a session; the cookie to set.
pub(super) async fn begin(app: &App, member: &Member) -> HubResult<HeaderValue> {
    let token = Token::make(member.station, &app.world)?;
    let csrf = hex::encode(app.world.random::<16>()?);
    let now = app.world.clock.now();
    let mut tx = app.store.begin().await?;
    sqlx::query(
        "INSERT INTO sessions (station_id, token_sha256, member_id, csrf, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(member.station.key())
    .bind(token.sha256().key())
    .bind(member.id.key())
    .bind(csrf)
    .bind(now.millis())
    .bind(now.plus_millis(LIFE_MS).millis())
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    tx.commit().await?;
    set_cookie(app, token.secret(), None)
}

/// Ends the session that a request's cookie names; the cookie to set.
pub(super) async fn end(app: &App, headers: &HeaderMap) -> HubResult<HeaderValue> {
    if let Some(token) = cookie(headers, cookie_name(app)).and_then(Token::parse) {
        let mut tx = app.store.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE station_id = $1 AND token_sha256 = $2")
            .bind(token.station().key())
            .bind(token.sha256().key())
            .execute(&mut *tx)
            .await
            .map_err(StoreError::from)?;
        tx.commit().await?;
    }
    set_cookie(app, "", Some(0))
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
    app.config.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
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
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("not-xuncha=1; lang=en"));
        headers.append(COOKIE, HeaderValue::from_static("xuncha=a=b"));
        assert_eq!(cookie(&headers, "xuncha"), Some("a=b"));
        assert_eq!(cookie(&headers, "lang"), Some("en"));
        assert_eq!(cookie(&headers, "x"), None);
    }
}

//! Browsers that somebody has signed in from before. Each gets a cookie that only the hub can make and that is good for
//! nothing but to be told from a stranger's: what is guessed from it is counted apart, see [`crate::tries`].

use http::HeaderMap;
use http::header::HeaderValue;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::error::{HubError, HubResult};
use crate::session;
use crate::tries::folded;

/// A year, in seconds; each time its owner signs in it begins anew.
const LIFE: u32 = 365 * 24 * 3_600;

/// The browser's number, if whoever signs in by this name has signed in from it before.
pub(super) fn browser(app: &App, headers: &HeaderMap, name: &str) -> Option<String> {
    let (number, proof) = session::cookie(headers, &cookie_name(app, name))?.split_once('.')?;
    let fits = bool::from(self::proof(app, number, name).as_bytes().ct_eq(proof.as_bytes()));
    fits.then(|| number.to_owned())
}

/// The cookie by which it is known next time. It goes to no page but those of signing in.
pub(super) fn remember(app: &App, browser: Option<String>, name: &str) -> HubResult<HeaderValue> {
    let number = match browser {
        Some(number) => number,
        None => hex::encode(app.world.random::<16>()?),
    };
    let secure = if session::is_secure(app) { "; Secure" } else { "" };
    let text = format!(
        "{}={number}.{}; Path=/sign-in; HttpOnly; SameSite=Strict; Max-Age={LIFE}{secure}",
        cookie_name(app, name),
        proof(app, &number, name),
    );
    HeaderValue::from_str(&text).map_err(|error| HubError::Fault(error.to_string()))
}

fn proof(app: &App, number: &str, name: &str) -> String {
    app.keys.keyed_hash(&format!("known browser\n{number}\n{}", folded(name))).to_string()
}

/// One for each name that a shared PC is used by; which names these are it does not tell.
fn cookie_name(app: &App, name: &str) -> String {
    let hash = app.keys.keyed_hash(&format!("known by\n{}", folded(name))).to_string();
    let prefix = if session::is_secure(app) { "__Secure-" } else { "" };
    format!("{prefix}xuncha-known-{}", hash.chars().take(12).collect::<String>())
}

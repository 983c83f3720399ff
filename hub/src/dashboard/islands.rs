//! The islands: what scripts add to pages that are whole without them. Built from `hub/web` into the binary,
//! gzipped, under names that change with their content.

use std::io::Read as _;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use flate2::read::GzDecoder;
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use maud::{Markup, html};

use super::error::{PageError, PageResult};
use crate::app::AppState;
use crate::error::HubError;

/// A file that Vite made.
struct Asset {
    name: &'static str,
    gzip: &'static [u8],
}

/// All of them; none if the binary was built without.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/islands.rs"));

/// Where they are; `base` of `hub/web/vite.config.ts`.
const PATH: &str = "/assets/web";

pub(super) fn router() -> Router<AppState> {
    Router::new().route(&format!("{PATH}/{{name}}"), get(asset))
}

/// The script of a page with islands; nothing if the binary has none. It runs after the page is there.
pub(super) fn script() -> Option<Markup> {
    let main = path("main-", ".js")?;
    Some(html! { script type="module" src=(main) {} })
}

/// The licences of what others wrote of it.
pub(super) fn licences() -> Option<String> {
    path("licences-", ".txt")
}

fn path(begin: &str, end: &str) -> Option<String> {
    let asset = ASSETS.iter().find(|asset| asset.name.starts_with(begin) && asset.name.ends_with(end))?;
    Some(format!("{PATH}/{}", asset.name))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> PageResult<Response> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or_else(PageError::not_found)?;
    let kind = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
    let headers_of_all = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    if takes_gzip(&headers) {
        return Ok((headers_of_all, [(CONTENT_ENCODING, "gzip")], asset.gzip).into_response());
    }
    let mut plain = Vec::new();
    GzDecoder::new(asset.gzip).read_to_end(&mut plain).map_err(|error| HubError::Fault(error.to_string()))?;
    Ok((headers_of_all, plain).into_response())
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let taken = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    taken.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_goes_only_to_those_who_take_it() {
        let takes = |value: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, http::HeaderValue::from_static(value))]))
        };
        assert!(takes("gzip, deflate, br"));
        assert!(takes("br;q=1.0, gzip;q=0.5"));
        assert!(!takes("gzip;q=0, br"));
        assert!(!takes("br"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}

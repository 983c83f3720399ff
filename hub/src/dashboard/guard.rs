//! What every page tells the browser about itself, and which forms are not even read.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, Method};
use xuncha_core::wire::ProblemCode;

use super::error::PageError;
use crate::error::HubError;

/// Scripts and sheets are files of ours, no text of a page is one; no frame, nothing from elsewhere. Workers
/// and answers to scripts are what the map needs.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
     style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Around every page.
pub(super) async fn guarded(request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let mut response = if reads || is_own(request.headers()) {
        next.run(request).await
    } else {
        PageError::Hub(HubError::new(ProblemCode::Forbidden)).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    // What stands on a page is for the person who is signed in, and for now.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a form may come from one of our own pages, as far as the browser says. The CSRF token
/// decides; this also keeps others from signing somebody in as themselves.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(&HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    let Some(origin) = text(&ORIGIN) else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    // A proxy may have changed Host; then the browser's own word above has to do.
    site.is_some() || host == text(&HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        is_own(&headers)
    }

    #[test]
    fn a_form_of_another_site_is_not_read() {
        assert!(own(&[]));
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "https://hub.example")]));
        assert!(own(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
        assert!(!own(&[("sec-fetch-site", "same-site"), ("origin", "https://hub.example")]));
        assert!(!own(&[("origin", "https://evil.example"), ("host", "127.0.0.1:8080")]));
        assert!(!own(&[("origin", "null"), ("host", "127.0.0.1:8080")]));
    }
}

//! Around every request: an id, a log line, the figures, an end to what hangs, and an answer even if
//! the handler panics.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue};
use tracing::Instrument as _;
use xuncha_core::wire::ProblemCode;

use crate::error::HubError;

pub(super) const REQUESTS: &str = "xuncha_http_requests_total";
pub(super) const DURATION: &str = "xuncha_http_request_seconds";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// No request takes as long as this, be the line ever so bad: pieces are small.
const LONGEST: Duration = Duration::from_secs(120);

/// Numbers requests: a random beginning for each process, so that copies and restarts differ.
#[derive(Debug, Clone)]
pub(super) struct Requests {
    process: Arc<str>,
    count: Arc<AtomicU64>,
}

impl Default for Requests {
    fn default() -> Self {
        let mut random = [0; 4];
        // Without randomness ids repeat over restarts, which costs nothing but a clear log.
        let _ = getrandom::fill(&mut random);
        Self { process: hex::encode(random).into(), count: Arc::default() }
    }
}

impl Requests {
    fn next(&self) -> String {
        format!("{}-{:06}", self.process, self.count.fetch_add(1, Ordering::Relaxed))
    }
}

/// Around every request.
pub(super) async fn observe(State(requests): State<Requests>, request: Request, next: Next) -> Response {
    let id = requests.next();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let begun = Instant::now();
    let span = tracing::info_span!("request", id, %method, route);
    async {
        let answer = tokio::time::timeout(LONGEST, next.run(request)).await;
        let mut response =
            answer.unwrap_or_else(|_| HubError::new(ProblemCode::Unavailable).into_response());
        let (status, taken) = (response.status().as_u16(), begun.elapsed());
        tracing::info!(status, ms = taken.as_secs_f64() * 1000.0, "answered");
        let method = known(&method);
        metrics::counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status.to_string())
            .increment(1);
        metrics::histogram!(DURATION, "route" => route.clone()).record(taken.as_secs_f64());
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

/// A method's name; anybody may make up others, and each would be a new series.
fn known(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The answer when a handler panicked. What it said may hold anything, so it is not repeated here.
#[expect(clippy::needless_pass_by_value, reason = "tower-http hands it over")]
pub(super) fn panicked(_said: Box<dyn Any + Send + 'static>) -> Response {
    HubError::Fault("a handler panicked".to_owned()).into_response()
}

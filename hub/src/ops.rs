//! What whoever runs the hub needs: is it alive, is it ready, how is it doing; and what every request
//! passes through: an id, a line in the log, a count, a net for panics.
//!
//! Neither logs nor metrics carry personal data: routes by their pattern, never an id, a name, a body
//! or an address.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use serde::Serialize;
use tokio::sync::Mutex;
use tower_http::catch_panic::CatchPanicLayer;
use xuncha_core::wire::ProblemCode;

use crate::app::AppState;
use crate::error::{HubError, HubResult};
use crate::retention::{BACKUP, RETENTION, done_at};
use crate::store::{RowExt as _, StoreError};
use crate::time::clocks;

/// Names a request in the answer and in the log, so that a complaint can be looked up.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken from outside.
const MAX_REQUEST_ID: usize = 64;

/// Bounds of what is measured, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// How long it holds that the hub is ready or not: whoever asks more often, and whoever floods it, costs nothing.
const HOLDS: Duration = Duration::from_secs(2);

/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long figures wait for one: Prometheus gives up after ten seconds, and would take the hub for gone.
const SCRAPE_PATIENCE: Duration = Duration::from_secs(4);

/// Its part of the API: health, and figures unless they have an address of their own.
pub fn router(app: &AppState) -> Router<AppState> {
    let own = app.config.metrics_listen.is_some();
    if own { health() } else { health().merge(all_figures()) }
}

/// What the address of their own answers to.
pub fn own_router(app: &AppState) -> Router {
    health().merge(all_figures()).with_state(app.clone())
}

fn health() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(|| async { Json(Health { status: "ok" }) }))
        .route("/readyz", get(ready))
}

fn all_figures() -> Router<AppState> {
    Router::new().route("/metrics", get(figures))
}

/// An answer to whoever watches.
#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// What was found when somebody asked last whether the hub can take a record and a photo, and when.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Result<(), NotReady>)>>);

/// What is in the way.
type NotReady = &'static str;

impl Readiness {
    /// Whether it can; looks only if nobody has for a while. Who asks meanwhile waits for that look.
    async fn at(
        &self,
        now: impl Fn() -> Instant,
        look: impl AsyncFnOnce() -> Result<(), NotReady>,
    ) -> Result<(), NotReady> {
        let mut last = self.0.lock().await;
        if let Some((at, found)) = *last
            && now().saturating_duration_since(at) < HOLDS
        {
            return found;
        }
        let found =
            tokio::time::timeout(PATIENCE, look()).await.unwrap_or(Err("the hub takes long to answer"));
        *last = Some((now(), found));
        found
    }
}

async fn ready(State(app): State<AppState>) -> HubResult<Json<Health>> {
    must_be_ready(&app).await?;
    Ok(Json(Health { status: "ready" }))
}

/// Whether the hub can take a record and a photo now, and by a clock that is neither behind nor ahead.
async fn must_be_ready(app: &AppState) -> HubResult<()> {
    let found = app.readiness.at(Instant::now, async || {
        answers(app).await.map_err(|error| {
            tracing::error!(%error, "the database does not answer");
            "the database does not answer"
        })?;
        app.photos.probe().await.map_err(|error| {
            tracing::error!(%error, "the photo store takes nothing");
            "the photo store takes nothing"
        })
    });
    found.await.map_err(|why| HubError::told(ProblemCode::Unavailable, why))?;
    app.now_as_known().await.map(drop)
}

/// Whether the database does; what other copies of the hub wrote, and what its clock says, is learnt by the way.
async fn answers(app: &AppState) -> Result<(), StoreError> {
    clocks(app).await.map(drop)
}

async fn figures(State(app): State<AppState>) -> Response {
    whether_ready(&app).await;
    // What lies in the database; figures of the process are told even if that is not there.
    match tokio::time::timeout(SCRAPE_PATIENCE, stored(&app)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database's figures are missing"),
        Err(_) => tracing::warn!("the database's figures are missing: it does not answer"),
    }
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, kind)], app.figures.render()).into_response()
}

/// Whether this copy is ready, and how wrong its clock is.
#[allow(clippy::cast_precision_loss)] // milliseconds of centuries are far below 2^53
async fn whether_ready(app: &AppState) {
    let ready = tokio::time::timeout(SCRAPE_PATIENCE, must_be_ready(app)).await;
    app.figures.set("xuncha_ready", if matches!(ready, Ok(Ok(()))) { 1.0 } else { 0.0 });
    let (behind, ahead) = app.written.off_ms(app.world.clock.now());
    for (figure, off) in [("xuncha_clock_behind_seconds", behind), ("xuncha_clock_ahead_seconds", ahead)] {
        app.figures.set(figure, off.map_or(0.0, |ms| ms as f64 / 1_000.0));
    }
}

/// Figures that every copy of the hub tells alike.
#[allow(clippy::cast_precision_loss)] // seconds and counts are far below 2^53
async fn stored(app: &AppState) -> Result<(), StoreError> {
    let chores = [(BACKUP, "xuncha_backup_done_seconds"), (RETENTION, "xuncha_retention_done_seconds")];
    for (chore, figure) in chores {
        let done = done_at(&app.store, chore).await?;
        app.figures.set(figure, done.map_or(0.0, |at| at.millis() as f64 / 1_000.0));
    }
    let query = "SELECT COUNT(*) AS n, MIN(created_at) AS oldest FROM uploads";
    let row = sqlx::query(query).fetch_one(&mut *app.store.read().await?).await?;
    let oldest = row.opt_time("oldest")?.map_or(0, |at| app.world.clock.now().millis() - at.millis());
    app.figures.set("xuncha_uploads_open", row.count("n")? as f64);
    app.figures.set("xuncha_upload_oldest_seconds", oldest as f64 / 1_000.0);
    Ok(())
}

/// The hub's figures. Its own, not the process's, so that several hubs in one test do not mix them.
pub struct Figures {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Default for Figures {
    fn default() -> Self {
        // Buckets can be added up over several copies of the hub, quantiles can't.
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS);
        let recorder = builder.unwrap_or_else(|_| PrometheusBuilder::new()).build_recorder();
        let handle = recorder.handle();
        Self { recorder, handle }
    }
}

impl Figures {
    /// All of them, as Prometheus reads them.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }

    /// Counts something that happened `times` times; `kind` is a code, never a name.
    pub fn count(&self, what: &'static str, kind: &'static str, times: u64) {
        metrics::with_local_recorder(&self.recorder, || {
            metrics::counter!(what, "kind" => kind).increment(times);
        });
    }

    /// Measures how long something took.
    pub fn time(&self, what: &'static str, took: Duration) {
        metrics::with_local_recorder(&self.recorder, || {
            metrics::histogram!(what).record(took.as_secs_f64());
        });
    }

    /// How much of something there is now.
    pub fn set(&self, what: &'static str, value: f64) {
        metrics::with_local_recorder(&self.recorder, || metrics::gauge!(what).set(value));
    }

    fn request(&self, route: &str, method: &str, status: u16, seconds: f64) {
        let labels =
            [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
        metrics::with_local_recorder(&self.recorder, || {
            metrics::counter!("xuncha_requests_total", &labels).increment(1);
            metrics::histogram!("xuncha_request_seconds", &labels[..2]).record(seconds);
        });
    }
}

/// Logs, counts and guards every request.
pub fn observed(router: Router, app: &AppState) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), observe))
}

async fn observe(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(&app, &request);
    let method = request.method().to_string();
    // What matches no route is counted as one: an attacker must not fill the figures with names.
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    app.figures.request(&route, &method, status, took.as_secs_f64());
    tracing::debug!(request = %id, method, route, status, ms = took.as_secs_f64() * 1_000.0, "answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The caller's own id if it is a harmless one, else a new one.
fn request_id(app: &AppState, request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (1..=MAX_REQUEST_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let fresh = || app.world.random::<8>().map_or_else(|_| "unknown".to_owned(), hex::encode);
    given.filter(harmless).map_or_else(fresh, str::to_owned)
}

/// A panic is a fault of the program: the caller hears that nothing is lost, the log hears what it was.
#[allow(clippy::needless_pass_by_value)] // the layer hands the value over
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let words = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| cause.downcast_ref::<String>().cloned());
    tracing::error!(cause = words.as_deref().unwrap_or("unknown"), "a handler panicked");
    HubError::new(ProblemCode::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn whether_it_is_ready_is_looked_at_once_in_a_while_however_many_ask() {
        let (readiness, looks) = (Readiness::default(), AtomicU32::new(0));
        let begun = Instant::now();
        let ask = async |after: u64, found: Result<(), NotReady>| {
            let look = async || {
                looks.fetch_add(1, Ordering::Relaxed);
                found
            };
            readiness.at(|| begun + Duration::from_millis(after), look).await
        };
        assert_eq!(ask(0, Ok(())).await, Ok(()));
        assert_eq!(ask(1_999, Err("gone")).await, Ok(()));
        assert_eq!(looks.load(Ordering::Relaxed), 1);
        assert_eq!(ask(2_000, Err("gone")).await, Err("gone"));
        assert_eq!(ask(3_000, Ok(())).await, Err("gone"));
        assert_eq!(ask(4_000, Ok(())).await, Ok(()), "and is ready again");
        assert_eq!(looks.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn who_asks_during_a_long_look_takes_what_it_finds_and_that_holds_from_its_end() {
        let (readiness, looks, begun) = (Readiness::default(), AtomicU32::new(0), Instant::now());
        let passed = AtomicU32::new(0);
        let ask = async || {
            let long = async || {
                looks.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                passed.fetch_add(9, Ordering::Relaxed);
                Err("gone")
            };
            let now = || begun + Duration::from_secs(passed.load(Ordering::Relaxed).into());
            readiness.at(now, long).await
        };
        assert_eq!(tokio::join!(ask(), ask()), (Err("gone"), Err("gone")));
        assert_eq!(looks.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn figures_of_one_hub_are_not_those_of_another() {
        let (one, other) = (Figures::default(), Figures::default());
        one.count("xuncha_records_total", "accepted", 3);
        one.request("/api/v1/records", "POST", 200, 0.01);
        assert!(one.render().contains(r#"xuncha_records_total{kind="accepted"} 3"#), "{}", one.render());
        assert!(one.render().contains(r#"route="/api/v1/records""#));
        assert!(!other.render().contains("xuncha_records_total"));
    }
}

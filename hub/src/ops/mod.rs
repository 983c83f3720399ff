//! What whoever runs the hub sees of it: health, figures, one log line for each request. No personal
//! data in any of it: routes without their ids, no addresses, no names.
//!
//! - `health`: is it up, can it work. `figures`: metrics. `observe`: around every request.
//! - `tidy`: what is forgotten from time to time.

mod figures;
mod health;
mod observe;
mod tidy;

use axum::Router;
use axum::routing::get;

pub(crate) use tidy::tidy;

use crate::app::AppState;

/// Its part of the router.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(figures::metrics))
}

/// Logs, counts and guards every request.
pub fn observed(router: Router, _app: &AppState) -> Router {
    figures::describe();
    let panicked = tower_http::catch_panic::CatchPanicLayer::custom(observe::panicked);
    router
        .layer(panicked)
        .layer(axum::middleware::from_fn_with_state(observe::Requests::default(), observe::observe))
}

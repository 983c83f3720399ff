//! Health, metrics and logs.

use axum::Router;

use crate::app::AppState;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
}

/// Logs, counts and guards every request.
pub fn observed(router: Router, _app: &AppState) -> Router {
    router
}

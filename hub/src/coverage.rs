//! Coverage.

use axum::Router;

use crate::app::AppState;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
}

/// Coverage of whole stations.
#[derive(Debug, Default)]
pub struct CoverageCache;

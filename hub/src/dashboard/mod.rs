//! The dashboard.

pub mod session;

use axum::Router;

use crate::app::AppState;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
}

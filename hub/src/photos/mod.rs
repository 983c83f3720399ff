//! Photos.

mod headers;

use axum::Router;

use crate::app::AppState;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
}

/// Where photos are kept.
#[derive(Debug)]
pub struct PhotoStore;

impl PhotoStore {
    /// Opens it.
    ///
    /// # Errors
    /// Says what is in the way.
    pub fn open(_config: &crate::Config) -> Result<Self, String> {
        Ok(Self)
    }
}

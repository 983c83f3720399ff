//! Sessions of people who signed in.

use http::request::Parts;
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::auth::Caller;
use crate::error::{HubError, HubResult};

/// Whose session the request carries; for other methods than GET and HEAD only with its CSRF token.
#[expect(clippy::unused_async, reason = "it will ask the database")]
pub async fn caller(_app: &App, _parts: &Parts) -> HubResult<Caller> {
    Err(HubError::new(ProblemCode::Unauthorized))
}

//! One error for all the hub does, told to callers as `application/problem+json` (RFC 9457).
//!
//! What the caller did wrong is said to the caller; what went wrong here is logged, and the caller
//! hears only that it was not their fault and that nothing is lost.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use xuncha_core::wire::{Problem, ProblemCode};

use crate::store::StoreError;
use crate::world::NoEntropy;

/// What a handler answers with.
pub type HubResult<T> = Result<T, HubError>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The caller is told exactly this.
    #[error("{}: {}", .0.code, .0.detail.as_deref().unwrap_or(&.0.title))]
    Told(Problem),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// A fault of the program or its surroundings; the words are for the log.
    #[error("{0}")]
    Fault(String),
}

impl HubError {
    /// An error that says no more than its code.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self::Told(Problem::new(code))
    }

    /// An error with a detail for the caller; never personal data.
    #[must_use]
    pub fn told(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::Told(Problem::with_detail(code, detail))
    }

    /// What the caller is told.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Told(problem) => problem.clone(),
            Self::Store(StoreError::Full) => Problem::new(ProblemCode::StorageFull),
            Self::Store(StoreError::Busy(_)) => Problem::new(ProblemCode::Unavailable),
            Self::Store(_) | Self::Entropy(_) | Self::Fault(_) => Problem::new(ProblemCode::Internal),
        }
    }
}

/// The HTTP status that goes with a problem.
#[must_use]
pub fn status(code: ProblemCode) -> StatusCode {
    use ProblemCode as P;
    match code {
        P::BadRequest => StatusCode::BAD_REQUEST,
        P::Unauthorized => StatusCode::UNAUTHORIZED,
        P::DeviceRevoked | P::Forbidden => StatusCode::FORBIDDEN,
        P::NotFound | P::CodeUnknown => StatusCode::NOT_FOUND,
        P::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        P::CodeUsed | P::OffsetMismatch | P::AlreadyReviewed | P::AlreadyFollowedUp => StatusCode::CONFLICT,
        P::CodeExpired | P::Gone => StatusCode::GONE,
        P::TusVersion => StatusCode::PRECONDITION_FAILED,
        P::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        P::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        P::PhotoMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        P::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        // Named by the tus protocol, unknown to `http`.
        P::ChecksumMismatch => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
        P::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        P::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        P::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

impl IntoResponse for HubError {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let status = status(problem.code);
        if status.is_server_error() {
            tracing::error!(error = %self, code = problem.code.code(), "request failed");
        }
        let code = problem.code;
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match code {
            ProblemCode::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            ProblemCode::TooManyAttempts | ProblemCode::Unavailable => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("60"));
            }
            _ => {}
        }
        response
    }
}

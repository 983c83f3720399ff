//! Reading the query and the path of a request: what is wrong there is told as a problem, not as text.

use axum::extract::{FromRequestParts, Path, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;
use xuncha_core::wire::ProblemCode;

use crate::error::{HubError, HubResult};

/// The query, as a `T`.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = HubError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> HubResult<Self> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(error) => Err(HubError::told(ProblemCode::BadRequest, error.body_text())),
        }
    }
}

/// The path's variable part, as a `T`. What can't be one names nothing: not found.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = HubError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> HubResult<Self> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(_) => Err(HubError::new(ProblemCode::NotFound)),
        }
    }
}

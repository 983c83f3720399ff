//! Reading what a request brings: within its limit, of its type, and only then parsed.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use xuncha_core::wire::frame::{self, FrameError};
use xuncha_core::wire::{ProblemCode, json, limits};

use crate::error::{HubError, HubResult};

/// The whole body, if it has at most `max` bytes.
pub async fn read(body: Body, max: usize) -> HubResult<Bytes> {
    match Limited::new(body, max).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(HubError::told(ProblemCode::TooLarge, format!("the body has more than {max} bytes")))
        }
        Err(_) => Err(HubError::told(ProblemCode::BadRequest, "the body was cut; send it again")),
    }
}

/// A small JSON request.
pub async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> HubResult<T> {
    must_be_json(headers)?;
    if headers.contains_key(CONTENT_ENCODING) && headers.get(CONTENT_ENCODING).is_none_or(|e| e != "identity")
    {
        return Err(HubError::told(
            ProblemCode::UnsupportedMediaType,
            "this body is taken uncompressed only",
        ));
    }
    parse(&read(body, limits::REQUEST_BYTES).await?)
}

/// A JSON body that may be compressed by zstd; its uncompressed bytes.
pub async fn unpacked_json(
    headers: &HeaderMap,
    body: Body,
    packed: usize,
    unpacked: usize,
) -> HubResult<Bytes> {
    must_be_json(headers)?;
    match headers.get(CONTENT_ENCODING).map(http::HeaderValue::as_bytes) {
        None | Some(b"identity") => read(body, unpacked).await,
        Some(b"zstd") => {
            let body = read(body, packed).await?;
            frame::decompress_bounded(&body, unpacked).map(Bytes::from).map_err(|error| match error {
                FrameError::TooLong { .. } => HubError::told(ProblemCode::TooLarge, error.to_string()),
                FrameError::Damaged(_) | FrameError::Trailing(_) => {
                    HubError::told(ProblemCode::BadRequest, error.to_string())
                }
            })
        }
        Some(_) => Err(HubError::told(ProblemCode::UnsupportedMediaType, "zstd or identity is expected")),
    }
}

/// Parses JSON that came from outside.
pub fn parse<T: DeserializeOwned>(text: &[u8]) -> HubResult<T> {
    json::parse(text).map_err(|error| HubError::told(ProblemCode::BadRequest, error.to_string()))
}

fn must_be_json(headers: &HeaderMap) -> HubResult<()> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(HubError::told(ProblemCode::UnsupportedMediaType, "application/json is expected"))
}

/// JSON text that is ready to go out.
pub struct JsonText(pub String);

impl IntoResponse for JsonText {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

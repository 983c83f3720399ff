//! Reading what a request brings: within its limit, of its type, and only then parsed; and packing what is long of
//! what goes out.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use xuncha_core::wire::frame::{self, FrameError};
use xuncha_core::wire::{ProblemCode, json, limits};

use crate::error::{HubError, HubResult};

/// Bytes beyond a limit that are still taken and thrown away: a caller who is cut off while sending
/// would take the answer for a line that broke.
const DRAINED: usize = 8 * 1024 * 1024;

/// The whole body, if it has at most `max` bytes.
pub async fn read(mut body: Body, max: usize) -> HubResult<Bytes> {
    let cut = |_| HubError::told(ProblemCode::BadRequest, "the body was cut; send it again");
    let (mut bytes, mut seen) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(cut)?.into_data() else { continue };
        seen += data.len();
        if seen > max + DRAINED {
            break;
        }
        if seen <= max {
            bytes.extend_from_slice(&data);
        }
    }
    if seen > max {
        return Err(HubError::told(ProblemCode::TooLarge, format!("the body has more than {max} bytes")));
    }
    Ok(bytes.freeze())
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

/// JSON text that goes out packed by zstd where that is welcome: most of it is what all such answers have.
pub async fn packed_json(headers: &HeaderMap, text: String) -> HubResult<Response> {
    if !takes_zstd(headers) {
        return Ok(JsonText(text).into_response());
    }
    let packed = tokio::task::spawn_blocking(move || frame::compress(text.as_bytes()))
        .await
        .map_err(|error| HubError::Fault(format!("packing stopped: {error}")))?
        .map_err(|error| HubError::Fault(format!("an answer can't be packed: {error}")))?;
    let kind = [(CONTENT_TYPE, "application/json"), (CONTENT_ENCODING, "zstd"), (VARY, "accept-encoding")];
    Ok((kind, packed).into_response())
}

fn takes_zstd(headers: &HeaderMap) -> bool {
    let offered =
        headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
    offered.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("zstd"))
            && !parts.any(|part| part.replace(' ', "").trim_end_matches(['0', '.']) == "q=")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zstd_is_used_only_where_it_is_welcome() {
        let takes = |value: &'static str| {
            takes_zstd(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(takes("zstd"));
        assert!(takes("gzip, ZSTD;q=0.5"));
        assert!(!takes("gzip"));
        assert!(!takes("zstd;q=0"));
        assert!(!takes("zstd; q=0.0"));
        assert!(!takes_zstd(&HeaderMap::new()));
    }
}

//! Reading answers strictly. Between phone and hub stand proxies, hotel sign-in pages and caches, so
//! an answer is the hub's only if it looks like the hub's to the last letter; anything else is a
//! disturbance of the line, believed in nothing and tried again.

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::field::transport::{Response, StatusCode, TransportError, header};
use crate::wire::{Problem, ProblemCode, frame, json, limits};

/// Nobody but a fault asks to be left alone for longer.
const LONGEST_ASKED_FOR: Duration = Duration::from_hours(1);

/// Why an answer did not say what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// No whole answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Somebody else answered, such as a proxy.
    #[error("the answer (status {status}, type “{content_type}”) is not from the hub: tried again later")]
    Foreign {
        /// The status.
        status: StatusCode,
        /// The type of its body, shortened.
        content_type: String,
    },
    /// It has the form of the hub's answers and can't be read, or does not answer the question.
    #[error("the hub's answer cannot be read ({0}): tried again later")]
    Unreadable(String),
    /// The hub says no in a word that this program does not know: it is of a newer version.
    #[error("the hub refused ({code}), which this program does not know: update the app")]
    Newer {
        /// The word, shortened.
        code: String,
    },
    /// The hub says no.
    #[error("the hub refused ({code}): {advice}", code = problem.code, advice = problem.title)]
    Refused {
        /// What it says.
        problem: Problem,
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
}

/// What helps after an [`AnswerError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// The same again, later.
    Again,
    /// Less at once; if it was one thing already, that one thing is to blame.
    Less,
    /// Nothing the phone can do by itself.
    Stop,
}

impl AnswerError {
    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::Transport(TransportError::Unsendable(_)) | Self::Newer { .. } => Remedy::Stop,
            Self::Foreign { status, .. } if *status == StatusCode::PAYLOAD_TOO_LARGE => Remedy::Less,
            Self::Transport(_) | Self::Foreign { .. } | Self::Unreadable(_) => Remedy::Again,
            Self::Refused { problem, .. } => match problem.code {
                ProblemCode::TooManyAttempts
                | ProblemCode::StorageFull
                | ProblemCode::Unavailable
                | ProblemCode::Internal
                | ProblemCode::OffsetMismatch
                | ProblemCode::ChecksumMismatch => Remedy::Again,
                ProblemCode::TooLarge | ProblemCode::BadRequest | ProblemCode::UnsupportedMediaType => {
                    Remedy::Less
                }
                _ => Remedy::Stop,
            },
        }
    }

    /// The hub's own word, if it is that.
    pub(super) fn problem(&self) -> Option<ProblemCode> {
        match self {
            Self::Refused { problem, .. } => Some(problem.code),
            _ => None,
        }
    }

    /// Whether it may be for what was sent: not where the line broke, nor where the hub has trouble with all.
    pub(super) fn may_lie_in_what_was_sent(&self) -> bool {
        match self {
            Self::Foreign { .. } | Self::Unreadable(_) => true,
            Self::Refused { problem, .. } => {
                self.remedy() == Remedy::Less || problem.code == ProblemCode::Internal
            }
            Self::Transport(_) | Self::Newer { .. } => false,
        }
    }

    /// How long the hub wants to be left alone.
    pub(super) fn retry_after(&self) -> Duration {
        match self {
            Self::Refused { retry_after, .. } => retry_after.unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }
}

/// Reads an answer with a JSON body.
pub(in crate::field) fn read<T: DeserializeOwned>(response: &Response) -> Result<T, AnswerError> {
    if !response.status.is_success() {
        return Err(refusal(response));
    }
    if media_type(response) != "application/json" {
        return Err(foreign(response));
    }
    let unreadable = |error: &dyn std::error::Error| AnswerError::Unreadable(error.to_string());
    let unpacked;
    let body = match response.header(header::CONTENT_ENCODING.as_str()) {
        None | Some("identity") => response.body.as_ref(),
        Some("zstd") => {
            unpacked = frame::decompress_bounded(&response.body, limits::ANSWER_BYTES)
                .map_err(|error| unreadable(&error))?;
            unpacked.as_slice()
        }
        Some(other) => return Err(AnswerError::Unreadable(format!("packed as {}", shortened(other)))),
    };
    json::parse(body).map_err(|error| unreadable(&error))
}

/// Takes an answer that is a JPEG.
pub(in crate::field) fn jpeg(response: &Response) -> Result<Bytes, AnswerError> {
    if !response.status.is_success() {
        return Err(refusal(response));
    }
    if media_type(response) == "image/jpeg" { Ok(response.body.clone()) } else { Err(foreign(response)) }
}

/// Checks an answer of the tus protocol, which speaks by status and headers: only the hub names the
/// version.
pub(super) fn tus(response: Response) -> Result<Response, AnswerError> {
    if !response.status.is_success() {
        return Err(refusal(&response));
    }
    if response.header("tus-resumable") == Some("1.0.0") { Ok(response) } else { Err(foreign(&response)) }
}

/// The hub's refusals are `application/problem+json`; of an answer to HEAD, which has no body, the
/// status must do, if the hub's mark is on it. So a hub that no longer speaks this program's API can say so
/// with any code that this program does not know.
fn refusal(response: &Response) -> AnswerError {
    let retry_after = response
        .header(header::RETRY_AFTER.as_str())
        .and_then(|seconds| seconds.parse().ok())
        .map(|seconds: u64| Duration::from_secs(seconds).min(LONGEST_ASKED_FOR));
    let is_problem = media_type(response) == "application/problem+json";
    let problem = if response.body.is_empty() {
        let marked = is_problem || response.header("tus-resumable") == Some("1.0.0");
        code_of(response.status).filter(|_| marked).map(Problem::new)
    } else {
        json::parse(&response.body).ok().filter(|_| is_problem)
    };
    match (problem, json::parse::<UnknownProblem>(&response.body)) {
        (Some(problem), _) => AnswerError::Refused { problem, retry_after },
        (None, Ok(UnknownProblem { code, .. })) if is_problem => {
            AnswerError::Newer { code: shortened(&code) }
        }
        (None, _) => foreign(response),
    }
}

/// A [`Problem`] with whatever code.
#[derive(Deserialize)]
struct UnknownProblem {
    code: String,
    #[serde(rename = "title")]
    _title: String,
}

fn code_of(status: StatusCode) -> Option<ProblemCode> {
    Some(match status.as_u16() {
        401 => ProblemCode::Unauthorized,
        403 => ProblemCode::Forbidden,
        404 => ProblemCode::NotFound,
        409 => ProblemCode::OffsetMismatch,
        410 => ProblemCode::Gone,
        412 => ProblemCode::TusVersion,
        429 => ProblemCode::TooManyAttempts,
        460 => ProblemCode::ChecksumMismatch,
        500 => ProblemCode::Internal,
        503 => ProblemCode::Unavailable,
        507 => ProblemCode::StorageFull,
        _ => return None,
    })
}

fn foreign(response: &Response) -> AnswerError {
    AnswerError::Foreign { status: response.status, content_type: shortened(media_type(response)) }
}

/// The media type without its parameters.
fn media_type(response: &Response) -> &str {
    let full = response.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    full.split(';').next().unwrap_or_default().trim()
}

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::field::transport::HeaderMap;
    use crate::wire::PushAnswer;

    const JSON: (&str, &str) = ("content-type", "application/json");
    const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");
    const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
    const JPEG: (&str, &str) = ("content-type", "image/jpeg");
    const GOOD: &str = r#"{"answers":[],"hub_time":"2026-11-24T06:12:03.120Z"}"#;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: impl Into<Bytes>) -> Response {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.collect::<HeaderMap>(),
            body: body.into(),
        }
    }

    fn read_push(response: &Response) -> Result<PushAnswer, AnswerError> {
        read(response)
    }

    #[test]
    fn an_answer_of_the_hub_is_read_packed_or_plain() {
        assert!(read_push(&answer(200, &[JSON], GOOD)).is_ok());
        let charset = ("content-type", "application/json; charset=utf-8");
        assert!(read_push(&answer(200, &[charset], GOOD)).is_ok());
        let packed = frame::compress(GOOD.as_bytes()).unwrap();
        assert!(read_push(&answer(200, &[JSON, ("content-encoding", "zstd")], packed)).is_ok());
    }

    #[test]
    fn a_web_page_is_not_the_hub_whatever_its_status() {
        let page = "<!doctype html><title>Sign in</title>";
        for status in [200, 302, 400, 401, 403, 404, 410, 413, 500, 502, 503] {
            let error = read_push(&answer(status, &[("content-type", "text/html")], page)).unwrap_err();
            assert!(matches!(error, AnswerError::Foreign { .. }), "{status}: {error:?}");
            assert_ne!(error.remedy(), Remedy::Stop, "{status}");
            let error = tus(answer(status, &[("content-type", "text/html")], page)).unwrap_err();
            assert!(matches!(error, AnswerError::Foreign { .. }), "{status}: {error:?}");
        }
        let error = read_push(&answer(413, &[("content-type", "text/html")], page)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Less);
    }

    #[test]
    fn a_picture_is_taken_and_a_web_page_or_a_refusal_in_its_place_is_none() {
        assert_eq!(jpeg(&answer(200, &[JPEG], "\u{7f}")), Ok(Bytes::from("\u{7f}")));
        let page = ("content-type", "text/html");
        assert!(matches!(jpeg(&answer(200, &[page], "")), Err(AnswerError::Foreign { .. })));
        let gone = jpeg(&answer(404, &[PROBLEM], r#"{"code":"not_found","title":"…"}"#)).unwrap_err();
        assert_eq!(gone.problem(), Some(ProblemCode::NotFound));
    }

    #[test]
    fn a_right_body_under_another_type_or_packing_is_not_believed() {
        assert!(read_push(&answer(200, &[], GOOD)).is_err());
        assert!(read_push(&answer(200, &[("content-type", "text/plain")], GOOD)).is_err());
        assert!(read_push(&answer(200, &[JSON, ("content-encoding", "gzip")], GOOD)).is_err());
        assert!(read_push(&answer(200, &[JSON, ("content-encoding", "zstd")], GOOD)).is_err());
    }

    #[test]
    fn a_repeated_body_and_an_unpacked_flood_are_not_believed() {
        assert!(read_push(&answer(200, &[JSON], format!("{GOOD}{GOOD}"))).is_err());
        let packed = frame::compress(GOOD.as_bytes()).unwrap();
        let twice = [packed.clone(), packed].concat();
        assert!(read_push(&answer(200, &[JSON, ("content-encoding", "zstd")], twice)).is_err());
        let flood = frame::compress(&vec![b' '; limits::ANSWER_BYTES + 1]).unwrap();
        assert!(read_push(&answer(200, &[JSON, ("content-encoding", "zstd")], flood)).is_err());
    }

    #[test]
    fn the_hub_saying_no_is_told_from_others_saying_no() {
        let revoked = r#"{"code":"device_revoked","title":"…"}"#;
        let error = read_push(&answer(403, &[PROBLEM], revoked)).unwrap_err();
        assert_eq!((error.problem(), error.remedy()), (Some(ProblemCode::DeviceRevoked), Remedy::Stop));
        let busy = r#"{"code":"unavailable","title":"…"}"#;
        let error = read_push(&answer(503, &[PROBLEM, ("retry-after", "7")], busy)).unwrap_err();
        assert_eq!((error.retry_after(), error.remedy()), (Duration::from_secs(7), Remedy::Again));
        let error = read_push(&answer(503, &[PROBLEM, ("retry-after", "99999999999")], busy)).unwrap_err();
        assert_eq!(error.retry_after(), LONGEST_ASKED_FOR);
        assert_eq!(read_push(&answer(403, &[JSON], revoked)).unwrap_err().problem(), None);
        assert_eq!(read_push(&answer(403, &[PROBLEM], "{}")).unwrap_err().problem(), None);
    }

    #[test]
    fn a_word_that_this_program_does_not_know_is_of_a_newer_hub_and_only_in_the_form_of_the_hub() {
        let newer = r#"{"code":"api_gone","title":"…","see":"/api/v2"}"#;
        let error = read_push(&answer(426, &[PROBLEM], newer)).unwrap_err();
        assert_eq!(error, AnswerError::Newer { code: "api_gone".to_owned() });
        assert_eq!((error.problem(), error.remedy()), (None, Remedy::Stop));
        assert!(matches!(tus(answer(410, &[PROBLEM], newer)), Err(AnswerError::Newer { .. })));
        for (header, body) in [(JSON, newer), (PROBLEM, r#"{"code":"api_gone"}"#), (PROBLEM, "newer")] {
            let error = read_push(&answer(426, &[header], body)).unwrap_err();
            assert!(matches!(error, AnswerError::Foreign { .. }), "{body}: {error:?}");
        }
    }

    #[test]
    fn an_answer_to_head_speaks_by_its_status_if_it_bears_the_mark_of_the_hub() {
        assert_eq!(tus(answer(410, &[TUS], "")).unwrap_err().problem(), Some(ProblemCode::Gone));
        assert_eq!(tus(answer(410, &[], "")).unwrap_err().problem(), None);
        assert_eq!(tus(answer(401, &[PROBLEM], "")).unwrap_err().problem(), Some(ProblemCode::Unauthorized));
        assert!(tus(answer(204, &[TUS], "")).is_ok());
        assert!(tus(answer(204, &[], "")).is_err());
    }

    proptest! {
        #[test]
        fn a_cut_answer_is_never_believed(end in 0..GOOD.len(), packed: bool) {
            let body = if packed { frame::compress(GOOD.as_bytes()).unwrap() } else { GOOD.into() };
            let body = body[..end.min(body.len() - 1)].to_vec();
            let encoding = ("content-encoding", if packed { "zstd" } else { "identity" });
            prop_assert!(read_push(&answer(200, &[JSON, encoding], body)).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(status in 100u16..600, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            for headers in [[JSON, TUS], [PROBLEM, TUS], [JSON, ("content-encoding", "zstd")]] {
                let response = answer(status, &headers, body.clone());
                let _ = read_push(&response);
                let _ = tus(response);
            }
        }
    }
}

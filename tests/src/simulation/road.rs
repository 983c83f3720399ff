//! The way to a hub in the same process: its router is called, and now and then something happens.

use std::sync::{Mutex, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use xuncha_core::field::transport::{Request, Response, Transport, TransportError};

use crate::chance::Chance;

/// The road of all phones.
#[derive(Debug)]
pub struct Road {
    hub: RwLock<Router>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    chance: Chance,
    rough: bool,
    accidents: usize,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    IsLost,
    AnswerIsLost,
    ArrivesTwice,
    SignInPage,
}

impl Road {
    /// A rough road to a hub.
    pub const fn new(hub: Router, chance: Chance) -> Self {
        Self { hub: RwLock::new(hub), state: Mutex::new(State { chance, rough: true, accidents: 0 }) }
    }

    /// Leads to another hub.
    pub fn lead_to(&self, hub: Router) {
        *self.hub.write().unwrap_or_else(PoisonError::into_inner) = hub;
    }

    /// From now on nothing happens on it.
    pub fn smooth(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).rough = false;
    }

    /// How much happened.
    pub fn accidents(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).accidents
    }

    fn fate(&self) -> Fate {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.rough || !state.chance.one_in(6) {
            return Fate::Arrives;
        }
        state.accidents += 1;
        [Fate::IsLost, Fate::AnswerIsLost, Fate::ArrivesTwice, Fate::SignInPage][state.chance.below(4)]
    }

    async fn carry(&self, request: Request) -> Result<Response, TransportError> {
        let hub = self.hub.read().unwrap_or_else(PoisonError::into_inner).clone();
        let unsendable = |error: http::Error| TransportError::Unsendable(error.to_string());
        let mut call = http::Request::builder()
            .method(request.method)
            .uri(request.url)
            .body(Body::from(request.body))
            .map_err(unsendable)?;
        *call.headers_mut() = request.headers;
        let answer = match hub.oneshot(call).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|error| TransportError::Cut(error.to_string()))?.to_bytes();
        if body.len() > request.max_body {
            return Err(TransportError::TooLarge { max: request.max_body });
        }
        Ok(Response { status: parts.status, headers: parts.headers, body })
    }
}

#[async_trait::async_trait]
impl Transport for Road {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        match self.fate() {
            Fate::Arrives => self.carry(request).await,
            Fate::IsLost => Err(TransportError::Offline("no signal".to_owned())),
            Fate::AnswerIsLost => {
                self.carry(request).await?;
                Err(TransportError::Cut("the answer".to_owned()))
            }
            Fate::ArrivesTwice => {
                self.carry(request.clone()).await?;
                self.carry(request).await
            }
            Fate::SignInPage => Ok(Response {
                status: http::StatusCode::OK,
                headers: http::HeaderMap::from_iter([(
                    http::header::CONTENT_TYPE,
                    http::HeaderValue::from_static("text/html"),
                )]),
                body: Bytes::from_static(b"<html><title>Sign in to the hotel</title></html>"),
            }),
        }
    }
}

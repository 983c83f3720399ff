//! The hub as the phone sees it: one address, one token, and patience with a bad line.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::answer::{self, AnswerError, Remedy};
use crate::field::backoff::Backoff;
use crate::field::observer::{SyncEvent, SyncObserver};
use crate::field::transport::{HeaderMap, HeaderValue, Method, Request, Response, header};
use crate::field::{FieldError, Tools};
use crate::wire::limits;

/// Attempts without any success between them before it is given up for now.
const ATTEMPTS: u32 = 4;
/// Who is asked to wait longer than this comes back with the next sync.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The hub at an address.
pub(in crate::field) struct Hub<'a> {
    tools: &'a Tools,
    base: String,
    bearer: Option<HeaderValue>,
    last_took_ms: AtomicI64,
}

impl<'a> Hub<'a> {
    /// The hub at `base`, which has no trailing slash, as a stranger sees it.
    pub(in crate::field) fn at(tools: &'a Tools, base: &str) -> Self {
        Self { tools, base: base.to_owned(), bearer: None, last_took_ms: AtomicI64::new(0) }
    }

    /// The same for a device with a token; `None` if no header can carry the token.
    pub(in crate::field) fn signed_in(self, token: &str) -> Option<Self> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        bearer.set_sensitive(true);
        Some(Self { bearer: Some(bearer), ..self })
    }

    /// A request without a body.
    pub(in crate::field) fn request(&self, method: Method, path: &str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("zstd"));
        if let Some(bearer) = &self.bearer {
            headers.insert(header::AUTHORIZATION, bearer.clone());
        }
        let url = format!("{}{path}", self.base);
        Request { method, url, headers, body: Bytes::new(), max_body: limits::ANSWER_BYTES }
    }

    /// The same with a JSON body.
    pub(in crate::field) fn json_request(&self, method: Method, path: &str, body: Vec<u8>) -> Request {
        let mut request = self.request(method, path);
        request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.body = body.into();
        request
    }

    /// Sends once.
    pub(super) async fn send(&self, request: Request) -> Result<Response, AnswerError> {
        let sent_at = self.tools.clock.uptime_ms();
        let response = self.tools.transport.send(request).await?;
        self.last_took_ms.store(self.tools.clock.uptime_ms() - sent_at, Ordering::Relaxed);
        Ok(response)
    }

    /// Milliseconds from the sending of the last request to its answer.
    pub(super) fn last_took_ms(&self) -> i64 {
        self.last_took_ms.load(Ordering::Relaxed)
    }

    /// Asks until there is an answer or patience ends.
    pub(in crate::field) async fn ask<T: DeserializeOwned>(
        &self,
        request: &Request,
        patience: &mut Patience<'_>,
    ) -> Result<T, AnswerError> {
        self.ask_for(request, patience, answer::read).await
    }

    /// The same for a picture.
    pub(in crate::field) async fn ask_for_jpeg(
        &self,
        request: &Request,
        patience: &mut Patience<'_>,
    ) -> Result<Bytes, AnswerError> {
        self.ask_for(request, patience, answer::jpeg).await
    }

    async fn ask_for<T>(
        &self,
        request: &Request,
        patience: &mut Patience<'_>,
        read: impl Fn(&Response) -> Result<T, AnswerError>,
    ) -> Result<T, AnswerError> {
        loop {
            match self.send(request.clone()).await.and_then(|response| read(&response)) {
                Ok(answer) => return Ok(answer),
                Err(error) => patience.wait(error).await?,
            }
        }
    }
}

/// Waits between attempts, longer each time, and says when it is enough.
pub(in crate::field) struct Patience<'a> {
    tools: &'a Tools,
    observer: Option<&'a dyn SyncObserver>,
    failures: u32,
    asked_for: Duration,
}

impl<'a> Patience<'a> {
    pub(in crate::field) fn new(tools: &'a Tools, observer: Option<&'a dyn SyncObserver>) -> Self {
        Self { tools, observer, failures: 0, asked_for: Duration::ZERO }
    }

    /// Something was achieved: failures are counted from here.
    pub(super) fn rest(&mut self) {
        self.failures = 0;
    }

    /// The longest that the hub asked to be left alone.
    pub(super) fn asked_for(&self) -> Duration {
        self.asked_for
    }

    /// Waits as is due after a failure that trying again may mend; gives it back when it may not, or
    /// when enough was tried.
    pub(super) async fn wait(&mut self, error: AnswerError) -> Result<(), AnswerError> {
        if error.remedy() == Remedy::Stop { Err(error) } else { self.pause(error).await }
    }

    /// The same for one that something else than trying again will mend.
    pub(super) async fn pause(&mut self, error: AnswerError) -> Result<(), AnswerError> {
        self.failures += 1;
        self.asked_for = self.asked_for.max(error.retry_after());
        let random = u64::from_le_bytes(self.tools.entropy.bytes());
        let delay = Backoff::WITHIN_SYNC.delay(self.failures, random).max(error.retry_after());
        if self.failures >= ATTEMPTS || delay > LONGEST_WAIT {
            return Err(error);
        }
        if let Some(observer) = self.observer {
            let in_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
            observer.on_event(SyncEvent::Retrying { in_ms });
        }
        tokio::time::sleep(delay).await;
        Ok(())
    }
}

impl From<AnswerError> for FieldError {
    fn from(error: AnswerError) -> Self {
        use crate::field::transport::TransportError;
        match error {
            AnswerError::Transport(line) => match &line {
                TransportError::Offline(_) | TransportError::Cut(_) | TransportError::Timeout => {
                    Self::Offline(line.to_string())
                }
                TransportError::Tls(_) | TransportError::Unsendable(_) => {
                    Self::HubUntrusted(line.to_string())
                }
                TransportError::Garbled(_) | TransportError::TooLarge { .. } => {
                    Self::HubAnswer(line.to_string())
                }
            },
            AnswerError::Foreign { .. } | AnswerError::Unreadable(_) => Self::HubAnswer(error.to_string()),
            AnswerError::Newer { .. } => Self::HubNewer(error.to_string()),
            AnswerError::Refused { problem, .. } => Self::Hub { code: problem.code, detail: problem.detail },
        }
    }
}

//! How bytes reach the hub. The real way is HTTP ([`HttpTransport`]); tests and simulations hand in
//! another that calls a hub in the same process, so nothing above here knows about sockets.

mod http;

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use async_trait::async_trait;
use bytes::Bytes;

pub use self::http::HttpTransport;

/// One request to the hub.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute address.
    pub url: String,
    /// The headers; the length of the body is the transport's to add.
    pub headers: HeaderMap,
    /// The body as it travels, empty for none.
    pub body: Bytes,
    /// The most bytes of the answer's body that may be taken into memory.
    pub max_body: usize,
}

/// What came back, whoever it came from: a hub, a proxy or a hotel's sign-in page.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body as it travelled: a body that was cut is a [`TransportError::Garbled`].
    pub body: Bytes,
}

impl Response {
    /// A header's value, where there is one and it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why no whole answer came. Whether the request arrived is not known in any of these cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: no signal, an unknown name, nobody listening.
    #[error("no connection to the hub ({0}): it is tried again later")]
    Offline(String),
    /// The connection was lost before the answer was whole.
    #[error("the connection to the hub was cut ({0}): it is tried again")]
    Cut(String),
    /// The connection stalled.
    #[error("the hub did not answer in time: it is tried again later")]
    Timeout,
    /// The hub's certificate is not trusted, or the encrypted connection failed.
    #[error("no secure connection to the hub ({0}): check date and network, or tell the station head")]
    Tls(String),
    /// The answer is no HTTP.
    #[error("the answer is damaged ({0}): it is tried again")]
    Garbled(String),
    /// The answer is larger than any answer of a hub.
    #[error("the answer is longer than {max} bytes: it is not from the hub")]
    TooLarge {
        /// The most that was to be taken, in bytes.
        max: usize,
    },
    /// The request cannot be sent at all, such as to an address that is none.
    #[error("the request cannot be sent ({0}): enrol this phone again")]
    Unsendable(String),
}

/// A way to the hub.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request and takes the whole answer. Safe to drop at any moment; the request may or
    /// may not have arrived then. Redirects are answers, not followed: the hub makes none.
    ///
    /// # Errors
    /// [`TransportError`] when no whole answer came.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

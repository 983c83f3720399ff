//! The real transport: reqwest over rustls with the ring provider.

use std::error::Error as _;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy;
use tokio::time::timeout;

use super::{Request, Response, Transport, TransportError};

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// For a connection.
    connect: Duration,
    /// For more of the body of an answer. While a request goes out this does not run: nothing comes back then, and a
    /// poor line takes long.
    stall: Duration,
    /// For request and answer together.
    whole: Duration,
}

const LIMITS: Limits = Limits {
    // A hub out of reach shows quickly; the volunteer is not kept waiting.
    connect: Duration::from_secs(10),
    // No byte for so long means that the connection is dead.
    stall: Duration::from_secs(30),
    // One piece of a photo (256 KiB) at the 20 kbit/s of a basement takes about this long.
    whole: Duration::from_mins(2),
};

/// HTTP/1.1 with connections kept for reuse, redirects off, bounded in time and size.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    stall: Duration,
}

impl HttpTransport {
    /// A transport that trusts the platform's certificates.
    ///
    /// # Errors
    /// [`TransportError::Tls`] when no client can be made on this machine.
    pub fn new() -> Result<Self, TransportError> {
        Self::within(LIMITS)
    }

    fn within(limits: Limits) -> Result<Self, TransportError> {
        // If the program has chosen a provider already, that one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A machine without any trusted certificate can still reach a hub over plain http; over https
        // each connection then fails, as it must.
        let client = builder(limits).build().or_else(|_| builder(limits).tls_certs_only([]).build());
        let client = client.map_err(|error| TransportError::Tls(reason(error)))?;
        Ok(Self { client, stall: limits.stall })
    }
}

fn builder(limits: Limits) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .connect_timeout(limits.connect)
        .timeout(limits.whole)
        .pool_idle_timeout(Duration::from_mins(1))
        .user_agent(concat!("xuncha/", env!("CARGO_PKG_VERSION")))
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut outgoing = self.client.request(request.method, request.url).headers(request.headers);
        if !request.body.is_empty() {
            outgoing = outgoing.body(request.body);
        }
        let mut incoming = outgoing.send().await.map_err(classify)?;
        let (status, headers) = (incoming.status(), std::mem::take(incoming.headers_mut()));
        let body = bounded_body(&mut incoming, request.max_body, self.stall).await?;
        Ok(Response { status, headers, body })
    }
}

async fn bounded_body(
    incoming: &mut reqwest::Response,
    max: usize,
    stall: Duration,
) -> Result<Bytes, TransportError> {
    let mut body = BytesMut::new();
    let mut next = async || timeout(stall, incoming.chunk()).await.map_err(|_| TransportError::Timeout);
    while let Some(piece) = next().await?.map_err(classify)? {
        if body.len() + piece.len() > max {
            return Err(TransportError::TooLarge { max });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

fn classify(error: reqwest::Error) -> TransportError {
    if error.is_timeout() {
        TransportError::Timeout
    } else if error.is_builder() {
        TransportError::Unsendable(reason(error))
    } else if is_tls(&error) {
        TransportError::Tls(reason(error))
    } else if error.is_connect() {
        TransportError::Offline(reason(error))
    } else if is_garbled(&error) {
        TransportError::Garbled(reason(error))
    } else {
        TransportError::Cut(reason(error))
    }
}

/// Whether something came that is no HTTP. All else that ends an answer early is a line that was cut.
fn is_garbled(error: &reqwest::Error) -> bool {
    let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    hyper.map_or(error.is_decode(), hyper::Error::is_parse)
}

fn is_tls(error: &reqwest::Error) -> bool {
    causes(error).any(<dyn std::error::Error>::is::<rustls::Error>)
}

type Cause<'a> = &'a (dyn std::error::Error + 'static);

fn causes(error: &reqwest::Error) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(error.source(), |cause| cause_of(*cause))
}

fn cause_of(error: Cause<'_>) -> Option<Cause<'_>> {
    // The `source` of an I/O error steps over the error that it carries.
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(carried) => Some(carried),
        None => error.source(),
    }
}

/// The innermost cause; the address is left out, as it belongs in no log.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    causes(&error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests;

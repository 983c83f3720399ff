//! TLS by the hub itself, where no proxy stands in front: certificates from files, read anew on SIGHUP.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::caller_address::Peer;

/// How long a caller may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Callers that agreed on keys and wait to be served.
const WAITING: usize = 64;

/// Chooses the program's provider of TLS, unless one was chosen already, which is as good.
pub fn choose_provider() {
    // Failing means that one was.
    let _ = ring::default_provider().install_default();
}

/// Where certificate and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate and those that lead to a root that callers trust, PEM.
    pub cert: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// Why the hub can't speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or is not what it has to be.
    #[error("{path} holds no {what} in PEM that can be read: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What was found.
        error: String,
    },
    /// They don't belong together, or are of a kind that nobody takes.
    #[error("the certificate {cert} and the key {key} can't be used together: {error}")]
    Pair {
        /// The certificate.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
        /// What is wrong.
        error: rustls::Error,
    },
}

/// The certificate that holds now.
pub struct Certificate {
    files: Tls,
    current: RwLock<Arc<CertifiedKey>>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.files).finish()
    }
}

impl Certificate {
    /// Reads it.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub fn read(files: Tls) -> Result<Arc<Self>, TlsError> {
        let current = RwLock::new(Arc::new(read(&files)?));
        Ok(Arc::new(Self { files, current }))
    }

    /// Reads it anew; connections from now on see it. What can't be read leaves the old one.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub fn renew(&self) -> Result<(), TlsError> {
        let new = Arc::new(read(&self.files)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(files: &Tls) -> Result<CertifiedKey, TlsError> {
    let wrong = |path: &Path, what, error: String| TlsError::File { path: path.to_owned(), what, error };
    let certificate =
        |error: rustls::pki_types::pem::Error| wrong(&files.cert, "certificate", error.to_string());
    let chain = CertificateDer::pem_file_iter(&files.cert).map_err(certificate)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(certificate)?;
    if chain.is_empty() {
        return Err(wrong(&files.cert, "certificate", "it is empty".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| wrong(&files.key, "private key", error.to_string()))?;
    let pair = |error| TlsError::Pair { cert: files.cert.clone(), key: files.key.clone(), error };
    let pair = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(pair)?;
    Ok(pair)
}

/// Takes callers that agreed on keys. They do so beside one another, so that a slow one keeps nobody waiting.
#[derive(Debug)]
pub(crate) struct TlsListener {
    agreed: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    local: SocketAddr,
    accepting: tokio::task::JoinHandle<()>,
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl TlsListener {
    /// Speaks TLS on a socket.
    pub(crate) fn over(listener: TcpListener, certificate: Arc<Certificate>) -> io::Result<Self> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let mut config = config.with_no_client_auth().with_cert_resolver(certificate);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let local = listener.local_addr()?;
        let (agree, agreed) = mpsc::channel(WAITING);
        let accepting = tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), agree));
        Ok(Self { agreed, local, accepting })
    }
}

async fn accept(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    agree: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        // As axum accepts: what the system refuses is tried again.
        let (stream, peer) = Listener::accept(&mut listener).await;
        let (acceptor, agree) = (acceptor.clone(), agree.clone());
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                // Nobody takes it once the hub stops.
                let _ = agree.send((stream, peer)).await;
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.agreed.recv().await {
            Some(caller) => caller,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.local)
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Reads the certificate anew at each SIGHUP, until it is dropped; heard from this call on. A hub without one
/// hears it too: a SIGHUP that nobody hears, and so `systemctl reload`, ends the process.
#[cfg(unix)]
pub(crate) fn renew_on_hangup(certificate: Option<Arc<Certificate>>) -> impl Future<Output = ()> {
    let hangups = signal(SignalKind::hangup());
    async move {
        let Ok(mut hangups) = hangups else { return };
        while hangups.recv().await.is_some() {
            match certificate.as_ref().map(|certificate| certificate.renew()) {
                None => tracing::info!("asked to read the certificate anew, but there is none"),
                Some(Ok(())) => tracing::info!("the certificate was read anew"),
                Some(Err(error)) => tracing::error!(%error, "the certificate that was there still holds"),
            }
        }
    }
}

#[cfg(not(unix))]
pub(crate) async fn renew_on_hangup(_: Option<Arc<Certificate>>) {}

//! The process around the hub: listen, answer, stop without dropping what is under way.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal;

use crate::app::{App, StartError};
use crate::caller_address::Peer;
use crate::config::Config;
use crate::dashboard;
use crate::ops;
use crate::routes::router;
use crate::tidy::tidy;
use crate::tls::{Certificate, TlsError, TlsListener, renew_on_hangup};
use crate::world::World;

/// Why the hub does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// It could not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address is taken or not ours.
    #[error("can't listen at {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// It can't speak TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The file for the port can't be written.
    #[error("can't write the port to {path}: {error}")]
    PortFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Serving failed.
    #[error("the hub stopped: {0}")]
    Stopped(io::Error),
}

/// Runs a hub until SIGTERM or Ctrl-C; requests in flight are answered first.
pub async fn serve(config: Config, world: World) -> Result<(), ServeError> {
    serve_until(config, world, asked_to_stop()).await
}

/// Runs a hub until `stop` is ready; requests in flight are answered first.
pub async fn serve_until(
    config: Config,
    world: World,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let grace = config.grace;
    let (address, port_file) = (config.listen, config.port_file.clone());
    let certificate = config.tls.clone().map(Certificate::read).transpose()?;
    let renewing = tokio::spawn(renew_on_hangup(certificate.clone()));
    let app = Arc::new(App::open(config, world).await?);
    let failed = |error| ServeError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let local = listener.local_addr().map_err(failed)?;
    let _ = app.listens_at.set(local);
    let own = match app.config.metrics_listen {
        None => None,
        Some(address) => {
            let failed = |error| ServeError::Listen { address, error };
            Some(TcpListener::bind(address).await.map_err(failed)?)
        }
    };
    if let Some(path) = port_file {
        write_port(&path, local.port()).map_err(|error| ServeError::PortFile { path, error })?;
    }
    for warning in app.config.warnings() {
        tracing::warn!("{warning}");
    }
    tracing::info!(%local, kid = %app.keys.public().kid(), "the hub listens");

    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let service = router(&app).into_make_service_with_connect_info::<Peer>();
    let stopped = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let serving = async move {
        let served = match certificate {
            None => axum::serve(listener, service).with_graceful_shutdown(stopped).await,
            Some(certificate) => {
                let listener = TlsListener::over(listener, certificate).map_err(ServeError::Stopped)?;
                axum::serve(listener, service).with_graceful_shutdown(stopped).await
            }
        };
        served.map_err(ServeError::Stopped)
    };
    tokio::pin!(serving);
    let tidying = tokio::spawn(tidy(app.clone()));
    // Until the very end: how a hub stops is told too.
    let figures = own.map(|listener| {
        let service = ops::own_router(&app);
        tokio::spawn(async move { axum::serve(listener, service).await })
    });
    let result = tokio::select! {
        result = &mut serving => result,
        () = stop => {
            tracing::info!("the hub stops; requests in flight are answered first");
            let _ = stopping.send(true);
            dashboard::let_go(&app);
            tokio::time::timeout(grace, serving).await.unwrap_or(Ok(()))
        }
    };
    tidying.abort();
    renewing.abort();
    if let Some(figures) = figures {
        figures.abort();
    }
    app.store.close().await;
    result
}

/// Written beside and renamed, so that whoever waits for the file never reads half a number.
fn write_port(path: &std::path::Path, port: u16) -> io::Result<()> {
    let draft = path.with_extension("new");
    std::fs::write(&draft, format!("{port}\n"))?;
    std::fs::rename(draft, path)
}

/// SIGTERM or Ctrl-C, heard from this call on: who stops a hub that is still starting means it too.
#[cfg(unix)]
fn asked_to_stop() -> impl Future<Output = ()> {
    use signal::unix::{Signal, SignalKind};
    async fn arrives(signal: io::Result<Signal>) {
        match signal {
            Ok(mut signal) => _ = signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    }
    let [interrupt, terminate] = [SignalKind::interrupt(), SignalKind::terminate()].map(signal::unix::signal);
    async {
        tokio::select! {
            () = arrives(interrupt) => {}
            () = arrives(terminate) => {}
        }
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    if signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

//! What a hub is told when it starts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of one hub process.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the embedded database, the photos and the keys; made if it is missing.
    pub data: PathBuf,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// A file to write the port to once the hub listens.
    pub port_file: Option<PathBuf>,
    /// `postgres://…`; `None` for a `SQLite` file in the data folder.
    pub database_url: Option<String>,
    /// The key file, where several copies of the hub share one; `None` for `hub.keys` in the data folder.
    pub keys: Option<PathBuf>,
    /// The address phones and browsers reach the hub at, without a trailing slash, if it is not the
    /// one it listens at (behind a balancer). `https` here makes cookies secure.
    pub public_url: Option<String>,
    /// How many proxies of the operator's own stand in front, each adding to `X-Forwarded-For`.
    pub trusted_proxies: u8,
    /// How long requests in flight may take to finish when the hub stops.
    pub grace: Duration,
}

impl Config {
    /// The defaults over a data folder: `SQLite`, loopback, a free port.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            port_file: None,
            database_url: None,
            keys: None,
            public_url: None,
            trusted_proxies: 0,
            grace: Duration::from_secs(10),
        }
    }

    /// Where the keys are.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("hub.keys"))
    }

    /// Where the embedded database is.
    #[must_use]
    pub fn database_file(&self) -> PathBuf {
        self.data.join("hub.db")
    }

    /// Where photos are kept by default.
    #[must_use]
    pub fn photo_folder(&self) -> PathBuf {
        self.data.join("photos")
    }
}

//! What a hub is told when it starts.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::map_tiles::MapTiles;
use crate::retention::Keep;
use crate::tls::Tls;

/// Settings of one hub process.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the embedded database, the photos and the keys; made if it is missing.
    pub data: PathBuf,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// An address of their own for figures, which others have no business with; `None` for where all is.
    pub metrics_listen: Option<SocketAddr>,
    /// A file to write the port to once the hub listens.
    pub port_file: Option<PathBuf>,
    /// `postgres://…`; `None` for a `SQLite` file in the data folder.
    pub database_url: Option<String>,
    /// The key file, where several copies of the hub share one; `None` for `hub.keys` in the data folder.
    pub keys: Option<PathBuf>,
    /// An S3-type store for photos; `None` for a folder in the data folder.
    pub s3: Option<S3>,
    /// The address phones and browsers reach the hub at, without a trailing slash, if it is not the
    /// one it listens at (behind a balancer). `https` here makes cookies secure.
    pub public_url: Option<String>,
    /// Certificate and key, where the hub speaks TLS itself.
    pub tls: Option<Tls>,
    /// What the map stands on; `None` for a plain ground.
    pub map_tiles: Option<MapTiles>,
    /// For how long what is kept.
    pub keep: Keep,
    /// How many proxies of the operator's own stand in front, each adding to `X-Forwarded-For`.
    pub trusted_proxies: u8,
    /// How long requests in flight may take to finish when the hub stops.
    pub grace: Duration,
}

/// Where photos go when a city keeps them apart.
#[derive(Clone, PartialEq, Eq)]
pub struct S3 {
    /// Address of the store; `None` for Amazon's own of the region.
    pub endpoint: Option<String>,
    /// The bucket.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// Who asks.
    pub access_key_id: String,
    /// What they sign by.
    pub secret_access_key: String,
    /// The bucket's name goes into the path, not before the host.
    pub path_style: bool,
    /// Photos and signatures may travel in the clear.
    pub allow_http: bool,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The defaults over a data folder: `SQLite`, loopback, a free port.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            metrics_listen: None,
            port_file: None,
            database_url: None,
            keys: None,
            s3: None,
            public_url: None,
            tls: None,
            map_tiles: None,
            keep: Keep::default(),
            trusted_proxies: 0,
            grace: Duration::from_secs(10),
        }
    }

    /// What holds, and is hardly meant: said when the hub starts, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<&'static str> {
        let by_tls = match &self.public_url {
            Some(url) => url.starts_with("https://"),
            None => self.tls.is_some(),
        };
        let mut all = Vec::new();
        if self.public_url.is_none() && self.listen.ip().is_unspecified() {
            all.push(
                "listen takes calls at every address and public_url is missing, so phones can't be told where the hub is \
                 and no enrolment card is made: set public_url, such as https://hub.example",
            );
        }
        if !by_tls && !self.listen.ip().is_loopback() {
            all.push(
                "browsers are not told to come by TLS, though the hub listens beyond this machine: passwords may travel in \
                 the clear and cookies are not bound to TLS; set public_url to the https:// address of the proxy in \
                 front, or tls_cert and tls_key",
            );
        }
        if self.database_url.is_some() && self.s3.is_none() {
            all.push(
                "the database is one that several copies of the hub can share, and photos are in a folder of this one:                  run no second copy before s3_bucket names a store for photos",
            );
        }
        all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_for_several_copies_with_photos_in_a_folder_is_told() {
        let told = |url: Option<&str>| {
            let config = Config { database_url: url.map(str::to_owned), ..Config::new("data") };
            config.warnings().iter().any(|told| told.contains("s3_bucket"))
        };
        assert!(told(Some("postgres://hub@host/name")));
        assert!(!told(None));
    }

    #[test]
    fn a_hub_that_nobody_can_be_told_of_or_that_is_reached_in_the_clear_says_so() {
        let told = |listen: &str, public_url: Option<&str>| {
            let public_url = public_url.map(str::to_owned);
            let config = Config { listen: listen.parse().unwrap(), public_url, ..Config::new("data") };
            let about = |words: &str| config.warnings().iter().any(|told| told.contains(words));
            (about("no enrolment card"), about("in the clear"))
        };
        assert_eq!(told("127.0.0.1:8080", None), (false, false));
        assert_eq!(told("0.0.0.0:8080", None), (true, true));
        assert_eq!(told("[::]:8080", Some("https://hub.example")), (false, false));
        assert_eq!(told("0.0.0.0:8080", Some("http://hub.example")), (false, true));
        assert_eq!(told("192.0.2.1:8080", None), (false, true));
        assert_eq!(told("127.0.0.1:8080", Some("http://hub.example")), (false, false));
    }
}

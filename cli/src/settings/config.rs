//! What a hub is told of its settings.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use xuncha_hub::Config;
use xuncha_hub::config::S3;
use xuncha_hub::map_tiles::MapTiles;
use xuncha_hub::retention::Keep;
use xuncha_hub::tls::Tls;

use super::names::{self, ALL, Setting};
use super::{Settings, Wrong};

impl Settings {
    /// The settings as a hub takes them, or everything that is wrong with them.
    ///
    /// # Errors
    /// One sentence for each thing that is wrong.
    pub fn config(mut self) -> Result<Config, Vec<Wrong>> {
        let mut config = Config::new(self.take::<PathBuf>("data").unwrap_or_default());
        config.database_url = self.take("database_url");
        if let Some(url) = &config.database_url
            && !(url.starts_with("postgres://") || url.starts_with("postgresql://"))
        {
            self.refuse("database_url");
        }
        config.keys = self.take("keys");
        config.s3 = self.s3();
        config.listen = self.take("listen").unwrap_or(config.listen);
        config.metrics_listen = self.take("metrics_listen");
        config.port_file = self.take("port_file");
        config.public_url = self.origin("public_url");
        config.tls = match (self.take("tls_cert"), self.take("tls_key")) {
            (Some(cert), Some(key)) => Some(Tls { cert, key }),
            (None, None) => None,
            (None, Some(_)) => self.lacks("tls_cert", "tls_key"),
            (Some(_), None) => self.lacks("tls_key", "tls_cert"),
        };
        config.map_tiles = self.take("map_tiles").and_then(|file: PathBuf| {
            MapTiles::open(file).map_err(|error| self.wrong.push(Wrong(error.to_string()))).ok()
        });
        config.keep = Keep {
            records: self.number("keep_records_days", 30, 36_500).unwrap_or_default(),
            positions: self.number("keep_positions_days", 1, 36_500).unwrap_or_default(),
            photos: self.number("keep_photos_days", 1, 36_500).unwrap_or_default(),
        };
        config.trusted_proxies = self.take("trusted_proxies").unwrap_or_default();
        if let Some(seconds) = self.number("grace_seconds", 0, 3_600) {
            config.grace = Duration::from_secs(seconds);
        }
        if self.wrong.is_empty() { Ok(config) } else { Err(self.wrong) }
    }

    fn s3(&mut self) -> Option<S3> {
        let endpoint = self.url("s3_endpoint");
        let Some(bucket) = self.take("s3_bucket") else {
            // Photos would go to the folder, and nobody would know.
            let mut names = ALL.iter().map(|setting| setting.name);
            let other = names.find(|name| name.starts_with("s3_") && self.is_said(name))?;
            return self.lacks("s3_bucket", other);
        };
        let allow_http: bool = self.take("s3_allow_http").unwrap_or_default();
        if !allow_http && endpoint.as_ref().is_some_and(|url| url.starts_with("http://")) {
            self.wrong.push(Wrong(
                "s3_endpoint begins with http://, and photos would travel in the clear: write https://, or \
                 s3_allow_http = true where the network is your own"
                    .to_owned(),
            ));
        }
        let mut needed = |name| {
            let text: Option<String> = self.take(name);
            text.or_else(|| self.lacks(name, "s3_bucket")).unwrap_or_default()
        };
        Some(S3 {
            bucket,
            access_key_id: needed("s3_access_key_id"),
            secret_access_key: needed("s3_secret_access_key"),
            region: needed("s3_region"),
            path_style: self.take("s3_path_style").unwrap_or_default(),
            endpoint,
            allow_http,
        })
    }

    /// Notes that a setting is missing which another asks for.
    fn lacks<T>(&mut self, name: &'static str, because: &str) -> Option<T> {
        if let Some(setting) = names::find(name) {
            let Setting { expected, example, .. } = setting;
            let sentence =
                format!("{name} is missing, and {because} is set: {expected} is expected, such as {example}");
            self.wrong.push(Wrong(sentence));
        }
        None
    }

    /// An address of HTTP, without a slash at its end.
    fn url(&mut self, name: &'static str) -> Option<String> {
        let url: String = self.take(name)?;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(|host| host.trim_end_matches('/').is_empty() || host.contains(char::is_whitespace))
        {
            self.refuse(name);
        }
        Some(url.trim_end_matches('/').to_owned())
    }

    /// The same without a path: pages are led to from the root, and by other addresses nobody would come in.
    fn origin(&mut self, name: &'static str) -> Option<String> {
        let url = self.url(name)?;
        if url.split_once("://").is_some_and(|(_, host)| host.contains(['/', '?', '#', '@'])) {
            self.refuse(name);
        }
        Some(url)
    }

    /// A number between two others.
    fn number<T: FromStr + PartialOrd>(&mut self, name: &'static str, least: T, most: T) -> Option<T> {
        let number = self.take(name)?;
        if !(least..=most).contains(&number) {
            self.refuse(name);
        }
        Some(number)
    }
}

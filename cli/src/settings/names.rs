//! Which settings there are.

use super::{Source, Wrong};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the file; the other names follow from it.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What is expected, in words.
    pub expected: &'static str,
    /// A value that would do.
    pub example: &'static str,
    /// What holds if nobody says anything.
    pub default: Option<&'static str>,
    /// Whether it must not be shown.
    pub secret: bool,
}

/// All of them.
pub const ALL: &[Setting] = &[
    setting("data", "folder of database, photos and keys", "a folder", "/var/lib/xuncha").or("xuncha-data"),
    setting(
        "database_url",
        "PostgreSQL in place of the SQLite file in the folder",
        "an address of PostgreSQL",
        "postgres://user:password@host/name",
    )
    .secret(),
    setting(
        "keys",
        "key file, where several copies share one; else hub.keys in the folder",
        "a file",
        "/etc/xuncha/hub.keys",
    ),
    setting(
        "s3_bucket",
        "bucket of an S3-type store for photos, in place of a folder",
        "a name",
        "xuncha-photos",
    ),
    setting(
        "s3_endpoint",
        "address of that store",
        "an address with http:// or https://",
        "https://s3.example",
    ),
    setting("s3_region", "region of the bucket", "a name", "us-east-1").or("us-east-1"),
    setting("s3_access_key_id", "who asks the store", "a key id", "xuncha"),
    setting("s3_secret_access_key", "the secret of that key", "a secret", "…").secret(),
    setting(
        "s3_path_style",
        "put the bucket's name into the path, not before the host",
        "true or false",
        "true",
    )
    .or("true"),
    setting("s3_allow_http", "let photos travel to the store in the clear", "true or false", "false")
        .or("false"),
    setting(
        "listen",
        "where to listen; port 0 lets the system choose",
        "an address and port",
        "0.0.0.0:8080",
    )
    .or("127.0.0.1:8080"),
    setting(
        "metrics_listen",
        "where to listen for who reads the figures (/metrics), which are answered nowhere else then",
        "an address and port",
        "127.0.0.1:9180",
    ),
    setting("port_file", "file to write the port to once the hub listens", "a file", "/run/xuncha/port"),
    setting(
        "public_url",
        "address phones and browsers reach the hub at",
        "an address with http:// or https:// and without a path",
        "https://hub.example",
    ),
    setting(
        "tls_cert",
        "certificate with its chain, PEM, where the hub speaks TLS itself",
        "a file",
        "/etc/xuncha/cert.pem",
    ),
    setting("tls_key", "the certificate's private key, PEM", "a file", "/etc/xuncha/key.pem"),
    setting(
        "map_tiles",
        "tiles under the map of a station: pictures in one file of PMTiles",
        "a file",
        "/var/lib/xuncha/district.pmtiles",
    ),
    setting(
        "keep_records_days",
        "days for which the content of records is kept",
        "a number from 30 to 36500",
        "1095",
    )
    .or("1095"),
    setting("keep_positions_days", "days for which positions are kept", "a number from 1 to 36500", "180")
        .or("180"),
    setting("keep_photos_days", "days for which photos are kept", "a number from 1 to 36500", "180")
        .or("180"),
    setting(
        "trusted_proxies",
        "how many proxies of your own stand in front, each adding to X-Forwarded-For",
        "a number from 0 to 255",
        "1",
    )
    .or("0"),
    setting(
        "grace_seconds",
        "how long requests in flight may take to finish when the hub stops",
        "a number of seconds from 0 to 3600",
        "10",
    )
    .or("10"),
];

const fn setting(
    name: &'static str,
    about: &'static str,
    expected: &'static str,
    example: &'static str,
) -> Setting {
    Setting { name, about, expected, example, default: None, secret: false }
}

impl Setting {
    const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Its name in the environment.
    pub fn variable(&self) -> String {
        match self.name {
            // What every tool around PostgreSQL calls it.
            "database_url" => "DATABASE_URL".to_owned(),
            name => format!("XUNCHA_{}", name.to_uppercase()),
        }
    }

    /// A place in words.
    pub fn place(&self, source: &Source) -> String {
        match source {
            Source::Flag => format!("--{}", self.name.replace('_', "-")),
            Source::Environment => self.variable(),
            Source::File(path, line) => format!("{} line {line}", path.display()),
            Source::Default => "default".to_owned(),
        }
    }

    /// A value as it may be shown.
    pub fn shown(&self, text: &str) -> String {
        if !self.secret {
            return text.to_owned();
        }
        // Of an address, host and name say whether it is the right one.
        match text.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1))) {
            Some((scheme, rest)) => format!("{scheme}://***@{rest}"),
            None => "***".to_owned(),
        }
    }
}

/// The setting of a name.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    ALL.iter().find(|setting| setting.name == name)
}

/// A name that is none, with the one that was probably meant.
pub(super) fn unknown(name: &str, place: &str) -> Wrong {
    let meant = meant(name).name;
    Wrong(format!(
        "there is no setting “{name}” ({place}): did you mean “{meant}”? `xuncha hub config` lists all"
    ))
}

/// The same of a variable.
pub(super) fn unknown_variable(variable: &str) -> Wrong {
    let meant = meant(&variable.trim_start_matches(OURS).to_lowercase()).variable();
    Wrong(format!(
        "there is no setting “{variable}” (environment): did you mean “{meant}”? `xuncha hub config` lists all"
    ))
}

/// How our variables begin.
const OURS: &str = "XUNCHA_";

/// What tests are told by the environment, which those hubs that they start are given too; how it begins.
const OF_TESTS: [&str; 16] = [
    "API_",
    "BENCH_",
    "BIN",
    "CHROMIUM",
    "FINGERPRINT",
    "GOLDEN",
    "LIBRARY",
    "OUT",
    "PHONE_DRIVER",
    "RENEW_",
    "REQUIRE_POSTGRES",
    "SCREENS",
    "SHOTS",
    "TEST_POSTGRES",
    "TEST_S3",
    "WORLD",
];

/// Whether a variable of the environment is a setting, or none of our business. Kubernetes gives each container such as
/// `XUNCHA_SERVICE_HOST` and `XUNCHA_PORT_8080_TCP` of a service of our name.
pub(super) fn is_known(variable: &str) -> bool {
    let Some(name) = variable.strip_prefix(OURS) else { return true };
    let of_kubernetes = |name: &str| {
        let name = format!("_{name}");
        name.contains("_SERVICE_") || name.contains("_TCP") || name.ends_with("_PORT")
    };
    name == "CONFIG"
        || ALL.iter().any(|setting| setting.variable() == variable)
        || OF_TESTS.iter().any(|begins| name.starts_with(begins))
        || of_kubernetes(name)
}

fn meant(name: &str) -> &'static Setting {
    let alike = |setting: &&Setting| {
        let same = setting.name.chars().filter(|letter| name.contains(*letter)).count();
        let length = setting.name.chars().count();
        (same * 100 / length, std::cmp::Reverse(length.abs_diff(name.chars().count())))
    };
    ALL.iter().max_by_key(alike).unwrap_or(&ALL[0])
}

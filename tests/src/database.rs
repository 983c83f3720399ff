//! The databases that hubs of the tests run on: a file of their own, or a PostgreSQL database of
//! their own on the server that `XUNCHA_TEST_POSTGRES` names.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, bail};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// Which database a hub runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// An SQLite file in its data folder.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Engine {
    /// Those that can be tested here; in CI both must be.
    pub fn all() -> Result<Vec<Self>> {
        if std::env::var_os(SERVER).is_some() {
            return Ok(vec![Self::Sqlite, Self::Postgres]);
        }
        if std::env::var_os("CI").is_some() {
            bail!("{SERVER} is not set: run the tests by `cargo xtask test`");
        }
        Ok(vec![Self::Sqlite])
    }

    /// A new, empty database; `None` for the file that a hub makes by itself.
    pub async fn create(self) -> Result<Option<String>> {
        match self {
            Self::Sqlite => Ok(None),
            Self::Postgres => Ok(Some(create(None).await?)),
        }
    }
}

const SERVER: &str = "XUNCHA_TEST_POSTGRES";

/// An S3-type store of the tests.
const OBJECTS: &str = "XUNCHA_TEST_S3";

/// A bucket of its own in the store that `XUNCHA_TEST_S3` names, as settings of a hub in the environment.
pub async fn bucket(name: &str) -> Result<Vec<(&'static str, String)>> {
    let server = std::env::var(OBJECTS).with_context(|| format!("{OBJECTS} is not set"))?;
    let bucket = format!("{name}-{}", std::process::id());
    // The store of the tests believes everybody, so making a bucket takes no signature.
    let made = crate::client::client().put(format!("{server}/{bucket}")).send().await?;
    anyhow::ensure!(made.status().is_success(), "no bucket: {}", made.status());
    Ok(vec![
        ("XUNCHA_S3_ENDPOINT", server),
        ("XUNCHA_S3_BUCKET", bucket),
        ("XUNCHA_S3_ACCESS_KEY_ID", "tests".to_owned()),
        ("XUNCHA_S3_SECRET_ACCESS_KEY", "tests".to_owned()),
        ("XUNCHA_S3_ALLOW_HTTP", "true".to_owned()),
    ])
}

/// A copy of a database that nobody is connected to.
pub async fn copy_of(url: &str) -> Result<String> {
    create(url.rsplit('/').next()).await
}

async fn create(template: Option<&str>) -> Result<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var(SERVER).with_context(|| format!("{SERVER} is not set"))?;
    let name = format!("tests_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&server).await?;
    let from = template.map(|template| format!(" TEMPLATE \"{template}\"")).unwrap_or_default();
    // Names are made here, of letters, digits and underscores.
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE \"{name}\"{from}"))).execute(&mut connection).await?;
    connection.close().await?;
    let (base, _) = server.rsplit_once('/').context("the server's address ends in a database")?;
    Ok(format!("{base}/{name}"))
}

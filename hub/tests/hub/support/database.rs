//! Each test over each database: `SQLite` with photos in a folder, `PostgreSQL` with photos in an S3-type store.

use std::env;

use sqlx::{AnyConnection, Connection as _, Executor as _};

use xuncha_hub::Config;
use xuncha_hub::config::S3;

use super::Hub;

/// Runs a test over `SQLite`, and over `PostgreSQL` where `XUNCHA_TEST_POSTGRES` says where one is; with photos
/// in a bucket there if `XUNCHA_TEST_S3` says where a store is.
pub(crate) async fn both<F: Future<Output = ()>>(test: impl Fn(Hub) -> F) {
    both_with(|_| (), test).await;
}

/// The same with another configuration.
pub(crate) async fn both_with<F: Future<Output = ()>>(change: impl Fn(&mut Config), test: impl Fn(Hub) -> F) {
    test(Hub::open_with(&change).await).await;
    let Some(url) = server("XUNCHA_TEST_POSTGRES") else { return };
    let schema = Schema::make(&url).await;
    let bucket = bucket(&schema.name).await;
    let hub = Hub::open_with(|config| {
        config.database_url = Some(schema.url.clone());
        config.s3 = bucket;
        change(config);
    })
    .await;
    let store = hub.app.store.clone();
    test(hub).await;
    store.close().await;
    schema.drop().await;
}

/// The same before there is a hub: with the configuration of one that has nothing yet.
pub(crate) async fn both_configs<F: Future<Output = ()>>(test: impl Fn(Config) -> F) {
    let folder = tempfile::tempdir().unwrap();
    test(Config::new(folder.path().join("sqlite"))).await;
    let Some(url) = server("XUNCHA_TEST_POSTGRES") else { return };
    let schema = Schema::make(&url).await;
    let database_url = Some(schema.url.clone());
    test(Config { database_url, ..Config::new(folder.path().join("postgres")) }).await;
    schema.drop().await;
}

/// Where a service of the tests is.
fn server(variable: &str) -> Option<String> {
    let required = ["CI", "XUNCHA_REQUIRE_POSTGRES"].iter().any(|name| env::var(name).is_ok());
    let server = env::var(variable).ok();
    assert!(server.is_some() || !required, "{variable} must say where it is: run `cargo xtask test hub`");
    server
}

/// A new bucket for photos, where there is a store.
async fn bucket(name: &str) -> Option<S3> {
    let endpoint = server("XUNCHA_TEST_S3")?;
    let s3 = S3 {
        endpoint: Some(endpoint.clone()),
        bucket: name.to_owned(),
        region: "us-east-1".to_owned(),
        access_key_id: "tests".to_owned(),
        secret_access_key: "tests".to_owned(),
        path_style: true,
        allow_http: true,
    };
    // The store of the tests believes everybody, so making a bucket takes no signature.
    let shelf = xuncha_hub::photos::PhotoStore::in_s3(&s3).unwrap();
    assert!(shelf.probe().await.is_err(), "a bucket that is not there takes nothing");
    let made = reqwest::Client::new().put(format!("{endpoint}/{name}")).send().await.unwrap();
    assert!(made.status().is_success(), "{}", made.status());
    Some(s3)
}

/// A schema of `PostgreSQL` for one test.
struct Schema {
    server: String,
    url: String,
    name: String,
}

impl Schema {
    async fn make(server: &str) -> Self {
        sqlx::any::install_default_drivers();
        let mut random = [0; 8];
        getrandom::fill(&mut random).unwrap();
        let name = format!("t{}", hex::encode(random));
        let mut db = AnyConnection::connect(server).await.unwrap();
        db.execute(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await.unwrap();
        let mark = if server.contains('?') { '&' } else { '?' };
        // A server that waits for no disk unless it is told to.
        let url = format!("{server}{mark}options=-c%20search_path%3D{name}%20-c%20synchronous_commit%3Doff");
        Self { server: server.to_owned(), url, name }
    }

    async fn drop(self) {
        let mut db = AnyConnection::connect(&self.server).await.unwrap();
        db.execute(sqlx::AssertSqlSafe(format!("DROP SCHEMA {} CASCADE", self.name))).await.unwrap();
    }
}

//! Each test over each database.

use std::env;

use sqlx::{AnyConnection, Connection as _, Executor as _};

use super::Hub;

/// Runs a test over `SQLite`, and over `PostgreSQL` where `XUNCHA_TEST_POSTGRES` says where one is.
pub(crate) async fn both<F: Future<Output = ()>>(test: impl Fn(Hub) -> F) {
    test(Hub::open(None).await).await;
    let Ok(url) = env::var("XUNCHA_TEST_POSTGRES") else {
        let required = ["CI", "XUNCHA_REQUIRE_POSTGRES"].iter().any(|name| env::var(name).is_ok());
        assert!(!required, "XUNCHA_TEST_POSTGRES must say where PostgreSQL is: run `cargo xtask test hub`");
        return;
    };
    let schema = Schema::make(&url).await;
    let hub = Hub::open(Some(schema.url.clone())).await;
    let store = hub.app.store.clone();
    test(hub).await;
    store.close().await;
    schema.drop().await;
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
        let url = format!("{server}{mark}options=-c%20search_path%3D{name}");
        Self { server: server.to_owned(), url, name }
    }

    async fn drop(self) {
        let mut db = AnyConnection::connect(&self.server).await.unwrap();
        db.execute(sqlx::AssertSqlSafe(format!("DROP SCHEMA {} CASCADE", self.name))).await.unwrap();
    }
}

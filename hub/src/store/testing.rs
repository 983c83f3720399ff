//! A `PostgreSQL` for tests beside the code, where `XUNCHA_TEST_POSTGRES` says where one is.

use std::env;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use super::Store;

/// Runs a test over a schema of its own, with the hub's tables.
pub(crate) async fn with_postgres(test: impl AsyncFnOnce(&Store)) {
    let Ok(server) = env::var("XUNCHA_TEST_POSTGRES") else {
        assert!(
            env::var("CI").is_err(),
            "XUNCHA_TEST_POSTGRES must say where it is: run `cargo xtask test hub`"
        );
        return;
    };
    let mut random = [0; 8];
    getrandom::fill(&mut random).unwrap();
    let name = format!("u{}", hex::encode(random));
    sqlx::any::install_default_drivers();
    let mut db = AnyConnection::connect(&server).await.unwrap();
    db.execute(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await.unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{mark}options=-c%20search_path%3D{name}");
    let store = Store::open_postgres(&url).await.unwrap();
    test(&store).await;
    store.close().await;
    db.execute(AssertSqlSafe(format!("DROP SCHEMA {name} CASCADE"))).await.unwrap();
}

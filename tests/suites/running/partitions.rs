//! A hub whose tables were partitioned by station (`deploy/partitions.sql`) while it was stopped: what it held is there,
//! and it goes on with phones, photos, an export and its own check as if nothing had been.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use xuncha_core::field::FieldBook;
use xuncha_tests::audit::Holdings;
use xuncha_tests::database::Engine;
use xuncha_tests::station::Site;

use super::visit;

const PARTITIONS: &str = include_str!("../../../deploy/partitions.sql");
const VISITS: usize = 4;

async fn work(book: &FieldBook) {
    (0..VISITS).for_each(|number| visit(book, number));
    let report = book.sync(None).await.unwrap();
    assert_eq!((report.stuck, report.records_waiting, report.photos_waiting), (None, 0, 0), "{report:?}");
}

/// The indices of the tables themselves, without those of their parts.
async fn indices(connection: &mut PgConnection) -> Vec<String> {
    let query = "SELECT replace(indexdef, ' ON ONLY ', ' ON ') FROM pg_indexes WHERE tablename IN \
                 ('records', 'payloads', 'visits', 'photos', 'extracts', 'erasures') ORDER BY 1";
    sqlx::query_scalar(query).fetch_all(connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_goes_on_over_tables_that_were_partitioned_by_station() {
    if !Engine::all().unwrap().contains(&Engine::Postgres) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = Engine::Postgres.create().await.unwrap().unwrap();
    let mut site = Site::build(folder.path(), Some(database.clone()), 2, VISITS).await.unwrap();
    let book = site.phone(&folder.path().join("phone"), site.volunteers[0], None).await.unwrap();
    work(&book).await;

    site.hub.kill();
    let mut connection = PgConnection::connect(&database).await.unwrap();
    let before = indices(&mut connection).await;
    sqlx::raw_sql(PARTITIONS).execute(&mut connection).await.unwrap();
    assert!(before.len() > 6, "{before:?}");
    assert_eq!(indices(&mut connection).await, before, "each index keeps its name and what it is of");
    let parted =
        "SELECT COUNT(*) FROM pg_class WHERE relkind = 'p' AND relname IN ('records', 'payloads', 'visits')";
    assert_eq!(sqlx::query_scalar::<_, i64>(parted).fetch_one(&mut connection).await.unwrap(), 3);
    site.hub.start().unwrap();
    site.hub.must_verify().unwrap();

    // The hub came back at another port.
    let other = site.phone(&folder.path().join("other"), site.volunteers[1], None).await.unwrap();
    work(&other).await;

    let holdings = Holdings::in_store(site.store().await.unwrap()).await.unwrap();
    let held = holdings.must_have_all_of(&book).unwrap() + holdings.must_have_all_of(&other).unwrap();
    assert_eq!((held, holdings.len()), (2 * VISITS, 2 * VISITS));
    let table = folder.path().join("records.csv");
    let mut export = site.hub.xuncha(&["export", "records", "--out", table.to_str().unwrap()]).unwrap();
    assert!(export.output().unwrap().status.success());
    assert_eq!(std::fs::read_to_string(&table).unwrap().lines().count(), 1 + 2 * VISITS);
    site.hub.must_verify().unwrap();
    for one in ["records", "payloads", "visits", "photos"] {
        let whole = AssertSqlSafe(format!("SELECT COUNT(*) FROM {one}"));
        let rows: i64 = sqlx::query_scalar(whole).fetch_one(&mut connection).await.unwrap();
        assert!(rows >= 2 * i64::try_from(VISITS).unwrap(), "{one} has {rows}");
    }
}

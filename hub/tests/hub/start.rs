//! Starting over what is there, and what a full disk does.

use sqlx::Row as _;
use xuncha_core::domain::*;
use xuncha_core::wire::{Parcel, Push};
use xuncha_hub::app::StartError;
use xuncha_hub::keys::KeysError;
use xuncha_hub::store::{Dialect, OpenError, Store};
use xuncha_hub::world::World;
use xuncha_hub::{App, Config, store};

use crate::support::*;

#[tokio::test]
async fn a_hub_does_not_start_over_another_hubs_database() {
    both_configs(async |config| {
        let open = async |config: &Config| {
            let app = App::open(config.clone(), World::real()).await?;
            app.store.close().await;
            Ok::<_, StartError>(app.keys.public())
        };
        let key = open(&config).await.unwrap();
        assert_eq!(open(&config).await.unwrap(), key);
        std::fs::remove_file(config.key_file()).unwrap();
        let lost = open(&config).await.unwrap_err();
        assert!(matches!(lost, StartError::Keys(KeysError::Missing(_))), "{lost}");
        assert!(!config.key_file().exists());

        let folder = tempfile::tempdir().unwrap();
        let elsewhere = Config::new(folder.path());
        open(&elsewhere).await.unwrap();
        std::fs::copy(elsewhere.key_file(), config.key_file()).unwrap();
        let mixed_up = open(&config).await.unwrap_err();
        assert!(
            matches!(&mixed_up, StartError::OtherHub { database, .. } if *database == key.kid()),
            "{mixed_up}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_commit_waits_for_the_disk_even_where_the_server_would_not() {
    both(|hub| async move {
        let (ask, waits) = match hub.store().dialect() {
            // 2 is FULL.
            Dialect::Sqlite => ("SELECT CAST(synchronous AS TEXT) AS said FROM pragma_synchronous", "2"),
            Dialect::Postgres => ("SELECT current_setting('synchronous_commit') AS said", "on"),
        };
        let mut tx = hub.store().begin().await.unwrap();
        let row = sqlx::query(ask).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(row.get::<String, _>("said"), waits);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    both_configs(async |config| {
        let app = App::open(config.clone(), World::real()).await.unwrap();
        let mut tx = app.store.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'from the future', $1, $2, 1)",
        )
        .bind(true)
        .bind(vec![0_u8])
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        app.store.close().await;
        let refused = App::open(config, World::real()).await.err().unwrap();
        assert!(matches!(refused, StartError::Open(OpenError::Migrate(_))), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_no_database_is_named_without_its_password() {
    let refused = store::Store::open_postgres("mysql://root:secret@db.example/x").await.err().unwrap();
    assert!(!refused.to_string().contains("secret"), "{refused}");
}

/// Over `SQLite`, whose size can be bounded from here; the fault tests fill a real disk.
#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    let hub = Hub::open(None).await;
    let station = hub.station("柳岸站").await;
    let venue = hub.venue(&station).await;
    let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
    let (_, first) = phone.inspect(&venue, NOW - DAY);
    accepted(&phone.push(&[&first]).await[0]);
    hub.limit_pages("PRAGMA max_page_count = 1").await;
    let sealed: Vec<_> = (0..60).map(|hours| phone.inspect(&venue, NOW - hours * HOUR).1).collect();
    let push = Push { parcels: sealed.iter().cloned().map(Parcel::Sealed).collect() };
    assert_eq!(phone.push_parcels(&push).await.problem(), (507, "storage_full".into()));
    // What is there can still be read, and sent again.
    assert_eq!(phone.changes("").await.changes.len(), 5);
    already_had(&phone.push(&[&first]).await[0]);
    hub.limit_pages("PRAGMA max_page_count = 1000000").await;
    all_accepted(&phone.push(&sealed.iter().collect::<Vec<_>>()).await);
    hub.must_be_whole(&station).await;
}

#[tokio::test]
async fn a_command_beside_a_hub_of_an_older_version_changes_nothing() {
    both_configs(async |config| {
        let app = App::open(config.clone(), World::real()).await.unwrap();
        let mut tx = app.store.begin().await.unwrap();
        let older =
            "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
        sqlx::query(older).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let joined = async || match &config.database_url {
            Some(url) => Store::join_postgres(url).await,
            None => Store::join_file(&config.database_file()).await,
        };
        for _ in 0..2 {
            assert!(
                matches!(joined().await.err().unwrap(), OpenError::Older),
                "nothing was brought up to date"
            );
        }
        let mut tx = app.store.begin().await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'from the future', $1, $2, 1)";
        sqlx::query(newer).bind(true).bind(vec![0_u8]).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(joined().await.err().unwrap(), OpenError::Migrate(_)));
        app.store.close().await;
    })
    .await;
}

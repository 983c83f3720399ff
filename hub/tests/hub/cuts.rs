//! Callers that hang up, hubs that stop, transactions that end half way: all of a push, or nothing.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use xuncha_core::domain::*;
use xuncha_core::wire::{Parcel, Push, RecordAnswer};
use xuncha_hub::store::Dialect;
use xuncha_hub::world::World;
use xuncha_hub::{Config, serve_until};

use crate::support::*;

#[tokio::test]
async fn a_caller_who_hangs_up_leaves_all_of_a_push_or_nothing() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let mut sealed = Vec::new();
        for polls in 0..30 {
            let batch: Vec<_> = (1..4).map(|hours| phone.inspect(&venue, NOW - hours * HOUR).1).collect();
            let parcels = batch.iter().cloned().map(Parcel::Sealed).collect();
            let push = Push { parcels };
            let before = hub.count("SELECT COUNT(*) FROM records").await;
            {
                let mut request = pin!(phone.push_parcels(&push));
                let mut left = polls;
                poll_fn(|context| {
                    let done = request.as_mut().poll(context).is_ready();
                    left -= i32::from(left > 0);
                    if done || left == 0 { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
            }
            hub.must_be_whole(&station).await;
            // What was begun apart from the request may still be under way, also that of a push before.
            let after = hub.count("SELECT COUNT(*) FROM records").await;
            assert_eq!((after - before) % 3, 0, "{before} {after}");
            sealed.extend(batch);
        }
        for batch in sealed.chunks(50) {
            let answers = phone.push(&batch.iter().collect::<Vec<_>>()).await;
            assert!(answers.iter().all(|answer| !matches!(answer, RecordAnswer::Refused { .. })));
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, i64::try_from(sealed.len()).unwrap());
        hub.must_be_whole(&station).await;
    })
    .await;
}

#[tokio::test]
async fn two_copies_of_the_hub_never_give_a_place_in_the_log_twice() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let copy = hub.copy().await;
        let mut phones = Vec::new();
        for number in 0..4 {
            let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
            phones.push(if number % 2 == 0 { phone } else { Phone { hub: copy.clone(), ..phone } });
        }
        let tasks = phones.into_iter().map(|mut phone| {
            let venue = venue.clone();
            tokio::spawn(async move {
                for hours in 1..12 {
                    let (_, one) = phone.inspect(&venue, NOW - hours * HOUR);
                    let (_, two) = phone.inspect(&venue, NOW - hours * DAY);
                    all_accepted(&phone.push(&[&one, &two]).await);
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 88);
        hub.must_be_whole(&station).await;
        copy.store().close().await;
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_ends_half_way_leaves_nothing() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        // The last statement of a push fails: the station's row can't be saved any more.
        hub.break_stations(true).await;
        let push = Push { parcels: vec![Parcel::Sealed(jws.clone())] };
        assert_eq!(phone.push_parcels(&push).await.problem(), (500, "internal".into()));
        hub.break_stations(false).await;
        for table in [
            "SELECT COUNT(*) FROM records",
            "SELECT COUNT(*) FROM payloads",
            "SELECT COUNT(*) FROM visits",
            "SELECT COUNT(*) FROM tallies",
        ] {
            assert_eq!(hub.count(table).await, 0, "{table}");
        }
        accepted(&phone.push(&[&jws]).await[0]);
        hub.must_be_whole(&station).await;
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_stops_answers_what_is_under_way_and_starts_again_where_it_was() {
    both_configs(async |config| {
        let folder = tempfile::tempdir().unwrap();
        let port_file = folder.path().join("port");
        let config = Config { port_file: Some(port_file.clone()), ..config };
        for round in 0..2 {
            let (stop, stopped) = oneshot::channel::<()>();
            let hub = tokio::spawn(serve_until(config.clone(), World::real(), async {
                let _ = stopped.await;
            }));
            let port: u16 = loop {
                match std::fs::read_to_string(&port_file) {
                    Ok(text) => break text.trim().parse().unwrap(),
                    Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                }
            };
            let body = r#"{"code":"1234567897","key":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","platform":"cli","label":"甲"}"#;
            let mut caller = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let head = format!(
                "POST /api/v1/enrol HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            caller.write_all(head.as_bytes()).await.unwrap();
            caller.write_all(&body.as_bytes()[..20]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            stop.send(()).unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            caller.write_all(&body.as_bytes()[20..]).await.unwrap();
            let mut answer = String::new();
            caller.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 404"), "{round} {answer}");
            assert!(answer.contains("code_unknown"), "{answer}");
            hub.await.unwrap().unwrap();
            assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
            std::fs::remove_file(&port_file).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_that_hung_up_on_every_connection_is_asked_over_new_ones() {
    // Other tests are at the same server.
    let by_name = |config: &mut Config| {
        config.database_url.iter_mut().for_each(|url| url.push_str("&application_name=hung-up-on"));
    };
    both_with(by_name, |hub| async move {
        if hub.store().dialect() == Dialect::Sqlite {
            return;
        }
        hub.station("柳岸站").await;
        let stations = || async { hub.count("SELECT COUNT(*) FROM stations").await };
        join_all((0..8).map(|_| stations())).await;
        let ended = "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE application_name = 'hung-up-on' AND pid <> pg_backend_pid()) AS ended";
        assert!(hub.count(ended).await > 0);
        // As long as a server that restarts is away at least.
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(join_all((0..8).map(|_| stations())).await, [1; 8]);
    })
    .await;
}

//! Health, figures and request ids.

use std::net::{SocketAddr, TcpListener};

use http::StatusCode;
use serde_json::json;
use xuncha_hub::Config;
use xuncha_hub::serve_until;
use xuncha_hub::world::World;

use super::support::*;

#[tokio::test]
async fn a_hub_that_works_is_healthy_and_ready() {
    both(|hub| async move {
        for (path, status) in [("/healthz", "ok"), ("/readyz", "ready")] {
            let reply = hub.get(path, None).await;
            assert_eq!((reply.status, reply.json()), (StatusCode::OK, json!({"status": status})), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_can_not_keep_photos_is_alive_and_not_ready() {
    // The folder is what can be put in the way; a store of photos elsewhere has tests of its own.
    both_with(
        |config| config.s3 = None,
        |hub| async move {
            let folder = hub.app.config.photo_folder();
            std::fs::remove_dir_all(&folder).unwrap();
            std::fs::write(&folder, "in the way").unwrap();
            assert_eq!(hub.get("/readyz", None).await.problem(), (503, "unavailable".to_owned()));
            assert_eq!(hub.get("/healthz", None).await.status, StatusCode::OK);
        },
    )
    .await;
}

#[tokio::test]
async fn a_hub_whose_database_is_gone_is_alive_and_not_ready() {
    both(|hub| async move {
        hub.store().close().await;
        assert_eq!(hub.get("/readyz", None).await.problem(), (503, "unavailable".to_owned()));
        assert_eq!(hub.get("/healthz", None).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn figures_name_routes_and_never_what_was_asked_for() {
    both(|hub| async move {
        let first = hub.get("/venues/0192f0c1-0000-7000-8000-000000000001", None).await;
        let second = hub.get("/nothing/secret", None).await;
        assert_ne!(first.headers["x-request-id"], second.headers["x-request-id"]);
        assert_eq!(second.problem(), (404, "not_found".to_owned()));
        let text = String::from_utf8(hub.get("/metrics", None).await.body).unwrap();
        assert!(text.contains("route=\"/venues/{id}\"") && text.contains("xuncha_request_seconds"));
        assert!(!text.contains("0192f0c1") && !text.contains("secret"));
    })
    .await;
}

#[tokio::test]
async fn figures_with_an_address_of_their_own_are_answered_there_and_nowhere_else() {
    // Failing means that another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path());
    let (all, own) = (free(), free());
    (config.listen, config.metrics_listen) = (all, Some(own));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(serve_until(config, World::real(), async move { _ = stopped.await }));
    let status = async |at: SocketAddr, path: &str| loop {
        match reqwest::get(format!("http://{at}{path}")).await {
            Ok(answer) => break answer.status().as_u16(),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert_eq!((status(own, "/metrics").await, status(own, "/readyz").await), (200, 200));
    assert_eq!((status(all, "/metrics").await, status(all, "/readyz").await), (404, 200));
    assert_eq!(status(own, "/coverage").await, 404);
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert!(reqwest::get(format!("http://{own}/metrics")).await.is_err());
}

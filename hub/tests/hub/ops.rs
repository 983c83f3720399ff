//! Health, figures and request ids.

use http::StatusCode;
use serde_json::json;

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

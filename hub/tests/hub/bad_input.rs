//! What nobody should send, and what they are told.

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;
use xuncha_core::domain::*;
use xuncha_core::wire::{frame, limits};

use crate::support::*;

/// Status and code of a problem.
type Told = (u16, &'static str);

#[tokio::test]
async fn bodies_that_are_no_push_are_told_apart() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let packed = |text: &str| frame::compress(text.as_bytes()).unwrap();
        let empty = r#"{"parcels":[]}"#;
        let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
        let many = json!({"parcels": vec![json!({"sealed": "a.b.c"}); limits::PUSH_RECORDS + 1]}).to_string();
        let mut cut = packed(empty);
        cut.pop();
        let twice = packed(empty).repeat(2);
        let cases: [(&str, Vec<u8>, Option<&str>, Told); 13] = [
            ("no zstd", b"<html>502</html>".to_vec(), Some("zstd"), (400, "bad_request")),
            ("a cut frame", cut, Some("zstd"), (400, "bad_request")),
            ("two frames", twice, Some("zstd"), (400, "bad_request")),
            ("a bomb", packed(&" ".repeat(64 << 20)), Some("zstd"), (413, "too_large")),
            ("ten megabytes", vec![b' '; 10 << 20], None, (413, "too_large")),
            ("ten megabytes packed", vec![7; 10 << 20], Some("zstd"), (413, "too_large")),
            ("gzip", packed(empty), Some("gzip"), (415, "unsupported_media_type")),
            ("too deep", packed(&format!(r#"{{"parcels":[{deep}]}}"#)), Some("zstd"), (400, "bad_request")),
            ("too many", packed(&many), Some("zstd"), (413, "too_large")),
            ("no JSON", b"parcels".to_vec(), None, (400, "bad_request")),
            ("no text", vec![0xff; 9], None, (400, "bad_request")),
            ("strange fields", br#"{"parcels":[],"x":1}"#.to_vec(), None, (400, "bad_request")),
            ("nothing", Vec::new(), None, (400, "bad_request")),
        ];
        for (what, body, encoding, expected) in cases {
            let told = phone.push_bytes(body, encoding).await.problem();
            assert_eq!((told.0, told.1.as_str()), expected, "{what}");
        }
        assert_eq!(phone.push_bytes(packed(empty), Some("zstd")).await.json()["answers"], json!([]));
        assert_eq!(phone.push_bytes(empty.into(), Some("identity")).await.json()["answers"], json!([]));
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 0);
    })
    .await;
}

#[tokio::test]
async fn callers_nobody_knows_are_told_to_enrol() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let mut wrong = phone.token().to_owned();
        let last = if wrong.pop() == Some('A') { 'B' } else { 'A' };
        wrong.push(last);
        let headers = [
            None,
            Some(format!("Bearer {wrong}")),
            Some("Bearer".to_owned()),
            Some("Bearer ".to_owned()),
            Some(format!("Bearer {}", "A".repeat(64))),
            Some(format!("Bearer {}", "é".repeat(32))),
            Some(format!("Basic {}", phone.token())),
            Some(format!("Bearer {} x", phone.token())),
        ];
        for header in headers {
            for path in ["changes", "log/head", "coverage", "devices"] {
                let mut request = Request::get(format!("/api/v1/{path}"));
                if let Some(header) = &header {
                    request = request.header(AUTHORIZATION, header.as_bytes());
                }
                let told = hub.call(request.body(Body::empty()).unwrap()).await;
                assert_eq!(told.problem(), (401, "unauthorized".into()), "{path} {header:?}");
                assert_eq!(told.headers["www-authenticate"], "Bearer");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn strange_questions_are_answered_as_problems() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Head).await).await;
        let cases = [
            ("/api/v1/changes?cursor=-1", 400),
            ("/api/v1/changes?cursor=x", 400),
            ("/api/v1/changes?limit=0", 400),
            ("/api/v1/changes?limit=2001", 400),
            ("/api/v1/changes?page=1", 400),
            ("/api/v1/changes?cursor=18446744073709551615&limit=1&log_size=18446744073709551615", 200),
            ("/api/v1/coverage?month=2026-13", 400),
            ("/api/v1/coverage?month=November", 400),
            ("/api/v1/coverage?month=0000-01", 200),
            ("/api/v1/coverage?month=9999-12", 200),
            ("/api/v1/coverage?station=x", 400),
            ("/api/v1/log/consistency?from=1", 400),
            ("/api/v1/log/consistency?from=18446744073709551615&to=18446744073709551615", 400),
            ("/api/v1/log/inclusion?record=x", 400),
            ("/api/v1/nothing", 404),
            ("/api/v1/enrol", 405),
            ("/nothing", 404),
        ];
        for (path, status) in cases {
            let told = phone.get(path).await;
            assert_eq!(told.status, status, "{path}");
            if status != 200 {
                told.problem();
            }
        }
        assert_eq!(phone.post("/api/v1/devices/x/revoke", &json!({})).await.problem().0, 404);
        let unknown = DeviceId::mint(hub.now(), [1; 10]);
        let path = format!("/api/v1/devices/{unknown}/revoke");
        assert_eq!(phone.post(&path, &json!({})).await.problem(), (404, "not_found".into()));
    })
    .await;
}

#[tokio::test]
async fn small_requests_must_be_small_json() {
    both(|hub| async move {
        let cases: [(&str, Vec<u8>, (u16, &str)); 6] = [
            ("application/json", vec![b' '; 100_000], (413, "too_large")),
            ("application/json", b"{}".to_vec(), (400, "bad_request")),
            ("application/json", br#"{"code":"123"}"#.to_vec(), (400, "bad_request")),
            ("application/json; charset=utf-8", b"[]".to_vec(), (400, "bad_request")),
            ("text/plain", b"{}".to_vec(), (415, "unsupported_media_type")),
            ("", b"{}".to_vec(), (415, "unsupported_media_type")),
        ];
        for (kind, body, expected) in cases {
            let request =
                Request::post("/api/v1/enrol").header(CONTENT_TYPE, kind).body(body.into()).unwrap();
            let told = hub.call(request).await.problem();
            assert_eq!((told.0, told.1.as_str()), expected, "{kind}");
        }
    })
    .await;
}

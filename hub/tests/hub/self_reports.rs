//! How phones tell what state they are in, and what the head sees of it.

use axum::body::Body;
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use xuncha_core::domain::*;
use xuncha_core::wire::{
    IssueCode, Jws, KeyStore, OutboxFigures, Program, Room, SelfReport, SelfReportAnswer, Signed as _,
    SigningKey, Typ, V1, sign,
};

use crate::support::*;

const PATH: &str = "/api/v1/devices/self-report";

/// Type, content and token of a body, and what is told.
type Wrong<'a> = (&'a str, Vec<u8>, Option<&'a str>, (u16, &'a str));

pub(crate) fn report(phone: &Phone) -> SelfReport {
    SelfReport {
        v: V1,
        device: phone.answer.device,
        at: phone.hub.now(),
        program: Program { version: Name::new("1.0").unwrap(), system: Name::new("Android 15").unwrap() },
        room: Room { database: 2_000_000, photos: 300_000, spare: 0, free: 9_000_000_000 },
        outbox: OutboxFigures { waiting: 4, photos: 2, ..OutboxFigures::default() },
        synced_at: None,
        key_store: KeyStore::Sound,
        was_damaged: false,
        clock_shift_ms: Some(1_000),
        issues: [].into(),
    }
}

async fn put(phone: &Phone, token: Option<&str>, kind: &str, body: Vec<u8>) -> Reply {
    let request = bearing(Request::put(PATH), token).header(CONTENT_TYPE, kind);
    phone.hub.call(request.body(Body::from(body)).unwrap()).await
}

pub(crate) async fn send(phone: &Phone, report: &Jws) -> Reply {
    let body = json!({ "report": report }).to_string().into_bytes();
    put(phone, Some(phone.token()), "application/json", body).await
}

#[tokio::test]
async fn the_last_report_of_a_phone_is_kept_and_the_head_sees_what_to_do() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let head = hub.member(&station, Role::Head).await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let browser = Browser::of(&hub, &head).await;
        assert!(browser.page("/devices").await.contains("还没有报告"));

        let sound = report(&phone).sign(&phone.key).unwrap();
        let answer: SelfReportAnswer = send(&phone, &sound).await.read();
        assert_eq!((answer.sha256, answer.received_at), (sound.hash(), hub.now()));
        let page = browser.page("/devices").await;
        assert!(page.contains("正常") && page.contains("待传记录 4，照片 2"), "{page}");

        let full = SelfReport { issues: [IssueCode::LowSpace].into(), ..report(&phone) };
        send(&phone, &full.sign(&phone.key).unwrap()).await.read::<SelfReportAnswer>();
        let page = browser.page("/devices").await;
        assert!(page.contains("需要帮助") && page.contains("手机空间快满了"), "{page}");
        assert_eq!(hub.count("SELECT COUNT(*) FROM self_reports").await, 1);

        let told = hub.phone(&head).await.get("/api/v1/devices").await.json();
        let rows = told["devices"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == json!(phone.answer.device)).unwrap();
        assert_eq!(row["self_report"]["issues"], json!(["low_space"]));
        assert_eq!(row["self_report"]["received_at"], json!(hub.now()));
    })
    .await;
}

#[tokio::test]
async fn a_report_that_can_t_be_read_costs_nobody_the_list_of_phones() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let head = hub.member(&station, Role::Head).await;
        let [phone, other] =
            [hub.phone(&hub.member(&station, Role::Volunteer).await).await, hub.phone(&head).await];
        let tells = async |phone: &Phone| {
            send(phone, &report(phone).sign(&phone.key).unwrap()).await.read::<SelfReportAnswer>()
        };
        tells(&phone).await;
        hub.tamper("UPDATE self_reports SET body = '{\"v\":9}'").await;
        tells(&other).await;
        let page = Browser::of(&hub, &head).await.page("/devices").await;
        assert!(page.contains("报告读不出来") && page.contains("待传记录 4，照片 2"), "{page}");
        let told = other.get("/api/v1/devices").await.json();
        let reports: Vec<bool> =
            told["devices"].as_array().unwrap().iter().map(|row| row["self_report"].is_null()).collect();
        assert_eq!(reports.iter().filter(|missing| **missing).count(), 1, "{told}");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_report_of_this_very_phone_is_refused_and_nothing_is_kept() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let other = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let good = report(&phone);
        let by_other = good.sign(&SigningKey::from_seed([9; 32])).unwrap();
        let as_record = sign(&phone.key, Typ::Record, &good).unwrap();
        let of_other = report(&other).sign(&phone.key).unwrap();
        let mut newer = serde_json::to_value(&good).unwrap();
        newer["v"] = json!(2);
        let newer = sign(&phone.key, Typ::SelfReport, &newer).unwrap();
        let mut place = serde_json::to_value(&good).unwrap();
        place["position"] = json!([32.0, 118.0]);
        let place = sign(&phone.key, Typ::SelfReport, &place).unwrap();
        for (what, jws, told) in [
            ("signed by another key", by_other, (400, "bad_request")),
            ("a message of another kind", as_record, (400, "bad_request")),
            ("of a later version", newer, (400, "bad_request")),
            ("with more than figures", place, (400, "bad_request")),
            ("about another phone", of_other, (403, "forbidden")),
        ] {
            let (status, code) = send(&phone, &jws).await.problem();
            assert_eq!((status, code.as_str()), told, "{what}");
        }
        let token = Some(phone.token());
        let bodies: [Wrong<'_>; 6] = [
            ("application/json", b"{}".to_vec(), token, (400, "bad_request")),
            ("application/json", br#"{"report":"a.b.c","x":1}"#.to_vec(), token, (400, "bad_request")),
            ("application/json", br#"{"report":"x"}"#.to_vec(), token, (400, "bad_request")),
            ("application/json", vec![b' '; 100_000], token, (413, "too_large")),
            ("text/plain", b"{}".to_vec(), token, (415, "unsupported_media_type")),
            ("application/json", b"{}".to_vec(), None, (401, "unauthorized")),
        ];
        for (kind, body, token, told) in bodies {
            let (status, code) = put(&phone, token, kind, body).await.problem();
            assert_eq!((status, code.as_str()), told);
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM self_reports").await, 0);
        xuncha_hub::devices::revoke(&hub.app, station.id, phone.answer.device, None).await.unwrap();
        let told: Value = json!(send(&phone, &good.sign(&phone.key).unwrap()).await.problem().1);
        assert_eq!(told, "device_revoked");
    })
    .await;
}

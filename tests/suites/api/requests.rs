//! Requests that are wrong in one way, and the code that each is turned away by.

use serde_json::{Value, json};
use xuncha_core::domain::RecordId;
use xuncha_core::wire::SigningKey;
use xuncha_tests::client::client;

use super::{Desk, answered};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Stranger,
    Volunteer,
    Head,
}

/// Headers beside those that every request has.
type Headers = &'static [(&'static str, &'static str)];

/// A request, and status and code of its answer.
type Wrong = (&'static str, &'static str, Who, Headers, Value, u16, &'static str);

const NONE: Headers = &[];
const TUS: Headers = &[("tus-resumable", "1.0.0")];
const NO_PHOTO: &str = "/api/v1/photos/01970000-0000-7000-8000-000000000009";
const NO_RECORD: &str = "/api/v1/records/01970000-0000-7000-8000-000000000009";
const NO_ID: &str = "01970000-0000-7000-8000-000000000009";

fn wrong() -> Vec<Wrong> {
    use Who::{Head, Nobody, Stranger, Volunteer};
    let enrol = |code: &str| {
        let key = SigningKey::from_seed([5; 32]).verifying_key();
        json!({"code": code, "key": key, "platform": "cli", "label": "测试手机"})
    };
    let review = |decision: &str| json!({"record": NO_ID, "decision": decision});
    vec![
        ("GET", "/api/v1/changes", Nobody, NONE, Value::Null, 401, "unauthorized"),
        ("GET", "/api/v1/changes", Stranger, NONE, Value::Null, 401, "unauthorized"),
        ("GET", "/api/v1/changes?cursor=-1", Volunteer, NONE, Value::Null, 400, "bad_request"),
        ("GET", "/api/v1/changes?limit=1000000", Volunteer, NONE, Value::Null, 400, "bad_request"),
        ("GET", "/api/v1/coverage?month=2026-13", Volunteer, NONE, Value::Null, 400, "bad_request"),
        ("GET", "/api/v1/nowhere", Volunteer, NONE, Value::Null, 404, "not_found"),
        ("DELETE", "/api/v1/records", Volunteer, NONE, Value::Null, 405, "method_not_allowed"),
        ("GET", "/api/v1/devices", Volunteer, NONE, Value::Null, 403, "forbidden"),
        // Enrolment.
        ("POST", "/api/v1/enrol", Nobody, NONE, json!({"code": "1234567890"}), 400, "bad_request"),
        ("POST", "/api/v1/enrol", Nobody, NONE, enrol("12345"), 400, "bad_request"),
        ("POST", "/api/v1/enrol", Nobody, NONE, enrol("5083482009"), 404, "code_unknown"),
        ("POST", "/api/v1/enrolments", Volunteer, NONE, json!({"member": NO_ID}), 403, "forbidden"),
        ("POST", "/api/v1/enrolments", Head, NONE, json!({"member": NO_ID}), 404, "not_found"),
        // Reviews.
        ("POST", "/api/v1/reviews", Volunteer, NONE, review("approved"), 403, "forbidden"),
        ("POST", "/api/v1/reviews", Head, NONE, review("approved"), 404, "not_found"),
        (
            "POST",
            "/api/v1/reviews",
            Head,
            NONE,
            json!({"record": NO_ID, "decision": "approved", "reason": "很好"}),
            400,
            "bad_request",
        ),
        ("POST", "/api/v1/reviews", Head, NONE, review("returned"), 400, "bad_request"),
        ("POST", "/api/v1/reviews", Head, NONE, review("pending"), 400, "bad_request"),
        // What is looked at before a review.
        ("GET", NO_RECORD, Nobody, NONE, Value::Null, 401, "unauthorized"),
        ("GET", NO_RECORD, Volunteer, NONE, Value::Null, 403, "forbidden"),
        ("GET", NO_RECORD, Head, NONE, Value::Null, 404, "not_found"),
        ("GET", "/api/v1/records/nothing", Head, NONE, Value::Null, 404, "not_found"),
        // Photos: who may come in is asked first, then which tus is spoken.
        ("POST", "/api/v1/photos", Nobody, NONE, Value::Null, 401, "unauthorized"),
        ("POST", "/api/v1/photos", Volunteer, NONE, Value::Null, 412, "tus_version"),
        ("POST", "/api/v1/photos", Volunteer, &[("tus-resumable", "0.2.2")], Value::Null, 412, "tus_version"),
        ("PATCH", NO_PHOTO, Volunteer, NONE, Value::Null, 412, "tus_version"),
        ("DELETE", NO_PHOTO, Volunteer, NONE, Value::Null, 412, "tus_version"),
        ("POST", "/api/v1/photos", Volunteer, TUS, Value::Null, 400, "bad_request"),
        ("PATCH", NO_PHOTO, Volunteer, TUS, json!({}), 415, "unsupported_media_type"),
        (
            "PATCH",
            NO_PHOTO,
            Volunteer,
            &[
                ("tus-resumable", "1.0.0"),
                ("content-type", "application/offset+octet-stream"),
                ("upload-offset", "0"),
            ],
            Value::Null,
            404,
            "not_found",
        ),
        (
            "PATCH",
            NO_PHOTO,
            Volunteer,
            &[
                ("tus-resumable", "1.0.0"),
                ("content-type", "application/offset+octet-stream"),
                ("upload-offset", "-1"),
            ],
            Value::Null,
            400,
            "bad_request",
        ),
        // Reports of phones.
        ("PUT", "/api/v1/devices/self-report", Nobody, NONE, json!({"report": "a.b.c"}), 401, "unauthorized"),
        ("PUT", "/api/v1/devices/self-report", Volunteer, NONE, json!({"report": 1}), 400, "bad_request"),
        (
            "PUT",
            "/api/v1/devices/self-report",
            Volunteer,
            NONE,
            json!({"report": "x".repeat(70_000)}),
            413,
            "too_large",
        ),
    ]
}

/// Asks, and gives status, type and problem of the answer.
async fn asked(
    url: String,
    method: &str,
    token: Option<&str>,
    headers: Headers,
    body: &Value,
) -> (u16, String, Value) {
    let mut request = client().request(method.parse().unwrap(), url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if !body.is_null() {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, kind) = (answer.status().as_u16(), answer.headers().get("content-type").cloned());
    let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
    problem["code"].as_str().into_iter().for_each(answered);
    (status, kind, problem)
}

pub(super) async fn every_wrong_request_is_turned_away_by_its_code() {
    let desk = Desk::new().await;
    let head = desk.site.device(desk.site.head, 9).await.unwrap();
    for (method, path, who, headers, body, status, code) in wrong() {
        let token = match who {
            Who::Nobody => None,
            Who::Stranger => Some("wrong"),
            Who::Volunteer => Some(desk.device.token.as_str()),
            Who::Head => Some(head.token.as_str()),
        };
        let url = format!("{}{path}", desk.site.hub.url());
        let (is, kind, problem) = asked(url, method, token, headers, &body).await;
        let what = format!("{method} {path} by {who:?} with {headers:?} {body}: {problem}");
        assert_eq!((is, problem["code"].as_str()), (status, Some(code)), "{what}");
        assert_eq!(kind, "application/problem+json", "{what}");
    }
}

pub(super) async fn a_code_is_worth_one_phone_and_a_record_one_review() {
    let mut desk = Desk::new().await;
    let head = desk.site.device(desk.site.head, 9).await.unwrap();
    let hub = desk.site.hub.url().to_owned();
    let code = desk.site.hub.card(desk.site.volunteers[1]).unwrap().code;
    let enrol = |seed: u8| {
        let key = SigningKey::from_seed([seed; 32]).verifying_key();
        json!({"code": code, "key": key, "platform": "cli", "label": "测试手机"})
    };
    let first = asked(format!("{hub}/api/v1/enrol"), "POST", None, NONE, &enrol(31)).await;
    assert_eq!(first.0, 200, "{first:?}");
    let second = asked(format!("{hub}/api/v1/enrol"), "POST", None, NONE, &enrol(32)).await;
    assert_eq!((second.0, &second.2["code"]), (409, &"code_used".into()));

    let record = desk.record();
    let id: RecordId = record.id;
    let sealed = desk.device.seal(&record).unwrap();
    desk.device.push_sealed(&[sealed]).await.unwrap();
    let review = |decision: Value| {
        let (url, token) = (format!("{hub}/api/v1/reviews"), head.token.clone());
        async move { asked(url, "POST", Some(&token), NONE, &decision).await }
    };
    let first = review(json!({"record": id, "decision": "approved", "seen": "pending"})).await;
    assert!((200..300).contains(&first.0), "{first:?}");
    let late =
        review(json!({"record": id, "decision": "returned", "reason": "不清", "seen": "pending"})).await;
    assert_eq!((late.0, &late.2["code"]), (409, &"already_reviewed".into()));
}

//! Every call of the API asks for the operation that is written here beside it, of each role in, below and beside its
//! seat; the dashboard's addresses have a table of their own in `routes`.

use std::collections::BTreeSet;
use std::path::Path;

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use xuncha_core::domain::*;
use xuncha_hub::scope::{Operation, Relation, may};

use super::support::*;

/// What a call asks of whoever makes it.
#[derive(Clone, Copy)]
enum Asks {
    /// Nothing: it tells nothing of a station.
    Nothing,
    /// To be a phone: it is about that phone's own station, and names no other.
    APhone,
    /// To be somebody who may do it at the station that it names.
    May(Operation),
}

use Asks::{APhone, May, Nothing};
use Operation as Op;

/// Any id.
const ID: &str = "01931f2e-5c00-7000-8000-000000000001";

const ROUTES: &[(&str, &str, Asks)] = &[
    ("get", "/api/openapi.json", Nothing),
    ("get", "/changes", APhone),
    ("get", "/coverage", May(Op::Read)),
    ("get", "/devices", May(Op::KeepDevices)),
    ("post", "/devices/{id}/revoke", May(Op::KeepDevices)),
    ("post", "/devices/former", APhone),
    ("put", "/devices/self-report", APhone),
    ("post", "/enrol", Nothing),
    ("post", "/enrolments", May(Op::KeepDevices)),
    ("get", "/exports/{what}", May(Op::Export)),
    ("get", "/findings", May(Op::Read)),
    ("post", "/findings/steps", May(Op::FollowUp)),
    ("get", "/healthz", Nothing),
    ("get", "/log/consistency", May(Op::Read)),
    ("get", "/log/head", May(Op::Read)),
    ("get", "/log/inclusion", May(Op::Read)),
    ("get", "/metrics", Nothing),
    ("options", "/photos", Nothing),
    ("post", "/photos", APhone),
    ("delete", "/photos/{photo}", APhone),
    ("head", "/photos/{photo}", APhone),
    ("options", "/photos/{photo}", Nothing),
    ("patch", "/photos/{photo}", APhone),
    ("get", "/readyz", Nothing),
    ("post", "/records", APhone),
    ("get", "/records/{record}", May(Op::Review)),
    ("get", "/records/{record}/photos/{photo}", May(Op::Review)),
    ("post", "/reviews", May(Op::Review)),
];

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// Every `.route("…")` in the sources but those of the dashboard, with the methods that it answers to.
fn in_sources(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("dashboard") {
            in_sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(str::trim);
            let calls =
                lines.filter(|line| line.starts_with("Router::new().route(") || line.starts_with(".route("));
            for call in calls.flat_map(|line| line.split(".route(").skip(1)) {
                let literal = call.strip_prefix('"').and_then(|it| it.split_once('"'));
                let (address, handlers) =
                    literal.unwrap_or_else(|| panic!("no address stands in .route({call}"));
                let methods = METHODS.iter().filter(|method| handlers.contains(&format!("{method}(")));
                let before = found.len();
                found.extend(methods.map(|method| ((*method).to_owned(), address.to_owned())));
                assert!(found.len() > before, "no method stands in .route({call}");
            }
        }
    }
}

#[test]
fn every_call_of_the_api_is_in_the_table_and_no_other() {
    let mut found = BTreeSet::new();
    in_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let known = ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()));
    assert_eq!(known.collect::<BTreeSet<_>>(), found);
}

/// A station with a volunteer, their phone and a record of it, with a photo.
struct There {
    station: Station,
    volunteer: Member,
    device: DeviceId,
    record: RecordId,
    photo: PhotoId,
}

impl There {
    async fn of(hub: &Hub, name: &str, sub_bureau: &str) -> Self {
        let station = hub.station_of(name, sub_bureau).await;
        let volunteer = hub.named(&station, Role::Volunteer, "义工甲").await;
        let mut phone = hub.phone(&volunteer).await;
        let jpeg = b"a picture of a sign";
        let (record, photo, jws) = phone.photograph(&hub.venue(&station).await, NOW - DAY, jpeg);
        all_accepted(&phone.push(&[&jws]).await);
        hub.has_photo(station.id, photo, jpeg).await;
        Self { station, volunteer, device: phone.answer.device, record, photo }
    }

    /// A call about this station.
    fn asked(&self, path: &str) -> (String, Value) {
        let station = self.station.id;
        let path = path.replace("{record}", &self.record.to_string());
        let path = path.replace("{photo}", &self.photo.to_string());
        let path = path.as_str();
        let address = match path {
            "/devices/{id}/revoke" => format!("/api/v1/devices/{}/revoke", self.device),
            "/exports/{what}" => format!("/api/v1/exports/records?format=csv&station={station}"),
            "/log/consistency" => format!("/api/v1/log/consistency?from=0&to=1&station={station}"),
            "/log/inclusion" => format!("/api/v1/log/inclusion?record={}&station={station}", self.record),
            "/enrolments" | "/findings/steps" | "/reviews" => format!("/api/v1{path}"),
            path => format!("/api/v1{path}?station={station}"),
        };
        let step = json!({"kind": "mended"});
        let body = match path {
            "/enrolments" => json!({"member": self.volunteer.id, "station": station}),
            "/findings/steps" => {
                json!({"record": self.record, "item": "wb_exit", "act": step, "station": station})
            }
            "/reviews" => {
                json!({"record": self.record, "decision": "approved", "seen": "pending", "station": station})
            }
            _ => Value::Null,
        };
        (address, body)
    }
}

async fn call(hub: &Hub, token: Option<&str>, method: &str, address: &str, body: &Value) -> StatusCode {
    let method: Method = method.to_uppercase().parse().unwrap();
    let request = bearing(Request::builder().method(method).uri(address), token)
        .header(CONTENT_TYPE, "application/json")
        .header("Tus-Resumable", "1.0.0");
    let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
    hub.call(request.body(body).unwrap()).await.status
}

#[tokio::test]
async fn nobody_makes_a_call_that_asks_for_something_without_a_token() {
    both(|hub| async move {
        let there = There::of(&hub, "柳岸派出所", "东城分局").await;
        for (method, path, asks) in ROUTES {
            let (address, body) = there.asked(&path.replace("{photo}", ID));
            if !matches!(asks, Nothing) {
                let status = call(&hub, None, method, &address, &body).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_phone_says_and_asks_for_its_own_station_is_answered_to_each_role() {
    both(|hub| async move {
        let there = There::of(&hub, "柳岸派出所", "东城分局").await;
        for role in Role::ALL {
            let phone = hub.phone(&hub.named(&there.station, role, role.code()).await).await;
            for (method, path, _) in ROUTES.iter().filter(|(_, _, asks)| matches!(asks, APhone)) {
                let address = format!("/api/v1{}", path.replace("{photo}", ID));
                let status = call(&hub, Some(phone.token()), method, &address, &Value::Null).await;
                let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status);
                assert!(!refused && !status.is_server_error(), "{role:?} {method} {path}: {status}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_call_is_answered_to_just_those_roles_and_for_just_those_stations_that_may() {
    both(|hub| async move {
        let own = There::of(&hub, "柳岸派出所", "东城分局").await;
        let sister = There::of(&hub, "桥头派出所", "东城分局").await;
        let foreign = There::of(&hub, "桥北派出所", "西城分局").await;
        let mut wrong = Vec::new();
        for role in Role::ALL {
            let phone = hub.phone(&hub.named(&own.station, role, role.code()).await).await;
            let relations = match role.scope() {
                Scope::Station => [Relation::In, Relation::Beside, Relation::Beside],
                Scope::SubBureau => [Relation::Below, Relation::Below, Relation::Beside],
                Scope::City => [Relation::Below; 3],
            };
            for (method, path, asks) in ROUTES {
                let May(operation) = asks else { continue };
                for (there, relation) in [&own, &sister, &foreign].into_iter().zip(relations) {
                    let (address, body) = there.asked(path);
                    let status = call(&hub, Some(phone.token()), method, &address, &body).await;
                    // A station that is out of reach is not even said to exist, where its id alone is asked for.
                    let hidden = *method == "get" || path.contains("{id}");
                    let right = if may(role, *operation, relation) {
                        // There is nothing to follow up, and somebody else may have reviewed it before.
                        status.is_success()
                            || (*path, status) == ("/findings/steps", StatusCode::NOT_FOUND)
                            || (*path, status) == ("/reviews", StatusCode::CONFLICT)
                    } else if hidden && !may(role, Op::Read, relation) {
                        // To whom no list of phones is told, nowhere.
                        status == StatusCode::NOT_FOUND
                            || (*path == "/devices" && status == StatusCode::FORBIDDEN)
                    } else {
                        status == StatusCode::FORBIDDEN
                    };
                    if !right {
                        wrong.push(format!("{role:?} {method} {address} {relation:?}: {status}"));
                    }
                }
            }
        }
        assert_eq!(wrong, [""; 0]);
    })
    .await;
}

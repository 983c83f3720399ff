//! Every address of the dashboard asks for the operation that is written here beside it, of each role in, below
//! and beside its seat.

use std::collections::BTreeSet;
use std::path::Path;

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;
use xuncha_hub::scope::{Operation, Relation, may};

use super::support::*;

/// How an address is called.
#[derive(Clone, Copy, Debug)]
enum Call {
    Get,
    Form(&'static [(&'static str, &'static str)]),
    File(&'static [(&'static str, &'static str)]),
}

/// What it asks of whoever calls it.
#[derive(Clone, Copy)]
enum Asks {
    /// Nothing: it shows nothing of a station.
    Nothing,
    /// To be signed in: it is about nobody but whoever calls it.
    SignedIn,
    May(Operation),
}

use Asks::{May, Nothing, SignedIn};
use Call::{File, Form, Get};
use Operation as Op;

/// Any id.
const ID: &str = "01931f2e-5c00-7000-8000-000000000001";
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const NAMED: &[(&str, &str)] = &[("name", "某某"), ("role", "volunteer")];
const MOVED: &[(&str, &str)] = &[("to", ID), ("first_day", "2026-11-20")];
const VENUE: &[(&str, &str)] = &[
    ("name", "某网吧"),
    ("kind", "internet_cafe"),
    ("address", ""),
    ("lat", ""),
    ("lon", ""),
    ("datum", "wgs84"),
    ("placard", ""),
    ("opened_on", ""),
];
const SCHOOL: &[(&str, &str)] = &[
    ("name", "某小学"),
    ("level", "primary"),
    ("shape", "gates"),
    ("points", "32.06 118.79"),
    ("datum", "wgs84"),
];
const POLICY: &[(&str, &str)] = &[
    ("venues", ""),
    ("from", "2026-12"),
    ("visits_per_month", "2"),
    ("min_gap_days", "7"),
    ("check_ins_count", "false"),
    ("on_site_radius", "100"),
    ("near_school", "200"),
    ("near_kindergarten", "50"),
    ("opens", "08:00"),
    ("closes", "24:00"),
    ("hours_severity", "R"),
];
const STEP: &[(&str, &str)] = &[("record", ID), ("item", "wb_exit"), ("seen", "0"), ("act", "mended")];

const ROUTES: &[(&str, Call, Asks)] = &[
    ("/", Get, Nothing),
    ("/account", Get, SignedIn),
    ("/account/password", Form(&[]), SignedIn),
    ("/account/second-factor", Get, SignedIn),
    ("/account/second-factor", Form(&[]), SignedIn),
    ("/account/second-factor/off", Form(&[]), SignedIn),
    ("/account/sessions", Form(&[]), SignedIn),
    ("/alerts", Get, May(Op::Read)),
    ("/alerts/seen", Form(&[("kind", "fork"), ("sha256", HASH)]), May(Op::Review)),
    ("/audit", Get, May(Op::ReadAudit)),
    ("/calendar", Get, May(Op::Read)),
    ("/calendar", File(&[("title", ""), ("date", "")]), May(Op::KeepRules)),
    ("/calendar/report", File(&[("file_name", "x.csv"), ("content", "")]), May(Op::KeepRules)),
    ("/calendar/set", Form(&[("year", "{}")]), May(Op::KeepRules)),
    ("/calendar/{year}", Get, May(Op::Read)),
    ("/checklists", Get, May(Op::Read)),
    ("/checklists", File(&[]), May(Op::Read)),
    ("/checklists/force", File(&[("list", "{}"), ("from", "2026-12-01")]), May(Op::KeepRules)),
    ("/checklists/{code}/{version}", Get, May(Op::Read)),
    ("/checklists/{code}/{version}/file", Get, May(Op::Read)),
    ("/coverage", Get, May(Op::Read)),
    ("/coverage/area.json", Get, May(Op::Read)),
    ("/coverage/map.json", Get, May(Op::Read)),
    ("/coverage/tiles.pmtiles", Get, May(Op::Read)),
    ("/devices", Get, May(Op::KeepDevices)),
    ("/devices/{id}/revoke", Form(&[]), May(Op::KeepDevices)),
    ("/enrolments", Form(&[("member", ID)]), May(Op::KeepDevices)),
    ("/export", Get, May(Op::Export)),
    ("/export/{what}", Get, May(Op::Export)),
    ("/export/{what}/{id}", Get, May(Op::Export)),
    ("/findings", Get, May(Op::Read)),
    (
        "/findings/close",
        Form(&[("each", "01931f2e-5c00-7000-8000-000000000001 wb_exit 0")]),
        May(Op::FollowUp),
    ),
    ("/findings/steps", Form(STEP), May(Op::FollowUp)),
    ("/findings/{record}/{item}/slip", Get, May(Op::Read)),
    ("/handover", Get, May(Op::TakeHandover)),
    ("/handover", File(&[]), May(Op::TakeHandover)),
    ("/import", Get, May(Op::Import)),
    ("/import", File(&[("kind", "venues"), ("datum", "")]), May(Op::Import)),
    ("/import/{id}", Get, May(Op::Import)),
    ("/import/{id}", Form(&[("plan", HASH)]), May(Op::Import)),
    ("/import/{id}/forget", Form(&[]), May(Op::Import)),
    ("/import/{id}/report.csv", Get, May(Op::Import)),
    ("/lang/{tag}", Get, Nothing),
    ("/ledger", Get, May(Op::Read)),
    ("/ledger", Form(&[]), May(Op::KeepLedger)),
    ("/ledger/{id}", Get, May(Op::Read)),
    ("/ledger/{id}", Form(&[]), May(Op::KeepLedger)),
    ("/ledger/{id}/strike", Form(&[("reason", "重复"), ("seen", "1")]), May(Op::KeepLedger)),
    ("/live", Get, May(Op::Read)),
    ("/manage", Get, May(Op::Read)),
    ("/members", Get, May(Op::KeepMembers)),
    ("/members", Form(NAMED), May(Op::KeepMembers)),
    ("/members/{id}", Get, May(Op::KeepMembers)),
    ("/members/{id}", Form(NAMED), May(Op::KeepMembers)),
    ("/members/{id}/password", Form(&[]), May(Op::ResetPasswords)),
    ("/members/{id}/second-factor", Form(&[]), May(Op::ResetPasswords)),
    ("/members/{id}/service", Form(&[("serves", "true")]), May(Op::KeepMembers)),
    ("/photos/{id}", Get, May(Op::Read)),
    ("/photos/{id}/small", Get, May(Op::Read)),
    ("/places", Get, May(Op::KeepPlaces)),
    ("/places/schools/new", Get, May(Op::KeepPlaces)),
    ("/places/schools/new", Form(SCHOOL), May(Op::KeepPlaces)),
    ("/places/schools/{id}", Get, May(Op::KeepPlaces)),
    ("/places/schools/{id}", Form(SCHOOL), May(Op::KeepPlaces)),
    ("/places/schools/{id}/close", Form(&[("last_day", "2026-11-20")]), May(Op::KeepPlaces)),
    ("/places/schools/{id}/merge", Form(&[("into", ID)]), May(Op::KeepPlaces)),
    ("/places/schools/{id}/move", Form(MOVED), May(Op::MovePlaces)),
    ("/places/venues/new", Get, May(Op::KeepPlaces)),
    ("/places/venues/new", Form(VENUE), May(Op::KeepPlaces)),
    ("/places/venues/{id}", Get, May(Op::KeepPlaces)),
    ("/places/venues/{id}", Form(VENUE), May(Op::KeepPlaces)),
    ("/places/venues/{id}/life", Form(&[("turn", "closed"), ("from", "2026-11-20")]), May(Op::KeepPlaces)),
    ("/places/venues/{id}/merge", Form(&[("into", ID)]), May(Op::KeepPlaces)),
    ("/places/venues/{id}/move", Form(MOVED), May(Op::MovePlaces)),
    ("/placards", Get, May(Op::Read)),
    ("/placards", Form(&[]), May(Op::KeepPlaces)),
    ("/policy", Get, May(Op::SetPolicy)),
    ("/policy", Form(POLICY), May(Op::SetPolicy)),
    ("/policy/end", Form(&[("venues", ""), ("from", "2026-12"), ("until", "2027-01")]), May(Op::SetPolicy)),
    ("/policy/findings", Form(&[]), May(Op::SetPolicy)),
    ("/records/{id}", Get, May(Op::Read)),
    ("/records/{id}/review", Form(&[("decision", "approved"), ("seen", "pending")]), May(Op::Review)),
    ("/report", Get, May(Op::Read)),
    ("/report/{month}", Get, May(Op::Read)),
    ("/reviews", Get, May(Op::Read)),
    ("/reviews", Form(&[]), May(Op::Review)),
    ("/sign-in", Get, Nothing),
    ("/sign-in", Form(&[]), Nothing),
    ("/sign-in/code", Get, Nothing),
    ("/sign-in/code", Form(&[]), Nothing),
    ("/sign-in/password", Get, Nothing),
    ("/sign-in/password", Form(&[]), Nothing),
    ("/sign-out", Form(&[]), Nothing),
    ("/trends", Get, May(Op::Read)),
    ("/venues/{id}", Get, May(Op::Read)),
    ("/venues/{id}/history", Get, May(Op::Read)),
    ("/venues/{id}/placard", Get, May(Op::Read)),
    ("/venues/{id}/placard", Form(&[]), May(Op::KeepPlaces)),
];

/// Every `.route("…")` below a folder of sources, with whether it is got and posted to.
fn in_sources(folder: &Path, found: &mut BTreeSet<(String, bool)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            in_sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for rest in text.split(".route(").skip(1) {
                let call = rest.split('\n').find(|line| line.contains("get(") || line.contains("post("));
                // What pages are made of is everybody's; and there is one address that a page names too.
                if rest.starts_with("&format!(\"{PATH}/") || rest.starts_with("&look::STYLE_PATH") {
                    continue;
                }
                let rest = rest.replace("map::TILES", "\"/coverage/tiles.pmtiles\"");
                let literal = rest.trim_start().strip_prefix('"').and_then(|it| it.split_once('"'));
                let (address, _) = literal.unwrap_or_else(|| panic!("no address stands in .route({rest}"));
                let call = call.unwrap_or_default();
                found.extend(call.contains("get(").then(|| (address.to_owned(), false)));
                found.extend(call.contains("post(").then(|| (address.to_owned(), true)));
            }
        }
    }
}

#[test]
fn every_address_of_the_dashboard_is_in_the_table_and_no_other() {
    let mut found = BTreeSet::new();
    in_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dashboard"), &mut found);
    let known = ROUTES.iter().map(|(path, call, _)| ((*path).to_owned(), !matches!(call, Get)));
    assert_eq!(known.collect::<BTreeSet<_>>(), found);
}

/// An address with its variable parts filled in.
fn filled(path: &str) -> String {
    [
        ("{id}", ID),
        ("{record}", ID),
        ("{item}", "wb_exit"),
        ("{month}", "2026-11"),
        ("{what}", "records"),
        ("{year}", "2026"),
        ("{code}", "internet_cafe"),
        ("{version}", "1"),
        ("{tag}", "zh"),
    ]
    .into_iter()
    .fold(path.to_owned(), |path, (name, value)| path.replace(name, value))
}

async fn call(browser: &Browser, path: &str, call: Call, csrf: &str) -> Reply {
    let with_csrf = |form: &[(&'static str, &'static str)]| [&[("csrf", csrf)], form].concat();
    match call {
        Get => browser.get(path).await,
        Form(form) => browser.post(path, &with_csrf(form)).await,
        File(form) => browser.post_file(path, &with_csrf(form), "a.csv", b"x").await,
    }
}

#[tokio::test]
async fn nobody_comes_to_an_address_that_asks_for_something_without_signing_in() {
    both(|hub| async move {
        hub.station("柳岸派出所").await;
        let browser = Browser::new(&hub);
        for (path, how, asks) in ROUTES {
            let reply = call(&browser, &filled(path), *how, "").await;
            if !matches!(asks, Nothing) {
                if matches!(how, Get) {
                    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}");
                    assert!(header(&reply, LOCATION).starts_with("/sign-in"), "{path}");
                } else {
                    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
                    assert!(String::from_utf8_lossy(&reply.body).contains("刚才填写的没有保存"), "{path}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_address_is_answered_to_just_those_roles_and_for_just_those_stations_that_may() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let sister = hub.station_of("桥头派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        let mut wrong = Vec::new();
        for role in Role::ALL {
            let member = hub.named(&own, role, &format!("试验 {}", role.code())).await;
            let browser = Browser::of(&hub, &member).await;
            let csrf = browser.csrf().await;
            let relations = match role.scope() {
                Scope::Station => [Relation::In, Relation::Beside, Relation::Beside],
                Scope::SubBureau => [Relation::Below, Relation::Below, Relation::Beside],
                Scope::City => [Relation::Below; 3],
            };
            for (path, how, asks) in ROUTES {
                let May(operation) = asks else { continue };
                for (station, relation) in [&own, &sister, &foreign].into_iter().zip(relations) {
                    let reads = may(role, Op::Read, relation);
                    if *path == "/live" && reads {
                        continue; // It goes on for as long as somebody listens.
                    }
                    let address = format!("{}?format=csv&station={}", filled(path), station.id);
                    let status = call(&browser, &address, *how, &csrf).await.status;
                    let refused = status == StatusCode::FORBIDDEN;
                    let right = if reads {
                        refused != may(role, *operation, relation) && !status.is_server_error()
                    } else {
                        status == StatusCode::NOT_FOUND
                    };
                    if !right {
                        wrong.push(format!("{role:?} {how:?} {address} {relation:?}: {status}"));
                    }
                }
            }
        }
        assert_eq!(wrong, [""; 0]);
    })
    .await;
}

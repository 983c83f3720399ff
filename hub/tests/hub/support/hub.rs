//! A hub in the test's own process.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;
use xuncha_core::domain::*;
use xuncha_core::wire::{EnrolAnswer, EnrolCode, SigningKey, merkle};
use xuncha_hub::store::{Dialect, Store, reference};
use xuncha_hub::world::{Clock, World};
use xuncha_hub::{App, Config, coverage};

use super::world::{HandClock, Seeded};
use super::{NOW, Phone};

/// A hub in the test's own process, over a database of its own.
#[derive(Clone)]
pub(crate) struct Hub {
    pub(crate) app: Arc<App>,
    pub(crate) router: Router,
    clock: Arc<HandClock>,
    counter: Arc<AtomicU64>,
    _folder: Arc<tempfile::TempDir>,
}

/// An answer of the hub.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{:?}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and code of a problem.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers[CONTENT_TYPE], "application/problem+json", "{}", self.status);
        (self.status.as_u16(), self.json()["code"].as_str().unwrap().to_owned())
    }
}

impl Hub {
    pub(crate) async fn open(database_url: Option<String>) -> Self {
        Self::open_with(|config| config.database_url = database_url).await
    }

    pub(crate) async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(HandClock(AtomicI64::new(NOW)));
        let world = World { clock: clock.clone(), entropy: Arc::new(Seeded(AtomicU64::new(1))) };
        let mut config = Config::new(folder.path());
        change(&mut config);
        let app = Arc::new(App::open(config, world).await.unwrap());
        let router = xuncha_hub::routes::router(&app);
        Self { app, router, clock, counter: Arc::default(), _folder: folder }
    }

    /// Another copy of the hub over the same database and keys.
    pub(crate) async fn copy(&self) -> Self {
        self.copy_by(self.clock.clone()).await
    }

    /// One that goes by another clock.
    pub(crate) async fn copy_by(&self, clock: Arc<dyn Clock>) -> Self {
        let world = World { clock, entropy: self.app.world.entropy.clone() };
        let app = Arc::new(App::open(self.app.config.clone(), world).await.unwrap());
        Self { router: xuncha_hub::routes::router(&app), app, ..self.clone() }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn set_now(&self, millis: i64) {
        self.clock.0.store(millis, Ordering::SeqCst);
    }

    /// Ten bytes that no other id of this test has.
    pub(crate) fn fresh(&self) -> [u8; 10] {
        let number = self.counter.fetch_add(1, Ordering::SeqCst);
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&number.to_be_bytes());
        bytes
    }

    pub(crate) fn record_id(&self) -> RecordId {
        RecordId::mint(self.now(), self.fresh())
    }

    pub(crate) async fn station(&self, name: &str) -> Station {
        self.station_of(name, "柳岸分局").await
    }

    pub(crate) async fn station_of(&self, name: &str, sub_bureau: &str) -> Station {
        let station = Station {
            id: StationId::mint(self.now(), self.fresh()),
            name: Name::new(name).unwrap(),
            sub_bureau: Name::new(sub_bureau).unwrap(),
        };
        self.write_station(&station).await;
        station
    }

    pub(crate) async fn write_station(&self, station: &Station) {
        let mut tx = self.store().begin().await.unwrap();
        reference::write_station(&mut tx, station, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn member(&self, station: &Station, role: Role) -> Member {
        self.named(station, role, "试验甲").await
    }

    pub(crate) async fn named(&self, station: &Station, role: Role, name: &str) -> Member {
        let member = Member {
            id: MemberId::mint(self.now(), self.fresh()),
            station: station.id,
            name: Name::new(name).unwrap(),
            role,
            active: true,
        };
        self.write_member(&member).await;
        member
    }

    pub(crate) async fn write_member(&self, member: &Member) {
        let mut tx = self.store().begin().await.unwrap();
        let mut locked = tx.lock_station(member.station).await.unwrap().unwrap();
        reference::write_member(&mut tx, &mut locked, member, None).await.unwrap();
        locked.save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn venue(&self, station: &Station) -> Venue {
        let venue = Venue {
            id: VenueId::mint(self.now(), self.fresh()),
            station: station.id,
            name: Name::new("远航网吧").unwrap(),
            kind: VenueKind::InternetCafe,
            address: Address::new("柳岸路1号").unwrap(),
            position: Wgs84::new(32.05, 118.78).ok(),
            placard: None,
            life: VenueLife::default(),
        };
        self.write_venue(&venue).await;
        venue
    }

    pub(crate) async fn write_venue(&self, venue: &Venue) {
        let mut tx = self.store().begin().await.unwrap();
        let mut locked = tx.lock_station(venue.station).await.unwrap().unwrap();
        reference::write_venue(&mut tx, &mut locked, venue, None).await.unwrap();
        locked.save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn write_school(&self, school: &School) {
        let mut tx = self.store().begin().await.unwrap();
        let mut locked = tx.lock_station(school.station).await.unwrap().unwrap();
        reference::write_school(&mut tx, &mut locked, school, None).await.unwrap();
        locked.save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn write_policy(&self, station: &Station, policy: &PolicyFrom) {
        let mut tx = self.store().begin().await.unwrap();
        let mut locked = tx.lock_station(station.id).await.unwrap().unwrap();
        reference::write_policy(&mut tx, &mut locked, policy).await.unwrap();
        locked.save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A photo that an accepted record names is here, whole.
    pub(crate) async fn has_photo(&self, station: StationId, photo: PhotoId, jpeg: &[u8]) {
        self.app.photos.put(station, photo, jpeg.to_vec().into()).await.unwrap();
        let mut tx = self.store().begin().await.unwrap();
        let come = sqlx::query("UPDATE photos SET received_at = $1 WHERE photo_id = $2").bind(NOW);
        come.bind(photo.uuid().as_bytes().to_vec()).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn code(&self, member: &Member) -> EnrolCode {
        let card = xuncha_hub::enrolment::make_card(&self.app, member.station, member.id, None).await;
        card.unwrap().link.code
    }

    /// A new phone of a member.
    pub(crate) async fn phone(&self, member: &Member) -> Phone {
        let key = Arc::new(SigningKey::from_seed(Sha256::digest(self.fresh()).into()));
        let code = self.code(member).await;
        let reply = self.enrol(&code, &key).await;
        let answer: EnrolAnswer = reply.read();
        Phone { hub: self.clone(), key, answer, seq: 0, prev: None }
    }

    pub(crate) async fn enrol(&self, code: &EnrolCode, key: &SigningKey) -> Reply {
        let request = json!({"code": code, "key": key.verifying_key(), "platform": "cli", "label": "试验机"});
        self.post("/api/v1/enrol", None, &request).await
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Reply {
        self.call(bearing(Request::get(path), token).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Reply {
        let request = bearing(Request::post(path), token).header(CONTENT_TYPE, "application/json");
        self.call(request.body(body.to_string().into()).unwrap()).await
    }

    /// What is kept of a venue and month, after a recount found that all that is kept is right.
    pub(crate) async fn tally(&self, venue: &Venue, month: &str) -> Tally {
        assert_eq!(coverage::recount(self.store(), venue.station).await.unwrap(), []);
        let month = month.parse().unwrap();
        let told = coverage::station_coverage(self.store(), venue.station, month, self.now().day());
        let told = told.await.unwrap().unwrap();
        told.venues.into_iter().find(|row| row.venue.id == venue.id).unwrap().tally
    }

    /// Whatever happened, the tables belong together: each record has its payload and visit, the log has
    /// no gap, and its frontier is what its leaves make.
    pub(crate) async fn must_be_whole(&self, station: &Station) {
        // Under the station's lock: what a push has begun is either all there or not yet there at all.
        let mut tx = self.store().begin().await.unwrap();
        let (size, root) = tx.lock_station(station.id).await.unwrap().unwrap().log();
        let mut counts = Vec::new();
        for count in [
            "SELECT COUNT(*) FROM records",
            "SELECT COUNT(*) FROM payloads",
            "SELECT COUNT(*) FROM visits",
            "SELECT COUNT(DISTINCT log_index) FROM records",
            "SELECT COALESCE(MAX(log_index), -1) + 1 FROM records",
        ] {
            let row = sqlx::query(count).fetch_one(&mut *tx).await.unwrap();
            counts.push(sqlx::Row::get::<i64, _>(&row, 0));
        }
        assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
        let leaves = xuncha_hub::log::leaves(&mut tx, station.id).await.unwrap();
        assert_eq!((size, root), (leaves.len() as u64, merkle::root_of(&leaves)));
        drop(tx);
        assert_eq!(coverage::recount(self.store(), station.id).await.unwrap(), []);
    }

    /// Makes the database refuse every change of a station's row, or take them again.
    pub(crate) async fn break_stations(&self, broken: bool) {
        let statements: &[&'static str] = match (self.store().dialect(), broken) {
            (Dialect::Sqlite, true) => &["CREATE TRIGGER broken BEFORE UPDATE ON stations \
                BEGIN SELECT RAISE(ABORT, 'broken'); END"],
            (Dialect::Postgres, true) => &[
                "CREATE FUNCTION broken() RETURNS trigger AS \
                 $$ BEGIN RAISE EXCEPTION 'broken'; END $$ LANGUAGE plpgsql",
                "CREATE TRIGGER broken BEFORE UPDATE ON stations FOR EACH ROW EXECUTE FUNCTION broken()",
            ],
            (Dialect::Sqlite, false) => &["DROP TRIGGER broken"],
            (Dialect::Postgres, false) => &["DROP TRIGGER broken ON stations"],
        };
        let mut tx = self.store().begin().await.unwrap();
        for statement in statements {
            sqlx::query(*statement).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Sets how large the database may grow; never less than it is.
    pub(crate) async fn limit_pages(&self, pragma: &'static str) {
        let mut tx = self.store().begin().await.unwrap();
        sqlx::query(pragma).fetch_all(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Does to the database what only somebody does who gets at it.
    pub(crate) async fn tamper(&self, statement: &str) {
        let mut tx = self.store().begin().await.unwrap();
        let done = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *tx).await.unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
        tx.commit().await.unwrap();
    }

    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        use sqlx::Row as _;
        let mut db = self.store().read().await.unwrap();
        sqlx::query(query).fetch_one(&mut *db).await.unwrap().get(0)
    }
}

pub(crate) fn bearing(builder: http::request::Builder, token: Option<&str>) -> http::request::Builder {
    match token {
        Some(token) => builder.header(AUTHORIZATION, format!("Bearer {token}")),
        None => builder,
    }
}

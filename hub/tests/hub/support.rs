//! A hub over each database, phones that seal what they are told to, and a clock that is set by hand.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tower::ServiceExt as _;
use xuncha_core::domain::*;
use xuncha_core::wire::{
    DataKey, EnrolAnswer, EnrolCode, Fact, Jws, LockedRecord, Parcel, Push, PushAnswer, Record, RecordAnswer,
    RefusalCode, SigningKey, TreeHead, V1, WRAP_INFO, frame, merkle, record_aad,
};
use xuncha_hub::store::{Dialect, Store, reference};
use xuncha_hub::world::{Clock, Entropy, NoEntropy, World};
use xuncha_hub::{App, Config, coverage};

/// 2026-11-16, a Monday, 10:00 in Shanghai.
pub(crate) const NOW: i64 = 1_794_794_400_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A clock set by hand.
pub(crate) struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that look random and are the same in every run.
struct Seeded(AtomicU64);

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

/// A hub in the test's own process, over a database of its own.
#[derive(Clone)]
pub(crate) struct Hub {
    pub(crate) app: Arc<App>,
    pub(crate) router: Router,
    clock: Arc<HandClock>,
    counter: Arc<AtomicU64>,
    _folder: Arc<tempfile::TempDir>,
}

/// Runs a test over `SQLite`, and over `PostgreSQL` where `XUNCHA_TEST_POSTGRES` says where one is.
pub(crate) async fn both<F: Future<Output = ()>>(test: impl Fn(Hub) -> F) {
    test(Hub::open(None).await).await;
    let Ok(url) = env::var("XUNCHA_TEST_POSTGRES") else {
        let required = ["CI", "XUNCHA_REQUIRE_POSTGRES"].iter().any(|name| env::var(name).is_ok());
        assert!(!required, "XUNCHA_TEST_POSTGRES must say where PostgreSQL is: run `cargo xtask test hub`");
        return;
    };
    let schema = Schema::make(&url).await;
    let hub = Hub::open(Some(schema.url.clone())).await;
    let store = hub.app.store.clone();
    test(hub).await;
    store.close().await;
    schema.drop().await;
}

/// A schema of `PostgreSQL` for one test.
struct Schema {
    server: String,
    url: String,
    name: String,
}

impl Schema {
    async fn make(server: &str) -> Self {
        sqlx::any::install_default_drivers();
        let mut random = [0; 8];
        getrandom::fill(&mut random).unwrap();
        let name = format!("t{}", hex::encode(random));
        let mut db = AnyConnection::connect(server).await.unwrap();
        db.execute(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await.unwrap();
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}options=-c%20search_path%3D{name}");
        Self { server: server.to_owned(), url, name }
    }

    async fn drop(self) {
        let mut db = AnyConnection::connect(&self.server).await.unwrap();
        db.execute(sqlx::AssertSqlSafe(format!("DROP SCHEMA {} CASCADE", self.name))).await.unwrap();
    }
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
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(HandClock(AtomicI64::new(NOW)));
        let world = World { clock: clock.clone(), entropy: Arc::new(Seeded(AtomicU64::new(1))) };
        let config = Config { database_url, ..Config::new(folder.path()) };
        let app = Arc::new(App::open(config, world).await.unwrap());
        let router = xuncha_hub::app::router(&app);
        Self { app, router, clock, counter: Arc::default(), _folder: folder }
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
        let station = Station {
            id: StationId::mint(self.now(), self.fresh()),
            name: Name::new(name).unwrap(),
            sub_bureau: Name::new("柳岸分局").unwrap(),
        };
        let mut tx = self.store().begin().await.unwrap();
        reference::write_station(&mut tx, &station, None).await.unwrap();
        tx.commit().await.unwrap();
        station
    }

    pub(crate) async fn member(&self, station: &Station, role: Role) -> Member {
        let member = Member {
            id: MemberId::mint(self.now(), self.fresh()),
            station: station.id,
            name: Name::new("试验甲").unwrap(),
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

    pub(crate) async fn write_policy(&self, station: &Station, policy: &PolicyFrom) {
        let mut tx = self.store().begin().await.unwrap();
        let mut locked = tx.lock_station(station.id).await.unwrap().unwrap();
        reference::write_policy(&mut tx, &mut locked, policy).await.unwrap();
        locked.save(&mut tx).await.unwrap();
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
        for table in [
            "SELECT COUNT(*) FROM payloads",
            "SELECT COUNT(*) FROM visits",
            "SELECT COUNT(DISTINCT log_index) FROM records",
            "SELECT COALESCE(MAX(log_index), -1) + 1 FROM records",
        ] {
            assert_eq!(self.count(table).await, self.count("SELECT COUNT(*) FROM records").await, "{table}");
        }
        let mut tx = self.store().begin().await.unwrap();
        let (size, root) = tx.lock_station(station.id).await.unwrap().unwrap().log();
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

    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        use sqlx::Row as _;
        let mut db = self.store().read().await.unwrap();
        sqlx::query(query).fetch_one(&mut *db).await.unwrap().get(0)
    }
}

fn bearing(builder: http::request::Builder, token: Option<&str>) -> http::request::Builder {
    match token {
        Some(token) => builder.header(AUTHORIZATION, format!("Bearer {token}")),
        None => builder,
    }
}

/// A phone: it seals, chains and pushes.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) hub: Hub,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) answer: EnrolAnswer,
    pub(crate) seq: u64,
    pub(crate) prev: Option<Sha256Hash>,
}

impl Phone {
    pub(crate) fn token(&self) -> &str {
        &self.answer.token
    }

    pub(crate) fn member(&self) -> MemberId {
        self.answer.member.id
    }

    /// The next record of this phone's chain, not sealed yet.
    pub(crate) fn record(&self, fact: Fact) -> Record {
        Record {
            v: V1,
            id: self.hub.record_id(),
            station: self.answer.station.id,
            member: self.member(),
            device: self.answer.device,
            seq: self.seq + 1,
            prev: self.prev,
            sealed_at: self.hub.now(),
            clock_shift_ms: None,
            fact,
        }
    }

    pub(crate) fn seal(&mut self, record: &Record) -> Jws {
        let jws = record.seal(&self.key).unwrap();
        self.seq = record.seq;
        self.prev = Some(jws.hash());
        jws
    }

    /// An inspection without findings at a moment.
    pub(crate) fn inspect(&mut self, venue: &Venue, at: i64) -> (RecordId, Jws) {
        let record = self.record(Fact::Inspection(Box::new(inspection(venue, at))));
        (record.id, self.seal(&record))
    }

    /// A correction of a record at the same venue and moment.
    pub(crate) fn correct(&mut self, venue: &Venue, at: i64, old: RecordId) -> (RecordId, Jws) {
        let fact = Inspection { corrects: Some(old), ..inspection(venue, at) };
        let record = self.record(Fact::Inspection(Box::new(fact)));
        (record.id, self.seal(&record))
    }

    pub(crate) async fn push(&self, records: &[&Jws]) -> Vec<RecordAnswer> {
        let parcels = records.iter().map(|jws| Parcel::Sealed((*jws).clone())).collect();
        let reply = self.push_parcels(&Push { parcels }).await;
        reply.read::<PushAnswer>().answers
    }

    pub(crate) async fn push_parcels(&self, push: &Push) -> Reply {
        let body = frame::compress(&serde_json::to_vec(push).unwrap()).unwrap();
        self.push_bytes(body, Some("zstd")).await
    }

    pub(crate) async fn push_bytes(&self, body: Vec<u8>, encoding: Option<&str>) -> Reply {
        let mut request = bearing(Request::post("/api/v1/records"), Some(self.token()))
            .header(CONTENT_TYPE, "application/json");
        if let Some(encoding) = encoding {
            request = request.header(CONTENT_ENCODING, encoding);
        }
        self.hub.call(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn changes(&self, query: &str) -> xuncha_core::wire::ChangesPage {
        let request = bearing(Request::get(format!("/api/v1/changes?{query}")), Some(self.token()))
            .header(ACCEPT_ENCODING, "zstd");
        let mut reply = self.hub.call(request.body(Body::empty()).unwrap()).await;
        if reply.status.is_success() {
            assert_eq!(reply.headers[CONTENT_ENCODING], "zstd");
            reply.body = frame::decompress_bounded(&reply.body, 64 << 20).unwrap();
        }
        reply.read()
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.hub.get(path, Some(self.token())).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.hub.post(path, Some(self.token()), body).await
    }

    pub(crate) async fn head(&self) -> TreeHead {
        let reply: Value = self.get("/api/v1/log/head").await.read();
        self.read_head(&reply["head"])
    }

    pub(crate) fn read_head(&self, head: &Value) -> TreeHead {
        let jws: Jws = serde_json::from_value(head.clone()).unwrap();
        xuncha_core::wire::Signed::verify(&jws, &self.answer.hub_key).unwrap()
    }

    /// A record as it lies on a phone whose key store was reset: only the hub can open it.
    pub(crate) fn lock(&self, id: RecordId, jws: &Jws) -> LockedRecord {
        use base64::Engine as _;
        let key = DataKey::from_entropy([7; 32]);
        let wrapped = key.wrap_for_hub(&self.answer.hub_sealing_key, WRAP_INFO, &mut Dice(1)).unwrap();
        let sealed = key.encrypt([9; 24], &record_aad(id), jws.as_str().as_bytes()).unwrap();
        let sealed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sealed);
        LockedRecord { id, key: wrapped, sealed }
    }
}

/// What was refused, with its code.
pub(crate) fn refused(answer: &RecordAnswer) -> RefusalCode {
    match answer {
        RecordAnswer::Refused { code, .. } => *code,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn accepted(answer: &RecordAnswer) -> &Jws {
    match answer {
        RecordAnswer::Accepted { receipt, .. } => receipt,
        other => panic!("not accepted: {other:?}"),
    }
}

pub(crate) fn all_accepted(answers: &[RecordAnswer]) {
    for answer in answers {
        accepted(answer);
    }
}

pub(crate) fn already_had(answer: &RecordAnswer) -> &Jws {
    match answer {
        RecordAnswer::AlreadyHad { receipt, .. } => receipt,
        other => panic!("not had: {other:?}"),
    }
}

/// An inspection in which all was well.
pub(crate) fn inspection(venue: &Venue, at: i64) -> Inspection {
    let list = Checklist::default_for(&venue.kind).unwrap();
    let answer = |item: &Item| {
        let good = item.choices().iter().find(|choice| choice.tone == Tone::Good);
        let answer = good
            .map_or(Answer::NotLooked, |choice| Answer::Choice { choice: choice.code.clone(), minors: None });
        ItemAnswer { item: item.id.clone(), answer, note: None }
    };
    Inspection {
        venue: venue.id,
        checklist: list.reference(),
        companions: Vec::new(),
        started_at: Timestamp::from_millis(at),
        finished_at: Timestamp::from_millis(at + 600_000),
        day_type: DayType::Ordinary,
        fix: None,
        placard: None,
        answers: list.items.iter().map(answer).collect(),
        findings: Vec::new(),
        photos: Vec::new(),
        evidence: evidence(),
        corrects: None,
    }
}

pub(crate) fn check_in(venue: &Venue, at: i64) -> Fact {
    Fact::CheckIn(CheckIn {
        venue: venue.id,
        at: Timestamp::from_millis(at),
        fix: None,
        placard: None,
        note: None,
        evidence: evidence(),
    })
}

fn evidence() -> Evidence {
    Evidence { grade: Grade::Unlocated, reasons: vec![EvidenceReason::NoFix] }
}

/// Randomness for wrapping, the same in every run.
struct Dice(u64);

impl rand_core::RngCore for Dice {
    fn next_u32(&mut self) -> u32 {
        u32::try_from(self.next_u64() >> 32).unwrap()
    }

    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next_u64().to_be_bytes()[0];
        }
    }
}

impl rand_core::CryptoRng for Dice {}

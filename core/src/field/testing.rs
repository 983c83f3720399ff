//! Doubles for the tests of the phone: a clock that is set, randomness that repeats, a key store that
//! can lose its key, no network; and a phone of an invented station.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tempfile::TempDir;

use super::book::FieldBook;
use super::keys::{seed_aad, token_aad};
use super::store::device::{self, Chain, DeviceRow};
use super::store::meta::{self, Owner};
use super::store::{records, reference};
use super::transport::{Request, Response, Transport, TransportError};
use super::{Clock, ClockAnchor, Entropy, KeyVault, Tools, VaultError};
use crate::domain::{
    Address, Datum, DeviceId, Fix, Member, MemberId, Metres, Name, Outline, PlacardCode, Provider,
    RawPosition, RecordId, Review, Role, School, SchoolId, SchoolLevel, Sha256Hash, Station, StationId,
    Timestamp, Venue, VenueId, VenueKind, VenueLife, Visit, Wgs84,
};
use crate::wire::{Change, DataKey, HubOpeningKey, Receipt, Signed as _, SigningKey, V1};

/// A clock that is set.
pub(crate) struct SetClock {
    now: AtomicI64,
    uptime: AtomicI64,
    boot: AtomicU8,
}

impl SetClock {
    /// Time passes, on both clocks.
    pub(crate) fn pass(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
        self.uptime.fetch_add(millis, Ordering::SeqCst);
    }

    /// Somebody sets the wall clock, forward or back.
    pub(crate) fn set_by(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }

    /// The phone starts again with a wall clock that forgot everything.
    pub(crate) fn start_in_1970(&self) {
        self.now.store(0, Ordering::SeqCst);
        self.uptime.store(0, Ordering::SeqCst);
        self.boot.fetch_add(1, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst)).recordable()
    }
    fn uptime_ms(&self) -> i64 {
        self.uptime.load(Ordering::SeqCst)
    }
    fn boot(&self) -> Option<String> {
        Some(self.boot.load(Ordering::SeqCst).to_string())
    }
}

/// Bytes that look random and repeat with the seed.
pub(crate) struct Seeded(AtomicU64);

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            chunk.copy_from_slice(&Sha256Hash::of(&count.to_be_bytes()).as_bytes()[..chunk.len()]);
        }
    }
}

/// A key store in memory.
pub(crate) struct MemoryVault {
    key: Mutex<[u8; 32]>,
    locked: AtomicBool,
}

impl MemoryVault {
    /// The key store is reset: its key is another one from now on.
    pub(crate) fn reset(&self) {
        self.key.lock().unwrap()[0] ^= 1;
    }

    /// The phone is locked, so that the key store does not answer.
    pub(crate) fn set_locked(&self, locked: bool) {
        self.locked.store(locked, Ordering::SeqCst);
    }
}

impl KeyVault for MemoryVault {
    fn wrap(&self, key: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        let own = DataKey::from_entropy(*self.key.lock().unwrap());
        Ok(own.encrypt([7; 24], b"test", &key).unwrap())
    }
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        if self.locked.load(Ordering::SeqCst) {
            return Err(VaultError::Unavailable { reason: "locked".to_owned() });
        }
        let own = DataKey::from_entropy(*self.key.lock().unwrap());
        own.decrypt(b"test", &wrapped).map_err(|_| VaultError::KeyLost)
    }
}

struct NoNetwork;

#[async_trait]
impl Transport for NoNetwork {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        Err(TransportError::Offline("no network in this test".to_owned()))
    }
}

/// 24 November 2026, a Tuesday, 14:12 in Shanghai.
pub(crate) const NOON: &str = "2026-11-24T06:12:00Z";
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A phone: a book that can be closed and opened again, with the world around it.
pub(crate) struct Phone {
    book: Option<FieldBook>,
    pub(crate) dir: TempDir,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) tools: Tools,
    devices: u8,
}

impl std::ops::Deref for Phone {
    type Target = FieldBook;
    fn deref(&self) -> &FieldBook {
        self.book.as_ref().unwrap()
    }
}

impl Phone {
    /// A new phone, not enrolled.
    pub(crate) fn new() -> Self {
        let now = NOON.parse::<Timestamp>().unwrap().millis();
        let clock = Arc::new(SetClock {
            now: AtomicI64::new(now),
            uptime: AtomicI64::new(3 * HOUR),
            boot: AtomicU8::new(1),
        });
        let vault = Arc::new(MemoryVault { key: Mutex::new([42; 32]), locked: AtomicBool::new(false) });
        let tools = Tools {
            vault: vault.clone(),
            clock: clock.clone(),
            entropy: Arc::new(Seeded(AtomicU64::new(0))),
            transport: Arc::new(NoNetwork),
        };
        let dir = tempfile::tempdir().unwrap();
        let book = Some(FieldBook::open(dir.path(), &tools).unwrap());
        Self { book, dir, clock, vault, tools, devices: 0 }
    }

    /// A phone of a member of the invented station, with all that the hub would tell.
    pub(crate) fn of(member: &Member) -> Self {
        let mut phone = Self::new();
        phone.enrol(member);
        phone.apply(&station_changes());
        phone
    }

    /// A volunteer's phone.
    pub(crate) fn of_volunteer() -> Self {
        Self::of(&volunteer())
    }

    /// The hub takes the phone as a new device, its clocks telling the same time.
    pub(crate) fn enrol(&mut self, member: &Member) {
        self.devices += 1;
        let public_key = SigningKey::from_seed([self.devices; 32]).verifying_key();
        let id = DeviceId::mint(self.clock.now(), [self.devices; 10]);
        let seed = self.keys.seal(&seed_aad(&public_key), &[self.devices; 32]).unwrap();
        let token = self.keys.seal(&token_aad(id), b"token").unwrap();
        let hub_sealing_key = HubOpeningKey::from_seed([9; 32]).sealing_key();
        let device = DeviceRow {
            id,
            enrolled_at: self.clock.now(),
            member: member.id,
            station: member.station,
            hub: "https://hub.example".to_owned(),
            hub_key: hub_key().verifying_key(),
            public_key,
            data_key: seed.key,
            sealed_seed: seed.bytes,
            sealed_token: token.bytes,
            revoked: false,
            chain: Chain::default(),
            hub_sealing_key,
        };
        let owner = Owner { member: member.clone(), station: station() };
        let wrapped = self.keys.wrap_for_hub(&device.hub_sealing_key).unwrap();
        self.store.write(|tx| device::enrol(tx, &device, &owner, &wrapped)).unwrap();
        self.hub_says(self.clock.now());
    }

    /// The hub answers, and tells its time.
    pub(crate) fn hub_says(&self, time: Timestamp) {
        let anchor = ClockAnchor::learn(&*self.clock, time);
        self.store.write(|tx| meta::put(tx, meta::CLOCK_ANCHOR, &anchor)).unwrap();
    }

    /// The hub tells of changes.
    pub(crate) fn apply(&self, changes: &[Change]) {
        self.store.write(|tx| reference::apply(tx, changes)).unwrap();
    }

    /// The hub receives a record; the receipt's number.
    pub(crate) fn receive(&self, record: RecordId) -> String {
        let row = self.store.read(|conn| records::get(conn, record)).unwrap().unwrap();
        let receipt = Receipt {
            v: V1,
            record,
            sha256: row.sha256,
            station: station().id,
            log_index: 41,
            received_at: self.clock.now(),
        };
        let jws = receipt.sign(&hub_key()).unwrap();
        self.store.write(|tx| records::mark_received(tx, &jws, &receipt)).unwrap();
        receipt.number().to_string()
    }

    /// The head reviews a record that was received.
    pub(crate) fn review(&self, record: RecordId, review: Review) {
        let row = self.store.read(|conn| records::get(conn, record)).unwrap().unwrap();
        let told = self.read_record(&row).unwrap().visit(Some(self.clock.now()));
        self.apply(&[Change::Visit(Visit { review, ..told })]);
    }

    /// The process dies and the app is opened again.
    pub(crate) fn reopen(&mut self) {
        self.close();
        self.book = Some(FieldBook::open(self.dir.path(), &self.tools).unwrap());
    }

    /// The process dies.
    pub(crate) fn close(&mut self) {
        self.book = None;
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }
}

fn born() -> Timestamp {
    "2026-01-05T00:00:00Z".parse().unwrap()
}

pub(crate) fn hub_key() -> SigningKey {
    SigningKey::from_seed([8; 32])
}

pub(crate) fn station() -> Station {
    Station {
        id: StationId::mint(born(), [1; 10]),
        name: Name::new("梧桐里关爱工作站").unwrap(),
        sub_bureau: Name::new("东湖分局").unwrap(),
    }
}

pub(crate) fn member(number: u8, name: &str, role: Role) -> Member {
    Member {
        id: MemberId::mint(born(), [number; 10]),
        station: station().id,
        name: Name::new(name).unwrap(),
        role,
        active: true,
    }
}

pub(crate) fn volunteer() -> Member {
    member(1, "周小满", Role::Volunteer)
}

pub(crate) fn companion() -> Member {
    member(2, "陈谷雨", Role::Volunteer)
}

pub(crate) fn police() -> Member {
    member(3, "林立冬", Role::Police)
}

pub(crate) fn venue(number: u8, name: &str, kind: VenueKind, lat: f64) -> Venue {
    Venue {
        id: VenueId::mint(born(), [number; 10]),
        station: station().id,
        name: Name::new(name).unwrap(),
        kind,
        address: Address::new("梧桐里1号").unwrap(),
        position: Some(Wgs84::new(lat, 118.8).unwrap()),
        placard: Some(PlacardCode::new(&format!("placard-{number}")).unwrap()),
        life: VenueLife::default(),
    }
}

pub(crate) fn cafe() -> Venue {
    venue(1, "蓝鲸网吧", VenueKind::InternetCafe, 32.05)
}

pub(crate) fn arcade() -> Venue {
    venue(2, "星河游戏厅", VenueKind::GameArcade, 32.06)
}

/// About 110 m from the café.
pub(crate) fn school() -> School {
    School {
        id: SchoolId::mint(born(), [1; 10]),
        station: station().id,
        name: Name::new("柳岸试验小学").unwrap(),
        level: SchoolLevel::Primary,
        outline: Outline::gates(vec![Wgs84::new(32.051, 118.8).unwrap()]).unwrap(),
        closed_on: None,
    }
}

pub(crate) fn station_changes() -> Vec<Change> {
    vec![
        Change::Station(station()),
        Change::Member(volunteer()),
        Change::Member(companion()),
        Change::Member(police()),
        Change::Venue(cafe()),
        Change::Venue(arcade()),
        Change::School(school()),
    ]
}

/// A reading at a venue, as a phone gives it.
pub(crate) fn fix_at(venue: &Venue, taken_at: Timestamp) -> Fix {
    let at = venue.position.unwrap();
    Fix {
        raw: RawPosition::new(Datum::Wgs84, at.lat(), at.lon()).unwrap(),
        accuracy: Metres(12.0),
        provider: Provider::Gnss,
        taken_at,
        mock: false,
    }
}

/// A small picture, as a camera gives it.
pub(crate) fn picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 48, image::Rgb([180, 30, 30]))
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

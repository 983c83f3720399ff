//! A phone for the tests: the real store and keys in a directory of its own, everything else made up.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::fake_hub::FakeHub;
use super::line::Line;
use crate::domain::{
    CheckIn, ChecklistRef, DayType, DraftId, Evidence, EvidenceReason, Grade, Inspection, Name, PhotoId,
    PhotoRef, RecordId, Sha256Hash, Timestamp, VenueId, VisitKind,
};
use crate::field::Parts;
use crate::field::keys::seed_aad;
use crate::field::store::drafts::{self, DraftRow};
use crate::field::store::meta::Owner;
use crate::field::store::records::{RecordRow, RecordState};
use crate::field::store::{device, photos, records, visits};
use crate::field::sync::{SyncReport, Syncer};
use crate::field::{Clock, Entropy, FieldError, KeyVault, Keyring, Sealed, Store, Tools, VaultError};
use crate::wire::{EnrolLink, Fact, Platform, Record, SigningKey, V1, photo_aad, record_aad};

struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let millis = self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_millis(1_795_500_000_000 + millis.cast_signed())
    }
    fn uptime_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed).cast_signed() + 5_000_000
    }
    fn boot(&self) -> Option<String> {
        None
    }
}

struct Counted(AtomicU64);

impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            piece.copy_from_slice(&Sha256Hash::of(&count.to_be_bytes()).as_bytes()[..piece.len()]);
        }
    }
}

/// A key store that forgets everything at each reset.
#[derive(Default)]
struct Vault(Mutex<u8>);

impl KeyVault for Vault {
    fn wrap(&self, key: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        Ok([vec![*self.0.lock().unwrap()], key].concat())
    }
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        let (resets, key) = wrapped.split_first().unwrap();
        if *resets == *self.0.lock().unwrap() { Ok(key.to_vec()) } else { Err(VaultError::KeyLost) }
    }
}

pub(super) struct Phone {
    dir: TempDir,
    vault: Arc<Vault>,
    pub(super) line: Line,
    pub(super) tools: Tools,
    pub(super) store: Store,
    pub(super) keys: Keyring,
    pub(super) syncer: Syncer,
}

fn open(dir: &Path, tools: &Tools) -> (Store, Keyring) {
    let store = Store::open(dir, tools.clock.now()).unwrap();
    let keys = Keyring::open(&store, &*tools.vault, tools.entropy.clone(), tools.clock.now()).unwrap();
    (store, keys)
}

impl Phone {
    pub(super) fn new(hub: FakeHub) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (vault, line) = (Arc::new(Vault::default()), Line::new(hub));
        let tools = Tools {
            vault: vault.clone(),
            clock: Arc::new(Ticking(AtomicU64::new(0))),
            entropy: Arc::new(Counted(AtomicU64::new(0))),
            transport: Arc::new(line.clone()),
        };
        let (store, keys) = open(dir.path(), &tools);
        Self { dir, vault, line, tools, store, keys, syncer: Syncer::default() }
    }

    /// A phone that is enrolled and has nothing more to learn.
    pub(super) async fn enrolled() -> Self {
        let phone = Self::new(FakeHub::new());
        let card = phone.line.hub().card();
        phone.enrol(&card).await.unwrap();
        phone.sync().await;
        phone
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts { store: &self.store, keys: &self.keys, tools: &self.tools }
    }

    pub(super) async fn enrol(&self, card: &EnrolLink) -> Result<Owner, FieldError> {
        let label = Name::new("小满的手机").unwrap();
        self.syncer.enrol(self.parts(), card, Platform::Cli, label).await
    }

    pub(super) async fn sync(&self) -> SyncReport {
        self.syncer.sync(self.parts(), None).await.unwrap()
    }

    /// The same phone after its process died; `reset`: and its key store forgot everything.
    pub(super) fn restarted(self, reset: bool) -> Self {
        let Self { dir, vault, line, tools, store, keys, syncer } = self;
        drop((store, keys, syncer));
        if reset {
            *vault.0.lock().unwrap() += 1;
        }
        let (store, keys) = open(dir.path(), &tools);
        Self { dir, vault, line, tools, store, keys, syncer: Syncer::default() }
    }

    fn random(&self) -> [u8; 10] {
        self.tools.entropy.bytes()
    }

    pub(super) fn check_in(&self) -> RecordId {
        let at = self.tools.clock.now();
        let venue = VenueId::mint(at, [3; 10]);
        let fact = CheckIn { venue, at, fix: None, placard: None, note: None, evidence: unlocated() };
        self.seal(Fact::CheckIn(fact), None)
    }

    /// An inspection with photos of these contents.
    pub(super) fn inspect(&self, contents: &[Vec<u8>]) -> (RecordId, Vec<PhotoId>) {
        let at = self.tools.clock.now();
        let venue = VenueId::mint(at, [3; 10]);
        let checklist = ChecklistRef { code: "internet_cafe".parse().unwrap(), version: 1 };
        let draft = DraftId::mint(at, self.random());
        let member = self.store.read(device::current).unwrap().unwrap().member;
        let sealed = self.keys.seal(b"draft", b"").unwrap();
        let row = DraftRow {
            id: draft,
            member,
            venue,
            checklist: checklist.clone(),
            started_at: at,
            current: None,
            corrects: None,
            sealed,
        };
        self.store.write(|tx| drafts::put(tx, &row)).unwrap();
        let photos: Vec<PhotoRef> = contents.iter().map(|content| self.photo(draft, content)).collect();
        let ids = photos.iter().map(|photo| photo.id).collect();
        let fact = Inspection {
            venue,
            checklist,
            companions: Vec::new(),
            started_at: at,
            finished_at: at,
            day_type: DayType::Ordinary,
            fix: None,
            placard: None,
            answers: Vec::new(),
            findings: Vec::new(),
            photos,
            evidence: unlocated(),
            corrects: None,
        };
        (self.seal(Fact::Inspection(Box::new(fact)), Some(draft)), ids)
    }

    fn photo(&self, draft: DraftId, content: &[u8]) -> PhotoRef {
        let id = PhotoId::mint(self.tools.clock.now(), self.random());
        let sealed = self.keys.seal(&photo_aad(id), content).unwrap();
        self.store.write_photo(id, &sealed.bytes).unwrap();
        let (sha256, bytes) = (Sha256Hash::of(content), content.len() as u64);
        self.store.write(|tx| photos::insert(tx, draft, id, None, sha256, bytes, sealed.key)).unwrap();
        PhotoRef { id, item: None, sha256, bytes }
    }

    fn seal(&self, fact: Fact, draft: Option<DraftId>) -> RecordId {
        let device = self.store.read(device::current).unwrap().unwrap();
        let seed = Sealed { key: device.data_key, bytes: device.sealed_seed };
        let seed = self.keys.unseal(&seed_aad(&device.public_key), &seed).unwrap();
        let key = SigningKey::from_seed(seed.as_slice().try_into().unwrap());
        let now = self.tools.clock.now();
        let kind = match fact {
            Fact::Inspection(_) => VisitKind::Inspection,
            Fact::CheckIn(_) => VisitKind::CheckIn,
        };
        let record = Record {
            v: V1,
            id: RecordId::mint(now, self.random()),
            station: device.station,
            member: device.member,
            device: device.id,
            seq: device.chain.seq + 1,
            prev: device.chain.hash,
            sealed_at: now,
            clock_shift_ms: None,
            fact,
        };
        let jws = record.seal(&key).unwrap();
        let row = RecordRow {
            id: record.id,
            device: device.id,
            seq: record.seq,
            sha256: jws.hash(),
            prev: record.prev,
            member: record.member,
            venue: record.venue(),
            kind,
            happened_at: record.happened_at(),
            sealed_at: now,
            corrects: None,
            draft,
            sealed: self.keys.seal(&record_aad(record.id), jws.as_str().as_bytes()).unwrap(),
            state: RecordState::Waiting,
        };
        self.store
            .write(|tx| {
                records::insert(tx, &row)?;
                device::advance_chain(tx, device.id, record.seq, row.sha256)?;
                if let Some(draft) = draft {
                    photos::hand_over(tx, draft, record.id)?;
                    drafts::delete(tx, draft)?;
                }
                visits::put(tx, &record.visit(None))
            })
            .unwrap();
        record.id
    }

    pub(super) fn state(&self, record: RecordId) -> RecordState {
        self.store.read(|conn| records::get(conn, record)).unwrap().unwrap().state
    }

    pub(super) fn is_received(&self, record: RecordId) -> bool {
        matches!(self.state(record), RecordState::Received { .. })
    }

    pub(super) fn has_file(&self, photo: PhotoId) -> bool {
        self.store.read_photo(photo).unwrap().is_some()
    }
}

fn unlocated() -> Evidence {
    Evidence { grade: Grade::Unlocated, reasons: vec![EvidenceReason::NoFix] }
}

/// A picture's bytes for the tests: nothing reads them.
pub(super) fn content(length: usize, seed: u8) -> Vec<u8> {
    (0..=250_u8).cycle().take(length).map(|byte| byte ^ seed).collect()
}

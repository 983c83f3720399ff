//! A small honest hub in memory that speaks the wire types, and can be told to lie.

mod devices;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

use crate::domain::{
    DeviceId, Member, MemberId, Name, PhotoId, RecordId, Role, Sha256Hash, Station, StationId, Timestamp,
};
use crate::field::transport::{HeaderMap, Method, Request, Response, StatusCode};
use crate::wire::merkle::{LeafHash, consistency_proof, inclusion_proof, leaf_hash, root_of};
use crate::wire::{
    Change, ChangesPage, Cursor, DataKey, EnrolCode, EnrolLink, Fact, HubOpeningKey, Jws, LogConsistency,
    LogInclusion, Parcel, PhotoReceipt, Problem, ProblemCode, Push, Receipt, Record, RecordAnswer,
    RefusalCode, SelfReport, Signed as _, SigningKey, TreeHead, V1, VerifyingKey, WRAP_INFO, frame,
    leaf_bytes, limits, photo_aad, record_aad,
};

/// The hub's address on the enrolment card.
pub(super) const HUB: &str = "https://hub.example";

pub(super) struct Device {
    pub(super) id: DeviceId,
    key: VerifyingKey,
    pub(super) revoked: bool,
}

pub(super) struct Upload {
    pub(super) bytes: Vec<u8>,
    pub(super) length: usize,
    key: Option<String>,
}

/// What the hub knows, and how it misbehaves.
pub(super) struct FakeHub {
    pub(super) signing: SigningKey,
    opening: HubOpeningKey,
    pub(super) station: Station,
    pub(super) member: Member,
    pub(super) now: Timestamp,
    codes: BTreeMap<String, Option<(VerifyingKey, String)>>,
    pub(super) devices: BTreeMap<String, Device>,
    pub(super) records: BTreeMap<RecordId, (Jws, Receipt)>,
    pub(super) leaves: Vec<LeafHash>,
    pub(super) feed: Vec<Change>,
    pub(super) uploads: BTreeMap<PhotoId, Upload>,
    pub(super) photos: BTreeMap<PhotoId, PhotoReceipt>,
    /// Records that it refuses.
    pub(super) refuse: BTreeMap<RecordId, RefusalCode>,
    /// Records that it refuses for a reason of a later version.
    pub(super) refuse_newly: BTreeSet<RecordId>,
    /// Records that make it refuse a whole push, as a proxy with a limit does.
    pub(super) choke_on: BTreeSet<RecordId>,
    /// Records at which it fails, and with them a whole push.
    pub(super) fail_at: BTreeSet<RecordId>,
    /// How phones reported to stand.
    pub(super) reports: Vec<SelfReport>,
    /// What a version of it from before does not know.
    pub(super) unknown_path: Option<&'static str>,
    /// How often a phone told what it was before.
    pub(super) former_told: usize,
    /// Signs receipts with another key.
    pub(super) forge_receipts: bool,
    /// Leaves the proof out of its pages.
    pub(super) forget_proofs: bool,
    /// Where its pages say to read on, without an end.
    pub(super) goes_to: Option<u64>,
    /// Most changes in a page.
    pub(super) page: usize,
    minted: u64,
    pub(super) requests: usize,
}

impl FakeHub {
    pub(super) fn new() -> Self {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().unwrap();
        let station = Station {
            id: StationId::mint(now, [1; 10]),
            name: Name::new("梧桐里关爱工作站").unwrap(),
            sub_bureau: Name::new("东湖分局").unwrap(),
        };
        let member = Member {
            id: MemberId::mint(now, [2; 10]),
            station: station.id,
            name: Name::new("周小满").unwrap(),
            role: Role::Head,
            active: true,
        };
        let feed = vec![Change::Station(station.clone()), Change::Member(member.clone())];
        Self {
            signing: SigningKey::from_seed([41; 32]),
            opening: HubOpeningKey::from_seed([42; 32]),
            station,
            member,
            now,
            codes: BTreeMap::new(),
            devices: BTreeMap::new(),
            records: BTreeMap::new(),
            leaves: Vec::new(),
            feed,
            uploads: BTreeMap::new(),
            photos: BTreeMap::new(),
            refuse: BTreeMap::new(),
            refuse_newly: BTreeSet::new(),
            choke_on: BTreeSet::new(),
            fail_at: BTreeSet::new(),
            reports: Vec::new(),
            unknown_path: None,
            former_told: 0,
            forge_receipts: false,
            forget_proofs: false,
            goes_to: None,
            page: 3,
            minted: 0,
            requests: 0,
        }
    }

    pub(super) fn key(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// A card for one enrolment.
    pub(super) fn card(&mut self) -> EnrolLink {
        let code = EnrolCode::from_random(self.mint());
        self.codes.insert(code.digits().to_owned(), None);
        EnrolLink { hub: HUB.to_owned(), key: Some(self.key().kid()), code }
    }

    fn mint(&mut self) -> u64 {
        self.minted += 1;
        self.minted
    }

    fn random(&mut self) -> [u8; 10] {
        let mut bytes = [9; 10];
        bytes[..8].copy_from_slice(&self.mint().to_be_bytes());
        bytes
    }

    /// Is put back to a backup from when its log had so many records.
    pub(super) fn restore(&mut self, size: usize) {
        self.leaves.truncate(size);
        self.records.retain(|_, (_, receipt)| receipt.log_index < size as u64);
        let records = &self.records;
        self.feed.retain(|change| match change {
            Change::Visit(visit) => records.contains_key(&visit.record),
            _ => true,
        });
        let named: Vec<PhotoId> = self.photos.keys().copied().collect();
        for photo in named {
            if self.photo_named(photo).is_none() {
                self.photos.remove(&photo);
                self.uploads.remove(&photo);
            }
        }
    }

    pub(super) fn head(&self) -> TreeHead {
        TreeHead {
            v: V1,
            station: self.station.id,
            size: self.leaves.len() as u64,
            root: root_of(&self.leaves),
            at: self.now,
        }
    }

    /// Answers a request, whole and at once.
    pub(super) fn answer(&mut self, request: &Request) -> Response {
        self.requests += 1;
        self.now = self.now.plus_millis(10);
        let mut response = self.route(request).unwrap_or_else(|code| problem(status_of(code), code));
        if response.header("content-type") == Some("application/json") {
            assert_eq!(request.headers.get("accept-encoding").unwrap(), "zstd");
            response.body = frame::compress(&response.body).unwrap().into();
            response.headers.insert("content-encoding", "zstd".parse().unwrap());
        }
        response
    }

    fn route(&mut self, request: &Request) -> Result<Response, ProblemCode> {
        let path = request.url.strip_prefix(HUB).ok_or(ProblemCode::NotFound)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        if path == "/api/v1/enrol" {
            return self.enrol(&request.body);
        }
        let token = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let device = self.devices.get(token).ok_or(ProblemCode::Unauthorized)?;
        if device.revoked {
            return Err(ProblemCode::DeviceRevoked);
        }
        if self.unknown_path == Some(path) {
            return Err(ProblemCode::NotFound);
        }
        match (&request.method, path) {
            (&Method::POST, "/api/v1/records") => self.push(request),
            (&Method::GET, "/api/v1/changes") => Ok(self.changes(query)),
            (&Method::GET, "/api/v1/log/consistency") => {
                let [from, to] = ["from", "to"].map(|name| number(query, name));
                let proof = consistency_proof(&self.leaves[..to], from).ok_or(ProblemCode::BadRequest)?;
                Ok(json(&LogConsistency { from: from as u64, to: to as u64, proof }))
            }
            (&Method::GET, "/api/v1/log/inclusion") => self.inclusion(query),
            (&Method::PUT, "/api/v1/devices/self-report") => self.report(&request.body),
            (&Method::POST, "/api/v1/devices/former") => self.former(&request.body),
            (&Method::POST, "/api/v1/photos") => self.create(&request.headers),
            (method, path) => {
                let id = path.strip_prefix("/api/v1/photos/").and_then(|id| id.parse().ok());
                self.photo(method, id.ok_or(ProblemCode::NotFound)?, request)
            }
        }
    }

    fn push(&mut self, request: &Request) -> Result<Response, ProblemCode> {
        assert_eq!(request.headers.get("content-encoding").unwrap(), "zstd");
        let body = frame::decompress_bounded(&request.body, limits::PUSH_BYTES).unwrap();
        let push: Push = serde_json::from_slice(&body).map_err(|_| ProblemCode::BadRequest)?;
        assert!((1..=limits::PUSH_RECORDS).contains(&push.parcels.len()));
        let jws: Vec<Jws> = push.parcels.iter().map(|parcel| self.open(parcel)).collect();
        let id = |jws: &Jws| jws.unverified_payload::<Record>().unwrap().id;
        if jws.iter().any(|jws| self.choke_on.contains(&id(jws))) {
            return Err(ProblemCode::TooLarge);
        }
        if jws.iter().any(|jws| self.fail_at.contains(&id(jws))) {
            return Err(ProblemCode::Internal);
        }
        let answers = jws.into_iter().map(|jws| match id(&jws) {
            id if self.refuse_newly.contains(&id) => {
                serde_json::json!({"outcome": "refused", "id": id, "code": "venue_asleep"})
            }
            _ => serde_json::to_value(self.take(jws)).unwrap(),
        });
        let answers: Vec<serde_json::Value> = answers.collect();
        Ok(json(&serde_json::json!({"answers": answers, "hub_time": self.now})))
    }

    fn open(&self, parcel: &Parcel) -> Jws {
        match parcel {
            Parcel::Sealed(jws) => jws.clone(),
            Parcel::Locked(locked) => {
                let key = self.opening.unwrap_key(&locked.key, WRAP_INFO).unwrap();
                let sealed = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&locked.sealed).unwrap();
                let text = key.decrypt(&record_aad(locked.id), &sealed).unwrap();
                String::from_utf8(text).unwrap().try_into().unwrap()
            }
        }
    }

    fn take(&mut self, jws: Jws) -> RecordAnswer {
        let claimed: Record = jws.unverified_payload().unwrap();
        let device = self.devices.values().find(|device| device.id == claimed.device);
        let Some(record) = device.and_then(|device| Record::verify(&jws, &device.key).ok()) else {
            return RecordAnswer::Refused {
                id: Some(claimed.id),
                code: RefusalCode::UnknownDevice,
                detail: None,
            };
        };
        if let Some(code) = self.refuse.get(&record.id) {
            return RecordAnswer::Refused {
                id: Some(record.id),
                code: *code,
                detail: Some("why".to_owned()),
            };
        }
        if let Some((had, receipt)) = self.records.get(&record.id) {
            assert_eq!(had, &jws, "the same bytes are sent again");
            let receipt = self.sign_receipt(receipt);
            return RecordAnswer::AlreadyHad { id: record.id, receipt };
        }
        let receipt = Receipt {
            v: V1,
            record: record.id,
            sha256: jws.hash(),
            station: self.station.id,
            log_index: self.leaves.len() as u64,
            received_at: self.now,
        };
        self.leaves.push(leaf_hash(&leaf_bytes(&jws.hash(), self.now)));
        self.feed.push(Change::Visit(record.visit(Some(self.now))));
        self.records.insert(record.id, (jws, receipt.clone()));
        RecordAnswer::Accepted { id: record.id, receipt: self.sign_receipt(&receipt) }
    }

    fn sign_receipt(&self, receipt: &Receipt) -> Jws {
        let other = SigningKey::from_seed([66; 32]);
        receipt.sign(if self.forge_receipts { &other } else { &self.signing }).unwrap()
    }

    fn changes(&self, query: &str) -> Response {
        let [cursor, log_size] = ["cursor", "log_size"].map(|name| number(query, name));
        // A cursor from the future is from before this hub was put back to a backup.
        let cursor = if cursor > self.feed.len() { 0 } else { cursor };
        let next = (cursor + self.page).min(self.feed.len());
        json(&ChangesPage {
            changes: self.feed.get(cursor..next).unwrap_or_default().to_vec(),
            next: Cursor(self.goes_to.unwrap_or(next as u64)),
            more: self.goes_to.is_some() || next < self.feed.len(),
            hub_time: self.now,
            head: self.head().sign(&self.signing).unwrap(),
            consistency: consistency_proof(&self.leaves, log_size).filter(|_| !self.forget_proofs),
        })
    }

    fn inclusion(&self, query: &str) -> Result<Response, ProblemCode> {
        let asked = query.strip_prefix("record=").and_then(|id| id.parse().ok()).unwrap();
        let (jws, receipt) = self.records.get(&asked).ok_or(ProblemCode::NotFound)?;
        let index = usize::try_from(receipt.log_index).unwrap();
        Ok(json(&LogInclusion {
            record: asked,
            sha256: jws.hash(),
            received_at: receipt.received_at,
            log_index: receipt.log_index,
            proof: inclusion_proof(&self.leaves, index).ok_or(ProblemCode::NotFound)?,
            head: self.head().sign(&self.signing).unwrap(),
        }))
    }

    fn create(&mut self, headers: &HeaderMap) -> Result<Response, ProblemCode> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(text("tus-resumable"), "1.0.0");
        let metadata: BTreeMap<&str, String> = text("upload-metadata")
            .split(',')
            .filter_map(|pair| pair.split_once(' '))
            .map(|(name, value)| (name, String::from_utf8(STANDARD.decode(value).unwrap()).unwrap()))
            .collect();
        let id: PhotoId = metadata["photo"].parse().unwrap();
        let (record, sha256, bytes) = self.photo_named(id).ok_or(ProblemCode::NotFound)?;
        assert_eq!(metadata["record"], record.to_string());
        assert_eq!(metadata["sha256"], sha256.to_string());
        let length = text("upload-length").parse().unwrap();
        assert!(metadata.contains_key("key") || length as u64 == bytes);
        let key = metadata.get("key").cloned();
        let mut answer = vec![("location", format!("/api/v1/photos/{id}"))];
        if self.photos.contains_key(&id) {
            answer.push(("xuncha-photo-receipt", self.sign_photo_receipt(id)));
        } else {
            // Announced with other bytes than what is under way, it begins anew.
            let same = self.uploads.get(&id).is_some_and(|had| had.length == length && had.key == key);
            if !same {
                self.uploads.insert(id, Upload { bytes: Vec::new(), length, key });
            }
        }
        Ok(tus(201, &answer))
    }

    fn photo(&mut self, method: &Method, id: PhotoId, request: &Request) -> Result<Response, ProblemCode> {
        if *method == Method::DELETE {
            self.uploads.remove(&id).ok_or(ProblemCode::NotFound)?;
            return Ok(tus(204, &[]));
        }
        let upload = self.uploads.get_mut(&id).ok_or(ProblemCode::NotFound)?;
        if *method == Method::PATCH {
            let text = |name: &str| request.headers.get(name).unwrap().to_str().unwrap();
            assert_eq!(text("content-type"), "application/offset+octet-stream");
            assert!(request.body.len() <= limits::PHOTO_CHUNK_BYTES);
            let checksum = STANDARD.encode(Sha256Hash::of(&request.body).as_bytes());
            if text("upload-checksum") != format!("sha256 {checksum}") {
                return Err(ProblemCode::ChecksumMismatch);
            }
            if text("upload-offset") != upload.bytes.len().to_string() {
                return Err(ProblemCode::OffsetMismatch);
            }
            if upload.bytes.len() + request.body.len() > upload.length {
                return Err(ProblemCode::TooLarge);
            }
            upload.bytes.extend_from_slice(&request.body);
        }
        let (offset, length) = (upload.bytes.len(), upload.length);
        let mut headers = vec![("upload-offset", offset.to_string())];
        if offset == length {
            self.complete(id)?;
            headers.push(("xuncha-photo-receipt", self.sign_photo_receipt(id)));
        }
        if *method == Method::PATCH {
            return Ok(tus(204, &headers));
        }
        // Of a photo that is whole, what counts is the photo itself, not how it was packed.
        let whole = self.photos.get(&id).map(|receipt| receipt.bytes.to_string());
        headers.push(("upload-length", whole.unwrap_or(length.to_string())));
        Ok(tus(200, &headers))
    }

    fn sign_photo_receipt(&self, id: PhotoId) -> String {
        let other = SigningKey::from_seed([66; 32]);
        let key = if self.forge_receipts { &other } else { &self.signing };
        self.photos[&id].sign(key).unwrap().as_str().to_owned()
    }

    fn complete(&mut self, id: PhotoId) -> Result<(), ProblemCode> {
        let (_, sha256, bytes) = self.photo_named(id).ok_or(ProblemCode::NotFound)?;
        let upload = &self.uploads[&id];
        let plain = match &upload.key {
            None => upload.bytes.clone(),
            Some(key) => {
                let key: DataKey = self.opening.unwrap_key(&key.parse().unwrap(), WRAP_INFO).unwrap();
                key.decrypt(&photo_aad(id), &upload.bytes).unwrap()
            }
        };
        if Sha256Hash::of(&plain) != sha256 {
            self.uploads.remove(&id);
            return Err(ProblemCode::PhotoMismatch);
        }
        let received_at = self.now;
        let receipt = PhotoReceipt { v: V1, photo: id, sha256, bytes, received_at };
        self.photos.entry(id).or_insert(receipt);
        Ok(())
    }

    fn photo_named(&self, id: PhotoId) -> Option<(RecordId, Sha256Hash, u64)> {
        self.records.values().find_map(|(jws, _)| {
            let record: Record = jws.unverified_payload().unwrap();
            let Fact::Inspection(inspection) = &record.fact else { return None };
            let photo = inspection.photos.iter().find(|photo| photo.id == id)?;
            Some((record.id, photo.sha256, photo.bytes))
        })
    }
}

fn number(query: &str, name: &str) -> usize {
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    pair.and_then(|value| value.parse().ok()).unwrap_or(0)
}

fn status_of(code: ProblemCode) -> u16 {
    match code {
        ProblemCode::Unauthorized => 401,
        ProblemCode::DeviceRevoked | ProblemCode::Forbidden => 403,
        ProblemCode::NotFound | ProblemCode::CodeUnknown => 404,
        ProblemCode::OffsetMismatch | ProblemCode::CodeUsed => 409,
        ProblemCode::Gone => 410,
        ProblemCode::TooLarge => 413,
        ProblemCode::PhotoMismatch => 422,
        ProblemCode::ChecksumMismatch => 460,
        ProblemCode::Unavailable => 503,
        _ => 400,
    }
}

fn response(status: u16, headers: &[(&'static str, String)], body: Vec<u8>) -> Response {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: headers.collect::<HeaderMap>(),
        body: Bytes::from(body),
    }
}

fn json(value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).unwrap();
    response(200, &[("content-type", "application/json".to_owned())], body)
}

pub(super) fn problem(status: u16, code: ProblemCode) -> Response {
    let body = serde_json::to_vec(&Problem::new(code)).unwrap();
    response(status, &[("content-type", "application/problem+json".to_owned())], body)
}

/// What a hub answers that no longer speaks this program's API.
pub(super) fn newer() -> Response {
    let body = r#"{"code":"api_gone","title":"请更新应用"}"#;
    response(426, &[("content-type", "application/problem+json".to_owned())], body.into())
}

fn tus(status: u16, headers: &[(&'static str, String)]) -> Response {
    let mark = ("tus-resumable", "1.0.0".to_owned());
    response(status, &[&[mark], headers].concat(), Vec::new())
}

/// What a hotel's network answers.
pub(super) fn web_page() -> Response {
    response(200, &[("content-type", "text/html".to_owned())], b"<!doctype html>Please sign in".to_vec())
}

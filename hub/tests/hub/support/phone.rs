//! A phone as the hub sees it.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::Value;
use xuncha_core::domain::*;
use xuncha_core::wire::{
    ChangesPage, DataKey, EnrolAnswer, Fact, Jws, LockedRecord, Parcel, Push, PushAnswer, Record,
    RecordAnswer, SigningKey, TreeHead, V1, WRAP_INFO, frame, record_aad,
};

use super::hub::bearing;
use super::world::Dice;
use super::{Hub, Reply, inspection};

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

    /// The same with a photo of these bytes.
    pub(crate) fn photograph(&mut self, venue: &Venue, at: i64, jpeg: &[u8]) -> (RecordId, PhotoId, Jws) {
        let photo = PhotoId::mint(self.hub.now(), self.hub.fresh());
        let named =
            PhotoRef { id: photo, item: None, sha256: Sha256Hash::of(jpeg), bytes: jpeg.len() as u64 };
        let fact = Inspection { photos: vec![named], ..inspection(venue, at) };
        let record = self.record(Fact::Inspection(Box::new(fact)));
        (record.id, photo, self.seal(&record))
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

    pub(crate) async fn changes(&self, query: &str) -> ChangesPage {
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

//! A device without a phone: it signs and pushes whatever a test wants, right or wrong, as fast as it
//! is asked to. What a real phone does is tested with `FieldBook`.

mod photos;

use std::collections::BTreeSet;

use crate::client::client;
use anyhow::{Context as _, Result, bail};
use http::StatusCode;
use xuncha_core::domain::{
    CheckIn, Checklist, DayType, DeviceId, Evidence, EvidenceReason, Grade, Inspection, ItemAnswer, MemberId,
    RecordId, Severity, Sha256Hash, StationId, Timestamp, VenueId, VenueKind, findings,
};
use xuncha_core::wire::{
    EnrolAnswer, EnrolCode, EnrolRequest, Fact, Jws, Parcel, Platform, Problem, Push, PushAnswer, Record,
    SigningKey, V1, VerifyingKey, frame,
};

pub use photos::{Picture, Stand};

/// An enrolled device and the end of its chain.
#[derive(Debug)]
pub struct Device {
    /// The key it signs with.
    pub key: SigningKey,
    /// Its id.
    pub id: DeviceId,
    /// Its station.
    pub station: StationId,
    /// Its member.
    pub member: MemberId,
    /// Its secret for the API.
    pub token: String,
    /// The key the hub signs with.
    pub hub_key: VerifyingKey,
    /// Number of its last record.
    pub seq: u64,
    /// Hash of its last record.
    pub prev: Option<Sha256Hash>,
    hub: String,
    client: reqwest::Client,
}

/// What the hub said.
#[derive(Debug)]
pub enum Answer {
    /// The push was read; each record has its answer.
    Read(PushAnswer),
    /// The push as a whole was turned away.
    TurnedAway(StatusCode, Problem),
}

impl Device {
    /// Enrols at the hub with a key made of `seed`.
    pub async fn enrol(hub: &str, code: EnrolCode, seed: [u8; 32]) -> Result<Self> {
        let key = SigningKey::from_seed(seed);
        let request = EnrolRequest {
            code,
            key: key.verifying_key(),
            platform: Platform::Cli,
            label: "测试手机".to_owned().try_into()?,
        };
        let client = client();
        let answer = client
            .post(format!("{hub}/api/v1/enrol"))
            .header("content-type", "application/json")
            .body(serde_json::to_vec(&request)?)
            .send()
            .await?;
        let (status, body) = (answer.status(), answer.bytes().await?);
        if !status.is_success() {
            bail!("enrol: {status} {}", String::from_utf8_lossy(&body));
        }
        let answer: EnrolAnswer = serde_json::from_slice(&body).context("the hub's answer to enrol")?;
        Ok(Self {
            key,
            id: answer.device,
            station: answer.station.id,
            member: answer.member.id,
            token: answer.token,
            hub_key: answer.hub_key,
            seq: 0,
            prev: None,
            hub: hub.to_owned(),
            client,
        })
    }

    /// The hub moved, as after a restart on another port.
    pub fn lead_to(&mut self, hub: &str) {
        hub.clone_into(&mut self.hub);
    }

    /// A record of its own with any fact, not sealed yet.
    pub fn record(&self, fact: Fact, at: Timestamp, random: u64) -> Record {
        Record {
            v: V1,
            id: RecordId::mint(at, bytes_of(random)),
            station: self.station,
            member: self.member,
            device: self.id,
            seq: self.seq + 1,
            prev: self.prev,
            sealed_at: at,
            clock_shift_ms: Some(0),
            fact,
        }
    }

    /// Seals a record as the next of its chain.
    pub fn seal(&mut self, record: &Record) -> Result<Jws> {
        let jws = record.seal(&self.key)?;
        self.seq = record.seq;
        self.prev = Some(jws.hash());
        Ok(jws)
    }

    /// Seals an inspection of a café in which nothing was looked at.
    pub fn inspect(&mut self, venue: VenueId, at: Timestamp, random: u64) -> Result<Jws> {
        let fact = Fact::Inspection(Box::new(inspection(venue, at)?));
        self.seal(&self.record(fact, at, random))
    }

    /// Pushes parcels in one batch.
    pub async fn push(&self, parcels: Vec<Parcel>) -> Result<Answer> {
        let body = frame::compress(&serde_json::to_vec(&Push { parcels })?)?;
        self.send(body, "zstd").await
    }

    /// Pushes sealed records in one batch.
    pub async fn push_sealed(&self, records: &[Jws]) -> Result<Answer> {
        self.push(records.iter().cloned().map(Parcel::Sealed).collect()).await
    }

    /// Sends any bytes to where pushes go.
    pub async fn send(&self, body: Vec<u8>, encoding: &str) -> Result<Answer> {
        let answer = self
            .client
            .post(format!("{}/api/v1/records", self.hub))
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .header("content-encoding", encoding)
            .body(body)
            .send()
            .await?;
        let (status, body) = (answer.status(), answer.bytes().await?);
        if status.is_success() {
            Ok(Answer::Read(serde_json::from_slice(&body).context("the hub's answer to a push")?))
        } else {
            let problem = serde_json::from_slice(&body)
                .with_context(|| format!("{status}: {}", String::from_utf8_lossy(&body)))?;
            Ok(Answer::TurnedAway(status, problem))
        }
    }
}

/// An inspection of a café in which nothing was looked at.
pub fn inspection(venue: VenueId, at: Timestamp) -> Result<Inspection> {
    let checklist = Checklist::default_for(&VenueKind::InternetCafe).context("the café's checklist")?;
    let unseen = |item: &xuncha_core::domain::Item| ItemAnswer {
        item: item.id.clone(),
        answer: xuncha_core::domain::Answer::NotLooked,
        note: None,
    };
    let answers: Vec<ItemAnswer> = checklist.items.iter().map(unseen).collect();
    Ok(Inspection {
        venue,
        checklist: checklist.reference(),
        companions: Vec::new(),
        started_at: at,
        finished_at: at.plus_millis(600_000),
        day_type: DayType::Ordinary,
        fix: None,
        placard: None,
        findings: findings(checklist, &answers, DayType::Ordinary, Severity::N, &BTreeSet::new()),
        answers,
        photos: Vec::new(),
        evidence: unlocated(),
        corrects: None,
    })
}

/// A check-in without a position.
pub fn check_in(venue: VenueId, at: Timestamp) -> CheckIn {
    CheckIn { venue, at, fix: None, placard: None, note: None, evidence: unlocated() }
}

fn unlocated() -> Evidence {
    Evidence { grade: Grade::Unlocated, reasons: vec![EvidenceReason::NoFix] }
}

/// Ten bytes that differ for every number: the random part of an id.
fn bytes_of(random: u64) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&random.to_be_bytes());
    bytes
}

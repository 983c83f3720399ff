//! What a story asks of a phone and what a phone answers, in plain values: the same whether the phone is
//! the core in this process or a driver in another language. As lines of JSON it is described in
//! `tests/scenarios/README.md`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use xuncha_core::domain::{
    DeviceId, DraftId, Fix, ItemAnswer, ItemId, MemberId, Month, Note, RecordId, VenueId,
};

/// One thing a person does with a phone, or looks at.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Deed {
    /// The app is opened on its folders.
    Open {
        /// Where the book lies.
        data: PathBuf,
        /// Where the key store lies.
        vault: PathBuf,
        /// Which random numbers it gets.
        seed: u64,
        /// How many of them were drawn before.
        drawn: u64,
    },
    /// The app is closed; its files are about to be exchanged.
    Close,
    /// Enrols by a card.
    Enrol {
        /// What the card says.
        card: String,
        /// What its owner knows the phone by.
        label: String,
    },
    /// Begins an inspection: [`Begun`].
    Start {
        /// The venue.
        venue: VenueId,
        /// Companions.
        with: Vec<MemberId>,
        /// The reading.
        fix: Option<Fix>,
    },
    /// Begins a correction: [`Begun`].
    Correct {
        /// The record.
        record: RecordId,
    },
    /// Answers an item.
    Answer {
        /// The draft.
        draft: DraftId,
        /// The answer.
        #[serde(flatten)]
        answer: ItemAnswer,
    },
    /// Adds a camera's file.
    Photo {
        /// The draft.
        draft: DraftId,
        /// The file.
        file: PathBuf,
        /// The item it is for.
        item: Option<ItemId>,
    },
    /// Presses 完成: [`Sealed`].
    Finish {
        /// The draft.
        draft: DraftId,
    },
    /// Checks in: [`Sealed`].
    CheckIn {
        /// The venue.
        venue: VenueId,
        /// The reading.
        fix: Option<Fix>,
        /// A remark.
        note: Option<Note>,
    },
    /// Syncs once: [`Synced`].
    Sync,
    /// Writes what waits into a file.
    HandOver {
        /// The file.
        file: PathBuf,
    },
    /// Takes the hub's answer from a file: [`Synced`].
    TakeAnswer {
        /// The file.
        file: PathBuf,
    },
    /// Asks for a report on the phone: [`ReportSeen`].
    Report {
        /// The app's version.
        version: String,
        /// The system under it.
        system: String,
    },
    /// The head looks at somebody's record, and at each of its photos that can be seen: [`ReviewSeen`].
    LookAt {
        /// Which.
        record: RecordId,
    },
    /// Looks at a record: [`RecordSeen`].
    Record {
        /// Which.
        record: RecordId,
    },
    /// Looks at a draft: [`DraftSeen`].
    Draft {
        /// Which.
        draft: DraftId,
    },
    /// Looks at what waits: [`OutboxSeen`].
    Outbox,
    /// Looks at how the phone is doing: [`StatusSeen`].
    Status,
    /// Looks at the settings: [`ReportSeen`].
    Settings,
    /// Looks at a month's coverage: [`CoverageSeen`].
    Coverage {
        /// The month.
        month: Month,
    },
    /// Looks at a month's coverage again and again: [`Timed`].
    Time {
        /// The month.
        month: Month,
        /// How often.
        times: u32,
    },
}

/// The book did not do it.
#[derive(Debug, Clone, Deserialize, thiserror::Error)]
#[serde(deny_unknown_fields)]
#[error("{code}: {detail}")]
pub struct Refusal {
    /// The code of the error.
    pub code: String,
    /// What exactly.
    pub detail: String,
}

/// Nothing but that it was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {}

/// An inspection was begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Begun {
    /// Its draft.
    pub draft: DraftId,
}

/// A record was sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sealed {
    /// The record.
    pub record: RecordId,
}

/// How a sync, or the taking of an answer, ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Synced {
    /// Codes of its alerts.
    pub alerts: Vec<String>,
    /// What it got stuck at.
    pub stuck: Option<String>,
}

/// A record as it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordSeen {
    /// Where it stands.
    pub state: String,
    /// The same in words.
    pub text: String,
    /// Its findings, item → severity; none where it cannot be read.
    pub findings: Option<BTreeMap<String, String>>,
    /// How well its place is proven.
    pub grade: Option<String>,
}

/// A record as the head sees it who reviews it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReviewSeen {
    /// Whether it waits for a decision.
    pub waits: bool,
    /// What was answered, item → words.
    pub answers: BTreeMap<String, String>,
    /// Its findings, item → severity.
    pub findings: BTreeMap<String, String>,
    /// How many photos were seen.
    pub photos: u64,
}

/// A draft as it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftSeen {
    /// The question on the screen.
    pub item: Option<String>,
    /// Answers that are a choice or words, item → choice or words.
    pub answered: BTreeMap<String, String>,
}

/// What waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxSeen {
    /// Records.
    pub records_waiting: u64,
    /// Photos.
    pub photos_waiting: u64,
}

/// How the phone is doing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusSeen {
    /// The device, if it is enrolled.
    pub device: Option<DeviceId>,
    /// Codes of its notices.
    pub notices: Vec<String>,
}

/// Where the report stands that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportSeen {
    /// Its state; none if none was ever asked for.
    pub report: Option<String>,
}

/// A month's coverage by venue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CoverageSeen {
    /// Venues by id.
    pub venues: BTreeMap<String, VenueSeen>,
}

/// How long a call took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Timed {
    /// Nanoseconds, the median.
    pub median: u64,
}

/// A venue in a month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VenueSeen {
    /// Where it stands.
    pub state: String,
    /// Visits that count.
    pub counted: u64,
    /// Visits needed.
    pub required: u8,
    /// The last day in words.
    pub last_day: Option<String>,
}

//! The format of `tests/scenarios/*.json`: a story told in steps that read as sentences, so that the
//! same file runs from Rust, Kotlin and Swift. Names stand for ids everywhere.

use std::collections::BTreeMap;

use serde::Deserialize;
use xuncha_core::domain::{Policy, Role, VenueLife};

/// A story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// What it shows, as a sentence.
    pub name: String,
    /// Why it matters.
    pub why: String,
    /// The world it begins in.
    pub given: Given,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// The world a story begins in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The moment it begins, RFC 3339. All clocks show it; they only move by a `clock` step.
    pub now: String,
    /// What the station expects; the default policy where it is left out.
    #[serde(default)]
    pub policy: Option<Policy>,
    /// People of the station by name.
    pub members: BTreeMap<String, Role>,
    /// Venues of the station by name.
    pub venues: BTreeMap<String, GivenVenue>,
    /// Enrolled phones by name, each with its member.
    pub phones: BTreeMap<String, String>,
}

/// A venue of a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenVenue {
    /// `internet_cafe`, `game_arcade`, …
    pub kind: String,
    /// Latitude and longitude, WGS-84.
    #[serde(default)]
    pub at: Option<[f64; 2]>,
    /// When it is to be checked at all.
    #[serde(default)]
    pub life: VenueLife,
    /// What its QR placard says.
    #[serde(default)]
    pub placard: Option<String>,
}

/// One step: who does what.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "serde_json::Map<String, serde_json::Value>")]
pub struct Step {
    /// The phone by its name, or `hub`, `network` or `clock`.
    pub on: String,
    /// What is done.
    pub act: Act,
}

// By hand, because serde's `flatten` would let misspelt fields pass.
impl TryFrom<serde_json::Map<String, serde_json::Value>> for Step {
    type Error = serde_json::Error;
    fn try_from(mut fields: serde_json::Map<String, serde_json::Value>) -> Result<Self, serde_json::Error> {
        let on = serde_json::from_value(fields.remove("on").unwrap_or_default())?;
        Ok(Self { on, act: serde_json::from_value(fields.into())? })
    }
}

/// What can be done. The first group is for phones, then hub, network and clock.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Begins an inspection; it becomes the phone's current draft.
    Start {
        /// The venue.
        venue: String,
        /// Companions.
        #[serde(default)]
        with: Vec<String>,
        /// The reading.
        #[serde(default)]
        fix: Option<GivenFix>,
    },
    /// Answers an item of the current draft.
    Answer(GivenAnswer),
    /// Adds a photo, a generated JPEG with EXIF, to the current draft.
    Photo {
        /// The item it is for.
        #[serde(default)]
        item: Option<String>,
        /// Width and height in pixels.
        pixels: [u32; 2],
    },
    /// Presses 完成; the record gets a name.
    Finish {
        /// The record's name from here on.
        record: String,
    },
    /// Checks in.
    CheckIn {
        /// The venue.
        venue: String,
        /// The record's name from here on.
        record: String,
        /// A remark.
        #[serde(default)]
        note: Option<String>,
        /// The reading.
        #[serde(default)]
        fix: Option<GivenFix>,
    },
    /// Opens a correction of a returned record; it becomes the current draft.
    Correct {
        /// The record.
        record: String,
    },
    /// Syncs once. Without `expect` it must end well.
    Sync {
        /// The error code it must end with.
        #[serde(default)]
        expect: Option<String>,
    },
    /// Writes what waits into a file on the stick.
    HandOver {
        /// The file's name.
        file: String,
    },
    /// Takes the hub's answer from the stick. Without `expect` it must end well.
    TakeAnswer {
        /// The answer's name.
        file: String,
        /// The error code it must end with.
        #[serde(default)]
        expect: Option<String>,
    },
    /// Asks for a report on the phone to its station; the next sync hands it in.
    Report,
    /// The process is killed and the app opened again.
    Kill,
    /// All of the phone's data is copied, as a backup would.
    Backup {
        /// The copy's name.
        name: String,
    },
    /// The phone's data is replaced by a copy.
    Restore {
        /// The copy's name.
        name: String,
        /// Whether the random numbers repeat as well, as on a cloned machine.
        #[serde(default)]
        same_randomness: bool,
    },
    /// The phone's key store is reset: what was wrapped with it cannot be unwrapped any more.
    LoseKey,
    /// Enrols by a fresh code of the hub, for the phone's member.
    Enrol,
    /// What the phone must show.
    Shows(Shown),
    /// The head looks at somebody's record before deciding on it. Without `expect` the hub must give it.
    LookAt(Looked),

    /// The head approves a record.
    Approve {
        /// The record.
        record: String,
    },
    /// The head returns a record.
    Return {
        /// The record.
        record: String,
        /// Why.
        reason: String,
    },
    /// The head revokes a phone's device.
    Revoke {
        /// The phone.
        phone: String,
    },
    /// A phone's file is taken from the stick at the desk, and the answer for it put there.
    Take {
        /// The file's name.
        file: String,
        /// The answer's name.
        answer: String,
    },
    /// The hub's process is killed (kill -9) and started again on the same data.
    Restart,
    /// The hub's data is copied while it stands still.
    Save {
        /// The copy's name.
        name: String,
    },
    /// The hub's data is replaced by a copy, as after a careless restore.
    Rewind {
        /// The copy's name.
        name: String,
    },
    /// What the hub must hold.
    Holds(Held),

    /// No connection from here on.
    Off,
    /// Connections work again, and all faults end.
    On,
    /// Requests to a path are cut after some bytes of their body, a number of times.
    CutRequest(Fault),
    /// Answers from a path are cut after some bytes: the hub has acted, the phone does not know.
    CutAnswer(Fault),
    /// Requests to a path are sent to the hub twice at the same time.
    Repeat(Fault),
    /// Answers from a path are replaced by an HTML error page.
    Html(Fault),
    /// Answers from a path are those of a newer hub, which no longer speaks this API.
    Newer(Fault),
    /// The signature of every receipt in the answers is exchanged for another.
    ForgeReceipts(Fault),

    /// All clocks show this moment.
    Set {
        /// RFC 3339.
        to: String,
    },
    /// One phone's own clock is off by so many minutes from here on.
    Skew {
        /// The phone.
        phone: String,
        /// Minutes ahead; negative when behind.
        minutes: i64,
    },
}

/// A reading, told by its distance from the venue it is used at.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenFix {
    /// Metres north of the venue.
    #[serde(default)]
    pub north: f64,
    /// Accuracy in metres.
    pub accuracy: f64,
    /// The datum the platform answers in.
    #[serde(default)]
    pub datum: Option<String>,
    /// Whether the platform says it is made up.
    #[serde(default)]
    pub mock: bool,
}

/// An answer: a choice, a text or neither (not looked at).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenAnswer {
    /// The item.
    pub item: String,
    /// The choice.
    #[serde(default)]
    pub choice: Option<String>,
    /// The words.
    #[serde(default)]
    pub text: Option<String>,
    /// How many minors; with `dissuaded` and `in_danger`.
    #[serde(default)]
    pub count: Option<u16>,
    /// Their age bands.
    #[serde(default)]
    pub bands: Vec<String>,
    /// 已劝离.
    #[serde(default)]
    pub dissuaded: bool,
    /// A child is in danger.
    #[serde(default)]
    pub in_danger: bool,
}

/// A fault of the network.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The beginning of the paths it strikes.
    pub path: String,
    /// After how many bytes of the body.
    #[serde(default)]
    pub after: usize,
    /// How many times; until `on` where it is left out.
    #[serde(default)]
    pub times: Option<u32>,
}

/// What a phone must show. What is left out is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The state of records by name: `waiting`, `received`, `returned`, `refused`.
    #[serde(default)]
    pub records: BTreeMap<String, String>,
    /// The refusal code of records by name.
    #[serde(default)]
    pub refusals: BTreeMap<String, String>,
    /// The reason of returned records by name.
    #[serde(default)]
    pub reasons: BTreeMap<String, String>,
    /// Findings of records by name: item → severity.
    #[serde(default)]
    pub findings: BTreeMap<String, BTreeMap<String, String>>,
    /// Evidence grades of records by name.
    #[serde(default)]
    pub grades: BTreeMap<String, String>,
    /// The item the current draft stands on.
    #[serde(default)]
    pub item: Option<String>,
    /// The answers of the current draft: item → choice.
    #[serde(default)]
    pub answered: BTreeMap<String, String>,
    /// How many records wait.
    #[serde(default)]
    pub waiting: Option<usize>,
    /// How many photos wait.
    #[serde(default)]
    pub photos_waiting: Option<usize>,
    /// Coverage.
    #[serde(default)]
    pub coverage: Option<ExpectedCoverage>,
    /// Where the report stands that was asked for: `waiting`, `reported`, `refused`, `none`.
    #[serde(default)]
    pub report: Option<String>,
    /// What the phone says is wrong: `key_lost`, `log_rewritten`, `device_revoked`, `forged_receipt`.
    #[serde(default)]
    pub alerts: Option<Vec<String>>,
}

/// What a head must see of a record. What is left out is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// The record.
    pub record: String,
    /// The answers: item → words.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// The findings: item → severity.
    #[serde(default)]
    pub findings: Option<BTreeMap<String, String>>,
    /// How many photos can be seen.
    #[serde(default)]
    pub photos: Option<u64>,
    /// Whether it waits for a decision.
    #[serde(default)]
    pub waits: Option<bool>,
    /// The error code it must end with.
    #[serde(default)]
    pub expect: Option<String>,
}

/// What the hub must hold. What is left out is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// How many records.
    #[serde(default)]
    pub records: Option<usize>,
    /// How many whole photos.
    #[serde(default)]
    pub photos: Option<usize>,
    /// How many phones reported how they stand.
    #[serde(default)]
    pub reports: Option<usize>,
    /// Alerts for the head by kind, such as `fork` or `conflict`, with their number.
    #[serde(default)]
    pub alerts: Option<BTreeMap<String, usize>>,
    /// Coverage.
    #[serde(default)]
    pub coverage: Option<ExpectedCoverage>,
}

/// Coverage of a month.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedCoverage {
    /// `2026-11`.
    pub month: String,
    /// By venue.
    pub venues: BTreeMap<String, ExpectedVenue>,
}

/// Coverage of a venue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedVenue {
    /// Visits that count.
    pub counted: u64,
    /// Visits that are needed.
    #[serde(default)]
    pub required: Option<u8>,
    /// `met`, `on_track`, `due`, `late`, `missed`, `exempt`.
    pub state: String,
    /// `2026-11-23`.
    #[serde(default)]
    pub last_day: Option<String>,
    /// Check-ins shown beside.
    #[serde(default)]
    pub check_ins: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_reads_and_tells_of_phones_and_venues_it_was_given() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut stories = 0;
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        for path in files.filter(|path| path.extension().is_some_and(|end| end == "json")) {
            let text = std::fs::read_to_string(&path).unwrap();
            let story: Story =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            for step in &story.steps {
                let known = story.given.phones.contains_key(&step.on);
                assert!(known || ["hub", "network", "clock"].contains(&step.on.as_str()), "{}", step.on);
            }
            stories += 1;
        }
        assert!(stories >= 16);
    }
}

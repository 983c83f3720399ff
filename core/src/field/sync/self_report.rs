//! The report on the phone itself that its owner asked for: the wish is kept until there is a line; what is
//! told then is how the phone stands then. It is said to be reported only when the hub says so.

use serde::{Deserialize, Serialize};

use super::Run;
use super::answer::AnswerError;
use crate::domain::Timestamp;
use crate::field::store::meta::{self, Name};
use crate::field::store::records::RecordState;
use crate::field::store::{drafts, photos, records, visits};
use crate::field::transport::Method;
use crate::field::{FieldError, Parts, self_check};
use crate::wire::{
    KeyStore, OutboxFigures, ProblemCode, Program, SelfReport, SelfReportAnswer, SelfReportRequest,
    Signed as _, V1,
};

/// The last report that was asked for.
pub const ASKED_REPORT: Name<AskedReport> = Name::new("asked_report");

/// A report that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedReport {
    /// When, by the phone's clock.
    pub asked_at: Timestamp,
    /// Which program asked.
    pub program: Program,
    /// What came of it.
    pub fate: ReportFate,
}

/// What came of a report that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportFate {
    /// It waits for a line.
    Waiting,
    /// The hub keeps it since.
    Reported {
        /// By the hub's clock.
        at: Timestamp,
    },
    /// The hub does not take it; asking again later may do.
    Refused {
        /// Why.
        code: ProblemCode,
    },
}

/// Hands in a report if one was asked for.
pub(super) async fn hand_in(run: &mut Run<'_>) -> Result<(), FieldError> {
    let asked = run.parts.store.read(|conn| meta::get(conn, ASKED_REPORT))?;
    let Some(asked) = asked.filter(|asked| asked.fate == ReportFate::Waiting) else { return Ok(()) };
    run.patience.rest();
    let key = run.parts.keys.signing_key(run.device.id, || Ok(run.device.clone()))?;
    let report = make(run, asked.program.clone())?.sign(&key)?;
    let sha256 = report.hash();
    let body = serde_json::to_vec(&SelfReportRequest { report })
        .map_err(|error| FieldError::Internal(error.to_string()))?;
    let request = run.hub.json_request(Method::PUT, "/api/v1/devices/self-report", body);
    let fate = match run.hub.ask::<SelfReportAnswer>(&request, &mut run.patience).await {
        Ok(answer) if answer.sha256 == sha256 => ReportFate::Reported { at: answer.received_at },
        Ok(_) => return Err(FieldError::HubAnswer("it tells of another report".to_owned())),
        Err(error) => match refusal(&error) {
            Some(code) => ReportFate::Refused { code },
            None => return Err(error.into()),
        },
    };
    run.parts.store.write(|tx| {
        // Somebody may have asked once more meanwhile: that wish waits on.
        if meta::get(tx, ASKED_REPORT)?.as_ref() == Some(&asked) {
            meta::put(tx, ASKED_REPORT, &AskedReport { fate, ..asked })?;
        }
        Ok(())
    })
}

/// Why the hub will not take it however often it is asked, as one of another version.
fn refusal(error: &AnswerError) -> Option<ProblemCode> {
    use ProblemCode as Code;
    error.problem().filter(|code| {
        matches!(
            code,
            Code::BadRequest
                | Code::NotFound
                | Code::MethodNotAllowed
                | Code::UnsupportedMediaType
                | Code::TooLarge
                | Code::Forbidden
        )
    })
}

/// How the phone stands now.
fn make(run: &Run<'_>, program: Program) -> Result<SelfReport, FieldError> {
    let Parts { store, keys, tools } = run.parts;
    let found = self_check::check(run.parts)?;
    store.read(|conn| {
        let outbox = records::outbox(conn)?;
        let waiting: Vec<_> = outbox.iter().filter(|row| row.state == RecordState::Waiting).collect();
        let anchor = meta::get(conn, meta::CLOCK_ANCHOR)?;
        Ok(SelfReport {
            v: V1,
            device: run.device.id,
            at: tools.clock.now(),
            program,
            room: found.room,
            outbox: OutboxFigures {
                waiting: waiting.len() as u64,
                locked: waiting.iter().filter(|row| !keys.has(row.sealed.key)).count() as u64,
                oldest_waiting: waiting.iter().map(|row| row.sealed_at).min(),
                refused: (outbox.len() - waiting.len()) as u64,
                returned: visits::returned(conn)?.len() as u64,
                photos: photos::waiting_total(conn)?.0,
                drafts: drafts::of_member(conn, run.device.member)?.len() as u64,
            },
            synced_at: meta::get(conn, meta::SYNCED_AT)?,
            key_store: if keys.lost().is_empty() { KeyStore::Sound } else { KeyStore::LostKey },
            was_damaged: meta::get(conn, meta::DAMAGE)?.is_some(),
            clock_shift_ms: anchor.map(|anchor| anchor.shift_ms(&*tools.clock)),
            issues: found.issues.into_iter().map(|(code, _)| code).collect(),
        })
    })
}

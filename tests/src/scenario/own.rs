//! The phone of this process: the core itself.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;
use xuncha_core::domain::Answer;
use xuncha_core::field::book::{CoverageLine, DraftItem, FindingLine};
use xuncha_core::field::sync::SyncReport;
use xuncha_core::field::transport::HttpTransport;
use xuncha_core::field::{FieldBook, FieldError, FileVault, Tools};
use xuncha_core::wire::{Platform, Program};

use super::clock::{PhoneClock, StoryEntropy};
use super::deed::{
    Begun, CoverageSeen, Deed, Done, DraftSeen, OutboxSeen, RecordSeen, ReportSeen, ReviewSeen, Sealed,
    StatusSeen, Synced, Timed, VenueSeen,
};

/// The core, opened or not.
pub struct Own {
    clock: Arc<PhoneClock>,
    opened: Option<(FieldBook, Arc<StoryEntropy>)>,
}

impl Own {
    /// A phone that is off.
    pub fn new(clock: Arc<PhoneClock>) -> Self {
        Self { clock, opened: None }
    }

    /// How many random numbers were drawn since it was opened first.
    pub fn drawn(&self) -> u64 {
        self.opened.as_ref().map_or(0, |(_, entropy)| entropy.position())
    }

    /// Does it. What the book refuses is a [`FieldError`] in the error.
    pub async fn perform(&mut self, deed: &Deed) -> Result<Value> {
        match deed {
            Deed::Open { data, vault, seed, drawn } => self.open(data, vault, *seed, *drawn),
            Deed::Close => {
                self.opened = None;
                told(Done {})
            }
            deed => perform(&self.opened.as_ref().context("the phone is off")?.0, deed).await,
        }
    }

    fn open(&mut self, data: &Path, vault: &Path, seed: u64, drawn: u64) -> Result<Value> {
        let entropy = StoryEntropy::new(seed, drawn);
        let tools = Tools {
            vault: Arc::new(FileVault::new(vault)),
            clock: self.clock.clone(),
            entropy: entropy.clone(),
            transport: Arc::new(HttpTransport::new()?),
        };
        self.opened = Some((FieldBook::open(data, &tools)?, entropy));
        told(Done {})
    }
}

async fn perform(book: &FieldBook, deed: &Deed) -> Result<Value> {
    match deed {
        Deed::Open { .. } | Deed::Close => told(Done {}),
        Deed::Enrol { card, label } => {
            book.enrol(&card.parse()?, Platform::Cli, label.clone().try_into()?).await?;
            told(Done {})
        }
        Deed::Start { venue, with, fix } => told(Begun { draft: book.start(*venue, with, fix.as_ref())? }),
        Deed::Correct { record } => told(Begun { draft: book.correct(*record)? }),
        Deed::Answer { draft, answer } => {
            book.answer(*draft, answer)?;
            told(Done {})
        }
        Deed::Photo { draft, file, item } => {
            book.add_photo(*draft, item.as_ref(), &std::fs::read(file)?)?;
            told(Done {})
        }
        Deed::Finish { draft } => told(Sealed { record: book.finish(*draft)?.record }),
        Deed::CheckIn { venue, fix, note } => {
            told(Sealed { record: book.check_in(*venue, fix.as_ref(), None, note.as_ref())?.record })
        }
        Deed::Sync => {
            let report = book.sync(None).await?;
            told(synced(&report))
        }
        Deed::HandOver { file } => {
            book.hand_over(file).await?;
            told(Done {})
        }
        Deed::TakeAnswer { file } => told(synced(&book.take_answer(file).await?.report)),
        Deed::Report { version, system } => {
            let program =
                Program { version: version.clone().try_into()?, system: system.clone().try_into()? };
            told(ReportSeen { report: Some(code(&book.report(program)?.state)?) })
        }
        Deed::LookAt { record } => {
            let page = book.record_to_review(*record).await?;
            let mut photos = 0;
            for photo in page.photos.iter().filter(|photo| photo.can_be_seen) {
                photos += u64::from(!book.photo_to_review(*record, photo.id).await?.is_empty());
            }
            let answers = page.content.into_iter().flat_map(|content| content.answers);
            told(ReviewSeen {
                waits: page.waits,
                answers: answers.map(|line| (line.item.into(), line.answer)).collect(),
                findings: page.line.findings.iter().map(found).collect::<Result<_>>()?,
                photos,
            })
        }
        deed => look(book, deed),
    }
}

fn found(line: &FindingLine) -> Result<(String, String)> {
    Ok((line.item.to_string(), code(&line.severity)?))
}

fn synced(report: &SyncReport) -> Synced {
    Synced {
        alerts: report.alerts.iter().map(|alert| alert.code().to_owned()).collect(),
        stuck: report.stuck.map(|code| code.code().to_owned()),
    }
}

fn look(book: &FieldBook, deed: &Deed) -> Result<Value> {
    match deed {
        Deed::Record { record } => {
            let page = book.record(*record)?;
            let content = page.content.as_ref();
            let findings = content.map(|content| content.findings.iter().map(found).collect::<Result<_>>());
            told(RecordSeen {
                state: code(&page.line.state.state)?,
                text: page.line.state.text.clone(),
                findings: findings.transpose()?,
                grade: content.map(|content| code(&content.evidence.grade)).transpose()?,
            })
        }
        Deed::Draft { draft } => {
            let page = book.draft(*draft)?;
            told(DraftSeen {
                item: page.current.map(String::from),
                answered: page.items.into_iter().filter_map(answered).collect(),
            })
        }
        Deed::Outbox => {
            let page = book.outbox()?;
            told(OutboxSeen { records_waiting: page.records_waiting, photos_waiting: page.photos_waiting })
        }
        Deed::Status => {
            let status = book.status()?;
            let notices = status.notices.iter().map(|notice| code(&notice.code)).collect::<Result<_>>()?;
            told(StatusSeen { device: status.enrolled.map(|enrolled| enrolled.device), notices })
        }
        Deed::Settings => {
            let report = book.settings()?.report;
            told(ReportSeen { report: report.map(|line| code(&line.state)).transpose()? })
        }
        Deed::Coverage { month } => {
            let line = |CoverageLine { venue, .. }: &CoverageLine| {
                let seen = VenueSeen {
                    state: code(&venue.state)?,
                    counted: venue.counted,
                    required: venue.required,
                    last_day: venue.last_day.clone(),
                };
                Ok((venue.venue.to_string(), seen))
            };
            let venues = book.coverage(*month)?.lines.iter().map(line).collect::<Result<_>>()?;
            told(CoverageSeen { venues })
        }
        Deed::Time { month, times } => {
            let mut took = Vec::new();
            for _ in 0..*times {
                let begun = Instant::now();
                book.coverage(*month)?;
                took.push(u64::try_from(begun.elapsed().as_nanos())?);
            }
            took.sort_unstable();
            told(Timed { median: *took.get(took.len() / 2).context("timed no call")? })
        }
        other => anyhow::bail!("nothing to look at: {other:?}"),
    }
}

fn answered(item: DraftItem) -> Option<(String, String)> {
    match item.answer?.answer {
        Answer::Choice { choice, .. } => Some((item.item.into(), choice.into())),
        Answer::Text { text } => Some((item.item.into(), text.into())),
        Answer::NotLooked => None,
    }
}

fn told(value: impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(value)?)
}

/// The code by which a value travels, in lower case.
fn code(value: &impl Serialize) -> Result<String> {
    let value = serde_json::to_value(value)?;
    Ok(value.as_str().context("a code is a text")?.to_lowercase())
}

/// What the book refused, if that is what went wrong.
pub fn refused(error: &anyhow::Error) -> Option<super::deed::Refusal> {
    let error = error.downcast_ref::<FieldError>()?;
    Some(super::deed::Refusal { code: error.code().code().to_owned(), detail: error.to_string() })
}

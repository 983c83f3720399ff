//! The commands of a phone and their options.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use xuncha_core::domain::{AgeBand, ChoiceCode, DraftId, ItemId, Month, Note, PhotoId, RecordId};

use super::place::FixArgs;
use super::step::AnswerInput;
use crate::clock::ClockArgs;
use crate::failure::Failure;

/// A phone without a screen: everything a volunteer can do
///
/// The phone lives in a folder. Every command is a process of its own, works without network except
/// for `enrol` and `sync`, and what it says is saved is safe when it says so.
#[derive(Debug, Args)]
#[command(after_long_help = "\
A visit, from the card to the receipt:
  xuncha field --dir phone enrol --link 'xuncha://enrol?hub=…&key=…&code=…'
  xuncha field --dir phone sync
  xuncha field --dir phone home
  xuncha field --dir phone start --venue 蓝鲸网吧 --with 贺松年 --at 32.0584,118.7965 --accuracy 12
  xuncha field --dir phone draft
  xuncha field --dir phone answer --item wb_minor --choice yes --count 2 --band junior --dissuaded
  xuncha field --dir phone photo --item wb_sign --file sign.jpg
  xuncha field --dir phone finish
  xuncha field --dir phone sync
  xuncha field --dir phone history

The key of the phone's data lies in DIR.vault: less safe than a phone's key store. Keep copies of the
folder apart from it.")]
pub struct FieldArgs {
    /// Folder of the phone; made if it is missing
    #[arg(long, value_name = "DIR", global = true, default_value = "xuncha-phone")]
    pub dir: PathBuf,
    /// Folder of the key that opens the phone's data [default: DIR.vault]
    #[arg(long, value_name = "DIR", global = true)]
    pub vault: Option<PathBuf>,
    /// Another clock, for tests and demos.
    #[command(flatten)]
    pub clock: ClockArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: FieldCommand,
}

impl FieldArgs {
    pub(super) fn vault(&self) -> PathBuf {
        self.vault.clone().unwrap_or_else(|| {
            let mut beside = self.dir.clone().into_os_string();
            beside.push(".vault");
            beside.into()
        })
    }
}

/// The commands of a phone.
#[derive(Debug, Subcommand)]
pub enum FieldCommand {
    /// Enrol this phone by a card's link, or by the hub's address and a code
    Enrol(EnrolArgs),
    /// Hand over what waits and fetch what is new
    Sync(SyncArgs),
    /// Write what waits to a .xuncha file for the hub, where there is no network
    Export(BundleArgs),
    /// Take the hub's answer to such a file: receipts and news
    Take(BundleArgs),
    /// Do a whole day from a script, one step after the other
    Work(WorkArgs),

    /// The first screen: which venues are due, what waits
    Home(HereArgs),
    /// The nearest venues
    Nearby(NearbyArgs),
    /// A venue: where it stands, schools near it, last visits, what to look at again
    Venue(VenueArgs),
    /// Who can go along
    Colleagues,
    /// The month: every venue with its visits
    Coverage(CoverageArgs),

    /// Begin an inspection, or go on with the one under way at that venue
    Start(StartArgs),
    /// The inspections under way
    Drafts,
    /// An inspection under way: questions, answers, where it stands
    Draft(DraftArgs),
    /// Answer a question
    #[command(after_long_help = "\
Examples:
  xuncha field answer --item wb_sign --choice no --note '门口没有贴'
  xuncha field answer --item wb_minor --choice yes --count 2 --band junior --band senior --dissuaded
  xuncha field answer --item wb_other --text '业主配合'
  xuncha field answer --item wb_fire --not-looked")]
    Answer(AnswerArgs),
    /// Keep an answer that is not confirmed yet: it never reaches the record, and the one before still stands
    Begun(AnswerArgs),
    /// Keep a remark to a question, answered or not; none if it is not given
    Note(NoteArgs),
    /// Go to a question without answering
    GoTo(GoToArgs),
    /// Say who goes along, in place of who was said before
    Companions(CompanionsArgs),
    /// Keep a reading of the position
    Fix(SetFixArgs),
    /// Scan the venue's printed placard
    Scan(ScanArgs),
    /// Add a photo of premises or a sign; never of people
    Photo(PhotoArgs),
    /// Take a photo out of an inspection under way
    RemovePhoto(RemovePhotoArgs),
    /// Write a photo's view into the phone's folder and print its path
    ViewPhoto(PhotoIdArgs),
    /// Finish: the inspection is sealed and safe
    Finish(DraftArgs),
    /// Give an inspection up
    Discard(DraftArgs),
    /// Begin the correction of a returned record
    Correct(RecordArgs),
    /// Check in on patrol, with one tap
    CheckIn(CheckInArgs),

    /// What waits to be sent
    Outbox,
    /// The records made on this phone, the latest first
    History(HistoryArgs),
    /// One record with its receipt
    Record(RecordArgs),
    /// The hub's receipts, one a line, for an auditor: `xuncha verify --receipts` holds the hub to them
    Receipts,
    /// Whose phone it is, and what they do
    Me,
    /// What a file for the hub would hold, and what is to be done with it
    HandOver,
    /// Whose phone it is, what waits, what somebody has to know
    Status,
    /// Check all that is kept on this phone
    SelfCheck,
    /// What the book takes on this phone, and what came of the last report
    Settings,
    /// Tell the station how this phone stands: now if there is a network, else with the next sync
    Report,
}

/// Options of `enrol`.
#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// What the card's QR says
    #[arg(long, value_name = "LINK", required_unless_present_all = ["hub", "code"])]
    pub link: Option<String>,
    /// The hub's address
    #[arg(long, value_name = "URL", requires = "code", conflicts_with = "link")]
    pub hub: Option<String>,
    /// The ten digits of the card
    #[arg(long, value_name = "DIGITS", requires = "hub")]
    pub code: Option<String>,
    /// What the owner would know this phone by
    #[arg(long, value_name = "NAME", default_value = "xuncha field")]
    pub label: String,
}

/// Options of `sync`.
#[derive(Debug, Args)]
#[command(after_long_help = "Exit codes: 0 done; 3 it got stuck: nothing is lost, try again later.")]
pub struct SyncArgs {
    /// With --json: also one JSON document a line for each step as it happens
    #[arg(long)]
    pub events: bool,
}

/// Options of `export` and `take`.
#[derive(Debug, Args)]
pub struct BundleArgs {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Options of `work`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
A script is JSON: {\"steps\": [{\"do\": \"start\", \"venue\": \"蓝鲸网吧\"}, {\"do\": \"answer\", \"item\": \"wb_minor\",
\"choice\": \"no\"}, {\"do\": \"finish\"}, …]}. Each step is one of the commands, with its options by name; it is
durable before its line is printed, so a script that was stopped goes on with --from.

  {\"do\":\"start\",\"venue\":…,\"with\":[…],\"fix\":{\"lat\":…,\"lon\":…,\"datum\":\"gcj02\",\"accuracy\":12}}
  {\"do\":\"answer\",\"item\":…,\"choice\":…,\"count\":2,\"bands\":[\"junior\"],\"dissuaded\":true,\"note\":…}
  {\"do\":\"photo\",\"file\":…,\"item\":…}   {\"do\":\"finish\"}   {\"do\":\"check_in\",\"venue\":…,\"fix\":…,\"note\":…}")]
pub struct WorkArgs {
    /// The script; - for standard input
    #[arg(long, value_name = "FILE")]
    pub script: PathBuf,
    /// Begin with this step, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub from: usize,
    /// Wait so long before each step
    #[arg(long, value_name = "MS", default_value_t = 0, hide = true)]
    pub pace: u64,
}

/// A place to look from, if one is given.
#[derive(Debug, Args)]
pub struct HereArgs {
    #[command(flatten)]
    pub(super) fix: FixArgs,
}

/// Options of `nearby`.
#[derive(Debug, Args)]
pub struct NearbyArgs {
    #[command(flatten)]
    pub(super) fix: FixArgs,
    /// How many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 5)]
    pub(super) limit: u32,
}

/// A venue.
#[derive(Debug, Args)]
pub struct VenueArgs {
    /// The venue, by name or id
    #[arg(long, value_name = "NAME")]
    pub(super) venue: String,
}

/// Options of `coverage`.
#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// The month, such as 2026-11 [default: this one]
    #[arg(long, value_name = "MONTH")]
    pub(super) month: Option<Month>,
}

/// Options of `start`.
#[derive(Debug, Args)]
pub struct StartArgs {
    /// The venue, by name or id
    #[arg(long, value_name = "NAME")]
    pub(super) venue: String,
    /// Who goes along, by name or id; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) with: Vec<String>,
    #[command(flatten)]
    pub(super) fix: FixArgs,
}

/// An inspection under way.
#[derive(Debug, Args)]
pub struct DraftArgs {
    /// The inspection's id; not needed if one alone is under way
    #[arg(long, value_name = "ID")]
    pub(super) draft: Option<DraftId>,
}

/// Options of `answer`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct AnswerArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    /// The question, such as wb_minor
    #[arg(long, value_name = "ITEM")]
    pub(super) item: ItemId,
    /// One of its choices, such as yes
    #[arg(long, value_name = "CHOICE", group = "what")]
    pub(super) choice: Option<ChoiceCode>,
    /// An answer in words
    #[arg(long, value_name = "TEXT", group = "what")]
    pub(super) text: Option<String>,
    /// 未查看: it was not looked at
    #[arg(long, group = "what")]
    pub(super) not_looked: bool,
    /// How many minors were seen
    #[arg(long, value_name = "N", requires = "choice")]
    pub(super) count: Option<u16>,
    /// Their age band; may be given several times
    #[arg(long, value_enum, requires = "count")]
    band: Vec<Band>,
    /// They were talked into leaving
    #[arg(long, requires = "count")]
    pub(super) dissuaded: bool,
    /// A child is in danger
    #[arg(long, requires = "count")]
    pub(super) in_danger: bool,
    /// A remark
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
}

/// School age, as far as it can be guessed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Band {
    /// About 6–12
    Primary,
    /// About 12–15
    Junior,
    /// About 15–18
    Senior,
}

impl From<Band> for AgeBand {
    fn from(band: Band) -> Self {
        match band {
            Band::Primary => Self::Primary,
            Band::Junior => Self::Junior,
            Band::Senior => Self::Senior,
        }
    }
}

/// Options of `note`.
#[derive(Debug, Args)]
pub struct NoteArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    /// The question
    #[arg(long, value_name = "ITEM")]
    pub(super) item: ItemId,
    /// The remark
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
}

/// Options of `go-to`.
#[derive(Debug, Args)]
pub struct GoToArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    /// The question
    #[arg(long, value_name = "ITEM")]
    pub(super) item: ItemId,
}

/// Options of `companions`.
#[derive(Debug, Args)]
pub struct CompanionsArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    /// Who goes along, by name or id; nobody if it is not given
    #[arg(long, value_name = "NAME")]
    pub(super) with: Vec<String>,
}

/// Options of `fix`.
#[derive(Debug, Args)]
pub struct SetFixArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    #[command(flatten)]
    pub(super) fix: FixArgs,
}

/// Options of `scan`.
#[derive(Debug, Args)]
pub struct ScanArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    /// What the placard's QR says
    #[arg(long, value_name = "TEXT")]
    pub(super) code: String,
}

/// Options of `photo`.
#[derive(Debug, Args)]
pub struct PhotoArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    /// A JPEG, PNG or WebP; position and camera data in it are dropped
    #[arg(long, value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The question it belongs to
    #[arg(long, value_name = "ITEM")]
    pub(super) item: Option<ItemId>,
}

/// Options of `remove-photo`.
#[derive(Debug, Args)]
pub struct RemovePhotoArgs {
    #[command(flatten)]
    pub(super) draft: DraftArgs,
    #[command(flatten)]
    pub(super) photo: PhotoIdArgs,
}

/// A photo.
#[derive(Debug, Args)]
pub struct PhotoIdArgs {
    /// The photo's id
    #[arg(long, value_name = "ID")]
    pub(super) photo: PhotoId,
}

/// A record.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The record's id
    #[arg(long, value_name = "ID")]
    pub(super) record: RecordId,
}

/// Options of `check-in`.
#[derive(Debug, Args)]
pub struct CheckInArgs {
    /// The venue, by name or id
    #[arg(long, value_name = "NAME")]
    pub(super) venue: String,
    #[command(flatten)]
    pub(super) fix: FixArgs,
    /// What the venue's placard says
    #[arg(long, value_name = "TEXT")]
    pub(super) placard: Option<String>,
    /// A remark
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
}

/// Options of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Go on after this record
    #[arg(long, value_name = "ID")]
    pub(super) before: Option<RecordId>,
    /// How many, 200 at most
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    pub(super) limit: u32,
}

impl AnswerArgs {
    pub(super) fn into_input(self) -> Result<AnswerInput, Failure> {
        let note = |text: Option<String>| text.as_deref().map(Note::new).transpose();
        Ok(AnswerInput {
            draft: self.draft.draft,
            item: self.item,
            choice: self.choice,
            text: note(self.text)?,
            count: self.count,
            bands: self.band.into_iter().map(AgeBand::from).collect::<BTreeSet<_>>(),
            dissuaded: self.dissuaded,
            in_danger: self.in_danger,
            note: note(self.note)?,
        })
    }
}

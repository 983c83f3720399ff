//! What a command of the phone comes to: something is done, or something is looked at.

use xuncha_core::domain::{Note, PlacardCode};

use super::args::{BundleArgs, EnrolArgs, FieldCommand, SyncArgs, WorkArgs};
use super::ask::Question;
use super::step::Step;
use crate::failure::Failure;

/// What a command comes to.
pub(super) enum Deed {
    /// Something is done.
    Step(Box<Step>),
    /// Something is looked at.
    Ask(Box<Question>),
    /// The phone enrols.
    Enrol(EnrolArgs),
    /// It hands over and fetches.
    Sync(SyncArgs),
    /// It tells the station how it stands.
    Report,
    /// It writes what waits to a file.
    Export(BundleArgs),
    /// It takes the answer to such a file.
    Take(BundleArgs),
    /// It does all that a script says.
    Work(WorkArgs),
}

impl FieldCommand {
    /// What the command comes to.
    pub(super) fn into_deed(self) -> Result<Deed, Failure> {
        let step = |step| Ok(Deed::Step(Box::new(step)));
        let ask = |question| Ok(Deed::Ask(Box::new(question)));
        match self {
            Self::Home(here) => ask(Question::Home(here.fix.into_input())),
            Self::Nearby(near) => {
                let fix = near.fix.into_input().ok_or_else(|| Failure::usage("near what? --at LAT,LON"))?;
                ask(Question::Nearby(fix, near.limit))
            }
            Self::Venue(venue) => ask(Question::Venue(venue.venue)),
            Self::Colleagues => ask(Question::Colleagues),
            Self::Coverage(coverage) => ask(Question::Coverage(coverage.month)),
            Self::Drafts => ask(Question::Drafts),
            Self::Draft(draft) => ask(Question::Draft(draft.draft)),
            Self::ViewPhoto(photo) => ask(Question::Photo(photo.photo)),
            Self::Outbox => ask(Question::Outbox),
            Self::History(history) => ask(Question::History(history.before, history.limit)),
            Self::Record(record) => ask(Question::Record(record.record)),
            Self::Receipts => ask(Question::Receipts),
            Self::Status => ask(Question::Status),
            Self::Me => ask(Question::Me),
            Self::HandOver => ask(Question::HandOver),
            Self::SelfCheck => ask(Question::SelfCheck),
            Self::Settings => ask(Question::Settings),

            Self::Start(start) => {
                step(Step::Start { venue: start.venue, with: start.with, fix: start.fix.into_input() })
            }
            Self::Answer(answer) => step(Step::Answer(answer.into_input()?)),
            Self::Begun(answer) => step(Step::Begun(answer.into_input()?)),
            Self::Note(note) => step(Step::Note {
                draft: note.draft.draft,
                item: note.item,
                note: note.note.as_deref().map(Note::new).transpose()?,
            }),
            Self::GoTo(to) => step(Step::GoTo { draft: to.draft.draft, item: to.item }),
            Self::Companions(who) => step(Step::Companions { draft: who.draft.draft, with: who.with }),
            Self::Fix(set) => {
                let fix =
                    set.fix.into_input().ok_or_else(|| Failure::usage("which position? --at LAT,LON"))?;
                step(Step::Fix { draft: set.draft.draft, fix })
            }
            Self::Scan(scan) => {
                step(Step::Scan { draft: scan.draft.draft, code: PlacardCode::new(&scan.code)? })
            }
            Self::Photo(photo) => {
                step(Step::Photo { draft: photo.draft.draft, file: photo.file, item: photo.item })
            }
            Self::RemovePhoto(remove) => {
                step(Step::RemovePhoto { draft: remove.draft.draft, photo: remove.photo.photo })
            }
            Self::Finish(draft) => step(Step::Finish { draft: draft.draft }),
            Self::Discard(draft) => step(Step::Discard { draft: draft.draft }),
            Self::Correct(record) => step(Step::Correct { record: record.record }),
            Self::CheckIn(here) => step(Step::CheckIn {
                venue: here.venue,
                fix: here.fix.into_input(),
                placard: here.placard.as_deref().map(PlacardCode::new).transpose()?,
                note: here.note.as_deref().map(Note::new).transpose()?,
            }),
            Self::Enrol(card) => Ok(Deed::Enrol(card)),
            Self::Sync(how) => Ok(Deed::Sync(how)),
            Self::Report => Ok(Deed::Report),
            Self::Export(file) => Ok(Deed::Export(file)),
            Self::Take(file) => Ok(Deed::Take(file)),
            Self::Work(script) => Ok(Deed::Work(script)),
        }
    }
}

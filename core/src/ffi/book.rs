//! The book as the other side holds it: its calls with owned values, with the border's error, and with
//! no panic crossing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::BookError;
use crate::domain::{
    self, DraftId, Fix, ItemAnswer, ItemId, Locale, MemberId, Month, Name, Note, PhotoId, PlacardCode,
    Reason, RecordId, VenueId,
};
use crate::field::book::{
    CheckInPage, CoveragePage, DraftLine, DraftPage, EnrolledAs, HandOverPage, HandedOver, HistoryPage,
    HomePage, MemberPage, NearbyLine, OutboxPage, PersonLine, RecordPage, RecordsPage, ReportLine,
    ReviewPage, ReviewQueue, Saved, SelfCheck, SettingsPage, Status, TakenAnswer, VenuePage,
};
use crate::field::observer::{SyncEvent, SyncObserver};
use crate::field::sync::SyncReport;
use crate::field::transport::HttpTransport;
use crate::field::{self, Clock, Entropy, FieldError, KeyVault, SystemClock, SystemEntropy, Tools, photo};
use crate::wire::{EnrolLink, Platform, Program};

pub(super) type Answer<T> = Result<T, BookError>;

/// A phone's book: the one long-lived object, opened once on a folder. Calls may come from any thread.
/// All that are not async block, and are fast.
#[derive(uniffi::Object)]
pub struct FieldBook(field::FieldBook);

/// A panic is a flaw of the program and told as one.
pub(super) fn end<T>(outcome: std::thread::Result<Result<T, FieldError>>) -> Answer<T> {
    let outcome = outcome.unwrap_or_else(|_| Err(FieldError::Internal("a call panicked".to_owned())));
    outcome.map_err(BookError::from)
}

/// An observer that may fail without harm: nothing depends on what it is told.
struct Harmless(Arc<dyn SyncObserver>);

impl SyncObserver for Harmless {
    fn on_event(&self, event: SyncEvent) {
        drop(catch_unwind(AssertUnwindSafe(|| self.0.on_event(event))));
    }
}

/// Random numbers that a test plays, so that a cloned phone can repeat them. Never for a phone in use.
#[uniffi::export(rust, foreign)]
pub trait TestEntropy: Send + Sync {
    /// So many bytes.
    fn bytes(&self, count: u32) -> Vec<u8>;
}

struct Played(Arc<dyn TestEntropy>);

impl Entropy for Played {
    fn fill(&self, bytes: &mut [u8]) {
        let count = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        // Fewer bytes than asked for end the call; guessable ones would not be noticed.
        bytes.copy_from_slice(&self.0.bytes(count));
    }
}

impl FieldBook {
    fn ask<T>(&self, call: impl FnOnce(&field::FieldBook) -> Result<T, FieldError>) -> Answer<T> {
        end(catch_unwind(AssertUnwindSafe(|| call(&self.0))))
    }
}

#[uniffi::export]
impl FieldBook {
    /// Opens the book in a folder, or begins one. A damaged database is set aside and salvaged, a lost
    /// key is replaced; `status` tells of both, and nothing is wiped. Clock and entropy are the
    /// machine's own unless a test hands others in.
    #[uniffi::constructor(default(clock = None, entropy = None))]
    fn open(
        dir: &str,
        vault: Arc<dyn KeyVault>,
        clock: Option<Arc<dyn Clock>>,
        entropy: Option<Arc<dyn TestEntropy>>,
    ) -> Answer<Self> {
        end(catch_unwind(AssertUnwindSafe(|| {
            let transport = HttpTransport::new().map_err(|error| FieldError::Internal(error.to_string()))?;
            let entropy: Arc<dyn Entropy> = match entropy {
                Some(played) => Arc::new(Played(played)),
                None => Arc::new(SystemEntropy),
            };
            let tools = Tools {
                vault,
                clock: clock.unwrap_or_else(|| Arc::new(SystemClock)),
                entropy,
                transport: Arc::new(transport),
            };
            field::FieldBook::open(Path::new(dir), &tools).map(Self)
        })))
    }

    /// The language of all texts it answers with; Chinese until another is set.
    fn locale(&self) -> Locale {
        self.0.locale()
    }

    /// Sets the language of all texts.
    fn set_locale(&self, locale: Locale) {
        self.0.set_locale(locale);
    }

    /// The first screen.
    fn home(&self) -> Answer<HomePage> {
        self.ask(field::FieldBook::home)
    }

    /// The first screen as seen from a place: with distances, and for the police the nearest first.
    fn home_at(&self, fix: Fix) -> Answer<HomePage> {
        self.ask(|book| book.home_at(&fix))
    }

    /// Whose phone it is, and what they do.
    fn member(&self) -> Answer<MemberPage> {
        self.ask(field::FieldBook::member)
    }

    /// The venues to check in at: the nearest to a fix first, if there is one.
    fn to_check_in(&self, fix: Option<Fix>) -> Answer<CheckInPage> {
        self.ask(|book| book.to_check_in(fix.as_ref()))
    }

    /// The `n` venues of the station nearest to a fix, the nearest first.
    fn nearby(&self, fix: Fix, n: u32) -> Answer<Vec<NearbyLine>> {
        self.ask(|book| book.nearby(&fix, n))
    }

    /// A venue's own screen.
    fn venue(&self, venue: VenueId) -> Answer<VenuePage> {
        self.ask(|book| book.venue(venue))
    }

    /// The members of the station who can go along, by name.
    fn colleagues(&self) -> Answer<Vec<PersonLine>> {
        self.ask(field::FieldBook::colleagues)
    }

    /// A month's coverage of the station; of the month that it is where none is given.
    #[uniffi::method(default(month = None))]
    fn coverage(&self, month: Option<Month>) -> Answer<CoveragePage> {
        self.ask(|book| month.map_or_else(|| book.coverage_now(), |month| book.coverage(month)))
    }

    /// Begins an inspection of a venue, or goes on with the one under way there.
    #[uniffi::method(default(companions = [], fix = None))]
    fn start(&self, venue: VenueId, companions: Vec<MemberId>, fix: Option<Fix>) -> Answer<DraftId> {
        self.ask(|book| book.start(venue, &companions, fix.as_ref()))
    }

    /// A draft, ready for its screen.
    fn draft(&self, draft: DraftId) -> Answer<DraftPage> {
        self.ask(|book| book.draft(draft))
    }

    /// The member's drafts, the newest first; also those that cannot be read any more.
    fn drafts(&self) -> Answer<Vec<DraftLine>> {
        self.ask(field::FieldBook::drafts)
    }

    /// Answers an item, in place of an answer before, and goes on to the next one.
    fn answer(&self, draft: DraftId, answer: ItemAnswer) -> Answer<()> {
        self.ask(|book| book.answer(draft, &answer))
    }

    /// Keeps a remark to an item, answered or not, in place of one before.
    #[uniffi::method(default(note = None))]
    fn set_note(&self, draft: DraftId, item: ItemId, note: Option<Note>) -> Answer<()> {
        self.ask(|book| book.set_note(draft, &item, note.as_ref()))
    }

    /// Keeps an answer that is not confirmed yet: it never reaches the record.
    #[uniffi::method(default(answer = None))]
    fn set_begun(&self, draft: DraftId, item: ItemId, answer: Option<domain::Answer>) -> Answer<()> {
        self.ask(|book| book.set_begun(draft, &item, answer.as_ref()))
    }

    /// Shows an item: the draft reopens there.
    fn go_to(&self, draft: DraftId, item: ItemId) -> Answer<()> {
        self.ask(|book| book.go_to(draft, &item))
    }

    /// Keeps a reading of the position, in place of one before.
    fn set_fix(&self, draft: DraftId, fix: Fix) -> Answer<()> {
        self.ask(|book| book.set_fix(draft, &fix))
    }

    /// Says who goes along, in place of who was said before.
    fn set_companions(&self, draft: DraftId, companions: Vec<MemberId>) -> Answer<()> {
        self.ask(|book| book.set_companions(draft, &companions))
    }

    /// Keeps that the venue's placard was scanned.
    fn scan_placard(&self, draft: DraftId, code: PlacardCode) -> Answer<()> {
        self.ask(|book| book.scan_placard(draft, &code))
    }

    /// Adds a photo to a draft: a camera's file, of which only the picture is kept. The file may go
    /// when this returns.
    #[uniffi::method(default(item = None))]
    fn add_photo(&self, draft: DraftId, file: &str, item: Option<ItemId>) -> Answer<PhotoId> {
        self.ask(|book| book.add_photo(draft, item.as_ref(), &photo::read(Path::new(file))?))
    }

    /// Takes a photo out of a draft.
    fn remove_photo(&self, draft: DraftId, photo: PhotoId) -> Answer<()> {
        self.ask(|book| book.remove_photo(draft, photo))
    }

    /// The path of a JPEG file that shows a photo; it is gone when the book is opened again.
    fn photo(&self, photo: PhotoId) -> Answer<String> {
        self.ask(|book| Ok(book.photo(photo)?.to_string_lossy().into_owned()))
    }

    /// Finishes an inspection: from when this returns it is safe. Finishing a draft again gives what
    /// was saved then.
    fn finish(&self, draft: DraftId) -> Answer<Saved> {
        self.ask(|book| book.finish(draft))
    }

    /// Gives a draft up, with its photos.
    fn discard(&self, draft: DraftId) -> Answer<()> {
        self.ask(|book| book.discard(draft))
    }

    /// Begins the correction of an own returned inspection, or goes on with the one begun.
    fn correct(&self, record: RecordId) -> Answer<DraftId> {
        self.ask(|book| book.correct(record))
    }

    /// Checks in at a venue: sealed and safe when it returns.
    #[uniffi::method(default(fix = None, placard = None, note = None))]
    fn check_in(
        &self,
        venue: VenueId,
        fix: Option<Fix>,
        placard: Option<PlacardCode>,
        note: Option<Note>,
    ) -> Answer<Saved> {
        self.ask(|book| book.check_in(venue, fix.as_ref(), placard.as_ref(), note.as_ref()))
    }

    /// What waits for the head's review.
    fn review_queue(&self) -> Answer<ReviewQueue> {
        self.ask(field::FieldBook::review_queue)
    }

    /// How many inspections wait for the head's review, in words.
    fn to_review(&self) -> Answer<String> {
        self.ask(field::FieldBook::to_review)
    }

    /// What only this phone has.
    fn outbox(&self) -> Answer<OutboxPage> {
        self.ask(field::FieldBook::outbox)
    }

    /// What a file for the hub would hold now, where no network joins them.
    fn hand_over_page(&self) -> Answer<HandOverPage> {
        self.ask(field::FieldBook::hand_over_page)
    }

    /// Records made on this phone, the latest visit first: those after `before`, at most `limit`.
    fn history(&self, before: Option<RecordId>, limit: u32) -> Answer<HistoryPage> {
        self.ask(|book| book.history(before, limit))
    }

    /// What only this phone has, and so many of the records that the hub has whole.
    fn records(&self, older: u32) -> Answer<RecordsPage> {
        self.ask(|book| book.records(older))
    }

    /// A record that was made on this phone.
    fn record(&self, record: RecordId) -> Answer<RecordPage> {
        self.ask(|book| book.record(record))
    }

    /// How the phone is doing. Answers also before the first enrolment and after a lost key.
    fn status(&self) -> Answer<Status> {
        self.ask(field::FieldBook::status)
    }

    /// What the settings show of the phone. Answers also before the first enrolment and after a lost key.
    fn settings(&self) -> Answer<SettingsPage> {
        self.ask(field::FieldBook::settings)
    }

    /// Asks for a report on this phone to its station. The next sync hands it in, and only then is it said to
    /// be reported.
    fn report(&self, program: Program) -> Answer<ReportLine> {
        self.ask(|book| book.report(program))
    }

    /// Checks the book against itself.
    fn self_check(&self) -> Answer<SelfCheck> {
        self.ask(field::FieldBook::self_check)
    }

    /// Stops the sync or enrolment under way, if there is one: it ends with the code `cancelled`.
    fn cancel_sync(&self) {
        self.0.cancel_sync();
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl FieldBook {
    /// Enrols this phone by a card. `label` is what its owner would know it by. A lost answer is asked
    /// for again with the same card.
    async fn enrol(&self, card: EnrolLink, platform: Platform, label: Name) -> Answer<Option<EnrolledAs>> {
        end(AssertUnwindSafe(self.0.enrol(&card, platform, label)).catch_unwind().await)
    }

    /// Hands over what waits and fetches what is new. Dropping it stops it at any point without harm,
    /// as does `cancel_sync`. A hub out of reach is no error: the report says so.
    async fn sync(&self, observer: Option<Arc<dyn SyncObserver>>) -> Answer<SyncReport> {
        let observer = observer.map(Harmless);
        let observer = observer.as_ref().map(|observer| observer as &dyn SyncObserver);
        end(AssertUnwindSafe(self.0.sync(observer)).catch_unwind().await)
    }

    /// Writes what waits into a `.xuncha` file for the hub, in place of what was there. Nothing is let go by it. A
    /// sync under way gives way to it.
    async fn hand_over(&self, to: String) -> Answer<HandedOver> {
        end(AssertUnwindSafe(self.0.hand_over(Path::new(&to))).catch_unwind().await)
    }

    /// Takes the hub's answer to it from a file, which may go when this returns. A sync under way gives way to it.
    async fn take_answer(&self, from: String) -> Answer<TakenAnswer> {
        end(AssertUnwindSafe(self.0.take_answer(Path::new(&from))).catch_unwind().await)
    }

    /// A record that the head reviews, as the hub tells it now; nothing of it is kept on this phone.
    async fn record_to_review(&self, record: RecordId) -> Answer<ReviewPage> {
        end(AssertUnwindSafe(self.0.record_to_review(record)).catch_unwind().await)
    }

    /// A photo of such a record: the bytes of a JPEG, which are kept nowhere.
    async fn photo_to_review(&self, record: RecordId, photo: PhotoId) -> Answer<Vec<u8>> {
        end(AssertUnwindSafe(self.0.photo_to_review(record, photo)).catch_unwind().await)
    }

    /// The head approves a record. Needs the hub.
    async fn approve(&self, record: RecordId) -> Answer<()> {
        end(AssertUnwindSafe(self.0.approve(record)).catch_unwind().await)
    }

    /// The head returns a record with a reason. Needs the hub.
    async fn return_record(&self, record: RecordId, reason: Reason) -> Answer<()> {
        end(AssertUnwindSafe(self.0.return_record(record, reason)).catch_unwind().await)
    }
}

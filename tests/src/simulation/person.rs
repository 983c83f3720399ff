//! What somebody does with a phone in a month: inspects, checks in, corrects what was returned,
//! forgets to sync, loses the line, has the app killed.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use anyhow::{Context as _, Result, ensure};
use xuncha_core::domain::{
    AgeBand, Answer, DraftId, ItemAnswer, MemberId, MinorsSeen, Name, Note, RecordId, Role, VenueId,
};
use xuncha_core::field::book::{DraftItem, RecordShown};
use xuncha_core::field::observer::{SyncEvent, SyncObserver};
use xuncha_core::field::{FieldBook, FieldError, FieldErrorCode, FileVault, Tools};
use xuncha_core::wire::{EnrolLink, Platform};

use super::road::Road;
use crate::chance::Chance;
use crate::scenario::clock::{PhoneClock, StoryEntropy, WorldClock};
use crate::scenario::picture;

/// Somebody and their phone.
pub struct Person {
    /// What the phone said is saved.
    pub saved: BTreeSet<RecordId>,
    /// How often the app was killed or stopped.
    pub killed: usize,
    role: Role,
    colleagues: Vec<MemberId>,
    venues: Vec<VenueId>,
    folder: PathBuf,
    tools: Tools,
    book: Option<FieldBook>,
    chance: Chance,
}

/// Whose phone a new person has, and what they know.
pub struct Start<'a> {
    /// What they may do.
    pub role: Role,
    /// What the phone's randomness begins with.
    pub seed: u64,
    /// The phone's own folder.
    pub folder: PathBuf,
    /// Who may go along.
    pub colleagues: Vec<MemberId>,
    /// Where they may go.
    pub venues: Vec<VenueId>,
    /// The clock.
    pub clock: &'a Arc<WorldClock>,
    /// The road.
    pub road: &'a Arc<Road>,
    /// Their own chance.
    pub chance: Chance,
}

/// Stops the sync at the first retry: nobody waits in a simulation.
struct Impatient<'a>(&'a FieldBook);

impl SyncObserver for Impatient<'_> {
    fn on_event(&self, event: SyncEvent) {
        if matches!(event, SyncEvent::Retrying { .. }) {
            self.0.cancel_sync();
        }
    }
}

impl Person {
    /// Somebody with a phone that was never enrolled; one in four has a clock that is off.
    pub fn new(start: Start<'_>) -> Result<Self> {
        let mut chance = start.chance;
        let clock = PhoneClock::new(start.clock.clone());
        if chance.one_in(4) {
            clock.skew(i64::try_from(chance.below(180))? - 90);
        }
        let tools = Tools {
            vault: Arc::new(FileVault::new(&start.folder.join("vault"))),
            clock,
            entropy: StoryEntropy::new(start.seed, 0),
            transport: start.road.clone(),
        };
        let mut person = Self {
            saved: BTreeSet::new(),
            killed: 0,
            role: start.role,
            colleagues: start.colleagues,
            venues: start.venues,
            folder: start.folder,
            tools,
            book: None,
            chance,
        };
        person.open()?;
        Ok(person)
    }

    /// Their book.
    pub fn book(&self) -> Result<&FieldBook> {
        self.book.as_ref().context("the phone is off")
    }

    fn open(&mut self) -> Result<()> {
        self.book = None;
        self.book = Some(FieldBook::open(&self.folder.join("data"), &self.tools)?);
        Ok(())
    }

    /// Enrols, as often as the road makes them try.
    pub async fn enrol(&mut self, card: &EnrolLink) -> Result<()> {
        loop {
            match self.book()?.enrol(card, Platform::Cli, Name::new("测试手机")?).await {
                Ok(_) => break,
                Err(error) => must_be_the_road(&error)?,
            }
        }
        self.sync_to_the_end().await
    }

    /// Some hours of a day.
    pub async fn work(&mut self) -> Result<()> {
        for _ in 0..self.chance.below(5) {
            if self.role == Role::Police {
                self.check_in()?;
            } else {
                self.inspect()?;
            }
            if self.chance.one_in(12) {
                self.killed += 1;
                self.open()?;
            }
        }
        self.correct_what_was_returned()?;
        if self.chance.one_in(2) {
            self.sync_somehow().await?;
        }
        Ok(())
    }

    fn check_in(&mut self) -> Result<()> {
        let venue = self.venues[self.chance.below(self.venues.len())];
        let saved = self.book()?.check_in(venue, None, None, None)?;
        self.saved.insert(saved.record);
        Ok(())
    }

    fn inspect(&mut self) -> Result<()> {
        let venue = self.venues[self.chance.below(self.venues.len())];
        let with = self.colleagues[self.chance.below(self.colleagues.len())];
        let draft = self.book()?.start(venue, &[with], None)?;
        if self.answer_all(draft)? {
            self.finish(draft)?;
        }
        Ok(())
    }

    /// Answers what is open; not always to the end.
    fn answer_all(&mut self, draft: DraftId) -> Result<bool> {
        for item in self.book()?.draft(draft)?.items {
            if self.chance.one_in(200) {
                return Ok(false);
            }
            let answer = self.answer_to(&item)?;
            self.book()?.answer(draft, &ItemAnswer { item: item.item, answer, note: None })?;
        }
        if self.chance.one_in(15) {
            self.book()?.add_photo(draft, None, &picture::jpeg(160, 120)?)?;
        }
        Ok(true)
    }

    fn answer_to(&mut self, item: &DraftItem) -> Result<Answer> {
        if self.chance.one_in(6) {
            return Ok(Answer::NotLooked);
        }
        if item.takes_text {
            return Ok(Answer::Text { text: Note::new("一切如常。")? });
        }
        let choice = &item.choices[self.chance.below(item.choices.len())];
        let minors = choice.asks_minors.then(|| MinorsSeen {
            count: 1,
            bands: BTreeSet::from([AgeBand::Junior]),
            dissuaded: true,
            in_danger: false,
        });
        Ok(Answer::Choice { choice: choice.code.clone(), minors })
    }

    fn finish(&mut self, draft: DraftId) -> Result<()> {
        let saved = self.book()?.finish(draft)?;
        ensure!(self.saved.insert(saved.record), "the id {} came twice", saved.record);
        Ok(())
    }

    fn correct_what_was_returned(&mut self) -> Result<()> {
        let mut before = None;
        loop {
            let page = self.book()?.history(before, 200)?;
            for line in page.lines.iter().filter(|line| line.state.state == RecordShown::Returned) {
                if self.chance.one_in(2) {
                    continue;
                }
                let draft = match self.book()?.correct(line.record) {
                    Ok(draft) => draft,
                    Err(FieldError::NotReturned(_)) => continue,
                    Err(error) => return Err(error.into()),
                };
                self.finish(draft)?;
            }
            before = page.next;
            if before.is_none() {
                return Ok(());
            }
        }
    }

    /// A sync that the road may end early, or the app being killed in the middle.
    async fn sync_somehow(&mut self) -> Result<()> {
        let polls = if self.chance.one_in(4) { self.chance.below(40) } else { usize::MAX };
        let book = self.book()?;
        let impatient = Impatient(book);
        match for_some_polls(book.sync(Some(&impatient)), polls).await {
            Some(Err(error)) => must_be_the_road(&error),
            Some(Ok(_)) => Ok(()),
            None => {
                self.killed += 1;
                self.open()
            }
        }
    }

    /// Syncs until nothing waits.
    pub async fn sync_to_the_end(&mut self) -> Result<()> {
        let mut last = None;
        for _ in 0..200 {
            let book = self.book()?;
            match book.sync(Some(&Impatient(book))).await {
                Ok(report) => {
                    ensure!(report.alerts.is_empty(), "{:?}", report.alerts);
                    let waits = report.records_waiting + report.photos_waiting;
                    if report.stuck.is_none() && waits == 0 {
                        return Ok(());
                    }
                    last = Some(report);
                }
                Err(error) => must_be_the_road(&error)?,
            }
        }
        // With patience it would have said what it got stuck at.
        anyhow::bail!("something still waits: {last:?}, {:?}", self.book()?.sync(None).await)
    }
}

fn must_be_the_road(error: &FieldError) -> Result<()> {
    let code = error.code();
    ensure!(
        matches!(code, FieldErrorCode::Cancelled | FieldErrorCode::Offline | FieldErrorCode::HubAnswer),
        "{code:?}: {error}"
    );
    Ok(())
}

/// Runs a future until it was polled so often, then drops it.
async fn for_some_polls<T>(future: impl Future<Output = T>, mut polls: usize) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

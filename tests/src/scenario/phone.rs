//! A phone of a story: its folders, its clock and the person who holds it. What it does, the core does:
//! in this process or in a driver's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, bail, ensure};
use serde::de::DeserializeOwned;
use serde_json::Value;
use xuncha_core::domain::{
    AgeBand, Answer, Datum, DraftId, Fix, ItemAnswer, ItemId, MemberId, Metres, MinorsSeen, Note, Provider,
    RawPosition, RecordId, VenueId, Wgs84,
};
use xuncha_core::field::Clock as _;
use xuncha_core::wire::EnrolLink;

use super::clock::{PhoneClock, WorldClock};
use super::deed::{Begun, Deed, Done, Refusal, ReportSeen, Sealed, Synced};
use super::driver::{Clocks, Driver};
use super::own::{Own, refused};
use super::picture;
use super::story::{GivenAnswer, GivenFix};
use crate::folder::copy_folder;

/// A phone.
pub struct Phone {
    /// Whose it is, by name.
    pub member: String,
    /// Its clock.
    pub clock: Arc<PhoneClock>,
    /// What the last sync told somebody has to know.
    pub alerts: BTreeSet<String>,
    name: String,
    folder: PathBuf,
    seed: u64,
    /// How many random numbers were drawn so far, and when each backup was made.
    drawn: u64,
    backups: BTreeMap<String, u64>,
    hand: Hand,
    draft: Option<DraftId>,
}

/// Where the core runs.
enum Hand {
    Own(Box<Own>),
    Driver(Arc<Mutex<Driver>>),
}

impl Phone {
    /// A new phone that was never enrolled, the `number`th of the story.
    pub async fn new(
        (name, member, number): (&str, &str, u64),
        folder: PathBuf,
        world: Arc<WorldClock>,
        driver: Option<&Arc<Mutex<Driver>>>,
    ) -> Result<Self> {
        let clock = PhoneClock::new(world);
        let hand = match driver {
            Some(driver) => Hand::Driver(driver.clone()),
            None => Hand::Own(Box::new(Own::new(clock.clone()))),
        };
        let mut phone = Self {
            member: member.to_owned(),
            clock,
            alerts: BTreeSet::new(),
            name: name.to_owned(),
            folder,
            // Far enough apart that no phone comes to draw another's numbers.
            seed: (number + 1) << 40,
            drawn: 0,
            backups: BTreeMap::new(),
            hand,
            draft: None,
        };
        phone.open().await?;
        Ok(phone)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn vault(&self) -> PathBuf {
        self.folder.join("vault")
    }

    async fn open(&mut self) -> Result<()> {
        let (data, vault) = (self.data(), self.vault());
        self.done(Deed::Open { data, vault, seed: self.seed, drawn: self.drawn }).await
    }

    /// Does it, or says what the book refused.
    pub async fn attempt(&mut self, deed: &Deed) -> Result<Result<Value, Refusal>> {
        match &mut self.hand {
            Hand::Own(own) => {
                let outcome = own.perform(deed).await;
                self.drawn = own.drawn().max(self.drawn);
                outcome.map(Ok).or_else(|error| refused(&error).map(Err).ok_or(error))
            }
            Hand::Driver(driver) => {
                let clocks = Clocks { now: self.clock.now().millis(), uptime: self.clock.uptime_ms() };
                let (outcome, drawn) = Driver::perform(driver, &self.name, clocks, deed)?;
                self.drawn = drawn;
                Ok(outcome)
            }
        }
    }

    /// Does it and gives what is told.
    pub async fn tell<T: DeserializeOwned>(&mut self, deed: Deed) -> Result<T> {
        let told = self.attempt(&deed).await?.with_context(|| format!("{deed:?}"))?;
        serde_json::from_value(told.clone()).with_context(|| format!("{deed:?}: {told}"))
    }

    async fn done(&mut self, deed: Deed) -> Result<()> {
        self.tell::<Done>(deed).await.map(drop)
    }

    /// The app dies and is opened again. Nothing is closed tidily: it goes on with a copy that was made
    /// of its files while they were open, which is what a killed process leaves.
    pub async fn kill(&mut self) -> Result<()> {
        self.replace_data(&self.data().clone()).await
    }

    /// Copies all data, as a backup would.
    pub fn backup(&mut self, name: &str) -> Result<()> {
        self.backups.insert(name.to_owned(), self.drawn);
        copy_folder(&self.data(), &self.folder.join(name))
    }

    /// Puts a copy back.
    pub async fn restore(&mut self, name: &str, same_randomness: bool) -> Result<()> {
        let drawn = *self.backups.get(name).with_context(|| format!("no backup {name}"))?;
        if same_randomness {
            self.drawn = drawn;
        }
        self.replace_data(&self.folder.join(name)).await
    }

    async fn replace_data(&mut self, source: &Path) -> Result<()> {
        let copy = self.folder.join("copy");
        copy_folder(source, &copy)?;
        let drawn = self.drawn;
        self.done(Deed::Close).await?;
        self.drawn = drawn;
        std::fs::remove_dir_all(self.data())?;
        std::fs::rename(copy, self.data())?;
        self.open().await
    }

    /// Resets the key store.
    pub fn lose_key(&mut self) -> Result<()> {
        Ok(std::fs::remove_dir_all(self.vault())?)
    }

    /// Enrols by a card.
    pub async fn enrol(&mut self, link: &EnrolLink) -> Result<()> {
        self.done(Deed::Enrol { card: link.to_string(), label: "测试手机".to_owned() }).await?;
        self.alerts.clear();
        Ok(())
    }

    /// Begins an inspection.
    pub async fn start(&mut self, venue: VenueId, with: Vec<MemberId>, fix: Option<Fix>) -> Result<()> {
        let begun: Begun = self.tell(Deed::Start { venue, with, fix }).await?;
        self.draft = Some(begun.draft);
        Ok(())
    }

    /// Begins a correction.
    pub async fn correct(&mut self, record: RecordId) -> Result<()> {
        let begun: Begun = self.tell(Deed::Correct { record }).await?;
        self.draft = Some(begun.draft);
        Ok(())
    }

    /// The draft under way.
    pub fn draft(&self) -> Result<DraftId> {
        self.draft.context("no inspection is under way")
    }

    /// Answers a question of the draft under way.
    pub async fn answer(&mut self, given: &GivenAnswer) -> Result<()> {
        let deed = Deed::Answer { draft: self.draft()?, answer: answer(given)? };
        self.done(deed).await
    }

    /// Takes a photo for the draft under way.
    pub async fn photo(&mut self, item: Option<ItemId>, [width, height]: [u32; 2]) -> Result<()> {
        let file = self.folder.join("camera.jpg");
        std::fs::write(&file, picture::jpeg(width, height)?)?;
        let deed = Deed::Photo { draft: self.draft()?, file, item };
        self.done(deed).await
    }

    /// Presses 完成.
    pub async fn finish(&mut self) -> Result<RecordId> {
        let deed = Deed::Finish { draft: self.draft()? };
        let sealed: Sealed = self.tell(deed).await?;
        self.draft = None;
        Ok(sealed.record)
    }

    /// Asks for a report on itself: it is never said to be reported at once.
    pub async fn report(&mut self) -> Result<()> {
        let (version, system) = ("1.0".to_owned(), "测试系统".to_owned());
        let seen: ReportSeen = self.tell(Deed::Report { version, system }).await?;
        ensure!(seen.report.as_deref() == Some("waiting"), "{seen:?}");
        Ok(())
    }

    /// Writes what waits into a file.
    pub async fn hand_over(&mut self, file: PathBuf) -> Result<()> {
        self.done(Deed::HandOver { file }).await
    }

    /// Syncs and compares how it ended.
    pub async fn sync(&mut self, expect: Option<&str>) -> Result<()> {
        self.exchange(&Deed::Sync, expect).await
    }

    /// Takes the hub's answer from a file and compares how it ended.
    pub async fn take_answer(&mut self, file: PathBuf, expect: Option<&str>) -> Result<()> {
        self.exchange(&Deed::TakeAnswer { file }, expect).await
    }

    async fn exchange(&mut self, deed: &Deed, expect: Option<&str>) -> Result<()> {
        let codes: BTreeSet<String> = match self.attempt(deed).await? {
            Ok(told) => {
                let Synced { alerts, stuck } = serde_json::from_value(told)?;
                alerts.into_iter().chain(stuck).collect()
            }
            Err(refusal) => BTreeSet::from([refusal.code]),
        };
        self.alerts.clone_from(&codes);
        match expect {
            None => ensure!(codes.is_empty(), "it ended with {codes:?}"),
            Some(code) => ensure!(codes.contains(code), "it ended with {codes:?}, not {code}"),
        }
        Ok(())
    }
}

fn answer(given: &GivenAnswer) -> Result<ItemAnswer> {
    let answer = match (&given.choice, &given.text) {
        (Some(choice), None) => {
            let minors = given.count.map(|count| -> Result<MinorsSeen> {
                Ok(MinorsSeen {
                    count,
                    bands: given.bands.iter().map(|band| age_band(band)).collect::<Result<_>>()?,
                    dissuaded: given.dissuaded,
                    in_danger: given.in_danger,
                })
            });
            Answer::Choice { choice: choice.parse()?, minors: minors.transpose()? }
        }
        (None, Some(text)) => Answer::Text { text: Note::new(text)? },
        (None, None) => Answer::NotLooked,
        (Some(_), Some(_)) => bail!("an answer is a choice or a text"),
    };
    Ok(ItemAnswer { item: given.item.parse()?, answer, note: None })
}

fn age_band(name: &str) -> Result<AgeBand> {
    Ok(serde_json::from_value(name.into())?)
}

/// A reading so many metres north of a venue, in the datum that the platform speaks.
pub fn fix(given: &GivenFix, venue: Wgs84, clock: &PhoneClock) -> Result<Fix> {
    const METRES_A_DEGREE: f64 = 110_900.0;
    let at = Wgs84::new(venue.lat() + given.north / METRES_A_DEGREE, venue.lon())?;
    let datum: Datum = serde_json::from_value(given.datum.as_deref().unwrap_or("wgs84").into())?;
    let (lat, lon) = match datum {
        Datum::Gcj02 => (at.to_gcj02().lat(), at.to_gcj02().lon()),
        Datum::Bd09 => (at.to_gcj02().to_bd09().lat(), at.to_gcj02().to_bd09().lon()),
        _ => (at.lat(), at.lon()),
    };
    Ok(Fix {
        raw: RawPosition::new(datum, lat, lon)?,
        accuracy: Metres(given.accuracy),
        provider: Provider::Gnss,
        taken_at: clock.now(),
        mock: given.mock,
    })
}

//! A phone of a story: the real core on a folder of its own, and the person who holds it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use xuncha_core::domain::{
    AgeBand, Answer, Datum, DraftId, Fix, ItemAnswer, Metres, MinorsSeen, Note, Provider, RawPosition,
    RecordId, VenueId, Wgs84,
};
use xuncha_core::field::sync::SyncReport;
use xuncha_core::field::transport::HttpTransport;
use xuncha_core::field::{FieldBook, FieldError, FileVault, Tools};
use xuncha_core::wire::{EnrolLink, Platform};

use super::clock::{PhoneClock, StoryEntropy, WorldClock};
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
    folder: PathBuf,
    entropy: Arc<StoryEntropy>,
    backups: BTreeMap<String, u64>,
    book: Option<FieldBook>,
    draft: Option<DraftId>,
}

impl Phone {
    /// A new phone that was never enrolled.
    pub fn new(name: &str, member: &str, folder: PathBuf, world: Arc<WorldClock>) -> Result<Self> {
        let mut phone = Self {
            member: member.to_owned(),
            clock: PhoneClock::new(world),
            alerts: BTreeSet::new(),
            folder,
            entropy: StoryEntropy::new(name),
            backups: BTreeMap::new(),
            book: None,
            draft: None,
        };
        phone.open()?;
        Ok(phone)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn vault(&self) -> PathBuf {
        self.folder.join("vault")
    }

    fn open(&mut self) -> Result<()> {
        let tools = Tools {
            vault: Arc::new(FileVault::new(&self.vault())),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            transport: Arc::new(HttpTransport::new()?),
        };
        self.book = Some(FieldBook::open(&self.data(), &tools)?);
        Ok(())
    }

    /// The core.
    pub fn book(&self) -> Result<&FieldBook> {
        self.book.as_ref().context("the phone is off")
    }

    /// The app dies and is opened again. Nothing is closed tidily: the book is leaked, as a killed
    /// process would leave it, on a copy of its files.
    pub fn kill(&mut self) -> Result<()> {
        self.replace_data(&self.data().clone())
    }

    /// Copies all data, as a backup would.
    pub fn backup(&mut self, name: &str) -> Result<()> {
        self.backups.insert(name.to_owned(), self.entropy.position());
        copy_folder(&self.data(), &self.folder.join(name))
    }

    /// Puts a copy back.
    pub fn restore(&mut self, name: &str, same_randomness: bool) -> Result<()> {
        let position = *self.backups.get(name).with_context(|| format!("no backup {name}"))?;
        if same_randomness {
            self.entropy.rewind(position);
        }
        self.replace_data(&self.folder.join(name))
    }

    fn replace_data(&mut self, source: &Path) -> Result<()> {
        let copy = self.folder.join("copy");
        copy_folder(source, &copy)?;
        // Dropping the book would close its files; what was copied is what a kill leaves.
        self.book = None;
        std::fs::remove_dir_all(self.data())?;
        std::fs::rename(copy, self.data())?;
        self.open()
    }

    /// Resets the key store.
    pub fn lose_key(&mut self) -> Result<()> {
        Ok(std::fs::remove_dir_all(self.vault())?)
    }

    /// Enrols by a card.
    pub async fn enrol(&mut self, link: &EnrolLink) -> Result<()> {
        self.book()?.enrol(link, Platform::Cli, "测试手机".to_owned().try_into()?).await?;
        self.alerts.clear();
        Ok(())
    }

    /// Begins an inspection.
    pub fn start(
        &mut self,
        venue: VenueId,
        with: &[xuncha_core::domain::MemberId],
        fix: Option<&Fix>,
    ) -> Result<()> {
        self.draft = Some(self.book()?.start(venue, with, fix)?);
        Ok(())
    }

    /// Begins a correction.
    pub fn correct(&mut self, record: RecordId) -> Result<()> {
        self.draft = Some(self.book()?.correct(record)?);
        Ok(())
    }

    /// The draft under way.
    pub fn draft(&self) -> Result<DraftId> {
        self.draft.context("no inspection is under way")
    }

    /// Answers a question of the draft under way.
    pub fn answer(&self, given: &GivenAnswer) -> Result<()> {
        Ok(self.book()?.answer(self.draft()?, &answer(given)?)?)
    }

    /// Presses 完成.
    pub fn finish(&mut self) -> Result<RecordId> {
        let saved = self.book()?.finish(self.draft()?)?;
        self.draft = None;
        Ok(saved.record)
    }

    /// Syncs and compares how it ended.
    pub async fn sync(&mut self, expect: Option<&str>) -> Result<()> {
        let report = self.book()?.sync(None).await;
        let codes = codes(&report);
        self.alerts.clone_from(&codes);
        match expect {
            None => ensure!(codes.is_empty(), "the sync ended with {codes:?}: {report:?}"),
            Some(code) => ensure!(codes.contains(code), "the sync ended with {codes:?}, not {code}"),
        }
        Ok(())
    }
}

fn codes(report: &Result<SyncReport, FieldError>) -> BTreeSet<String> {
    match report {
        Ok(report) => {
            let alerts = report.alerts.iter().map(|alert| alert.code().to_owned());
            alerts.chain(report.stuck.map(|code| code.code().to_owned())).collect()
        }
        Err(error) => BTreeSet::from([error.code().code().to_owned()]),
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
    use xuncha_core::field::Clock as _;
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

//! Runs a story, step by step.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use xuncha_core::domain::{Note, RecordId};

use super::check;
use super::deed::{Deed, Sealed, StatusSeen};
use super::driver::Driver;
use super::phone::{Phone, fix};
use super::story::{Act, Fault, Story};
use super::world::World;
use crate::database::Engine;
use crate::network::Accident;

/// A story under way.
pub struct Run {
    /// The hub, the road, the clock.
    pub world: World,
    /// Phones by name.
    pub phones: BTreeMap<String, Phone>,
    /// Records by name.
    pub records: BTreeMap<String, RecordId>,
}

/// Runs a story on one kind of database, in a folder of its own.
///
/// # Errors
/// The first step that did not go as told, with its number.
pub async fn run(story: &Story, engine: Engine, folder: &Path) -> Result<()> {
    let world = World::build(&story.given, folder, engine).await.context("building the world")?;
    let mut run = Run { world, phones: BTreeMap::new(), records: BTreeMap::new() };
    let driver = Driver::start()?;
    for (number, (name, member)) in (0..).zip(&story.given.phones) {
        let home = folder.join(format!("phone-{number}"));
        let who = (name.as_str(), member.as_str(), number);
        let mut phone = Phone::new(who, home, run.world.clock.clone(), driver.as_ref()).await?;
        phone.enrol(&run.world.card(member)?).await?;
        phone.sync(None).await?;
        run.phones.insert(name.clone(), phone);
    }
    for (number, step) in story.steps.iter().enumerate() {
        let told =
            || format!("step {}: {} {:?}\nhub: {}", number + 1, step.on, step.act, tail(&run_log(folder)));
        step_of(&mut run, &step.on, &step.act).await.with_context(told)?;
    }
    run.world.verify()
}

fn run_log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("hub.log")).unwrap_or_default()
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

async fn step_of(run: &mut Run, on: &str, act: &Act) -> Result<()> {
    match on {
        "hub" => hub(run, act).await,
        "network" => network(run, act),
        "clock" => clock(run, act),
        phone => on_phone(run, phone, act).await,
    }
}

fn clock(run: &Run, act: &Act) -> Result<()> {
    match act {
        Act::Set { to } => run.world.clock.set(to.parse()?),
        Act::Skew { phone, minutes } => {
            run.phone(phone)?.clock.skew(*minutes);
            Ok(())
        }
        other => bail!("a clock cannot {other:?}"),
    }
}

fn network(run: &Run, act: &Act) -> Result<()> {
    let network = &run.world.network;
    let strike = |accident, fault: &Fault| network.endanger(accident, &fault.path, fault.times);
    match act {
        Act::Off => network.off(),
        Act::On => network.on(),
        Act::CutRequest(fault) => strike(Accident::CutRequest { after: fault.after }, fault),
        Act::CutAnswer(fault) => strike(Accident::CutAnswer { after: fault.after }, fault),
        Act::Repeat(fault) => strike(Accident::Repeat, fault),
        Act::Html(fault) => strike(Accident::Html, fault),
        Act::Newer(fault) => strike(Accident::Newer, fault),
        Act::ForgeReceipts(fault) => strike(Accident::ForgeReceipts, fault),
        other => bail!("a network cannot {other:?}"),
    }
    Ok(())
}

async fn hub(run: &mut Run, act: &Act) -> Result<()> {
    match act {
        Act::Approve { record } => run.world.review(run.record(record)?, None).await,
        Act::Return { record, reason } => run.world.review(run.record(record)?, Some(reason)).await,
        Act::Revoke { phone } => {
            let phone = run.phones.get_mut(phone).with_context(|| format!("no phone {phone}"))?;
            let status: StatusSeen = phone.tell(Deed::Status).await?;
            run.world.revoke(status.device.context("the phone is not enrolled")?).await
        }
        Act::Take { file, answer } => run.world.take_file(file, answer),
        Act::Restart => run.world.restart(),
        Act::Save { name } => run.world.save(name).await,
        Act::Rewind { name } => run.world.rewind(name),
        Act::Holds(held) => check::hub_holds(&run.world, held).await,
        other => bail!("a hub cannot {other:?}"),
    }
}

async fn on_phone(run: &mut Run, name: &str, act: &Act) -> Result<()> {
    let reading = |venue: &str, given: &Option<super::story::GivenFix>| {
        let Some(given) = given else { return anyhow::Ok(None) };
        let at = run.world.venue(venue)?.position.context("the venue has no position")?;
        let fix = fix(given, at, &run.phone(name)?.clock)?;
        run.world.somebody_at(fix.raw);
        Ok(Some(fix))
    };
    let (fixed, companions) = match act {
        Act::Start { venue, fix, with } => (reading(venue, fix)?, run.members(with)?),
        Act::CheckIn { venue, fix, .. } => (reading(venue, fix)?, Vec::new()),
        _ => (None, Vec::new()),
    };
    let venue = match act {
        Act::Start { venue, .. } | Act::CheckIn { venue, .. } => Some(run.world.venue(venue)?.id),
        _ => None,
    };
    let corrected = if let Act::Correct { record } = act { Some(run.record(record)?) } else { None };
    let on_stick = match act {
        Act::HandOver { file } | Act::TakeAnswer { file, .. } => Some(run.world.on_stick(file)),
        _ => None,
    };
    let phone = run.phones.get_mut(name).with_context(|| format!("no phone {name}"))?;
    match act {
        Act::Start { .. } => phone.start(venue.context("a venue")?, companions, fixed).await,
        Act::Answer(given) => phone.answer(given).await,
        Act::Photo { item, pixels } => {
            phone.photo(item.as_deref().map(str::parse).transpose()?, *pixels).await
        }
        Act::Finish { record } => {
            let id = phone.finish().await?;
            run.records.insert(record.clone(), id);
            Ok(())
        }
        Act::CheckIn { record, note, .. } => {
            let note = note.as_deref().map(Note::new).transpose()?;
            let deed = Deed::CheckIn { venue: venue.context("a venue")?, fix: fixed, note };
            let sealed: Sealed = phone.tell(deed).await?;
            run.records.insert(record.clone(), sealed.record);
            Ok(())
        }
        Act::Correct { .. } => phone.correct(corrected.context("a record")?).await,
        Act::Sync { expect } => phone.sync(expect.as_deref()).await,
        Act::HandOver { .. } => phone.hand_over(on_stick.context("a file")?).await,
        Act::TakeAnswer { expect, .. } => {
            phone.take_answer(on_stick.context("a file")?, expect.as_deref()).await
        }
        Act::Report => phone.report().await,
        Act::Kill => phone.kill().await,
        Act::Backup { name } => phone.backup(name),
        Act::Restore { name, same_randomness } => phone.restore(name, *same_randomness).await,
        Act::LoseKey => phone.lose_key(),
        Act::Enrol => {
            let card = run.world.card(&phone.member)?;
            phone.enrol(&card).await
        }
        Act::Shows(shown) => check::phone_shows(run, name, shown).await,
        Act::LookAt(looked) => check::head_sees(run, name, looked).await,
        other => bail!("a phone cannot {other:?}"),
    }
}

impl Run {
    /// A phone by name.
    pub fn phone(&self, name: &str) -> Result<&Phone> {
        self.phones.get(name).with_context(|| format!("no phone {name}"))
    }

    /// A record by name.
    pub fn record(&self, name: &str) -> Result<RecordId> {
        self.records.get(name).copied().with_context(|| format!("no record {name}"))
    }

    fn members(&self, names: &[String]) -> Result<Vec<xuncha_core::domain::MemberId>> {
        let id = |name: &String| self.world.members.get(name).copied();
        names.iter().map(|name| id(name).with_context(|| format!("nobody is called {name}"))).collect()
    }
}

//! What it costs to reach the core from another language: a page of fifty venues, called here and
//! through a driver (see `tests/scenarios/README.md`), turn by turn on phones that know the same.

use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use serde::de::DeserializeOwned;
use xuncha_core::domain::Timestamp;

use super::report::{Figure, Goal};
use crate::database::Engine;
use crate::scenario::clock::{PhoneClock, WorldClock};
use crate::scenario::deed::{CoverageSeen, Deed, Done, Synced, Timed};
use crate::scenario::driver::{Clocks, Driver};
use crate::scenario::own::Own;
use crate::station::Site;

const VENUES: usize = 50;
const TIMES: u32 = 400;
const ROUNDS: usize = 9;

/// How many times as long the call takes through each driver, whose name, command and goal are given.
pub async fn page(language: &str, command: &str, goal: f64) -> Result<Option<Figure>> {
    let folder = tempfile::tempdir()?;
    let site = Site::build(folder.path(), Engine::Sqlite.create().await?, 2, VENUES).await?;
    let mut device = site.device(site.volunteers[0], 1).await?;
    let now: Timestamp = chrono::Utc::now().into();
    let mut records = Vec::new();
    for (number, venue) in (0..).zip(&site.venues) {
        records.push(device.inspect(*venue, now.plus_millis(-3_600_000), number)?);
    }
    device.push_sealed(&records).await?;

    let clock = PhoneClock::new(WorldClock::at(now, folder.path().join("clock"))?);
    let mut here = Side::Here(Box::new(Own::new(clock)));
    let driver = Driver::with(command)?;
    let mut there = Side::There(driver, Clocks { now: now.millis(), uptime: now.millis() });
    for (side, name, seed) in [(&mut here, "here", 1 << 40), (&mut there, "there", 2 << 40)] {
        let home = folder.path().join(name);
        let (data, vault) = (home.join("data"), home.join("vault"));
        let _: Done = side.tell(&Deed::Open { data, vault, seed, drawn: 0 }).await?;
        let card = site.hub.card(site.volunteers[1])?.to_string();
        let _: Done = side.tell(&Deed::Enrol { card, label: "测试手机".to_owned() }).await?;
        let _: Synced = side.tell(&Deed::Sync).await?;
        let page: CoverageSeen = side.tell(&Deed::Coverage { month: now.month() }).await?;
        ensure!(page.venues.len() == VENUES, "{} venues", page.venues.len());
    }

    let time = Deed::Time { month: now.month(), times: TIMES };
    let (mut ratios, mut own_ns) = (Vec::new(), 0.0);
    // The first round only warms up, which a virtual machine needs.
    for round in 0..=ROUNDS {
        let own: Timed = here.tell(&time).await?;
        let other: Timed = there.tell(&time).await?;
        if round > 0 {
            own_ns = nanoseconds(&own)?;
            ratios.push(nanoseconds(&other)? / own_ns);
        }
    }
    let name = format!("page of 50 venues from {language}, Rust {:.0} µs", own_ns / 1000.0);
    Ok(Figure::of(&name, "× Rust", ratios, Goal::AtMost, goal))
}

fn nanoseconds(timed: &Timed) -> Result<f64> {
    Ok(f64::from(u32::try_from(timed.median).context("a call of seconds")?))
}

/// A phone in this process or in a driver's.
enum Side {
    Here(Box<Own>),
    There(Arc<Mutex<Driver>>, Clocks),
}

impl Side {
    async fn tell<T: DeserializeOwned>(&mut self, deed: &Deed) -> Result<T> {
        let told = match self {
            Self::Here(own) => own.perform(deed).await?,
            Self::There(driver, clocks) => Driver::perform(driver, "there", *clocks, deed)?.0?,
        };
        Ok(serde_json::from_value(told)?)
    }
}

//! Pushes: how many records a hub takes in a second, signatures checked and the commit durable before
//! each answer.

use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use xuncha_core::domain::Timestamp;
use xuncha_core::wire::{Parcel, Push, frame};

use super::report::{Figure, Goal};
use super::settle;
use crate::database::Engine;
use crate::device::{Answer, Device};
use crate::station::Site;

/// Phones that push at the same time.
const PHONES: usize = 4;
/// Batches of each phone in one run.
const BATCHES: usize = 30;
/// Batches of each before the clock runs, so that the database knows the tables by more than their names.
const WARM: usize = 4;
/// Records of one batch.
const BATCH: usize = 50;

/// Records taken in a second, in batches of fifty.
pub async fn per_second(engine: Engine) -> Result<Option<Figure>> {
    let mut runs = Vec::new();
    for run in 0..3u64 {
        let folder = tempfile::tempdir()?;
        let database = engine.create().await?;
        let site = Site::build(folder.path(), database.clone(), PHONES, 200).await?;
        let mut work = Vec::new();
        for (phone, member) in site.volunteers.iter().enumerate() {
            let mut device = site.device(*member, u8::try_from(phone + 1)?).await?;
            let mut bodies = bodies(&site, &mut device, (run * 10 + phone as u64) * 100_000)?;
            let counted = bodies.split_off(WARM);
            push(&device, bodies).await?;
            work.push((device, counted));
        }
        if let Some(database) = &database {
            settle(database).await?;
        }
        let begun = Instant::now();
        let pushing =
            work.into_iter().map(|(device, bodies)| tokio::spawn(async move { push(&device, bodies).await }));
        for phone in pushing.collect::<Vec<_>>() {
            phone.await??;
        }
        let records = u32::try_from(PHONES * BATCHES * BATCH)?;
        runs.push(f64::from(records) / begun.elapsed().as_secs_f64());
    }
    Ok(Figure::of(&format!("records taken, {engine:?}"), "records/s", runs, Goal::AtLeast, 3_000.0))
}

/// What is sent is made before the clock runs: it is the hub that is measured.
fn bodies(site: &Site, device: &mut Device, random: u64) -> Result<Vec<Vec<u8>>> {
    let now: Timestamp = chrono::Utc::now().into();
    let mut number = 0;
    let mut batch = || -> Result<Vec<u8>> {
        let mut parcels = Vec::with_capacity(BATCH);
        for _ in 0..BATCH {
            number += 1;
            let venue = site.venues[number % site.venues.len()];
            let earlier = i64::try_from(number % 20)? * 86_400_000;
            let at = now.plus_millis(-earlier - 3_600_000);
            parcels.push(Parcel::Sealed(device.inspect(venue, at, random + number as u64)?));
        }
        Ok(frame::compress(&serde_json::to_vec(&Push { parcels })?)?)
    };
    (0..WARM + BATCHES).map(|_| batch()).collect()
}

async fn push(device: &Device, bodies: Vec<Vec<u8>>) -> Result<()> {
    for body in bodies {
        let Answer::Read(push) = device.send(body, "zstd").await? else { bail!("a push was turned away") };
        let taken =
            push.answers.iter().filter(|a| matches!(a, xuncha_core::wire::RecordAnswer::Accepted { .. }));
        ensure!(taken.count() == BATCH, "{:?}", push.answers.first().context("answers")?);
    }
    Ok(())
}

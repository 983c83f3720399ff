//! First sync: a new phone of a station with a long history.

use std::time::Instant;

use anyhow::{Result, ensure};
use xuncha_core::domain::{Name, Timestamp};
use xuncha_core::field::FieldBook;
use xuncha_core::wire::Platform;

use super::report::{Figure, Goal};
use crate::database::Engine;
use crate::station::Site;

/// Records of the station.
const RECORDS: usize = 13_000;

/// Records stored on a new phone in a second, from the request to the last commit.
pub async fn first(engine: Engine) -> Result<Option<Figure>> {
    let folder = tempfile::tempdir()?;
    let site = Site::build(folder.path(), engine.create().await?, 2, 200).await?;
    let mut device = site.device(site.volunteers[0], 1).await?;
    let now: Timestamp = chrono::Utc::now().into();
    for batch in 0..RECORDS / 100 {
        let mut records = Vec::new();
        for number in batch * 100..(batch + 1) * 100 {
            let earlier = i64::try_from(number % 300)? * 86_400_000;
            let venue = site.venues[number % site.venues.len()];
            records.push(device.inspect(venue, now.plus_millis(-earlier - 3_600_000), number as u64)?);
        }
        device.push_sealed(&records).await?;
    }
    let mut runs = Vec::new();
    for run in 0..5 {
        let home = folder.path().join(format!("phone-{run}"));
        let book = FieldBook::open(&home.join("data"), &Site::tools(&home)?)?;
        book.enrol(&site.hub.card(site.volunteers[1])?, Platform::Cli, Name::new("新手机")?).await?;
        let begun = Instant::now();
        let report = book.sync(None).await?;
        let seconds = begun.elapsed().as_secs_f64();
        ensure!(report.stuck.is_none() && report.moved.changes >= RECORDS as u64, "{report:?}");
        runs.push(f64::from(u32::try_from(RECORDS)?) / seconds);
    }
    Ok(Figure::of("first sync of 13 000 records", "records/s", runs, Goal::AtLeast, 20_000.0))
}

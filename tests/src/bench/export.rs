//! An export of a hundred thousand records as a workbook, and what one of a million takes in memory.

use std::time::Instant;

use anyhow::{Result, bail, ensure};
use tokio::sync::mpsc;
use xuncha_core::domain::{Locale, Timestamp};
use xuncha_core::wire::Jws;
use xuncha_hub::export::{Ask, Format, What, export};
use xuncha_hub::store::{Store, reference};

use super::memory::resident_megabytes;
use super::report::{Figure, Goal};
use crate::database::Engine;
use crate::device::{Answer, Device};
use crate::station::Site;

const RECORDS: usize = 100_000;
const BATCH: usize = 100;

/// Rows a second from the database to the last byte of the workbook, and the megabytes by which this process
/// grows while it writes a million.
pub async fn workbook() -> Result<Vec<Option<Figure>>> {
    let folder = tempfile::tempdir()?;
    let site = Site::build(folder.path(), Engine::Sqlite.create().await?, 1, 200).await?;
    let mut device = site.device(site.volunteers[0], 1).await?;
    fill(&site, &mut device).await?;
    let store = site.store().await?;
    let stations = reference::stations_by_name(&mut *store.read().await?).await?;
    let ask = Ask {
        what: What::Records,
        format: Format::Xlsx,
        locale: Locale::ZhHans,
        stations,
        month: None,
        now: chrono::Utc::now().into(),
        bom: true,
    };
    let mut runs = Vec::new();
    for _ in 0..3 {
        runs.push(run(&store, &ask).await?);
    }
    ensure!(runs.iter().all(|run| run.rows == RECORDS as u64), "rows are missing");
    // A million rows: the same hundred thousand, ten times.
    let stations = ask.stations.iter().cycle().take(10 * ask.stations.len()).cloned().collect();
    let million = run(&store, &Ask { stations, ..ask }).await?;
    ensure!(million.rows == 10 * RECORDS as u64, "{} rows", million.rows);
    let speeds = runs.iter().map(|run| run.speed).collect();
    Ok(vec![
        Figure::of("export of 100 000 records as XLSX", "rows/s", speeds, Goal::AtLeast, 20_000.0),
        Figure::of("memory of an export of a million", "MB", vec![million.growth], Goal::AtMost, 64.0),
    ])
}

struct Run {
    rows: u64,
    /// Rows a second.
    speed: f64,
    /// Megabytes.
    growth: f64,
}

async fn run(store: &Store, ask: &Ask) -> Result<Run> {
    let before = resident_megabytes(std::process::id())?;
    let begun = Instant::now();
    let (to, mut pieces) = mpsc::channel(4);
    let exporting = tokio::spawn({
        let (store, ask) = (store.clone(), ask.clone());
        async move { export(&store, &ask, to).await }
    });
    let (mut bytes, mut most) = (0, before);
    while let Some(piece) = pieces.recv().await {
        bytes += piece.bytes.len();
        most = most.max(resident_megabytes(std::process::id())?);
    }
    let rows = exporting.await??;
    let speed = f64::from(u32::try_from(rows)?) / begun.elapsed().as_secs_f64();
    ensure!(bytes > RECORDS, "{rows} rows in {bytes} bytes");
    Ok(Run { rows, speed, growth: most - before })
}

async fn fill(site: &Site, device: &mut Device) -> Result<()> {
    let now: Timestamp = chrono::Utc::now().into();
    for batch in 0..RECORDS / BATCH {
        let records = (0..BATCH).map(|number| {
            let number = batch * BATCH + number;
            let earlier = i64::try_from(number % 300)? * 86_400_000;
            let at = now.plus_millis(-earlier - 3_600_000);
            device.inspect(site.venues[number % site.venues.len()], at, number as u64)
        });
        let records = records.collect::<Result<Vec<Jws>>>()?;
        let Answer::Read(_) = device.push_sealed(&records).await? else { bail!("a push was turned away") };
    }
    Ok(())
}

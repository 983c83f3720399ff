//! Coverage of a whole city: 157 stations, 13 000 venues, two visits each, as it is asked for again
//! and again while records come in.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use xuncha_core::domain::{MemberId, Month, Role, Timestamp};
use xuncha_hub::world::World;
use xuncha_hub::{App, Config};

use super::report::{Figure, Goal};
use crate::client::client;
use crate::database::Engine;
use crate::device::Device;
use crate::founding::Founding;
use crate::hub::Hub;

const STATIONS: u16 = 157;
const VENUES: usize = 83;

/// Milliseconds from request to whole answer over loopback, for the sums of the city.
pub async fn page(engine: Engine) -> Result<Option<Figure>> {
    let folder = tempfile::tempdir()?;
    let database = engine.create().await?;
    let mut hub = Hub::new(folder.path(), database.clone());
    let mut config = Config::new(hub.data());
    config.database_url = database;
    let admin = build(&App::open(config, World::real()).await?).await?;
    hub.start()?;
    let link = hub.card(admin)?;
    let device = Device::enrol(hub.url(), link.code, [1; 32]).await?;

    let client = client();
    let month = Month::of(Timestamp::from(chrono::Utc::now()).day());
    let url = format!("{}/api/v1/coverage?month={month}", hub.url());
    let mut runs = Vec::new();
    for run in 0..40 {
        let begun = Instant::now();
        let answer =
            client.get(&url).bearer_auth(&device.token).send().await?.error_for_status()?.bytes().await?;
        let took = begun.elapsed();
        ensure!(answer.len() > usize::from(STATIONS) * 50, "{}", String::from_utf8_lossy(&answer));
        // The first ones fill caches and open connections.
        if run >= 5 {
            runs.push(took.as_secs_f64() * 1_000.0);
        }
    }
    let name = format!("coverage of a city, 157 stations and 13 000 venues, {engine:?}");
    Ok(Figure::of(&name, "ms", runs, Goal::AtMost, 5.0))
}

async fn build(app: &App) -> Result<MemberId> {
    let now: Timestamp = chrono::Utc::now().into();
    let mut admin = None;
    for number in 0..STATIONS {
        let name = format!("第{number}派出所关爱工作站");
        let mut founding = Founding::new(&name, &format!("第{}分局", number / 13), now, number)?;
        let role = if number == 0 { Role::Admin } else { Role::Head };
        let leader = founding.member("负责人", role, now)?;
        admin.get_or_insert(leader);
        for venue in 0..VENUES {
            founding.cafe(&format!("网吧{venue}"), now)?;
        }
        founding.write(app).await?;
    }
    app.store.close().await;
    admin.context("the first station has the admin")
}

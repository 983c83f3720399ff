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
pub(super) const VENUES: usize = 83;
/// Requests that fill caches and open connections, and do not count.
const WARM: usize = 5;

/// Milliseconds from request to whole answer over loopback, for the sums of the city.
pub async fn page(engine: Engine) -> Result<Option<Figure>> {
    let folder = tempfile::tempdir()?;
    let database = engine.create().await?;
    let mut hub = Hub::new(folder.path(), database.clone());
    let mut config = Config::new(hub.data());
    config.database_url = database;
    let app = App::open(config, World::real()).await?;
    let admin = admin_of(&found(&app, VENUES).await?)?;
    app.store.close().await;
    hub.start()?;
    let runs = ask(&hub, admin, 40).await?;
    let name = format!("coverage of a city, 157 stations and 13 000 venues, {engine:?}");
    Ok(Figure::of(&name, "ms", runs, Goal::AtMost, 5.0))
}

/// Milliseconds of each of so many requests for the sums of the city by its administrator.
pub(super) async fn ask(hub: &Hub, admin: MemberId, times: usize) -> Result<Vec<f64>> {
    let link = hub.card(admin)?;
    let device = Device::enrol(hub.url(), link.code, [1; 32]).await?;
    let client = client();
    let month = Month::of(Timestamp::from(chrono::Utc::now()).day());
    let url = format!("{}/api/v1/coverage?month={month}", hub.url());
    let mut runs = Vec::new();
    for run in 0..WARM + times {
        let begun = Instant::now();
        let answer =
            client.get(&url).bearer_auth(&device.token).send().await?.error_for_status()?.bytes().await?;
        let took = begun.elapsed();
        ensure!(answer.len() > usize::from(STATIONS) * 50, "{}", String::from_utf8_lossy(&answer));
        if run >= WARM {
            runs.push(took.as_secs_f64() * 1_000.0);
        }
    }
    Ok(runs)
}

/// Who looks after the city: the leader of its first station.
pub(super) fn admin_of(stations: &[Founding]) -> Result<MemberId> {
    let first = stations.first().and_then(|station| station.members.first());
    Ok(first.context("the first station has the admin")?.id)
}

/// Writes a city of 157 stations with so many venues each.
pub(super) async fn found(app: &App, venues: usize) -> Result<Vec<Founding>> {
    let now: Timestamp = chrono::Utc::now().into();
    let mut stations = Vec::new();
    for number in 0..STATIONS {
        let name = format!("第{number}派出所关爱工作站");
        let mut founding = Founding::new(&name, &format!("第{}分局", number / 13), now, number)?;
        let role = if number == 0 { Role::Admin } else { Role::Head };
        founding.member("负责人", role, now)?;
        for venue in 0..venues {
            founding.cafe(&name_of(venue), now)?;
        }
        founding.write(app).await?;
        stations.push(founding);
    }
    Ok(stations)
}

/// Names of a few thousand kinds, so that what is typed finds some and not all.
fn name_of(number: usize) -> String {
    const PARTS: [&str; 16] = [
        "蓝鲸", "银杏", "极昼", "双子", "北风", "流火", "青藤", "远山", "白塔", "星河", "晨光", "柳岸",
        "飞鱼", "长桥", "红叶", "松涛",
    ];
    let part = |by: usize| PARTS[number / by % PARTS.len()];
    format!("{}{}网吧{number}", part(1), part(PARTS.len()))
}

//! Coverage of a whole city: 157 stations, 13 000 venues, two visits each, as it is asked for again
//! and again while records come in.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use xuncha_core::domain::{
    Member, MemberId, Month, Name, Role, Station, StationId, Timestamp, Venue, VenueId, VenueKind, VenueLife,
};
use xuncha_hub::store::reference;
use xuncha_hub::world::World;
use xuncha_hub::{App, Config};

use super::report::{Figure, Goal};
use crate::client::client;
use crate::database::Engine;
use crate::device::Device;
use crate::hub::Hub;

const STATIONS: usize = 157;
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
        ensure!(answer.len() > STATIONS * 50, "{}", String::from_utf8_lossy(&answer));
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
    let random = |number: usize| {
        let mut bytes = [3; 10];
        bytes[2..].copy_from_slice(&(number as u64).to_be_bytes());
        bytes
    };
    let mut admin = None;
    for station_number in 0..STATIONS {
        let station = Station {
            id: StationId::mint(now, random(station_number)),
            name: Name::new(&format!("第{station_number}派出所关爱工作站"))?,
            sub_bureau: Name::new(&format!("第{}分局", station_number / 13))?,
        };
        let mut tx = app.store.begin().await?;
        reference::write_station(&mut tx, &station, None).await?;
        let mut locked = tx.lock_station(station.id).await?.context("the station was just written")?;
        let role = if station_number == 0 { Role::Admin } else { Role::Head };
        let id = MemberId::mint(now, random(station_number));
        let member = Member { id, station: station.id, name: Name::new("负责人")?, role, active: true };
        reference::write_member(&mut tx, &mut locked, &member, None).await?;
        admin.get_or_insert(id);
        for number in 0..VENUES {
            let venue = Venue {
                id: VenueId::mint(now, random(station_number * 1_000 + number)),
                station: station.id,
                name: Name::new(&format!("网吧{number}"))?,
                kind: VenueKind::InternetCafe,
                address: String::new().try_into()?,
                position: None,
                placard: None,
                life: VenueLife::default(),
            };
            reference::write_venue(&mut tx, &mut locked, &venue, None).await?;
        }
        locked.save(&mut tx).await?;
        tx.commit().await?;
    }
    app.store.close().await;
    admin.context("the first station has the admin")
}

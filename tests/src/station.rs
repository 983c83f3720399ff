//! A station to test with: members and venues written straight into a hub's database, a running hub
//! and phones enrolled at it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use xuncha_core::domain::{
    Member, MemberId, Name, Role, Station, StationId, Timestamp, Venue, VenueId, VenueKind,
};
use xuncha_core::field::transport::HttpTransport;
use xuncha_core::field::{FieldBook, FileVault, SystemClock, SystemEntropy, Tools};
use xuncha_core::wire::{EnrolLink, Platform};
use xuncha_hub::store::{Store, reference};
use xuncha_hub::world::World;
use xuncha_hub::{App, Config};

use crate::device::Device;
use crate::hub::Hub;

/// A station on a hub of its own.
pub struct Site {
    /// The hub's process.
    pub hub: Hub,
    /// The station.
    pub station: StationId,
    /// Its volunteers.
    pub volunteers: Vec<MemberId>,
    /// Its head.
    pub head: MemberId,
    /// Its venues, internet cafés all.
    pub venues: Vec<VenueId>,
    folder: PathBuf,
    database: Option<String>,
}

impl Site {
    /// Writes a station with so many volunteers and venues, and starts its hub.
    pub async fn build(
        folder: &Path,
        database: Option<String>,
        volunteers: usize,
        venues: usize,
    ) -> Result<Self> {
        let hub = Hub::new(folder, database.clone());
        let now: Timestamp = chrono::Utc::now().into();
        let station = Station {
            id: StationId::mint(now, [1; 10]),
            name: Name::new("莲花派出所关爱工作站")?,
            sub_bureau: Name::new("东湖分局")?,
        };
        let mut config = Config::new(hub.data());
        config.database_url.clone_from(&database);
        let app = App::open(config, World::real()).await?;
        let mut tx = app.store.begin().await?;
        reference::write_station(&mut tx, &station, None).await?;
        let mut locked = tx.lock_station(station.id).await?.context("the station was just written")?;
        let mut people = Vec::new();
        for number in 0..=volunteers {
            let (role, name) = if number == 0 {
                (Role::Head, "站长".to_owned())
            } else {
                (Role::Volunteer, format!("志愿者{number}"))
            };
            let id = MemberId::mint(now, random(number));
            let member = Member { id, station: station.id, name: Name::new(&name)?, role, active: true };
            reference::write_member(&mut tx, &mut locked, &member, None).await?;
            people.push(id);
        }
        let mut places = Vec::new();
        for number in 0..venues {
            let venue = Venue {
                id: VenueId::mint(now, random(number)),
                station: station.id,
                name: Name::new(&format!("网吧{number}"))?,
                kind: VenueKind::InternetCafe,
                address: String::new().try_into()?,
                position: None,
                placard: None,
                life: xuncha_core::domain::VenueLife::default(),
            };
            reference::write_venue(&mut tx, &mut locked, &venue, None).await?;
            places.push(venue.id);
        }
        locked.save(&mut tx).await?;
        tx.commit().await?;
        app.store.close().await;
        let head = people.remove(0);
        let folder = folder.to_owned();
        let mut site =
            Self { hub, station: station.id, volunteers: people, head, venues: places, folder, database };
        site.hub.start()?;
        Ok(site)
    }

    /// A device without a phone, for a member.
    pub async fn device(&self, member: MemberId, seed: u8) -> Result<Device> {
        Device::enrol(self.hub.url(), self.hub.card(member)?.code, [seed; 32]).await
    }

    /// The tools of a real phone with its vault in `folder`.
    pub fn tools(folder: &Path) -> Result<Tools> {
        Ok(Tools {
            vault: Arc::new(FileVault::new(&folder.join("vault"))),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            transport: Arc::new(HttpTransport::new()?),
        })
    }

    /// A phone in `folder`, enrolled for a member through the hub's address or a proxy's.
    pub async fn phone(&self, folder: &Path, member: MemberId, hub: Option<String>) -> Result<FieldBook> {
        let book = FieldBook::open(&folder.join("data"), &Self::tools(folder)?)?;
        let card = self.hub.card(member)?;
        let link = EnrolLink { hub: hub.unwrap_or(card.hub.clone()), ..card };
        book.enrol(&link, Platform::Cli, Name::new("测试手机")?).await?;
        book.sync(None).await?;
        Ok(book)
    }

    /// The hub's database, opened beside it.
    pub async fn store(&self) -> Result<Store> {
        Ok(match &self.database {
            Some(url) => Store::open_postgres(url).await?,
            None => Store::open_file(&Config::new(self.hub.data()).database_file()).await?,
        })
    }

    /// A folder of the test's own.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn random(number: usize) -> [u8; 10] {
    let mut bytes = [7; 10];
    bytes[2..].copy_from_slice(&(number as u64).to_be_bytes());
    bytes
}

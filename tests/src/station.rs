//! A station to test with: members and venues written straight into a hub's database, a running hub
//! and phones enrolled at it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use xuncha_core::domain::{MemberId, Name, Role, StationId, Timestamp, VenueId};
use xuncha_core::field::transport::HttpTransport;
use xuncha_core::field::{FieldBook, FileVault, SystemClock, SystemEntropy, Tools};
use xuncha_core::wire::{EnrolLink, Platform};
use xuncha_hub::App;
use xuncha_hub::store::Store;
use xuncha_hub::world::World;

use crate::device::Device;
use crate::founding::Founding;
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
}

impl Site {
    /// Writes a station with so many volunteers and venues, and starts its hub.
    pub async fn build(
        folder: &Path,
        database: Option<String>,
        volunteers: usize,
        venues: usize,
    ) -> Result<Self> {
        Self::build_with(folder, database, volunteers, venues, &[]).await
    }

    /// The same for a hub with settings, by their names in the environment.
    pub async fn build_with(
        folder: &Path,
        database: Option<String>,
        volunteers: usize,
        venues: usize,
        settings: &[(&str, String)],
    ) -> Result<Self> {
        let hub = Hub::new(folder, database);
        let hub = settings.iter().fold(hub, |hub, (variable, value)| hub.with(variable, value));
        let now: Timestamp = chrono::Utc::now().into();
        let mut founding = Founding::new("莲花派出所关爱工作站", "东湖分局", now, 1)?;
        let head = founding.member("站长", Role::Head, now)?;
        let volunteers = (1..=volunteers)
            .map(|number| founding.member(&format!("志愿者{number}"), Role::Volunteer, now))
            .collect::<Result<_>>()?;
        let venues =
            (0..venues).map(|number| founding.cafe(&format!("网吧{number}"), now)).collect::<Result<_>>()?;
        let app = App::open(hub.config(), World::real()).await?;
        founding.write(&app).await?;
        app.store.close().await;
        let folder = folder.to_owned();
        let mut site = Self { hub, station: founding.station.id, volunteers, head, venues, folder };
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
        self.hub.store().await
    }

    /// A folder of the test's own.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

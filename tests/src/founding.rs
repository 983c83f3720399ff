//! A station written straight into a hub's database, as an import would leave it.

use anyhow::{Context as _, Result};
use xuncha_core::domain::{
    Member, MemberId, Name, PolicyFrom, Role, Station, StationId, Timestamp, Venue, VenueId, VenueKind,
    VenueLife,
};
use xuncha_hub::App;
use xuncha_hub::store::reference;

/// A station with its people and venues.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The station.
    pub station: Station,
    /// Its people.
    pub members: Vec<Member>,
    /// Its venues.
    pub venues: Vec<Venue>,
    /// What it expects; the default policy if there is none.
    pub policies: Vec<PolicyFrom>,
    number: u16,
}

impl Founding {
    /// A station without people and venues; `number` tells it from others.
    pub fn new(name: &str, sub_bureau: &str, now: Timestamp, number: u16) -> Result<Self> {
        let station = Station {
            id: StationId::mint(now, random(number, 0)),
            name: Name::new(name)?,
            sub_bureau: Name::new(sub_bureau)?,
        };
        Ok(Self { station, members: Vec::new(), venues: Vec::new(), policies: Vec::new(), number })
    }

    /// Adds a person.
    pub fn member(&mut self, name: &str, role: Role, now: Timestamp) -> Result<MemberId> {
        let id = MemberId::mint(now, self.fresh());
        let station = self.station.id;
        self.members.push(Member { id, station, name: Name::new(name)?, role, active: true });
        Ok(id)
    }

    /// Adds an internet café that was always open, without a position.
    pub fn cafe(&mut self, name: &str, now: Timestamp) -> Result<VenueId> {
        let id = VenueId::mint(now, self.fresh());
        self.venues.push(Venue {
            id,
            station: self.station.id,
            name: Name::new(name)?,
            kind: VenueKind::InternetCafe,
            address: String::new().try_into()?,
            position: None,
            placard: None,
            life: VenueLife::default(),
        });
        Ok(id)
    }

    /// Ten bytes that no other id of the station has, nor of a station with another number.
    fn fresh(&self) -> [u8; 10] {
        random(self.number, 1 + self.members.len() + self.venues.len())
    }

    /// Writes it, in one transaction.
    pub async fn write(&self, app: &App) -> Result<()> {
        let mut tx = app.store.begin().await?;
        reference::write_station(&mut tx, &self.station, None).await?;
        let mut locked = tx.lock_station(self.station.id).await?.context("the station was just written")?;
        for member in &self.members {
            reference::write_member(&mut tx, &mut locked, member, None).await?;
        }
        for venue in &self.venues {
            reference::write_venue(&mut tx, &mut locked, venue, None).await?;
        }
        for policy in &self.policies {
            reference::write_policy(&mut tx, &mut locked, policy).await?;
        }
        locked.save(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// The random part of an id.
fn random(station: u16, number: usize) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    bytes[8..].copy_from_slice(&station.to_be_bytes());
    bytes
}

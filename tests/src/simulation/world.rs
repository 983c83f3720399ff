//! The world of a simulated month: one clock, one hub, its stations and their heads.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use chrono::NaiveDate;
use sqlx::Row as _;
use xuncha_core::domain::{
    DateRange, Member, Month, Policy, PolicyFrom, Reason, RecordId, Role, StationId, Timestamp,
};
use xuncha_core::wire::{Decision, ReviewState};
use xuncha_hub::auth::{Caller, Via};
use xuncha_hub::reviews::decide;
use xuncha_hub::store::reference;
use xuncha_hub::world::World as HubWorld;
use xuncha_hub::{App, Config};

use super::person::{Person, Start};
use super::road::Road;
use crate::chance::Chance;
use crate::database::Engine;
use crate::founding::Founding;
use crate::scenario::clock::{StoryEntropy, WorldClock};

/// The world.
pub struct World {
    /// The one clock.
    pub clock: Arc<WorldClock>,
    /// The road to the hub.
    pub road: Arc<Road>,
    /// The stations.
    pub stations: Vec<Founding>,
    /// The hub.
    pub app: Arc<App>,
    config: Config,
    entropy: Arc<StoryEntropy>,
    chance: Chance,
}

/// How large a world is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Stations.
    pub stations: u16,
    /// Venues of each.
    pub venues: usize,
    /// Volunteers of each; a policeman and a head come on top.
    pub volunteers: usize,
}

impl World {
    /// Founds the stations at the first moment of a month.
    pub async fn found(size: Size, month: Month, seed: u64, engine: Engine, folder: &Path) -> Result<Self> {
        let mut chance = Chance::new(seed);
        let clock = WorldClock::at(morning(month.first_day())?, folder.join("clock"))?;
        let mut config = Config::new(folder.join("hub"));
        config.database_url = engine.create().await?;
        let entropy = StoryEntropy::new(seed, 0);
        let app = open(&config, &clock, &entropy).await?;
        let mut stations = Vec::new();
        for number in 0..size.stations {
            let station = found(size, number, month, &clock, &mut chance)?;
            station.write(&app).await?;
            stations.push(station);
        }
        let road = Arc::new(Road::new(xuncha_hub::routes::router(&app), Chance::new(seed ^ 0x0ad)));
        Ok(Self { clock, road, stations, app, config, entropy, chance })
    }

    /// Stops the hub and starts it again.
    pub async fn restart(&mut self) -> Result<()> {
        self.app.store.close().await;
        self.app = open(&self.config, &self.clock, &self.entropy).await?;
        self.road.lead_to(xuncha_hub::routes::router(&self.app));
        Ok(())
    }

    /// A member with a phone, enrolled and synced.
    pub async fn person(
        &self,
        founding: &Founding,
        member: &Member,
        chance: Chance,
        folder: &Path,
    ) -> Result<Person> {
        let others =
            founding.members.iter().filter(|other| other.role == Role::Volunteer && *other != member);
        let mut person = Person::new(Start {
            role: member.role,
            seed: chance.clone().bits(),
            folder: folder.join(member.id.to_string()),
            colleagues: others.map(|other| other.id).collect(),
            venues: founding.venues.iter().map(|venue| venue.id).collect(),
            clock: &self.clock,
            road: &self.road,
            chance,
        })?;
        let station = founding.station.id;
        let card = xuncha_hub::enrolment::make_card(&self.app, station, member.id, None).await?;
        person.enrol(&card.link).await?;
        Ok(person)
    }

    /// The `nth` member of a role at the first station.
    pub async fn enrolled(&self, role: Role, nth: usize, folder: &Path) -> Result<Person> {
        let founding = self.stations.first().context("a station")?;
        let member = founding.members.iter().filter(|member| member.role == role).nth(nth);
        self.person(founding, member.context("a member")?, Chance::new(1), folder).await
    }

    /// The heads read what is new: much is approved, some is returned, some is left for later.
    pub async fn review(&mut self) -> Result<usize> {
        let mut returned = 0;
        for station in 0..self.stations.len() {
            let founding = &self.stations[station];
            let id = founding.station.id;
            let head = founding.members.iter().find(|member| member.role == Role::Head).context("a head")?;
            let mut db = self.app.store.read().await?;
            let caller = Caller::of(&mut db, head.clone(), Via::Session).await?;
            drop(db);
            for record in pending(&self.app, id).await? {
                let decision = match self.chance.below(10) {
                    0 | 1 => Decision::Return { reason: Reason::new("请补拍门口标识。")? },
                    2..=6 => Decision::Approve,
                    _ => continue,
                };
                returned += usize::from(matches!(decision, Decision::Return { .. }));
                decide(&self.app, &caller, id, record, decision, ReviewState::Pending).await?;
            }
        }
        Ok(returned)
    }

    /// One venue of each station is shut from a day on.
    pub async fn close_some(&mut self, day: NaiveDate) -> Result<()> {
        for founding in &mut self.stations {
            let nth = self.chance.below(founding.venues.len());
            let venue = &mut founding.venues[nth];
            venue.life.closed_on = Some(day);
            let mut tx = self.app.store.begin().await?;
            let mut locked = tx.lock_station(venue.station).await?.context("the station")?;
            reference::write_venue(&mut tx, &mut locked, venue, None).await?;
            locked.save(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// All records that the hub has, checked to be there once each.
    pub async fn held(&self) -> Result<Vec<RecordId>> {
        let mut db = self.app.store.read().await?;
        let rows =
            sqlx::query("SELECT record_id FROM payloads ORDER BY record_id").fetch_all(&mut *db).await?;
        let mut held = Vec::with_capacity(rows.len());
        for row in rows {
            held.push(RecordId::from(uuid::Uuid::from_slice(row.try_get::<&[u8], _>(0)?)?));
        }
        ensure!(held.windows(2).all(|pair| pair[0] != pair[1]), "a record is there twice");
        Ok(held)
    }
}

/// Eight in the morning in Nanjing.
pub fn morning(day: NaiveDate) -> Result<Timestamp> {
    Ok(format!("{day}T08:00:00+08:00").parse()?)
}

async fn open(config: &Config, clock: &Arc<WorldClock>, entropy: &Arc<StoryEntropy>) -> Result<Arc<App>> {
    let world = HubWorld { clock: clock.clone(), entropy: entropy.clone() };
    Ok(Arc::new(App::open(config.clone(), world).await?))
}

fn found(size: Size, number: u16, month: Month, clock: &WorldClock, chance: &mut Chance) -> Result<Founding> {
    let now = clock.now();
    let mut founding = Founding::new(&format!("第{number}派出所关爱工作站"), "东湖分局", now, number)?;
    founding.member("站长", Role::Head, now)?;
    founding.member("民警", Role::Police, now)?;
    for volunteer in 0..size.volunteers {
        founding.member(&format!("志愿者{volunteer}"), Role::Volunteer, now)?;
    }
    for venue in 0..size.venues {
        founding.cafe(&format!("网吧{venue}"), now)?;
    }
    for venue in &mut founding.venues {
        let day = |chance: &mut Chance| month.first_day() + chrono::Days::new(chance.below(28) as u64);
        match chance.below(20) {
            0 => venue.life.opened_on = Some(day(chance)),
            1 => {
                let (a, b) = (day(chance), day(chance));
                venue.life.suspended = vec![DateRange::new(a.min(b), a.max(b))?];
            }
            _ => {}
        }
    }
    let policy = Policy {
        visits_per_month: [1, 2, 2, 3][chance.below(4)],
        min_gap_days: [0, 3, 7][chance.below(3)],
        check_ins_count: chance.one_in(3),
        ..Policy::default()
    };
    founding.policies.push(PolicyFrom::of_station(month, policy));
    Ok(founding)
}

async fn pending(app: &App, station: StationId) -> Result<Vec<RecordId>> {
    let mut db = app.store.read().await?;
    let rows = sqlx::query(
        "SELECT record_id FROM visits WHERE station_id = $1 AND kind = 'inspection' AND review = 'pending' \
         ORDER BY record_id",
    )
    .bind(station.uuid().as_bytes().to_vec())
    .fetch_all(&mut *db)
    .await?;
    rows.iter().map(|row| Ok(uuid::Uuid::from_slice(row.try_get::<&[u8], _>(0)?)?.into())).collect()
}

//! The world of a story: a real hub process with its station, the road to it, and the head who
//! reviews.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use sqlx::Row as _;
use xuncha_core::domain::{MemberId, Month, PlacardCode, PolicyFrom, RawPosition, RecordId, Venue, Wgs84};
use xuncha_core::wire::EnrolLink;
use xuncha_hub::App;
use xuncha_hub::world::World as HubWorld;

use super::clock::WorldClock;
use super::quiet::Private;
use super::story::{Given, GivenVenue};
use crate::client::client;
use crate::database::{Engine, copy_of};
use crate::device::Device;
use crate::folder::copy_folder;
use crate::founding::Founding;
use crate::hub::Hub;
use crate::network::Network;

/// The world.
pub struct World {
    /// The one clock.
    pub clock: Arc<WorldClock>,
    /// The road between phones and hub.
    pub network: Network,
    /// People by name.
    pub members: BTreeMap<String, MemberId>,
    /// Venues by name.
    pub venues: BTreeMap<String, Venue>,
    folder: PathBuf,
    saved: BTreeMap<String, Option<String>>,
    hub: Hub,
    head: Device,
    private: Mutex<Private>,
    client: reqwest::Client,
}

impl World {
    /// Builds the station of a story and starts its hub.
    pub async fn build(given: &Given, folder: &Path, engine: Engine) -> Result<Self> {
        let clock = WorldClock::at(given.now.parse()?, folder.join("clock"))?;
        let mut hub = Hub::new(folder, engine.create().await?);
        let mut founding = Founding::new("莲花派出所关爱工作站", "东湖分局", clock.now(), 1)?;
        let mut members = BTreeMap::new();
        for (name, role) in &given.members {
            members.insert(name.clone(), founding.member(name, *role, clock.now())?);
        }
        for (name, described) in &given.venues {
            founding.cafe(name, clock.now())?;
            if let Some(venue) = founding.venues.last_mut() {
                describe(venue, described)?;
            }
        }
        if let Some(policy) = given.policy.clone() {
            founding.policies.push(PolicyFrom::of_station(Month::new(2026, 1).context("a month")?, policy));
        }
        let app = App::open(hub.config(), HubWorld::real()).await?;
        founding.write(&app).await?;
        app.store.close().await;

        hub.start()?;
        let network = Network::open(hub.url()).await?;
        let head = members.get("head").context("every story has a head")?;
        let card = hub.card(*head)?;
        let code = card.code.digits().to_owned();
        let head = Device::enrol(hub.url(), card.code, [200; 32]).await?;
        let mut private = known_by_the_hub(given, &founding);
        private.word(code);
        private.word(head.token.clone());
        Ok(Self {
            clock,
            network,
            members,
            venues: given.venues.keys().cloned().zip(founding.venues).collect(),
            folder: folder.to_owned(),
            saved: BTreeMap::new(),
            hub,
            head,
            private: Mutex::new(private),
            client: client(),
        })
    }

    /// A card for a member, leading over the road with its accidents.
    pub fn card(&self, member: &str) -> Result<EnrolLink> {
        let id = self.members.get(member).with_context(|| format!("nobody is called {member}"))?;
        let card = self.hub.card(*id)?;
        self.private().word(card.code.digits().to_owned());
        Ok(EnrolLink { hub: self.network.url(), ..card })
    }

    /// A venue by name.
    pub fn venue(&self, name: &str) -> Result<&Venue> {
        self.venues.get(name).with_context(|| format!("no venue {name}"))
    }

    /// kill -9 and a new start.
    pub fn restart(&mut self) -> Result<()> {
        self.hub.kill();
        self.start()
    }

    fn start(&mut self) -> Result<()> {
        self.hub.start()?;
        self.network.lead_to(self.hub.url());
        self.head.lead_to(self.hub.url());
        Ok(())
    }

    /// Copies the hub's data while it stands still.
    pub async fn save(&mut self, name: &str) -> Result<()> {
        self.hub.kill();
        copy_folder(&self.hub.data(), &self.folder.join(name))?;
        let copy = match self.hub.config().database_url {
            Some(url) => Some(copy_of(&url).await?),
            None => None,
        };
        self.saved.insert(name.to_owned(), copy);
        self.start()
    }

    /// Puts a copy back.
    pub fn rewind(&mut self, name: &str) -> Result<()> {
        let copy = self.saved.get(name).with_context(|| format!("nothing saved as {name}"))?.clone();
        self.hub.kill();
        copy_folder(&self.folder.join(name), &self.hub.data())?;
        if copy.is_some() {
            self.hub = Hub::new(&self.folder, copy);
        }
        self.start()
    }

    /// A file on the stick that goes between phones and desk.
    pub fn on_stick(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension("xuncha")
    }

    /// Takes a phone's file from the stick, and puts the answer there.
    pub fn take_file(&self, file: &str, answer: &str) -> Result<()> {
        self.hub.take_file(&self.on_stick(file), &self.on_stick(answer))
    }

    /// The head's word on a record.
    pub async fn review(&self, record: RecordId, reason: Option<&str>) -> Result<()> {
        let mut asked = json!({"record": record, "decision": "approved"});
        if let Some(reason) = reason {
            asked = json!({"record": record, "decision": "returned", "reason": reason});
        }
        self.post("/api/v1/reviews", &asked).await.map(drop)
    }

    /// The head revokes a device.
    pub async fn revoke(&self, device: xuncha_core::domain::DeviceId) -> Result<()> {
        self.post(&format!("/api/v1/devices/{device}/revoke"), &json!({})).await.map(drop)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.client.post(format!("{}{path}", self.hub.url()));
        let request = request.header("content-type", "application/json").body(serde_json::to_vec(body)?);
        self.ask(request).await
    }

    /// Coverage of a month as the head is shown it.
    pub async fn coverage(&self, month: &str) -> Result<Value> {
        self.ask(self.client.get(format!("{}/api/v1/coverage?month={month}", self.hub.url()))).await
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        let answer = request.bearer_auth(&self.head.token).send().await?;
        let (status, body) = (answer.status(), answer.bytes().await?);
        if !status.is_success() {
            bail!("{status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? })
    }

    /// How many rows of a table the hub's database holds.
    pub async fn count(&self, query: &'static str) -> Result<Vec<(String, usize)>> {
        let store = self.hub.store().await?;
        let mut db = store.read().await?;
        let rows = sqlx::query(query).fetch_all(&mut *db).await?;
        let counts = rows.iter().map(|row| {
            let count: i64 = row.try_get(1)?;
            Ok((row.try_get(0)?, usize::try_from(count)?))
        });
        let counts = counts.collect::<Result<_>>();
        drop(db);
        store.close().await;
        counts
    }

    /// What the hub logged.
    pub fn log(&self) -> String {
        self.hub.log()
    }

    /// Checks that a recount of coverage equals what the hub keeps, and everything else that
    /// `xuncha verify` checks; and that the hub logged nothing of people and places.
    pub fn verify(&self) -> Result<()> {
        let mut private = self.private();
        self.network.tokens().into_iter().for_each(|token| private.word(token));
        private.must_not_be_in(&self.hub.log())?;
        self.hub.must_verify()
    }

    /// Somebody was there: as the phone wrote it, and as the hub counts with it.
    pub fn somebody_at(&self, position: RawPosition) {
        let counted = position.wgs84();
        let mut private = self.private();
        private.position([position.lat(), position.lon()]);
        private.position([counted.lat(), counted.lon()]);
    }

    fn private(&self) -> MutexGuard<'_, Private> {
        self.private.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a story's hub knows of people and places.
fn known_by_the_hub(given: &Given, founding: &Founding) -> Private {
    let mut private = Private::default();
    private.word(founding.station.name.as_str());
    private.word(founding.station.sub_bureau.as_str());
    let people = founding.members.iter().map(|member| member.name.as_str());
    // “head” is a word of the trade as well: a log has a head.
    people.filter(|name| *name != "head").for_each(|name| private.word(name));
    given.venues.keys().for_each(|name| private.word(name.as_str()));
    let positions = given.venues.values().filter_map(|venue| venue.at);
    positions.for_each(|position| private.position(position));
    private
}

/// What the story says of a venue.
fn describe(venue: &mut Venue, given: &GivenVenue) -> Result<()> {
    venue.kind = given.kind.parse()?;
    venue.position = given.at.map(|[lat, lon]| Wgs84::new(lat, lon)).transpose()?;
    venue.placard = given.placard.as_deref().map(PlacardCode::new).transpose()?;
    venue.life = given.life.clone();
    Ok(())
}

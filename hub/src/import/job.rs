//! An import from its files to the plan that is carried out: looked at as often as somebody likes, and planned once
//! more where nobody else can change what it rests on.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use xuncha_core::domain::StationId;

use super::entry::{Entry, Filed, Kind};
use super::on_file::{OnFile, on_file, on_file_by};
use super::outcome::ImportPlan;
use super::plan::{Settings, plan};
use super::sheet::Sheet;
use crate::error::{HubError, HubResult};
use crate::store::{Store, StoreError, Tx};
use crate::world::World;

/// Files, and what holds for them.
pub struct Job {
    sheets: Arc<[(Kind, Sheet)]>,
    settings: Settings,
    world: World,
}

/// A plan with what was on file when it was made.
pub struct Planned {
    /// What it would do.
    pub plan: ImportPlan,
    on_file: OnFile,
}

impl Job {
    /// An import of these files.
    #[must_use]
    pub fn new(sheets: Vec<(Kind, Sheet)>, settings: Settings, world: &World) -> Self {
        Self { sheets: sheets.into(), settings, world: world.clone() }
    }

    /// Its files.
    #[must_use]
    pub fn sheets(&self) -> &[(Kind, Sheet)] {
        &self.sheets
    }

    /// What it would do now.
    ///
    /// # Errors
    /// [`HubError`] if what is on file can't be read.
    pub async fn look(&self, store: &Store) -> HubResult<Planned> {
        self.plan(on_file(store).await?).await
    }

    /// What it would do where this is on file. A long list takes a second or two; others are not held up by it.
    ///
    /// # Errors
    /// [`HubError`] if there is no randomness for new ids.
    pub async fn plan(&self, on_file: OnFile) -> HubResult<Planned> {
        let (sheets, settings, world) = (self.sheets.clone(), self.settings.clone(), self.world.clone());
        let work = move || {
            let mut randomness = Ok(());
            let mut mint = || world.id().inspect_err(|error| randomness = Err(*error)).unwrap_or_default();
            let plan = plan(&sheets, &on_file, &settings, &mut mint);
            randomness?;
            Ok::<_, HubError>(Planned { plan, on_file })
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| HubError::Fault(error.to_string()))?
    }

    /// What it does in this transaction, which locked no station before: planned by what is on file while every
    /// station that it writes to is locked. So it overwrites nothing that came after `seen`, and of two imports of
    /// one list the second finds what the first wrote. Whether it is still what somebody agreed to is told by
    /// [`ImportPlan::digest`].
    ///
    /// # Errors
    /// [`HubError`] if what is on file can't be read.
    pub async fn plan_in(&self, tx: &mut Tx, seen: Planned) -> HubResult<ImportPlan> {
        tx.take_turn().await?;
        let mut planned = seen;
        let mut locked = BTreeSet::new();
        lock(tx, &mut locked, planned.touched()).await?;
        loop {
            let now = on_file_by(tx).await?;
            if now != planned.on_file {
                planned = self.plan(now).await?;
            }
            // What changed meanwhile may lead to a station more; mostly it does not.
            if !lock(tx, &mut locked, planned.touched()).await? {
                return Ok(planned.plan);
            }
        }
    }
}

impl Planned {
    /// The stations on file that it writes to; new ones nobody else knows yet.
    fn touched(&self) -> BTreeSet<StationId> {
        fn of<T: Entry>(filed: &[Filed<T>]) -> impl Iterator<Item = StationId> {
            filed.iter().map(|filed| filed.thing.station())
        }
        let known: HashSet<StationId> = of(&self.on_file.stations).collect();
        let upserts = &self.plan.upserts;
        let places = of(&upserts.venues).chain(of(&upserts.schools));
        let all = of(&upserts.stations).chain(of(&upserts.members)).chain(places);
        all.filter(|station| known.contains(station)).collect()
    }
}

/// Locks those that are not locked yet; whether there were any.
async fn lock(
    tx: &mut Tx,
    locked: &mut BTreeSet<StationId>,
    wanted: BTreeSet<StationId>,
) -> Result<bool, StoreError> {
    let before = locked.len();
    for station in wanted {
        if locked.insert(station) {
            tx.lock_station(station).await?;
        }
    }
    Ok(locked.len() > before)
}

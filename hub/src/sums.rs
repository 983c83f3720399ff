//! The sums of many stations, each remembered with its station and the number of that one's last change, and made again
//! only when that has moved: then a page over a whole city costs one small query.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use sqlx::AnyConnection;
use xuncha_core::domain::{Month, Station, StationId};

use crate::store::reference::stations_of;
use crate::store::{RowExt as _, StoreError};

/// What sums are for: a month, or all since one; and the day as of which they are.
pub type View = (Month, NaiveDate);

/// A station and its sums as they were at its last change.
#[derive(Debug, Clone)]
struct Dated<T> {
    at: i64,
    station: Station,
    sums: T,
}

/// Views that are remembered: the year that trends show, and a few more months.
const VIEWS: usize = 16;

/// Sums that still hold.
#[derive(Debug)]
pub struct SumsCache<T>(Mutex<BTreeMap<View, HashMap<StationId, Dated<T>>>>);

impl<T> Default for SumsCache<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// The sums of some stations as far as they are known.
#[derive(Debug)]
pub struct Sums<T> {
    view: View,
    /// The stations, by sub-bureau and name.
    rows: Vec<Row<T>>,
}

#[derive(Debug)]
struct Row<T> {
    id: StationId,
    /// The number of its last change.
    at: i64,
    /// Nothing, where all has to be made again.
    known: Option<(Station, T)>,
}

/// Something of every station that somebody may read of.
#[derive(Debug, Clone)]
pub struct Overseen<T> {
    /// Of each, by sub-bureau and name.
    pub stations: Vec<T>,
    /// The sum of the numbers of their last changes; what comes after is news to a page that shows them.
    pub as_of: u64,
}

impl<T: Copy + Default> SumsCache<T> {
    /// What is known of the stations that somebody may see.
    pub async fn known(
        &self,
        db: &mut AnyConnection,
        view: View,
        may_see: impl Fn(StationId) -> bool,
    ) -> Result<Sums<T>, StoreError> {
        let all =
            sqlx::query("SELECT station_id, changes FROM stations ORDER BY sub_bureau, name, station_id")
                .fetch_all(db)
                .await?;
        let mut rows = Vec::with_capacity(all.len());
        let views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = views.get(&view);
        for row in all {
            let (id, at): (StationId, i64) = (row.id("station_id")?, row.int("changes")?);
            if may_see(id) {
                let holds = known.and_then(|known| known.get(&id)).filter(|dated| dated.at == at);
                rows.push(Row { id, at, known: holds.map(|dated| (dated.station.clone(), dated.sums)) });
            }
        }
        Ok(Sums { view, rows })
    }

    /// All of them, each as `row` has it, with what was made again of those that were stale; it is remembered.
    pub async fn whole<R>(
        &self,
        db: &mut AnyConnection,
        sums: Sums<T>,
        fresh: &HashMap<StationId, T>,
        row: impl Fn(Station, T) -> R,
    ) -> Result<Overseen<R>, StoreError> {
        let mut anew = stations_of(db, &sums.stale()).await?;
        let mut dated = HashMap::with_capacity(anew.len());
        let mut overseen = Overseen { stations: Vec::with_capacity(sums.rows.len()), as_of: 0 };
        for Row { id, at, known } in sums.rows {
            overseen.as_of += u64::try_from(at).unwrap_or_default();
            let known = known.or_else(|| {
                let (station, sums) = (anew.remove(&id)?, fresh.get(&id).copied().unwrap_or_default());
                dated.insert(id, Dated { at, station: station.clone(), sums });
                Some((station, sums))
            });
            overseen.stations.extend(known.map(|(station, sums)| row(station, sums)));
        }
        if !dated.is_empty() {
            self.remember(sums.view, dated);
        }
        Ok(overseen)
    }

    fn remember(&self, view: View, fresh: HashMap<StationId, Dated<T>>) {
        let mut views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        views.entry(view).or_default().extend(fresh);
        // Yesterday's states are of no use today.
        views.retain(|(_, today), _| *today >= view.1);
        while views.len() > VIEWS {
            views.pop_first();
        }
    }
}

impl<T> Sums<T> {
    /// The stations whose sums have to be made again.
    pub fn stale(&self) -> Vec<StationId> {
        self.rows.iter().filter(|row| row.known.is_none()).map(|row| row.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::{Name, Timestamp};

    use super::*;
    use crate::store::{Store, reference};

    async fn station(store: &Store, number: u8) -> StationId {
        let id = StationId::mint(Timestamp::from_millis(1_000), [number; 10]);
        let name = Name::new("柳岸").unwrap();
        let mut tx = store.begin().await.unwrap();
        reference::write_station(&mut tx, &Station { id, name: name.clone(), sub_bureau: name }, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    fn view(month: &str, day: &str) -> View {
        (month.parse().unwrap(), day.parse().unwrap())
    }

    async fn stale(cache: &SumsCache<u64>, store: &Store, of: View) -> Vec<StationId> {
        cache.known(&mut store.read().await.unwrap(), of, |_| true).await.unwrap().stale()
    }

    async fn remember(
        cache: &SumsCache<u64>,
        store: &Store,
        of: View,
        one: StationId,
        sum: u64,
    ) -> Overseen<(StationId, u64)> {
        let mut db = store.read().await.unwrap();
        let known = cache.known(&mut db, of, |id| id == one).await.unwrap();
        assert_eq!(known.stale(), [one]);
        cache.whole(&mut db, known, &[(one, sum)].into(), |station, sum| (station.id, sum)).await.unwrap()
    }

    #[tokio::test]
    async fn a_sum_holds_until_its_station_changes_and_for_its_view_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let (one, two) = (station(&store, 1).await, station(&store, 2).await);
        let cache = SumsCache::<u64>::default();
        let november = view("2026-11", "2026-11-20");
        let whole = remember(&cache, &store, november, one, 7).await;
        assert_eq!((whole.stations, whole.as_of), (vec![(one, 7)], 1));
        assert_eq!(stale(&cache, &store, november).await, [two]);
        assert_eq!(stale(&cache, &store, view("2026-10", "2026-11-20")).await, [one, two]);
        let mut tx = store.begin().await.unwrap();
        let mut locked = tx.lock_station(one).await.unwrap().unwrap();
        let _ = locked.next_change();
        locked.save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stale(&cache, &store, november).await, [one, two]);
        assert_eq!(remember(&cache, &store, november, one, 8).await.stations, [(one, 8)]);
    }

    #[tokio::test]
    async fn a_station_that_is_called_otherwise_since_is_told_by_its_new_name() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let one = station(&store, 1).await;
        let cache = SumsCache::<u64>::default();
        let november = view("2026-11", "2026-11-20");
        remember(&cache, &store, november, one, 7).await;
        let name = Name::new("桥头").unwrap();
        let renamed = Station { id: one, name: name.clone(), sub_bureau: name };
        let mut tx = store.begin().await.unwrap();
        reference::write_station(&mut tx, &renamed, None).await.unwrap();
        tx.commit().await.unwrap();
        let mut db = store.read().await.unwrap();
        let known = cache.known(&mut db, november, |_| true).await.unwrap();
        let told = cache.whole(&mut db, known, &HashMap::new(), |station, _| station).await.unwrap();
        assert_eq!((told.stations, told.as_of), (vec![renamed], 2));
    }

    #[tokio::test]
    async fn what_is_remembered_is_of_today_and_of_few_views() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let one = station(&store, 1).await;
        let cache = SumsCache::<u64>::default();
        let views = (1..=12).flat_map(|month| [2025, 2026].map(|year| format!("{year}-{month:02}")));
        for month in views.map(|month| view(&month, "2026-11-20")).chain([view("2026-11", "2026-11-21")]) {
            remember(&cache, &store, month, one, 1).await;
            let views = cache.0.lock().unwrap();
            assert!(views.len() <= VIEWS && views.keys().all(|(_, day)| *day == month.1));
        }
        assert_eq!(cache.0.lock().unwrap().len(), 1);
    }
}

//! The sums of many stations, each remembered with the number of its station's last change and made again only when
//! that has moved: then a page over a whole city costs one small query.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use sqlx::AnyConnection;
use xuncha_core::domain::{Month, Station, StationId};

use crate::store::{RowExt as _, StoreError};

/// What sums are for: a month, or all since one; and the day as of which they are.
pub type View = (Month, NaiveDate);

/// Each station's sums, with the number of its last change.
type Dated<T> = HashMap<StationId, (i64, T)>;

/// Views that are remembered: the year that trends show, and a few more months.
const VIEWS: usize = 16;

/// Sums that still hold.
#[derive(Debug)]
pub struct SumsCache<T>(Mutex<BTreeMap<View, Dated<T>>>);

impl<T> Default for SumsCache<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// The sums of some stations as far as they are known.
#[derive(Debug)]
pub struct Sums<T> {
    view: View,
    /// The stations, by sub-bureau and name, and what is known of each.
    rows: Vec<(Station, T)>,
    /// Where in `rows` they have to be made again, and for which change.
    stale: Vec<(usize, i64)>,
}

impl<T: Copy + Default> SumsCache<T> {
    /// What is known of the stations that somebody may see.
    pub async fn known(
        &self,
        db: &mut AnyConnection,
        view: View,
        may_see: impl Fn(StationId) -> bool,
    ) -> Result<Sums<T>, StoreError> {
        let stations =
            sqlx::query("SELECT body, changes FROM stations ORDER BY sub_bureau, name, station_id")
                .fetch_all(db)
                .await?;
        let mut sums = Sums { view, rows: Vec::with_capacity(stations.len()), stale: Vec::new() };
        let known = self.of(view);
        for row in stations {
            let (station, changes): (Station, i64) = (row.json("body")?, row.int("changes")?);
            if !may_see(station.id) {
                continue;
            }
            let holds = known.get(&station.id).filter(|(at, _)| *at == changes).map(|(_, sums)| *sums);
            if holds.is_none() {
                sums.stale.push((sums.rows.len(), changes));
            }
            sums.rows.push((station, holds.unwrap_or_default()));
        }
        Ok(sums)
    }

    /// All of them, with what was made again of those that were stale; it is remembered.
    pub fn whole(&self, mut sums: Sums<T>, fresh: &HashMap<StationId, T>) -> Vec<(Station, T)> {
        let mut dated = Vec::with_capacity(sums.stale.len());
        for (at, changes) in sums.stale {
            let (station, sum) = &mut sums.rows[at];
            *sum = fresh.get(&station.id).copied().unwrap_or_default();
            dated.push((station.id, (changes, *sum)));
        }
        if !dated.is_empty() {
            self.remember(sums.view, dated);
        }
        sums.rows
    }

    fn of(&self, view: View) -> Dated<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&view).cloned().unwrap_or_default()
    }

    fn remember(&self, view: View, fresh: Vec<(StationId, (i64, T))>) {
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
        self.stale.iter().map(|(at, _)| self.rows[*at].0.id).collect()
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

    #[tokio::test]
    async fn a_sum_holds_until_its_station_changes_and_for_its_view_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let (one, two) = (station(&store, 1).await, station(&store, 2).await);
        let cache = SumsCache::<u64>::default();
        let november = view("2026-11", "2026-11-20");
        let known = cache.known(&mut store.read().await.unwrap(), november, |id| id == one).await.unwrap();
        assert_eq!(known.stale(), [one]);
        let whole = cache.whole(known, &[(one, 7)].into());
        assert_eq!(whole.iter().map(|(station, sum)| (station.id, *sum)).collect::<Vec<_>>(), [(one, 7)]);
        assert_eq!(stale(&cache, &store, november).await, [two]);
        assert_eq!(stale(&cache, &store, view("2026-10", "2026-11-20")).await, [one, two]);
        let mut tx = store.begin().await.unwrap();
        let mut locked = tx.lock_station(one).await.unwrap().unwrap();
        let _ = locked.next_change();
        locked.save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stale(&cache, &store, november).await, [one, two]);
    }

    #[tokio::test]
    async fn what_is_remembered_is_of_today_and_of_few_views() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let one = station(&store, 1).await;
        let cache = SumsCache::<u64>::default();
        let views = (1..=12).flat_map(|month| [2025, 2026].map(|year| format!("{year}-{month:02}")));
        for month in views.map(|month| view(&month, "2026-11-20")).chain([view("2026-11", "2026-11-21")]) {
            let known = cache.known(&mut store.read().await.unwrap(), month, |_| true).await.unwrap();
            cache.whole(known, &[(one, 1)].into());
            let views = cache.0.lock().unwrap();
            assert!(views.len() <= VIEWS && views.keys().all(|(_, day)| *day == month.1));
        }
        assert_eq!(cache.0.lock().unwrap().len(), 1);
    }
}

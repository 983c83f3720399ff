//! The sums of many stations, each remembered with its station and the number of that one's last change, and made again
//! only when that has moved: then a page over a whole city costs one small query.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use sqlx::AnyConnection;
use xuncha_core::domain::{Month, Station, StationId};

use crate::store::StoreError;
use crate::store::reference::{last_changes, stations_of};

/// What sums are for: a month, or all since one; and the day as of which they are.
pub type View = (Month, NaiveDate);

/// A station with the number of its last change.
type Numbered = (StationId, u64);

/// What is summed of a station; by default there is nothing.
pub trait Sums: Copy + Default + Send {
    /// Sums these stations; one without anything to sum may be missing.
    fn of(
        db: &mut AnyConnection,
        stations: &[StationId],
        view: View,
    ) -> impl Future<Output = Result<HashMap<StationId, Self>, StoreError>> + Send;
}

/// A station and its sums as they were at its last change.
#[derive(Debug, Clone)]
struct Dated<T> {
    at: u64,
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

/// Something of every station that somebody may read of.
#[derive(Debug, Clone)]
pub struct Overseen<T> {
    /// Of each, by sub-bureau and name.
    pub stations: Vec<T>,
    /// The sum of the numbers of their last changes; what comes after is news to a page that shows them.
    pub as_of: u64,
}

impl<T: Sums> SumsCache<T> {
    /// The sums of all stations that somebody may see, each as `row` has it. The connection must see one moment.
    pub async fn overseen<R>(
        &self,
        db: &mut AnyConnection,
        view: View,
        may_see: impl Fn(StationId) -> bool,
        row: impl Fn(Station, T) -> R,
    ) -> Result<Overseen<R>, StoreError> {
        let mut numbers = last_changes(db).await?;
        numbers.retain(|(id, _)| may_see(*id));
        let (mut all, stale) = self.known(view, &numbers);
        if !stale.is_empty() {
            let fresh = made(db, view, &stale).await?;
            self.remember(view, &fresh);
            all.extend(fresh.into_iter().map(|dated| (dated.station, dated.sums)));
        }
        all.sort_by(|(a, _), (b, _)| (&a.sub_bureau, &a.name, a.id).cmp(&(&b.sub_bureau, &b.name, b.id)));
        Ok(Overseen {
            stations: all.into_iter().map(|(station, sums)| row(station, sums)).collect(),
            as_of: numbers.iter().map(|(_, at)| at).sum(),
        })
    }

    /// Those of stations with these numbers that still hold, and the stations whose do not.
    fn known(&self, view: View, numbers: &[Numbered]) -> (Vec<(Station, T)>, Vec<Numbered>) {
        let views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = views.get(&view);
        let (mut holding, mut stale) = (Vec::with_capacity(numbers.len()), Vec::new());
        for (id, at) in numbers {
            match known.and_then(|known| known.get(id)).filter(|dated| dated.at == *at) {
                Some(dated) => holding.push((dated.station.clone(), dated.sums)),
                None => stale.push((*id, *at)),
            }
        }
        (holding, stale)
    }

    fn remember(&self, view: View, fresh: &[Dated<T>]) {
        let mut views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = views.entry(view).or_default();
        known.extend(fresh.iter().map(|dated| (dated.station.id, dated.clone())));
        // Yesterday's states are of no use today.
        views.retain(|(_, today), _| *today >= view.1);
        while views.len() > VIEWS {
            views.pop_first();
        }
    }
}

/// The sums of stations made anew, with the numbers that they hold at.
async fn made<T: Sums>(
    db: &mut AnyConnection,
    view: View,
    stale: &[Numbered],
) -> Result<Vec<Dated<T>>, StoreError> {
    let ids: Vec<StationId> = stale.iter().map(|(id, _)| *id).collect();
    let sums = T::of(db, &ids, view).await?;
    let mut stations = stations_of(db, &ids).await?;
    let dated = |(id, at): &Numbered| {
        let station = stations.remove(id)?;
        Some(Dated { at: *at, station, sums: sums.get(id).copied().unwrap_or_default() })
    };
    Ok(stale.iter().filter_map(dated).collect())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use xuncha_core::domain::{Name, Timestamp};

    use super::*;
    use crate::store::{Store, reference};

    /// The how manieth that was made.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    struct Nth(u64);

    thread_local! {
        static MADE: Cell<u64> = const { Cell::new(0) };
    }

    impl Sums for Nth {
        async fn of(
            _: &mut AnyConnection,
            stations: &[StationId],
            _: View,
        ) -> Result<HashMap<StationId, Self>, StoreError> {
            let nth = || {
                MADE.set(MADE.get() + 1);
                Self(MADE.get())
            };
            Ok(stations.iter().map(|id| (*id, nth())).collect())
        }
    }

    async fn write(store: &Store, number: u8, sub_bureau: &str, name: &str) -> StationId {
        let id = StationId::mint(Timestamp::from_millis(1_000), [number; 10]);
        let (name, sub_bureau) = (Name::new(name).unwrap(), Name::new(sub_bureau).unwrap());
        let mut tx = store.begin().await.unwrap();
        reference::write_station(&mut tx, &Station { id, name, sub_bureau }, None).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    fn view(month: &str, day: &str) -> View {
        (month.parse().unwrap(), day.parse().unwrap())
    }

    /// Of all that may be seen: what each is called, and the how manieth sum that is.
    async fn seen(
        cache: &SumsCache<Nth>,
        store: &Store,
        of: View,
        may_see: impl Fn(StationId) -> bool,
    ) -> (Vec<(String, u64)>, u64) {
        let mut db = store.read().await.unwrap();
        let row = |station: Station, Nth(nth)| (station.name.to_string(), nth);
        let Overseen { stations, as_of } = cache.overseen(&mut db, of, may_see, row).await.unwrap();
        (stations, as_of)
    }

    fn told(rows: &[(&str, u64)], as_of: u64) -> (Vec<(String, u64)>, u64) {
        (rows.iter().map(|(name, nth)| ((*name).to_owned(), *nth)).collect(), as_of)
    }

    #[tokio::test]
    async fn a_sum_holds_until_its_station_changes_and_for_its_view_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let (one, two) = (write(&store, 1, "城东", "一").await, write(&store, 2, "城东", "丁").await);
        let cache = SumsCache::default();
        let (november, october) = (view("2026-11", "2026-11-20"), view("2026-10", "2026-11-20"));
        assert_eq!(seen(&cache, &store, november, |id| id == one).await, told(&[("一", 1)], 1));
        assert_eq!(seen(&cache, &store, november, |_| true).await, told(&[("一", 1), ("丁", 2)], 2));
        assert_eq!(seen(&cache, &store, october, |id| id == two).await, told(&[("丁", 3)], 1));
        let mut tx = store.begin().await.unwrap();
        let mut locked = tx.lock_station(one).await.unwrap().unwrap();
        let _ = locked.next_change();
        locked.save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(seen(&cache, &store, november, |_| true).await, told(&[("一", 4), ("丁", 2)], 3));
        assert_eq!(seen(&cache, &store, november, |_| true).await, told(&[("一", 4), ("丁", 2)], 3));
    }

    #[tokio::test]
    async fn stations_stand_by_sub_bureau_and_name_whichever_of_them_was_summed_or_renamed_last() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        for (number, sub_bureau, name) in [(1, "城西", "一"), (2, "城东", "丙"), (3, "城东", "七")] {
            write(&store, number, sub_bureau, name).await;
        }
        let cache = SumsCache::default();
        let november = view("2026-11", "2026-11-20");
        let before = seen(&cache, &store, november, |_| true).await.0;
        let names: Vec<&str> = before.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["七", "丙", "一"]);
        write(&store, 2, "城西", "丁").await;
        let (after, as_of) = seen(&cache, &store, november, |_| true).await;
        let names: Vec<&str> = after.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, as_of), (vec!["七", "一", "丁"], 4));
    }

    #[tokio::test]
    async fn what_is_remembered_is_of_today_and_of_few_views() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        write(&store, 1, "城东", "一").await;
        let cache = SumsCache::default();
        let views = (1..=12).flat_map(|month| [2025, 2026].map(|year| format!("{year}-{month:02}")));
        for month in views.map(|month| view(&month, "2026-11-20")).chain([view("2026-11", "2026-11-21")]) {
            seen(&cache, &store, month, |_| true).await;
            let views = cache.0.lock().unwrap();
            assert!(views.len() <= VIEWS && views.keys().all(|(_, day)| *day == month.1));
        }
        assert_eq!(cache.0.lock().unwrap().len(), 1);
    }
}

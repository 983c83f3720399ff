//! Kills of a hub to which a photo is uploaded.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::Row as _;
use xuncha_core::domain::{PhotoId, Timestamp};
use xuncha_core::wire::Jws;
use xuncha_hub::store::{Key as _, Store};
use xuncha_tests::chance::Chance;
use xuncha_tests::device::{Device, Picture, Stand};
use xuncha_tests::station::Site;

use super::{Hits, kill_when};

/// Bytes of a photo: three pieces.
const BYTES: usize = 600_000;

/// How far the hub has come with a photo: what a kill can hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Unannounced,
    Announced,
    SomePieces,
    /// All is stored, and the receipt was not given.
    AllPieces,
    Received,
}

impl Phase {
    const fn name(self) -> &'static str {
        match self {
            Self::Unannounced => "photo: before the announcement",
            Self::Announced => "photo: before the first piece",
            Self::SomePieces => "photo: between pieces",
            Self::AllPieces => "photo: all pieces, no receipt",
            Self::Received => "photo: after the receipt",
        }
    }

    /// As the database has it; none where it can't be asked just then.
    async fn of(store: &Store, photo: PhotoId) -> Option<Self> {
        let query = "SELECT p.received_at, u.position, u.length FROM photos p \
            LEFT JOIN uploads u ON u.station_id = p.station_id AND u.photo_id = p.photo_id WHERE p.photo_id = $1";
        let mut db = store.read().await.ok()?;
        let row = sqlx::query(query).bind(photo.key()).fetch_optional(&mut *db).await.ok()??;
        let number = |column| row.try_get::<Option<i64>, _>(column).ok().flatten();
        Some(match (number("received_at"), number("position"), number("length")) {
            (Some(_), ..) => Self::Received,
            (None, Some(position), Some(length)) if position == length => Self::AllPieces,
            (None, Some(0), _) => Self::Announced,
            (None, Some(_), _) => Self::SomePieces,
            (None, None, _) => Self::Unannounced,
        })
    }
}

/// Waits until the hub has come so far with a photo, or stands still.
async fn until(store: &Store, photo: PhotoId, phase: Phase) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) && Phase::of(store, photo).await < Some(phase) {}
}

/// Uploads a photo a kill, and looks after each whether what the hub said of it holds. Names the records in `number`.
pub(super) async fn under_kills(
    site: &mut Site,
    device: &mut Device,
    store: &Arc<Store>,
    number: &mut u64,
    kills: usize,
) -> Hits {
    let mut chance = Chance::new(5);
    let mut hits = Hits::new();
    let mut receipts: BTreeMap<PhotoId, (Picture, Jws)> = BTreeMap::new();
    let mut usual = 50_000;
    for kill in 0..kills {
        *number += 1;
        let venue = site.venues[kill % site.venues.len()];
        let now: Timestamp = chrono::Utc::now().into();
        let hour_ago = now.plus_millis(-3_600_000);
        let (record, picture) = device.inspect_with_photo(venue, hour_ago, *number, BYTES).unwrap();
        device.push_sealed(&[record]).await.unwrap();
        let photo = picture.named.id;
        let moment = Duration::from_micros(chance.below(2 * usual) as u64);
        let (watched, aim) = (store.clone(), kill % 4);
        let killer = kill_when(&site.hub, async move {
            match aim {
                0 => tokio::time::sleep(moment).await,
                1 => until(&watched, photo, Phase::Announced).await,
                2 => until(&watched, photo, Phase::SomePieces).await,
                _ => until(&watched, photo, Phase::AllPieces).await,
            }
        });
        let begun = Instant::now();
        let before = device.upload(&picture).await.ok();
        if before.is_some() {
            usual = usize::try_from(begun.elapsed().as_micros()).unwrap().min(200_000);
        }
        killer.await.unwrap();
        site.hub.kill();
        let phase = Phase::of(store, photo).await.unwrap();
        *hits.entry(phase.name()).or_default() += 1;
        site.hub.start().unwrap();
        device.lead_to(site.hub.url());
        let stand = device.stand(&picture).await.unwrap();
        let is_whole = matches!(stand, Stand::Received(_));
        // What is stored whole gets its receipt from who asks, also where the hub died before it could give it. The
        // database may have finished a commit that the killed hub had asked for.
        assert!(is_whole || phase < Phase::AllPieces, "{phase:?}: {stand:?}");
        let receipt = device.upload(&picture).await.unwrap();
        assert!(before.is_none_or(|before| before == receipt), "the same receipt again");
        receipts.insert(photo, (picture, receipt));
    }
    for (picture, receipt) in receipts.values() {
        assert_eq!(device.stand(picture).await.unwrap(), Stand::Received(receipt.clone()));
    }
    for phase in [Phase::SomePieces, Phase::AllPieces] {
        assert!(hits.contains_key(phase.name()), "{hits:?}");
    }
    hits
}

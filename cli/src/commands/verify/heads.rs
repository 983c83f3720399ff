//! Log heads: the hub's own key, and heads that phones or auditors kept.

use xuncha_core::domain::{Station, StationId};
use xuncha_core::wire::merkle::{LeafHash, root_of};
use xuncha_core::wire::{Jws, Signed as _, TreeHead};
use xuncha_hub::keys::HubKeys;
use xuncha_hub::store::{RowExt as _, Store};

use super::Problem;
use super::kept::short;
use crate::failure::Failure;

/// Whether the key file is that of the hub whose database it is.
pub(super) async fn same_hub(store: &Store, keys: &HubKeys) -> Result<Option<Problem>, Failure> {
    let mut db = store.read().await?;
    let row = sqlx::query("SELECT signing_key FROM hub").fetch_optional(&mut *db).await?;
    let Some(row) = row else { return Ok(None) };
    let same = row.bytes("signing_key")? == keys.public().to_bytes();
    let detail = "the key file belongs to another hub than the database: receipts cannot be made again";
    Ok((!same).then(|| Problem::new("other_hub", keys.public().kid(), detail)))
}

/// Kept heads that are not this hub's word for any of the stations.
pub(super) fn of_no_station(kept: &[Jws], keys: &HubKeys, stations: &[Station]) -> Vec<Problem> {
    let strange = kept.iter().filter_map(|jws| match TreeHead::verify(jws, &keys.public()) {
        Ok(head) if stations.iter().any(|station| station.id == head.station) => None,
        Ok(head) => Some(Problem::new("head", head.station, "is a head of a station that was not verified")),
        Err(error) => Some(Problem::new("head", short(jws), error)),
    });
    strange.collect()
}

/// Kept heads of a station that its log does not begin with.
pub(super) fn broken(kept: &[Jws], keys: &HubKeys, station: StationId, leaves: &[LeafHash]) -> Vec<Problem> {
    let own = kept.iter().filter_map(|jws| TreeHead::verify(jws, &keys.public()).ok());
    let own = own.filter(|head| head.station == station);
    let broken = own.filter_map(|head| {
        let subject = format!("head of {}", head.at);
        let size = usize::try_from(head.size).unwrap_or(usize::MAX);
        match leaves.get(..size) {
            None => {
                let detail = format!("the log had {} records then and has {} now", head.size, leaves.len());
                Some(Problem::new("log_rewritten", subject, detail))
            }
            Some(beginning) if root_of(beginning) != head.root => {
                let detail = format!("the first {size} records of the log are not those it had then");
                Some(Problem::new("log_rewritten", subject, detail))
            }
            Some(_) => None,
        }
    });
    broken.collect()
}

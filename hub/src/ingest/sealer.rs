//! Which devices sealed what is pushed.

use std::collections::{BTreeSet, HashMap};

use xuncha_core::domain::{DeviceId, MemberId, StationId, Timestamp};
use xuncha_core::wire::VerifyingKey;

use crate::auth::{Device, public_key};
use crate::store::{Key as _, RowExt as _, Sql, Store, StoreError};

/// The device that sealed a record.
#[derive(Debug, Clone)]
pub(super) struct Sealer {
    pub(super) id: DeviceId,
    pub(super) station: StationId,
    pub(super) member: MemberId,
    pub(super) key: VerifyingKey,
    /// When somebody ended it. Not of one that ended as its owner rose: its owner did no wrong, and only their new
    /// phone hands over what it sealed.
    pub(super) revoked_at: Option<Timestamp>,
}

impl Sealer {
    /// The one that pushes.
    pub(super) fn of(device: &Device) -> Self {
        Self {
            id: device.id,
            station: device.station(),
            member: device.member.id,
            key: device.key,
            revoked_at: None,
        }
    }
}

/// Those of these ids that are known, by station and id.
pub(super) async fn sealers(
    store: &Store,
    wanted: &BTreeSet<(StationId, DeviceId)>,
) -> Result<HashMap<(StationId, DeviceId), Sealer>, StoreError> {
    let mut query = Sql::new(
        "SELECT station_id, device_id, member_id, public_key, revoked_at, revoked_why FROM devices \
         WHERE (station_id, device_id) IN (VALUES ",
    );
    query
        .rows(wanted, |row, (station, device)| {
            row.cell(station.key()).cell(device.key());
        })
        .push(")");
    let mut db = store.read().await?;
    let mut sealers = HashMap::new();
    for row in query.fetch_all(&mut db).await? {
        let rose = row.opt_text("revoked_why")?.is_some();
        let sealer = Sealer {
            id: row.id("device_id")?,
            station: row.id("station_id")?,
            member: row.id("member_id")?,
            key: public_key(&row.bytes("public_key")?)?,
            revoked_at: row.opt_time("revoked_at")?.filter(|_| !rose),
        };
        sealers.insert((sealer.station, sealer.id), sealer);
    }
    Ok(sealers)
}

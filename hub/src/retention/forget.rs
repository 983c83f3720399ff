//! Forgetting a member who asked for it: what they recorded, what was set aside of them, their name, what other
//! lists and their phones call them. That somebody was there stays, and counts.

use xuncha_core::domain::{Member, Name};

use super::due::of_member;
use super::erase::{Counts, Order, begin, erase_content};
use crate::app::App;
use crate::devices;
use crate::error::{HubError, HubResult};
use crate::session;
use crate::store::reference::write_member;
use crate::store::{Key as _, StoreError};

/// What a member was let in by, and what waits for them alone: of no use to anybody else.
const GONE: [&str; 8] = [
    "UPDATE members SET code = NULL WHERE station_id = $1 AND member_id = $2",
    "UPDATE devices SET label = '-' WHERE station_id = $1 AND member_id = $2",
    "DELETE FROM self_reports WHERE station_id = $1 AND device_id IN \
     (SELECT device_id FROM devices WHERE station_id = $1 AND member_id = $2)",
    "DELETE FROM passwords WHERE station_id = $1 AND member_id = $2",
    "DELETE FROM second_factors WHERE station_id = $1 AND member_id = $2",
    "DELETE FROM recovery_codes WHERE station_id = $1 AND member_id = $2",
    "DELETE FROM enrol_codes WHERE station_id = $1 AND member_id = $2",
    "DELETE FROM export_progress WHERE station_id = $1 AND member_id = $2",
];

/// What stands where a name stood.
const FORGOTTEN: &str = "已删除";

/// Forgets a member; they are signed out and their phones revoked.
///
/// # Errors
/// What was erased before the failure stays erased; the same again goes on.
pub async fn forget(app: &App, member: &Member, order: &Order) -> HubResult<Counts> {
    let station = member.station;
    for device in devices::devices(&app.store, station).await? {
        if device.member.id == member.id && device.revoked_at.is_none() {
            devices::revoke(app, station, device.id, None).await?;
        }
    }
    let records = of_member(&app.store, station, member.id).await?;
    let mut counts = erase_content(app, station, &records, order).await?;
    let name = Name::new(FORGOTTEN).map_err(|error| HubError::Fault(error.to_string()))?;
    let forgotten = Member { name, active: false, ..member.clone() };
    let (mut tx, mut locked) = begin(app, station).await?;
    write_member(&mut tx, &mut locked, &forgotten, None).await?;
    session::end_all(&mut tx, &forgotten, None).await?;
    let key = (station.key(), member.id.key());
    for query in GONE {
        let query = sqlx::query(query).bind(key.0.clone()).bind(key.1.clone());
        query.execute(&mut *tx).await.map_err(StoreError::from)?;
    }
    // At whichever station's desk they were.
    sqlx::query("DELETE FROM import_uploads WHERE member_id = $1")
        .bind(key.1.clone())
        .execute(&mut *tx)
        .await
        .map_err(StoreError::from)?;
    let aside = sqlx::query("DELETE FROM set_aside WHERE station_id = $1 AND member_id = $2")
        .bind(key.0)
        .bind(key.1)
        .execute(&mut *tx)
        .await
        .map_err(StoreError::from)?;
    counts.set_aside += aside.rows_affected();
    locked.save(&mut tx).await?;
    tx.commit().await?;
    app.figures.count("xuncha_erased_total", "set_aside", counts.set_aside);
    Ok(counts)
}

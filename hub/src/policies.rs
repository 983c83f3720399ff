//! Saying what is expected: of a station, of a kind of its venues, or of one venue.

use xuncha_core::domain::{PolicyFor, PolicyFrom, StationId};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::places;
use crate::scope::Operation;
use crate::store::Written;
use crate::store::reference::write_policy;

/// Sets what is expected from a month on. Months that are over stay as they were judged: it begins this
/// month at the earliest.
pub async fn set(app: &App, caller: &Caller, station: StationId, policy: &PolicyFrom) -> HubResult<()> {
    caller.must(Operation::SetPolicy, station)?;
    let now = app.now_as_known().await?;
    let told = |words: &str| Err(HubError::told(ProblemCode::BadRequest, words));
    if policy.until.unwrap_or(policy.from) < now.month() {
        return told("months that are over are not judged anew");
    }
    if policy.venues.is_station() && policy.until.is_some() {
        return told("a station's own policy does not end; set another");
    }
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_station(station).await?;
    let mut locked = locked.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
    if let PolicyFor::Venue(venue) = policy.venues {
        places::venue(&mut tx, station, venue).await?;
    }
    if write_policy(&mut tx, &mut locked, policy).await? == Written::Same {
        return Ok(());
    }
    let subject = match &policy.venues {
        PolicyFor::Station => station.to_string(),
        venues => venues.key(),
    };
    note(app, &mut tx, station, Some(caller.member.id), Action::PolicySet, subject).await?;
    locked.save(&mut tx).await?;
    Ok(tx.commit().await?)
}

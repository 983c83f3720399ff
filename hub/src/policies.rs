//! Saying what is expected: of a station, of a kind of its venues, or of one venue.

use xuncha_core::domain::{Month, PolicyFor, PolicyFrom, StationId};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::places;
use crate::scope::Operation;
use crate::seen::{Kept, Seen};
use crate::store::Written;
use crate::store::reference::{policies, write_policy};

/// The entry that one for the same venues from a month on takes the place of: the last of theirs that has begun by
/// then, also if it has ended.
#[must_use]
pub fn in_place_of<'a>(history: &'a [PolicyFrom], venues: &PolicyFor, from: Month) -> Option<&'a PolicyFrom> {
    let begun = history.iter().filter(|entry| entry.venues == *venues && entry.from <= from);
    begun.max_by_key(|entry| entry.from)
}

/// Sets what is expected from a month on. `seen` is the entry that the caller changes: if another one stands for those
/// venues from that month on, nothing is set; where none does, there is nothing to overwrite. Months that are over stay
/// as they were judged: it begins this month at the earliest.
pub async fn set(
    app: &App,
    caller: &Caller,
    station: StationId,
    policy: &PolicyFrom,
    seen: &Seen,
) -> HubResult<Kept> {
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
    let history = policies(&mut tx, station).await?;
    let stands = in_place_of(&history, &policy.venues, policy.from);
    if stands.is_some() && Seen::of(stands) != *seen {
        return Ok(Kept::Overtaken);
    }
    if write_policy(&mut tx, &mut locked, policy).await? == Written::Same {
        return Ok(Kept::Done);
    }
    let subject = match &policy.venues {
        PolicyFor::Station => station.to_string(),
        venues => venues.key(),
    };
    note(app, &mut tx, station, Some(caller.member.id), Action::PolicySet, subject).await?;
    locked.save(&mut tx).await?;
    tx.commit().await?;
    Ok(Kept::Done)
}

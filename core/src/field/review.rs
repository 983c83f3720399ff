//! A head's decision on a record, from the phone: told to the hub, and kept as the hub answers it.

use super::store::visits;
use super::sync::{Patience, Syncer, signed_in};
use super::transport::Method;
use super::{FieldError, Parts};
use crate::domain::{RecordId, Visit};
use crate::wire::{Decision, ReviewRequest, ReviewState};

impl Syncer {
    /// Tells the hub. Whoever decides what somebody else has decided meanwhile is told so, and nothing
    /// changes; the same decision again changes nothing either.
    ///
    /// # Errors
    /// [`FieldError::Hub`] when the hub says no, [`FieldError::Offline`] and [`FieldError::HubAnswer`] when
    /// the same may work later, or what failed on this phone.
    pub async fn review(
        &self,
        parts: Parts<'_>,
        record: RecordId,
        decision: Decision,
    ) -> Result<(), FieldError> {
        self.at_once(async {
            let (_, hub) = signed_in(parts)?;
            let asked = ReviewRequest { record, decision, seen: ReviewState::Pending, station: None };
            let body = serde_json::to_vec(&asked).map_err(|error| FieldError::Internal(error.to_string()))?;
            let request = hub.json_request(Method::POST, "/api/v1/reviews", body);
            let visit: Visit = hub.ask(&request, &mut Patience::new(parts.tools, None)).await?;
            if visit.record != record {
                return Err(FieldError::HubAnswer("it tells of another record".to_owned()));
            }
            parts.store.write(|tx| visits::put(tx, &visit))?;
            Ok(())
        })
        .await
    }
}

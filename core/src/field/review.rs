//! What a head reviews, and the decision on it. What the hub tells of somebody else's record is shown and not kept;
//! the decision is told to the hub, and kept as the hub answers it.

use bytes::Bytes;
use serde_json::Value;

use super::store::visits;
use super::sync::{Patience, Syncer, signed_in};
use super::transport::Method;
use super::{FieldError, Parts};
use crate::domain::{PhotoId, RecordId, Visit};
use crate::wire::{Decision, ReviewRequest, ReviewState, ToldRecord, limits};

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

    /// Asks for a record with all that the hub knows of it.
    ///
    /// # Errors
    /// As [`Syncer::review`]; [`FieldError::HubNewer`] for a record in a form of a later program.
    pub async fn record_to_review(
        &self,
        parts: Parts<'_>,
        record: RecordId,
    ) -> Result<ToldRecord, FieldError> {
        self.at_once(async {
            let (_, hub) = signed_in(parts)?;
            let request = hub.request(Method::GET, &format!("/api/v1/records/{record}"));
            let told: Value = hub.ask(&request, &mut Patience::new(parts.tools, None)).await?;
            // It is whole and the hub's, so it holds what only a later program knows. No word of it is told on.
            let newer = |_| FieldError::HubNewer("a record of a form that is not known here".to_owned());
            let told: ToldRecord = serde_json::from_value(told).map_err(newer)?;
            if told.visit.record != record {
                return Err(FieldError::HubAnswer("it tells of another record".to_owned()));
            }
            Ok(told)
        })
        .await
    }

    /// Asks for a photo of a record.
    ///
    /// # Errors
    /// As [`Syncer::review`].
    pub async fn photo_to_review(
        &self,
        parts: Parts<'_>,
        record: RecordId,
        photo: PhotoId,
    ) -> Result<Bytes, FieldError> {
        self.at_once(async {
            let (_, hub) = signed_in(parts)?;
            let mut request = hub.request(Method::GET, &format!("/api/v1/records/{record}/photos/{photo}"));
            request.max_body = usize::try_from(limits::PHOTO_BYTES).unwrap_or(usize::MAX);
            Ok(hub.ask_for_jpeg(&request, &mut Patience::new(parts.tools, None)).await?)
        })
        .await
    }
}

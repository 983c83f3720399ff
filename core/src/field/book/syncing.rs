//! What the book has to do with the hub: becoming a device, handing over, fetching.

use std::sync::Arc;

use super::FieldBook;
use crate::domain::Name;
use crate::field::FieldError;
use crate::field::observer::SyncObserver;
use crate::field::store::meta::Owner;
use crate::field::sync::{Parts, SyncReport};
use crate::wire::{EnrolLink, Platform};

impl FieldBook {
    /// Enrols this phone by the card that `link` was read from. `label` is what its owner would know
    /// it by. An answer that was lost is asked for again with the same card.
    ///
    /// # Errors
    /// Codes `enrolment_refused`, `hub_untrusted`, `offline`, `hub_answer`, `hub_refused`,
    /// `already_syncing`, `cancelled`, `storage_full`. What is on the phone stays in every case.
    pub async fn enrol(
        &self,
        link: &EnrolLink,
        platform: Platform,
        label: Name,
    ) -> Result<Owner, FieldError> {
        let owner = self.syncer.enrol(self.parts(), link, platform, label).await?;
        self.store.mirror_keys()?;
        Ok(owner)
    }

    /// Hands over what waits and fetches what is new. Dropping the future stops it at any point
    /// without harm, as does [`FieldBook::cancel_sync`].
    ///
    /// # Errors
    /// Codes `not_enrolled`, `key_lost`, `already_syncing`, `cancelled`, `storage_full`, `storage`. A
    /// hub out of reach is no error: the report says so.
    pub async fn sync(&self, observer: Option<Arc<dyn SyncObserver>>) -> Result<SyncReport, FieldError> {
        self.syncer.sync(self.parts(), observer.as_deref()).await
    }

    /// Stops the sync or enrolment under way, if there is one.
    pub fn cancel_sync(&self) {
        self.syncer.cancel();
    }

    const fn parts(&self) -> Parts<'_> {
        Parts { store: &self.store, keys: &self.keys, tools: &self.tools }
    }
}

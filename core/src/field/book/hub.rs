//! The calls that need a network: enrol and sync. So do the decisions of `review_queue` and
//! what is looked at before them, `review_page`; everything else works without.

use super::FieldBook;
use super::status::EnrolledAs;
use crate::domain::Name;
use crate::field::observer::SyncObserver;
use crate::field::sync::SyncReport;
use crate::field::{FieldError, Parts};
use crate::wire::{EnrolLink, Platform};

impl FieldBook {
    /// Enrols this phone by the card that `link` was read from. `label` is what its owner would know
    /// it by. A lost answer is asked for again with the same code; records of an earlier enrolment stay
    /// and go with the new one.
    ///
    /// # Errors
    /// Codes `enrolment_refused`, `hub_untrusted`, `offline`, `hub_answer`, `hub_newer`, or what failed on
    /// this phone. Nothing changed then.
    pub async fn enrol(
        &self,
        link: &EnrolLink,
        platform: Platform,
        label: Name,
    ) -> Result<Option<EnrolledAs>, FieldError> {
        self.syncer.enrol(self.parts(), link, platform, label).await?;
        self.store.mirror_keys()?;
        Ok(self.status()?.enrolled)
    }

    /// Hands over what waits and fetches what is new. Dropping the future stops it at any point
    /// without harm, as does [`FieldBook::cancel_sync`].
    ///
    /// # Errors
    /// What failed on this phone, `already_syncing`, `cancelled`. A hub out of reach is no error: the
    /// report says so.
    pub async fn sync(&self, observer: Option<&dyn SyncObserver>) -> Result<SyncReport, FieldError> {
        let report = self.syncer.sync(self.parts(), observer).await?;
        // What was received is, and is reported; what a full disk keeps from being forgotten the next sync forgets.
        let _ = self.forget_done_file();
        Ok(report)
    }

    /// Stops the sync under way, if there is one. An enrolment or a review that somebody waits for goes on.
    pub fn cancel_sync(&self) {
        self.syncer.cancel();
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts { store: &self.store, keys: &self.keys, tools: &self.tools }
    }
}

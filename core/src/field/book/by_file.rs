//! Handing over by file, where no network joins phone and hub.

use super::FieldBook;
use crate::field::FieldError;
use crate::field::sync::{Exported, SyncReport};

impl FieldBook {
    /// Puts what waits into a `.xuncha` file for the hub. Nothing is let go by it.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `already_syncing`, or what failed on this phone.
    pub fn export_outbox(&self) -> Result<Exported, FieldError> {
        self.syncer.export(self.parts())
    }

    /// Takes the hub's answer to an export of this phone: receipts, and what is new at the station.
    ///
    /// # Errors
    /// Code `wrong_file` if it is not that; then nothing of it is believed. Or what failed on this phone.
    pub fn take_answer(&self, file: &[u8]) -> Result<SyncReport, FieldError> {
        self.syncer.take(self.parts(), file)
    }
}

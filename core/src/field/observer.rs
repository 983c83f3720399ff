//! What the shell may draw while a sync runs.

use crate::domain::{PhotoId, RecordId};
use crate::wire::{ReceiptNumber, RefusalCode};

/// Told of each step of a sync, in order, on the thread that does the step: it must be quick.
#[cfg_attr(feature = "ffi", uniffi::export(rust, foreign))]
pub trait SyncObserver: Send + Sync {
    /// Something happened.
    fn on_event(&self, event: SyncEvent);
}

/// One step of a sync. Each is told after it is durable on the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum SyncEvent {
    /// It begins.
    Started {
        /// Records that wait.
        records: u64,
        /// Photos that wait.
        photos: u64,
    },
    /// These records are on their way.
    Sending(Vec<RecordId>),
    /// The hub has the record; its receipt was verified.
    RecordReceived {
        /// The record.
        record: RecordId,
        /// The receipt's number, as people read it out.
        receipt: ReceiptNumber,
    },
    /// The hub did not take the record; it stays on the phone.
    RecordRefused {
        /// The record.
        record: RecordId,
        /// Why.
        code: RefusalCode,
    },
    /// The hub has so much of a photo.
    PhotoProgress {
        /// The photo.
        photo: PhotoId,
        /// Bytes that the hub has.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The hub has the photo; its receipt was verified.
    PhotoReceived(PhotoId),
    /// Changes of the station were stored.
    ChangesStored {
        /// How many, in this page.
        count: u64,
    },
    /// Something went wrong on the way; the same is tried again.
    Retrying {
        /// Milliseconds until then.
        in_ms: u64,
    },
}

//! What travels between phone and hub, and how it is kept from being read or altered.
//!
//! Everything here is a value or a pure function: keys, nonces, randomness and moments come in from
//! outside, and every parser of foreign bytes is strict, bounded in length and depth, and answers
//! with a typed error.

mod at_rest;
mod base64url;
pub mod bundle;
mod changes;
mod enrolment;
mod erasure;
mod former_device;
pub mod frame;
pub mod json;
mod jws;
mod keys;
pub mod limits;
pub mod merkle;
mod problem;
mod push;
mod receipt;
mod record;
mod review;
mod seal;
mod self_report;
mod told;
mod version;

pub use crate::domain::{NotAHash, Sha256Hash};
pub use at_rest::{WRAP_INFO, photo_aad, record_aad};
pub use changes::{Change, ChangesPage, Cursor, LogConsistency, LogInclusion};
pub use enrolment::{EnrolAnswer, EnrolCode, EnrolLink, EnrolRequest, NotACode, NotALink, Platform};
pub use erasure::{Erased, Erasure, ErasureReason};
pub use former_device::{FormerDevice, FormerDevices, FormerDevicesAnswer};
pub use jws::{Jws, JwsError, Signed, Typ, sign};
pub use keys::{KeyError, SigningKey, VerifyingKey};
pub use problem::{Problem, ProblemCode, RefusalCode};
pub use push::{LockedRecord, Parcel, Push, PushAnswer, RecordAnswer};
pub use receipt::{
    NotAReceiptNumber, PhotoReceipt, Receipt, ReceiptError, ReceiptNumber, TreeHead, leaf_bytes,
    verify_photo_receipt, verify_receipt,
};
pub use record::{Fact, Record};
pub use review::{BadReview, Decision, ReviewRequest, ReviewState};
pub use seal::{DataKey, HubOpeningKey, HubSealingKey, SealError, WrappedKey};
pub use self_report::{
    IssueCode, KeyStore, OutboxFigures, Program, Room, SelfReport, SelfReportAnswer, SelfReportRequest,
};
pub use told::{ToldPhoto, ToldRecord, Whereabouts};
pub use version::V1;

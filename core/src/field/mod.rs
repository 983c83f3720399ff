//! The phone: what a volunteer carries works without signal and hands over when there is one.
//!
//! # Layout
//! - [`book`]: [`FieldBook`], the one long-lived object; one file for each thing that can be done.
//! - [`store`]: what is kept, in SQLite; one file a resource.
//! - [`keys`]: the data key that all content at rest is encrypted with.
//! - [`clock`], [`entropy`], [`vault`], [`transport`]: what comes from outside, with the real ones.
//! - [`photo`]: what is kept of a camera's file.
//! - [`enrol`]: becoming a device of a member. `review`: what a head looks at and decides. `self_check`: the book against itself.
//! - [`sync`], [`backoff`], [`observer`]: handing over what waits, fetching what is new.
//! - [`error`]: what can go wrong, with what to do about it.

pub mod backoff;
pub mod book;
pub mod clock;
pub mod enrol;
pub mod entropy;
pub mod error;
pub mod keys;
pub mod observer;
mod parts;
pub mod photo;
mod review;
mod self_check;
pub mod store;
pub mod sync;
#[cfg(test)]
pub(crate) mod testing;
mod tools;
pub mod transport;
pub mod vault;

pub use book::FieldBook;
pub use clock::{Clock, ClockAnchor, ClockReading, SystemClock};
pub use entropy::{Entropy, SystemEntropy};
pub use error::{FieldError, FieldErrorCode};
pub use keys::{KeyNo, Keyring, Sealed};
pub use parts::Parts;
pub use store::{Store, StoreError};
pub use tools::Tools;
pub use vault::{FileVault, KeyVault, VaultError};

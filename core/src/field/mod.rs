//! The phone: what a volunteer carries works without signal and hands over when there is one.
//!
//! # Layout
//! - [`FieldBook`](book): the one long-lived object; one file for each thing that can be done with it.
//! - [`store`]: what is kept, in SQLite; one file a resource.
//! - [`keys`]: the data key that all content at rest is encrypted with.
//! - [`clock`], [`entropy`], [`vault`]: what comes from outside, with the real ones.
//! - [`error`]: what can go wrong, with what to do about it.

pub mod clock;
pub mod entropy;
pub mod error;
pub mod keys;
pub mod store;
mod tools;
pub mod vault;

pub use clock::{Clock, ClockAnchor, SystemClock};
pub use entropy::{Entropy, SystemEntropy};
pub use error::{FieldError, FieldErrorCode};
pub use keys::{KeyNo, Keyring, Sealed};
pub use store::{Store, StoreError};
pub use tools::Tools;
pub use vault::{FileVault, KeyVault, VaultError};

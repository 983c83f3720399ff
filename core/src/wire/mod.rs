//! What travels between phone and hub, and how it is kept from being read or altered.
//!
//! Everything here is a value or a pure function: keys, nonces, randomness and moments come in from
//! outside, and every parser of foreign bytes is strict, bounded in length and depth, and answers
//! with a typed error.

mod base64url;
pub mod frame;
mod hash;
pub mod json;
mod jws;
mod keys;
pub mod merkle;
mod receipt;
mod seal;
mod version;

pub use hash::{NotAHash, Sha256Hash};
pub use jws::{Jws, JwsError, Signed, Typ, sign};
pub use keys::{KeyError, SigningKey, VerifyingKey};
pub use receipt::{
    NotAReceiptNumber, PhotoReceipt, Receipt, ReceiptError, ReceiptNumber, TreeHead, leaf_bytes,
    verify_photo_receipt, verify_receipt,
};
pub use seal::{DataKey, HubOpeningKey, HubSealingKey, SealError, WrappedKey};
pub use version::V1;

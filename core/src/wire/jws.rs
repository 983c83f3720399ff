//! Signed messages: compact JWS (RFC 7515) with Ed25519 (RFC 8037), a format any JOSE library checks.
//!
//! There is one algorithm, one header shape and one spelling of each value. The header's `typ` keeps
//! kinds apart: a signature made for one kind of message is worth nothing as another.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::json::{self, JsonError};
use super::{Sha256Hash, SigningKey, VerifyingKey, base64url};

const ALGORITHM: &str = "EdDSA";

/// The kind of a signed message: the `typ` of its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Typ {
    /// A sealed record, by a device.
    Record,
    /// The hub's receipt for a record.
    Receipt,
    /// The hub's receipt for a photo.
    PhotoReceipt,
    /// The head of a station's log, by the hub.
    Head,
    /// What waits on a phone, as a file, by the phone.
    Outbox,
    /// The answer to it, by the hub.
    Answer,
    /// That something was erased and why, by the hub.
    Erasure,
    /// How a phone stands, by the phone.
    SelfReport,
    /// What a phone was before, by the phone.
    FormerDevice,
}

impl Typ {
    /// Every kind, for documents and tests.
    pub const ALL: &[Self] = &[
        Self::Record,
        Self::Receipt,
        Self::PhotoReceipt,
        Self::Head,
        Self::Outbox,
        Self::Answer,
        Self::Erasure,
        Self::SelfReport,
        Self::FormerDevice,
    ];

    /// The text in the header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "xuncha-record+jws",
            Self::Receipt => "xuncha-receipt+jws",
            Self::PhotoReceipt => "xuncha-photo-receipt+jws",
            Self::Head => "xuncha-head+jws",
            Self::Outbox => "xuncha-outbox+jws",
            Self::Answer => "xuncha-answer+jws",
            Self::Erasure => "xuncha-erasure+jws",
            Self::SelfReport => "xuncha-self-report+jws",
            Self::FormerDevice => "xuncha-former-device+jws",
        }
    }
}

impl fmt::Display for Typ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a signed message was refused, or could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than [`Jws::MAX`].
    #[error("the signed message has {length} bytes, at most {max} are allowed: shorten its content", max = Jws::MAX)]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// Not three parts in strict base64url with a signature of 64 bytes.
    #[error("this is no compact JWS (three parts in base64url): it was damaged or cut, send it again")]
    Malformed,
    /// The header is not exactly `alg`, `kid` and `typ`.
    #[error("the header is not just alg, kid and typ: {0}")]
    Header(String),
    /// Another algorithm than `EdDSA`; `none` is one of them.
    #[error("the algorithm is “{0}”, only EdDSA is taken")]
    Algorithm(String),
    /// A message of another kind.
    #[error("the message is a “{found}”, a “{expected}” is expected here")]
    OtherType {
        /// The kind asked for.
        expected: Typ,
        /// What the header says, shortened.
        found: String,
    },
    /// The header names another key than the one given.
    #[error("signed with key “{found}”, checked against “{expected}”: find the signer's key")]
    OtherKey {
        /// The name of the key given.
        expected: String,
        /// What the header says, shortened.
        found: String,
    },
    /// The signature does not fit: altered, or by another key.
    #[error("the signature does not fit the message: do not trust it")]
    Signature,
    /// The payload is not JSON of the expected shape, or nests too deep.
    #[error(transparent)]
    Payload(#[from] JsonError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    alg: Cow<'a, str>,
    kid: Cow<'a, str>,
    typ: Cow<'a, str>,
}

/// A signed message, well formed but not yet verified.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Jws(String);

struct Parts<'a> {
    signed: &'a str,
    header: Vec<u8>,
    payload: Vec<u8>,
    signature: [u8; 64],
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        // A fourth part would leave its dot in the payload, where base64url has none.
        let (header, payload) = signed.split_once('.')?;
        if header.is_empty() || payload.is_empty() {
            return None;
        }
        Some(Self {
            signed,
            header: base64url::decode(header)?,
            payload: base64url::decode(payload)?,
            signature: base64url::decode_array(signature)?,
        })
    }
}

impl Jws {
    /// The greatest length, in bytes of text.
    pub const MAX: usize = 64 * 1024;

    /// The text as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The SHA-256 of the text's ASCII bytes: what chains, receipts and the log name it by.
    #[must_use]
    pub fn hash(&self) -> Sha256Hash {
        Sha256Hash::of(self.0.as_bytes())
    }

    /// The payload, **not verified**: anyone may have written it. Good for finding out whose key to
    /// verify with, and for nothing else.
    pub fn unverified_payload<T: DeserializeOwned>(&self) -> Result<T, JwsError> {
        Ok(json::parse(&self.parts()?.payload)?)
    }

    /// The payload, if it is of the kind `typ` and signed by `key`.
    pub fn verify<T: DeserializeOwned>(&self, key: &VerifyingKey, typ: Typ) -> Result<T, JwsError> {
        let parts = self.parts()?;
        let header: Header<'_> =
            json::parse(&parts.header).map_err(|error| JwsError::Header(error.to_string()))?;
        if header.alg != ALGORITHM {
            return Err(JwsError::Algorithm(shortened(&header.alg)));
        }
        if header.typ != typ.as_str() {
            return Err(JwsError::OtherType { expected: typ, found: shortened(&header.typ) });
        }
        let kid = key.kid();
        if header.kid != kid {
            return Err(JwsError::OtherKey { expected: kid, found: shortened(&header.kid) });
        }
        if !key.accepts(parts.signed.as_bytes(), &parts.signature) {
            return Err(JwsError::Signature);
        }
        Ok(json::parse(&parts.payload)?)
    }

    fn parts(&self) -> Result<Parts<'_>, JwsError> {
        Parts::of(&self.0).ok_or(JwsError::Malformed)
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

/// Signs `payload` as a message of the kind `typ`. Refuses what [`Jws::verify`] would refuse for its
/// length or depth, so that nothing is sealed that can't be opened again.
pub fn sign<T: Serialize>(key: &SigningKey, typ: Typ, payload: &T) -> Result<Jws, JwsError> {
    let header =
        Header { alg: ALGORITHM.into(), kid: key.verifying_key().kid().into(), typ: typ.as_str().into() };
    let payload = to_json(payload)?;
    if json::nests_too_deep(&payload) {
        return Err(JsonError::TooDeep.into());
    }
    let mut text = base64url::encode(to_json(&header)?);
    text.push('.');
    text.push_str(&base64url::encode(payload));
    let signature = base64url::encode(key.sign(text.as_bytes()));
    text.push('.');
    text.push_str(&signature);
    text.try_into()
}

fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, JsonError> {
    serde_json::to_vec(value).map_err(|error| JsonError::Shape(error.to_string()))
}

/// A message that travels signed, as one kind of JWS.
pub trait Signed: Serialize + DeserializeOwned {
    /// Its kind.
    const TYP: Typ;

    /// Signs it.
    fn sign(&self, key: &SigningKey) -> Result<Jws, JwsError> {
        sign(key, Self::TYP, self)
    }

    /// Reads it from `jws`, if `key` signed it.
    fn verify(jws: &Jws, key: &VerifyingKey) -> Result<Self, JwsError> {
        jws.verify(key, Self::TYP)
    }
}

impl TryFrom<String> for Jws {
    type Error = JwsError;
    fn try_from(text: String) -> Result<Self, JwsError> {
        if text.len() > Self::MAX {
            return Err(JwsError::TooLong { length: text.len() });
        }
        Parts::of(&text).ok_or(JwsError::Malformed)?;
        Ok(Self(text))
    }
}

impl FromStr for Jws {
    type Err = JwsError;
    fn from_str(text: &str) -> Result<Self, JwsError> {
        if text.len() > Self::MAX {
            return Err(JwsError::TooLong { length: text.len() });
        }
        text.to_owned().try_into()
    }
}

impl From<Jws> for String {
    fn from(jws: Jws) -> Self {
        jws.0
    }
}

impl fmt::Display for Jws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Its hash, not its text: the payload may hold what must not reach a log.
impl fmt::Debug for Jws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jws({} bytes, {:?})", self.0.len(), self.hash())
    }
}

#[cfg(test)]
mod tests;

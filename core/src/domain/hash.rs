//! SHA-256 hashes (FIPS 180-4) as a type. They travel as 64 lowercase hex digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Hash([u8; 32]);

/// A text that is no SHA-256 hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a SHA-256 hash (64 lowercase hex digits are expected)")]
pub struct NotAHash(pub String);

impl Sha256Hash {
    /// The hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_parts(&[bytes])
    }

    /// The hash of several pieces put one after the other.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// A hash computed elsewhere, such as one read from a store or from a streaming hasher.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256Hash({}…)", hex::encode(&self.0[..6]))
    }
}

impl FromStr for Sha256Hash {
    type Err = NotAHash;
    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let refuse = || NotAHash(text.chars().take(70).collect());
        // Upper case would give one hash a second spelling, and signed texts must have one.
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(refuse());
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| refuse())?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Sha256Hash {
    type Error = NotAHash;
    fn try_from(text: String) -> Result<Self, NotAHash> {
        text.parse()
    }
}

impl From<Sha256Hash> for String {
    fn from(hash: Sha256Hash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_hash_of_abc_is_the_one_fips_180_prints() {
        assert_eq!(Sha256Hash::of(b"abc").to_string(), ABC);
        assert_eq!(ABC.parse(), Ok(Sha256Hash::of(b"abc")));
        assert_eq!(serde_json::to_string(&Sha256Hash::of(b"abc")).unwrap(), format!("\"{ABC}\""));
    }

    #[test]
    fn any_other_spelling_is_refused() {
        for bad in [&ABC[1..], &ABC.to_uppercase(), &format!("{ABC}00"), &ABC.replace('b', "g"), ""] {
            assert!(bad.parse::<Sha256Hash>().is_err(), "{bad}");
            assert!(serde_json::from_value::<Sha256Hash>((*bad).into()).is_err(), "{bad}");
        }
    }
}

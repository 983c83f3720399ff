//! Ed25519 keys (RFC 8032) as JOSE knows them (RFC 8037): a device signs its records, the hub its
//! receipts and heads. A key's name (`kid`) is its JWK thumbprint (RFC 7638), so it can't lie.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use super::{Sha256Hash, base64url};

/// Why some bytes are not taken as a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 32 bytes in base64url.
    #[error("a public key is 43 letters of base64url (32 bytes): read it again from its source")]
    Encoding,
    /// No point of the curve.
    #[error("these bytes are no Ed25519 public key: read it again from its source")]
    NotAPoint,
    /// A point of small order: its owner could make one signature fit many messages.
    #[error("this Ed25519 public key is weak: make a new key pair")]
    Weak,
}

/// The public half of a signing key. Travels as 32 bytes in base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// A key from its 32 bytes; weak keys are refused.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(Self(key)) }
    }

    /// Its 32 bytes (RFC 8032 §5.1.5).
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Its name: the JWK thumbprint (RFC 7638, SHA-256) in base64url, 43 letters.
    #[must_use]
    pub fn kid(&self) -> String {
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{self}"}}"#);
        base64url::encode(Sha256Hash::of(jwk.as_bytes()).as_bytes())
    }

    /// The key as JWK (RFC 8037 §2), for any JOSE library.
    #[must_use]
    pub fn to_jwk(&self) -> serde_json::Value {
        // In the order of the alphabet, so that the text is the same however serde_json keeps members.
        serde_json::json!({
            "alg": "EdDSA", "crv": "Ed25519", "kid": self.kid(),
            "kty": "OKP", "use": "sig", "x": self.to_string(),
        })
    }

    /// Strict verification: no small-order points, no second spelling of a signature.
    pub(super) fn accepts(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(&base64url::decode_array(text).ok_or(KeyError::Encoding)?)
    }
}

impl TryFrom<String> for VerifyingKey {
    type Error = KeyError;
    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<VerifyingKey> for String {
    fn from(key: VerifyingKey) -> Self {
        key.to_string()
    }
}

/// A private signing key. Wiped from memory when dropped; never serialised, never printed.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key that 32 bytes of entropy give (RFC 8032 §5.1.5). The owner keeps the seed, encrypted.
    #[must_use]
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        let key = Self(ed25519_dalek::SigningKey::from_bytes(&seed));
        seed.zeroize();
        key
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(private half of {})", self.verifying_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_the_one_rfc_8037_a3_prints() {
        let key: VerifyingKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".parse().unwrap();
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(key.to_jwk()["x"], key.to_string());
    }

    #[test]
    fn weak_and_malformed_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(VerifyingKey::from_bytes(&identity), Err(KeyError::Weak));
        assert_eq!(VerifyingKey::from_bytes(&[0; 32]), Err(KeyError::Weak));
        let mut no_point = [0; 32];
        no_point[0] = 2;
        assert_eq!(VerifyingKey::from_bytes(&no_point), Err(KeyError::NotAPoint));
        assert_eq!("AAAA".parse::<VerifyingKey>(), Err(KeyError::Encoding));
        assert!(serde_json::from_str::<VerifyingKey>("\"AAAA\"").is_err());
    }

    #[test]
    fn a_private_key_does_not_print_itself() {
        let key = SigningKey::from_seed([7; 32]);
        assert!(!format!("{key:?}").contains(&base64url::encode([7; 32])));
    }
}

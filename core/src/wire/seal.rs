//! Data at rest on the phone, and the way out for it when the phone's key store is lost.
//!
//! A phone has one data key. It encrypts records, notes and photos (XChaCha20-Poly1305). The key is
//! kept wrapped twice: by the platform's key store, and by HPKE (RFC 9180) to the hub's public key,
//! so that what waits on a phone whose key store was reset can still be opened, by the hub alone.

use std::fmt;
use std::str::FromStr;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, HpkeError, Kem as _, OpModeR, OpModeS, Serializable as _};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::base64url;

type Kem = X25519HkdfSha256;

/// The first byte of a sealed blob and of a wrapped key: which algorithms and layout follow.
const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
const KEY_LEN: usize = 32;
/// Version, encapsulated key, encrypted key, tag.
const WRAPPED_LEN: usize = 1 + KEY_LEN + KEY_LEN + TAG_LEN;

/// Why something sealed can't be opened, or could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short or too long to be what it is taken for.
    #[error("{0} bytes can't be this sealed value: it was cut or mixed up; keep it and hand it to the hub")]
    Length(usize),
    /// Not strict base64url.
    #[error("this is not base64url: read it again from its source")]
    Encoding,
    /// Sealed by a version of the program that this one does not know.
    #[error("sealed in format {0}, this program knows format {VERSION}: update the program")]
    Version(u8),
    /// The key, the context or the bytes are not those it was sealed with.
    #[error("can't be opened: another key or context, or altered; keep it and hand it to the hub")]
    Open,
    /// The hub's public key is unusable.
    #[error("the hub's sealing key is unusable: enrol the phone again")]
    HubKey,
    /// The plain text is longer than the cipher takes (256 GiB).
    #[error("too long to be sealed in one piece")]
    TooLong,
}

/// The phone's key for data at rest: 32 random bytes, wiped from memory when dropped.
pub struct DataKey(Zeroizing<[u8; KEY_LEN]>);

impl DataKey {
    /// The key that is these 32 bytes of entropy, new or unwrapped by the key store.
    #[must_use]
    pub fn from_entropy(mut entropy: [u8; KEY_LEN]) -> Self {
        let key = Self(Zeroizing::new(entropy));
        entropy.zeroize();
        key
    }

    /// The key itself, for the platform's key store to wrap. Nothing else may see it.
    #[must_use]
    pub fn expose(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// Seals `plain`: version (1 byte), nonce (24), cipher text, tag (16). `aad` is not stored; it ties
    /// the blob to its place (such as table and row), so that blobs can't be exchanged. A nonce must
    /// never be used twice with one key: 24 random bytes are enough for that.
    pub fn encrypt(&self, nonce: [u8; NONCE_LEN], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let payload = Payload { msg: plain, aad };
        let cipher_text =
            self.cipher().encrypt(XNonce::from_slice(&nonce), payload).map_err(|_| SealError::TooLong)?;
        Ok([&[VERSION], nonce.as_slice(), &cipher_text].concat())
    }

    /// Opens what [`DataKey::encrypt`] sealed with the same `aad`.
    pub fn decrypt(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::Length(0))?;
        check_version(*version)?;
        let too_short = SealError::Length(sealed.len());
        let (nonce, cipher_text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(too_short)?;
        if cipher_text.len() < TAG_LEN {
            return Err(too_short);
        }
        let payload = Payload { msg: cipher_text, aad };
        self.cipher().decrypt(XNonce::from_slice(nonce), payload).map_err(|_| SealError::Open)
    }

    /// Wraps the key to the hub. `info` says what for (such as the device's id) and must be given
    /// again to unwrap. `rng` gives the 32 bytes of the ephemeral key.
    pub fn wrap_for_hub(
        &self,
        hub: &HubSealingKey,
        info: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<WrappedKey, SealError> {
        let (encapsulated, cipher_text) =
            hpke_seal(&hub.0, info, self.0.as_slice(), b"", rng).map_err(|_| SealError::HubKey)?;
        let bytes = [&[VERSION], encapsulated.as_slice(), &cipher_text].concat();
        bytes.try_into().map(WrappedKey).map_err(|bytes: Vec<u8>| SealError::Length(bytes.len()))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().into())
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

fn check_version(version: u8) -> Result<(), SealError> {
    if version == VERSION { Ok(()) } else { Err(SealError::Version(version)) }
}

/// The hub's public key (X25519) that phones wrap their data key to. Travels as base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct HubSealingKey([u8; KEY_LEN]);

/// A data key wrapped to the hub by HPKE base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
/// ChaCha20-Poly1305. Version (1 byte), encapsulated key (32), cipher text (32), tag (16). Travels as
/// base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey([u8; WRAPPED_LEN]);

macro_rules! travels_as_base64url {
    ($($name:ident: $length:ident),+ $(,)?) => {$(
        impl $name {
            /// Its bytes, for a store.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = SealError;
            fn try_from(bytes: &[u8]) -> Result<Self, SealError> {
                let bytes = bytes.try_into().map_err(|_| SealError::Length(bytes.len()))?;
                Self::checked(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base64url::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = SealError;
            fn from_str(text: &str) -> Result<Self, SealError> {
                Self::checked(base64url::decode_array(text).ok_or(SealError::Encoding)?)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

travels_as_base64url!(HubSealingKey: KEY_LEN, WrappedKey: WRAPPED_LEN);

impl HubSealingKey {
    /// A key of nothing but zeros was never filled in; other keys of small order are refused when
    /// something is wrapped to them.
    fn checked(bytes: [u8; KEY_LEN]) -> Result<Self, SealError> {
        if bytes == [0; KEY_LEN] { Err(SealError::HubKey) } else { Ok(Self(bytes)) }
    }
}

impl WrappedKey {
    fn checked(bytes: [u8; WRAPPED_LEN]) -> Result<Self, SealError> {
        check_version(bytes[0])?;
        Ok(Self(bytes))
    }
}

/// The private half of [`HubSealingKey`], held by the hub only. Wiped from memory when dropped.
pub struct HubOpeningKey(Zeroizing<[u8; KEY_LEN]>);

impl HubOpeningKey {
    /// The key that 32 bytes of entropy give (RFC 9180 §7.1.3). The hub keeps the seed.
    #[must_use]
    pub fn from_seed(mut seed: [u8; KEY_LEN]) -> Self {
        let key = Self(Zeroizing::new(seed));
        seed.zeroize();
        key
    }

    /// The public half, for phones.
    #[must_use]
    pub fn sealing_key(&self) -> HubSealingKey {
        let (_, public) = Kem::derive_keypair(self.0.as_slice());
        HubSealingKey(public.to_bytes().into())
    }

    /// Opens a data key wrapped to this hub with the same `info`.
    pub fn unwrap_key(&self, wrapped: &WrappedKey, info: &[u8]) -> Result<DataKey, SealError> {
        let (encapsulated, cipher_text) = wrapped.0[1..].split_at(KEY_LEN);
        let plain = hpke_open(self.0.as_slice(), info, encapsulated, cipher_text, b"")
            .map(Zeroizing::new)
            .map_err(|_| SealError::Open)?;
        let key = plain.as_slice().try_into().map_err(|_| SealError::Length(plain.len()))?;
        Ok(DataKey(Zeroizing::new(key)))
    }
}

impl fmt::Debug for HubOpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HubOpeningKey(private half of {})", self.sealing_key())
    }
}

fn hpke_seal(
    public: &[u8],
    info: &[u8],
    plain: &[u8],
    aad: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<(Vec<u8>, Vec<u8>), HpkeError> {
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(public)?;
    let (encapsulated, cipher_text) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, Kem, _>(
        &OpModeS::Base,
        &public,
        info,
        plain,
        aad,
        rng,
    )?;
    Ok((encapsulated.to_bytes().to_vec(), cipher_text))
}

fn hpke_open(
    seed: &[u8],
    info: &[u8],
    encapsulated: &[u8],
    cipher_text: &[u8],
    aad: &[u8],
) -> Result<Vec<u8>, HpkeError> {
    let (private, _) = Kem::derive_keypair(seed);
    let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeR::Base,
        &private,
        &encapsulated,
        info,
        cipher_text,
        aad,
    )
}

#[cfg(test)]
mod tests;

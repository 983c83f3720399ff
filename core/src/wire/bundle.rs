//! The `.xuncha` bundle: what a phone and its hub have to say to each other, by file, where no network
//! joins them. A phone's bundle goes to the hub on a stick or over a cable; the hub's answer comes back the
//! same way. Carried twice, late or out of order, neither does harm: records go by their ids, and nothing is
//! let go but by a verified receipt.
//!
//! # Format
//! ```text
//! bundle  = magic cover part*
//! magic   = "XUNCHA\x01\n"
//! cover   = length JWS          ; compact, EdDSA: xuncha-outbox+jws by the phone, xuncha-answer+jws by the hub
//! part    = tag length content
//! length  = 4 bytes, big-endian
//! tag     = 1 byte
//!   1  a push as it travels: zstd of `Push`                         (phone)
//!   2  a photo: length, JSON of `PhotoHead`, then its bytes          (phone)
//!   3  the answer to a push: zstd of `PushAnswer`, in their order    (hub)
//!   4  the answer to a photo: JSON of `PhotoAnswer`                  (hub)
//!   5  a page of changes: zstd of `ChangesPage`, in their order      (hub)
//! ```
//! The cover names the SHA-256 of all parts, so one signature holds for every byte. Records are sealed by
//! themselves as well; photos are bound by the hash that their record names. Personal data stay readable to
//! whoever holds the file, as they do on the way to the hub behind TLS: treat the stick as you treat the phone.

use serde::{Deserialize, Serialize};

use super::{Cursor, Jws, JwsError, ProblemCode, Sha256Hash, Signed, SigningKey, Typ, V1, VerifyingKey};
use super::{WrappedKey, limits};
use crate::domain::{DeviceId, PhotoId, RecordId, StationId, Timestamp};

const MAGIC: &[u8; 8] = b"XUNCHA\x01\n";

/// Why a file is not taken as a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Another kind of file.
    #[error("this is no .xuncha file: choose the one that was exported")]
    NotABundle,
    /// It ends before its end.
    #[error("the file was cut: copy it again from where it came from")]
    Cut,
    /// More than [`limits::BUNDLE_BYTES`], or more parts than [`limits::BUNDLE_PARTS`].
    #[error("the file is larger than a bundle may be: export again, it goes in several")]
    TooLarge,
    /// A part that this program does not know, or that has no place here.
    #[error("the file has a part of kind {0} that has no place in it: update the program")]
    Part(u8),
    /// The cover's signature.
    #[error("the file is not signed by whom it should be: {0}")]
    Cover(#[from] JwsError),
    /// The parts are not those that were signed.
    #[error("the file was changed after it was signed: copy it again from where it came from")]
    Altered,
    /// A part can't be read.
    #[error("a part of the file can't be read: {0}")]
    Damaged(String),
    /// For another phone or station.
    #[error("the file is for another phone: take the answer to this phone's own export")]
    OtherPhone,
}

/// What a signature holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The length of all parts, in bytes.
    pub bytes: u64,
    /// Their hash.
    pub sha256: Sha256Hash,
}

/// A cover: the signed first part of a bundle.
pub trait Cover: Signed {
    /// What it holds for.
    fn content(&self) -> Content;
}

/// The cover of a phone's bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboxCover {
    /// Version of this message.
    pub v: V1,
    /// The phone's station.
    pub station: StationId,
    /// The phone.
    pub device: DeviceId,
    /// When it was written, by the phone's clock.
    pub made_at: Timestamp,
    /// How far the phone has the station's changes.
    pub cursor: Cursor,
    /// The size of the station's log as the phone knows it.
    pub log_size: u64,
    /// The parts.
    pub content: Content,
}

impl Signed for OutboxCover {
    const TYP: Typ = Typ::Outbox;
}

impl Cover for OutboxCover {
    fn content(&self) -> Content {
        self.content
    }
}

/// The cover of the hub's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCover {
    /// Version of this message.
    pub v: V1,
    /// The station.
    pub station: StationId,
    /// The phone that it is for.
    pub device: DeviceId,
    /// The hash of the cover that it answers.
    pub to: Sha256Hash,
    /// When it was written, by the hub's clock.
    pub made_at: Timestamp,
    /// Where its changes begin.
    pub cursor: Cursor,
    /// The parts.
    pub content: Content,
}

impl Signed for AnswerCover {
    const TYP: Typ = Typ::Answer;
}

impl Cover for AnswerCover {
    fn content(&self) -> Content {
        self.content
    }
}

/// What goes before the bytes of a photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoHead {
    /// The photo.
    pub photo: PhotoId,
    /// The record that names it.
    pub record: RecordId,
    /// The key of one that only the hub can open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<WrappedKey>,
}

/// What the hub says of a photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoAnswer {
    /// The photo.
    pub photo: PhotoId,
    /// The receipt (`xuncha-photo-receipt+jws`), if the hub has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Jws>,
    /// Why the hub does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<ProblemCode>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A push, packed.
    Push(Vec<u8>),
    /// A photo.
    Photo(PhotoHead, Vec<u8>),
    /// The answer to a push, packed.
    PushAnswer(Vec<u8>),
    /// The answer to a photo.
    PhotoAnswer(PhotoAnswer),
    /// A page of changes, packed.
    Changes(Vec<u8>),
}

impl Part {
    /// Its number in the format.
    #[must_use]
    pub const fn tag(&self) -> u8 {
        match self {
            Self::Push(_) => 1,
            Self::Photo(..) => 2,
            Self::PushAnswer(_) => 3,
            Self::PhotoAnswer(_) => 4,
            Self::Changes(_) => 5,
        }
    }

    fn content(&self) -> Result<Vec<u8>, BundleError> {
        Ok(match self {
            Self::Push(bytes) | Self::PushAnswer(bytes) | Self::Changes(bytes) => bytes.clone(),
            Self::PhotoAnswer(answer) => to_json(answer)?,
            Self::Photo(head, bytes) => {
                let mut content = Vec::with_capacity(bytes.len() + 256);
                put(&mut content, &to_json(head)?)?;
                content.extend_from_slice(bytes);
                content
            }
        })
    }

    fn read(tag: u8, content: &[u8]) -> Result<Self, BundleError> {
        Ok(match tag {
            1 => Self::Push(content.to_vec()),
            2 => {
                let mut rest = content;
                let head = from_json(take(&mut rest)?)?;
                Self::Photo(head, rest.to_vec())
            }
            3 => Self::PushAnswer(content.to_vec()),
            4 => Self::PhotoAnswer(from_json(content)?),
            5 => Self::Changes(content.to_vec()),
            other => return Err(BundleError::Part(other)),
        })
    }
}

/// The parts of a bundle as they are gathered.
#[derive(Debug, Default)]
pub struct Parts {
    bytes: Vec<u8>,
    count: usize,
}

impl Parts {
    /// Adds a part; false if there is no more room for it.
    ///
    /// # Errors
    /// [`BundleError`] if it can't be written at all.
    pub fn add(&mut self, part: &Part) -> Result<bool, BundleError> {
        /// What magic and cover may take.
        const ROOM: usize = limits::BUNDLE_BYTES - Jws::MAX - 16;
        let content = part.content()?;
        if self.count == limits::BUNDLE_PARTS || self.bytes.len() + content.len() + 5 > ROOM {
            return Ok(false);
        }
        self.bytes.push(part.tag());
        put(&mut self.bytes, &content)?;
        self.count += 1;
        Ok(true)
    }

    /// Signs them: the whole file.
    ///
    /// # Errors
    /// [`BundleError::Cover`] if the cover can't be signed.
    pub fn seal<C: Cover>(
        self,
        key: &SigningKey,
        cover: impl FnOnce(Content) -> C,
    ) -> Result<Vec<u8>, BundleError> {
        let content = Content { bytes: self.bytes.len() as u64, sha256: Sha256Hash::of(&self.bytes) };
        let cover = cover(content).sign(key)?;
        let mut file = MAGIC.to_vec();
        put(&mut file, cover.as_str().as_bytes())?;
        file.extend(self.bytes);
        Ok(file)
    }
}

/// A bundle, not verified yet.
#[derive(Debug)]
pub struct Bundle<'a> {
    cover: Jws,
    parts: &'a [u8],
}

impl<'a> Bundle<'a> {
    /// Reads the cover of a file.
    ///
    /// # Errors
    /// [`BundleError`] if it is no bundle, or a part of one.
    pub fn read(file: &'a [u8]) -> Result<Self, BundleError> {
        if file.len() > limits::BUNDLE_BYTES {
            return Err(BundleError::TooLarge);
        }
        let mut rest = match file.strip_prefix(MAGIC) {
            Some(rest) => rest,
            None if MAGIC.starts_with(file) && !file.is_empty() => return Err(BundleError::Cut),
            None => return Err(BundleError::NotABundle),
        };
        let cover = str::from_utf8(take(&mut rest)?).map_err(|_| JwsError::Malformed)?;
        Ok(Self { cover: cover.parse()?, parts: rest })
    }

    /// The cover as it travels.
    #[must_use]
    pub const fn cover(&self) -> &Jws {
        &self.cover
    }

    /// What the cover says, **not verified**: good for finding out whose key to verify with.
    ///
    /// # Errors
    /// [`BundleError::Cover`] if it can't be read.
    pub fn unverified<C: Cover>(&self) -> Result<C, BundleError> {
        Ok(self.cover.unverified_payload()?)
    }

    /// The cover and all parts, if `key` signed them.
    ///
    /// # Errors
    /// [`BundleError`] says what is wrong; nothing of it is to be believed then.
    pub fn open<C: Cover>(&self, key: &VerifyingKey) -> Result<(C, Vec<Part>), BundleError> {
        let cover = C::verify(&self.cover, key)?;
        let content = cover.content();
        if (self.parts.len() as u64) < content.bytes {
            return Err(BundleError::Cut);
        }
        if self.parts.len() as u64 != content.bytes || Sha256Hash::of(self.parts) != content.sha256 {
            return Err(BundleError::Altered);
        }
        let (mut rest, mut parts) = (self.parts, Vec::new());
        while let Some((tag, after)) = rest.split_first() {
            if parts.len() == limits::BUNDLE_PARTS {
                return Err(BundleError::TooLarge);
            }
            rest = after;
            parts.push(Part::read(*tag, take(&mut rest)?)?);
        }
        Ok((cover, parts))
    }
}

fn put(to: &mut Vec<u8>, content: &[u8]) -> Result<(), BundleError> {
    let length = u32::try_from(content.len()).map_err(|_| BundleError::TooLarge)?;
    to.extend(length.to_be_bytes());
    to.extend_from_slice(content);
    Ok(())
}

fn take<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], BundleError> {
    let (length, after) = rest.split_first_chunk::<4>().ok_or(BundleError::Cut)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| BundleError::TooLarge)?;
    let (content, after) = after.split_at_checked(length).ok_or(BundleError::Cut)?;
    *rest = after;
    Ok(content)
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, BundleError> {
    serde_json::to_vec(value).map_err(|error| BundleError::Damaged(error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &[u8]) -> Result<T, BundleError> {
    super::json::parse(text).map_err(|error| BundleError::Damaged(error.to_string()))
}

#[cfg(test)]
mod tests;

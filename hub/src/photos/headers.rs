//! The headers of tus 1.0 (resumable uploads), read strictly: a text that could be meant in two ways
//! is refused. Pure, so that every spelling can be tried in the tests.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName, header};
use xuncha_core::domain::{PhotoId, RecordId, Sha256Hash};
use xuncha_core::wire::WrappedKey;
use xuncha_core::wire::limits::PHOTO_BYTES;

/// The one version of the protocol that is spoken here.
pub(crate) const TUS_VERSION: &str = "1.0.0";
/// What is offered beyond the protocol's core.
pub(crate) const EXTENSIONS: &str = "creation,checksum,termination,expiration";
/// The one kind of checksum that is checked here.
pub(crate) const ALGORITHMS: &str = "sha256";
/// The content type of a piece.
pub(crate) const PIECE_TYPE: &str = "application/offset+octet-stream";

/// `Tus-Resumable`: the version that request and answer speak.
pub(crate) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
/// `Upload-Offset`: how many bytes the hub has.
pub(crate) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// `Upload-Length`: how many bytes the upload will have.
pub(crate) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// `Upload-Metadata`: which photo it is.
pub(crate) const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// `Upload-Checksum`: the hash of one piece.
pub(crate) const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
/// `Upload-Expires`: until when the upload can go on.
pub(crate) const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// `Xuncha-Photo-Receipt`: the hub's word that it has the photo, whole.
pub(crate) const PHOTO_RECEIPT: HeaderName = HeaderName::from_static("xuncha-photo-receipt");

/// Version, nonce and tag that encryption at rest adds to a photo.
const LOCK_BYTES: u64 = 1 + 24 + 16;
/// More than the four pairs that are known can take.
const METADATA_CHARS: usize = 2_000;

/// Why a tus request was refused before anything was looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TusError {
    /// Another version of the protocol, or none.
    #[error("the header Tus-Resumable must be {TUS_VERSION}")]
    Version,
    /// A header that is needed is not there.
    #[error("the header {0} is missing")]
    Missing(HeaderName),
    /// A header that cannot be read.
    #[error("the header {0} cannot be read: {1}")]
    Malformed(HeaderName, &'static str),
    /// More than a photo may have.
    #[error("a photo may have {max} bytes at most")]
    TooLarge {
        /// The limit in bytes.
        max: u64,
    },
    /// The body is not a piece of an upload.
    #[error("the body's type must be {PIECE_TYPE}")]
    ContentType,
}

/// What a phone says of the upload it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Creation {
    /// How many bytes will be sent.
    pub length: u64,
    /// The photo.
    pub photo: PhotoId,
    /// The record that names it.
    pub record: RecordId,
    /// The hash of the photo; a phone that cannot open its record any more need not know it.
    pub sha256: Option<Sha256Hash>,
    /// For a photo that is sent as it lay encrypted on the phone: its key, wrapped to the hub.
    pub key: Option<WrappedKey>,
}

impl Creation {
    /// Reads it from a request's headers.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, TusError> {
        let length = number(headers, UPLOAD_LENGTH)?;
        let fields = metadata(text(headers, UPLOAD_METADATA)?)?;
        let key = field::<WrappedKey>(&fields, "key")?;
        let max = if key.is_some() { PHOTO_BYTES + LOCK_BYTES } else { PHOTO_BYTES };
        if length > max {
            return Err(TusError::TooLarge { max });
        }
        if length == 0 {
            return Err(malformed(UPLOAD_LENGTH, "a photo has at least one byte"));
        }
        let sha256 = field::<Sha256Hash>(&fields, "sha256")?;
        if key.is_none() && sha256.is_none() {
            return Err(malformed(UPLOAD_METADATA, "sha256 is missing"));
        }
        let photo = field(&fields, "photo")?.ok_or(malformed(UPLOAD_METADATA, "photo is missing"))?;
        let record = field(&fields, "record")?.ok_or(malformed(UPLOAD_METADATA, "record is missing"))?;
        Ok(Self { length, photo, record, sha256, key })
    }
}

/// What a phone says of one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where in the upload it begins.
    pub offset: u64,
    /// Its hash, if the phone sent one.
    pub checksum: Option<Sha256Hash>,
}

impl Piece {
    /// Reads it from a request's headers.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, TusError> {
        let content_type = headers.get(header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
        if content_type != Some(PIECE_TYPE.as_bytes()) {
            return Err(TusError::ContentType);
        }
        let checksum = if headers.contains_key(UPLOAD_CHECKSUM) {
            Some(checksum(text(headers, UPLOAD_CHECKSUM)?)?)
        } else {
            None
        };
        Ok(Self { offset: number(headers, UPLOAD_OFFSET)?, checksum })
    }
}

/// Refuses a request in another version of the protocol.
pub(crate) fn check_version(headers: &HeaderMap) -> Result<(), TusError> {
    let version = headers.get(TUS_RESUMABLE).map(http::HeaderValue::as_bytes);
    if version == Some(TUS_VERSION.as_bytes()) { Ok(()) } else { Err(TusError::Version) }
}

fn malformed(name: HeaderName, why: &'static str) -> TusError {
    TusError::Malformed(name, why)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Result<&str, TusError> {
    let mut values = headers.get_all(&name).into_iter();
    match (values.next(), values.next()) {
        (None, _) => Err(TusError::Missing(name)),
        (Some(value), None) => value.to_str().map_err(|_| malformed(name, "it is not plain ASCII")),
        (Some(_), Some(_)) => Err(malformed(name, "it is there twice")),
    }
}

fn number(headers: &HeaderMap, name: HeaderName) -> Result<u64, TusError> {
    let text = text(headers, name.clone())?;
    // `parse` would take a sign as well.
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.ok_or(malformed(name, "it is not a whole number"))
}

/// The pairs of `Upload-Metadata`: `key base64,key base64`. Pairs that are not known here are ignored.
fn metadata(text: &str) -> Result<BTreeMap<&str, String>, TusError> {
    let bad = |why| malformed(UPLOAD_METADATA, why);
    if text.len() > METADATA_CHARS {
        return Err(bad("it is too long"));
    }
    let mut fields = BTreeMap::new();
    for pair in text.split(',') {
        // The protocol lets an empty value be left out, and the blank before it.
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        let value = BASE64_STANDARD.decode(value).map_err(|_| bad("a value is not base64"))?;
        let value = String::from_utf8(value).map_err(|_| bad("a value is not a text"))?;
        if fields.insert(key, value).is_some() {
            return Err(bad("a key is there twice"));
        }
    }
    Ok(fields)
}

fn field<T: std::str::FromStr>(
    fields: &BTreeMap<&str, String>,
    key: &'static str,
) -> Result<Option<T>, TusError> {
    let parse = |text: &String| text.parse().map_err(|_| malformed(UPLOAD_METADATA, key));
    fields.get(key).map(parse).transpose()
}

/// The hash in `Upload-Checksum`: `sha256 base64`.
fn checksum(text: &str) -> Result<Sha256Hash, TusError> {
    let bad = |why| malformed(UPLOAD_CHECKSUM, why);
    let hash = text.strip_prefix("sha256 ").ok_or(bad("only sha256 is known here"))?;
    let bytes = BASE64_STANDARD.decode(hash).map_err(|_| bad("the hash is not base64"))?;
    let bytes = bytes.try_into().map_err(|_| bad("the hash has not 32 bytes"))?;
    Ok(Sha256Hash::from_bytes(bytes))
}

#[cfg(test)]
mod tests;

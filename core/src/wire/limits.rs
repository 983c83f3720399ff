//! How much anything from outside may be. One place, so that phone, hub and documents agree.

use crate::domain::PhotoRef;

/// Bytes of one sealed record as compact JWS; a record of 10 MB is refused before it is parsed.
pub const RECORD_BYTES: usize = super::Jws::MAX;
/// Records in one push.
pub const PUSH_RECORDS: usize = 100;
/// Bytes of a push body after decompression.
pub const PUSH_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of a push body as it travels.
pub const PUSH_COMPRESSED_BYTES: usize = 4 * 1024 * 1024;
/// Devices that a phone says it was before, in one request.
pub const FORMER_DEVICES: usize = 20;
/// Bytes of any other JSON request.
pub const REQUEST_BYTES: usize = 64 * 1024;
/// Bytes of an answer a phone reads into memory, after decompression.
pub const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Changes in one page.
pub const CHANGES_PAGE: usize = 2_000;
/// Bytes of one photo.
pub const PHOTO_BYTES: u64 = PhotoRef::MAX_BYTES;
/// Bytes of one piece of a photo's upload.
pub const PHOTO_CHUNK_BYTES: usize = 256 * 1024;
/// Bytes of one `.xuncha` bundle: a stick of any age holds it, and a month of one phone fits.
pub const BUNDLE_BYTES: usize = 64 * 1024 * 1024;
/// Parts of one bundle.
pub const BUNDLE_PARTS: usize = 4_096;

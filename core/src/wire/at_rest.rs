//! What binds a ciphertext at rest to the thing it is, so that the hub can open what a phone locked.

use crate::domain::{PhotoId, RecordId};

/// The HPKE `info` under which a phone wraps its data key to the hub.
pub const WRAP_INFO: &[u8] = b"xuncha data key v1";

/// Associated data of an encrypted sealed record.
#[must_use]
pub fn record_aad(id: RecordId) -> Vec<u8> {
    [b"xuncha record ".as_slice(), id.uuid().as_bytes()].concat()
}

/// Associated data of an encrypted photo.
#[must_use]
pub fn photo_aad(id: PhotoId) -> Vec<u8> {
    [b"xuncha photo ".as_slice(), id.uuid().as_bytes()].concat()
}

//! A photo that came by file, in one piece: through the same steps as one that came in many.

use xuncha_core::domain::StationId;
use xuncha_core::wire::bundle::PhotoHead;
use xuncha_core::wire::limits::{PHOTO_BYTES, PHOTO_CHUNK_BYTES};
use xuncha_core::wire::{Jws, ProblemCode};

use super::complete::{complete, receipt};
use super::uploads::{self, Upload, WAIT_MS};
use crate::app::AppState;
use crate::error::{HubError, HubResult};

/// Room for what locks a photo.
const LOCK: u64 = 256;

/// Keeps the photo, if a record that was taken names it, and gives its receipt.
pub(crate) async fn take(
    app: &AppState,
    station: StationId,
    head: PhotoHead,
    content: &[u8],
) -> HubResult<Jws> {
    let (photo, now, length) = (head.photo, app.world.clock.now(), content.len() as u64);
    if length > PHOTO_BYTES + LOCK {
        return Err(HubError::new(ProblemCode::TooLarge));
    }
    let mut tx = app.store.begin().await?;
    let named = uploads::named(&mut tx, station, photo).await?;
    let named = named.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
    if let Some(received_at) = named.received_at {
        return receipt(app, photo, &named, received_at);
    }
    named.must_be_wanted()?;
    let upload = Upload { length, position: 0, key: head.key, expires_at: now.plus_millis(WAIT_MS) };
    uploads::drop_upload(&mut tx, station, photo).await?;
    uploads::begin(&mut tx, station, photo, &upload, now).await?;
    let mut offset = 0;
    for piece in content.chunks(PHOTO_CHUNK_BYTES) {
        if !uploads::append(&mut tx, station, photo, offset, piece, now).await? {
            return Err(HubError::new(ProblemCode::OffsetMismatch));
        }
        offset += piece.len() as u64;
    }
    tx.commit().await?;
    complete(app, station, photo).await
}

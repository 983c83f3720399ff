//! From the last piece to the receipt. Every step can be done again: a hub that dies in between, or two
//! copies that do it at once, come to the same receipt.

use bytes::Bytes;
use xuncha_core::domain::{PhotoId, Sha256Hash, StationId, Timestamp};
use xuncha_core::wire::{
    Jws, PhotoReceipt, ProblemCode, SealError, Signed as _, V1, WRAP_INFO, WrappedKey, photo_aad,
};

use super::uploads::{self, Named, Upload};
use crate::app::AppState;
use crate::error::{HubError, HubResult};

/// Keeps a photo whose last piece is here and gives the receipt for it.
pub(super) async fn complete(app: &AppState, station: StationId, photo: PhotoId) -> HubResult<Jws> {
    let gone = || HubError::new(ProblemCode::Gone);
    let now = app.true_now().await?;
    let mut db = app.store.snapshot().await?;
    let named = uploads::named(&mut db, station, photo).await?.ok_or_else(gone)?;
    if let Some(received_at) = named.received_at {
        return receipt(app, photo, &named, received_at);
    }
    named.must_be_wanted()?;
    let upload = uploads::find(&mut db, station, photo).await?.ok_or_else(gone)?;
    let content = uploads::content(&mut db, station, photo).await?;
    drop(db);

    let checked = {
        let app = app.clone();
        let opening = move || opened(&app, photo, &named, &upload, content);
        tokio::task::spawn_blocking(opening).await.map_err(|error| HubError::Fault(error.to_string()))?
    };
    let Ok(jpeg) = checked else {
        // Sending the rest again would not help: the phone begins anew or tells its owner.
        let mut tx = app.store.begin().await?;
        uploads::drop_upload(&mut tx, station, photo).await?;
        tx.commit().await?;
        return Err(HubError::new(ProblemCode::PhotoMismatch));
    };
    let bytes = jpeg.len() as u64;
    app.photos.put(station, photo, jpeg).await?;
    app.figures.count("xuncha_photo_bytes_total", "received", bytes);

    let mut tx = app.store.begin().await?;
    uploads::mark_received(&mut tx, station, photo, now).await?;
    uploads::drop_upload(&mut tx, station, photo).await?;
    let named = uploads::named(&mut tx, station, photo).await?.ok_or_else(gone)?;
    tx.commit().await?;
    app.figures.count("xuncha_photos_total", "received", 1);
    receipt(app, photo, &named, named.received_at.ok_or_else(gone)?)
}

/// The receipt, the very same for the same row.
pub(super) fn receipt(
    app: &AppState,
    photo: PhotoId,
    named: &Named,
    received_at: Timestamp,
) -> HubResult<Jws> {
    let receipt = PhotoReceipt { v: V1, photo, sha256: named.sha256, bytes: named.bytes, received_at };
    receipt.sign(app.keys.signing()).map_err(|error| HubError::Fault(error.to_string()))
}

/// The content is not the photo that the record names.
struct NotThePhoto;

/// The photo itself, opened if it came locked, if it is the one the record names.
fn opened(
    app: &AppState,
    photo: PhotoId,
    named: &Named,
    upload: &Upload,
    content: Vec<u8>,
) -> Result<Bytes, NotThePhoto> {
    let jpeg = match &upload.key {
        Some(key) => unlocked(app, photo, key, &content).map_err(|_| NotThePhoto)?,
        None => content,
    };
    let same = jpeg.len() as u64 == named.bytes && Sha256Hash::of(&jpeg) == named.sha256;
    if same { Ok(jpeg.into()) } else { Err(NotThePhoto) }
}

fn unlocked(app: &AppState, photo: PhotoId, key: &WrappedKey, locked: &[u8]) -> Result<Vec<u8>, SealError> {
    app.keys.opening().unwrap_key(key, WRAP_INFO)?.decrypt(&photo_aad(photo), locked)
}

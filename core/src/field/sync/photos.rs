//! Photos go out, smallest first. A file is deleted only after the hub's receipt for the whole photo
//! was verified; one bad photo steps aside.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::answer::{AnswerError, Remedy};
use super::upload::{Failed, Parcel, held, upload};
use super::{Run, SyncAlert, ends_all};
use crate::domain::Sha256Hash;
use crate::field::keys::UnsealError;
use crate::field::observer::SyncEvent;
use crate::field::store::data_keys;
use crate::field::store::photos::{self, PhotoRow, PhotoState};
use crate::field::transport::TransportError;
use crate::field::{FieldError, Sealed};
use crate::wire::{Jws, ProblemCode, photo_aad, verify_photo_receipt};

/// So many photos in a row that cannot be sent are not to blame themselves.
const UNDELIVERABLE: u32 = 3;

/// Sends the photos whose records the hub has.
pub(super) async fn send_all(run: &mut Run<'_>) -> Result<(), FieldError> {
    sweep(run);
    let mut tried = BTreeSet::new();
    let mut undeliverable = 0;
    loop {
        let ready = run.parts.store.read(|conn| photos::ready(conn, run.device.member, usize::MAX))?;
        let ready: Vec<PhotoRow> = ready.into_iter().filter(|photo| tried.insert(photo.id)).collect();
        if ready.is_empty() {
            return Ok(());
        }
        for photo in ready {
            match send(run, &photo).await? {
                None => undeliverable = 0,
                Some(error) => {
                    undeliverable += 1;
                    if undeliverable == UNDELIVERABLE {
                        return Err(error.into());
                    }
                }
            }
            run.patience.rest();
        }
    }
}

/// Removes files whose photos the hub has: a phone that died between receipt and removal left them. What cannot
/// be removed now is at the next sync, and holds nothing up.
pub(super) fn sweep(run: &Run<'_>) {
    if run.log_is_broken {
        return;
    }
    let store = run.parts.store;
    for id in store.kept_photos().unwrap_or_default() {
        let row = store.read(|conn| photos::get(conn, id));
        if let Ok(Some(PhotoRow { state: PhotoState::Received(_), .. })) = row {
            let _ = store.remove_photo(id);
        }
    }
}

/// Sends one photo. Gives back what stopped this one; what would stop every other too is an error.
async fn send(run: &mut Run<'_>, photo: &PhotoRow) -> Result<Option<AnswerError>, FieldError> {
    let sent = match parcel(run, photo)? {
        Some(parcel) => upload(run, photo, &parcel).await.map(Some),
        // It was let go, and then the hub was put back: it may have it still.
        None => held(run, photo).await.map_err(Failed::There),
    };
    let error = match sent {
        Ok(Some(receipt)) => return settle(run, photo, &receipt).map(|()| None),
        Ok(None) => {
            run.parts.store.write(|tx| photos::mark_refused(tx, photo.id, photos::DAMAGED))?;
            run.alert(SyncAlert::PhotoDamaged(photo.id));
            return Ok(None);
        }
        Err(Failed::Here(error)) => return Err(error.into()),
        Err(Failed::There(error)) => error,
    };
    match (&error, error.problem()) {
        (_, code) if ends_all(code) => Err(error.into()),
        (AnswerError::Transport(TransportError::Offline(_) | TransportError::Timeout), _) => {
            Err(error.into())
        }
        (_, Some(code)) if error.remedy() != Remedy::Again => {
            let is_news = run.parts.store.write(|tx| {
                if is_final(code) {
                    photos::mark_refused(tx, photo.id, code.code()).map(|()| true)
                } else {
                    photos::note_refusal(tx, photo.id, code.code())
                }
            })?;
            if is_news {
                run.alert(SyncAlert::PhotoRefused { photo: photo.id, code });
            }
            Ok(None)
        }
        // What a newer program will understand waits for it, is told of once, and holds up nothing else.
        (AnswerError::Newer { code }, _) => {
            if run.parts.store.write(|tx| photos::note_refusal(tx, photo.id, code))? {
                run.alert(SyncAlert::NewerPhotoRefusal(photo.id));
            }
            Ok(None)
        }
        _ => Ok(Some(error)),
    }
}

/// Whether the same photo will never be taken.
pub(super) const fn is_final(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::PhotoMismatch | ProblemCode::TooLarge | ProblemCode::Gone)
}

/// Reads the photo; nothing if it is not (any more) what the record names.
pub(super) fn parcel(run: &Run<'_>, photo: &PhotoRow) -> Result<Option<Parcel>, FieldError> {
    let store = run.parts.store;
    let Some(bytes) = store.read_photo(photo.id)? else { return Ok(None) };
    let sealed = Sealed { key: photo.data_key, bytes };
    Ok(match run.parts.keys.unseal(&photo_aad(photo.id), &sealed) {
        Ok(plain) if Sha256Hash::of(&plain) == photo.sha256 => {
            Some(Parcel { bytes: Bytes::copy_from_slice(&plain), key: None })
        }
        Ok(_) | Err(UnsealError::Damaged(_)) => None,
        Err(UnsealError::KeyLost) => {
            let key = store.read(|conn| data_keys::for_hub(conn, photo.data_key))?;
            key.map(|key| Parcel { bytes: sealed.bytes.into(), key: Some(key) })
        }
    })
}

/// Lets the photo go, if the receipt is the hub's word for this very photo.
pub(super) fn settle(run: &mut Run<'_>, photo: &PhotoRow, receipt: &Jws) -> Result<(), FieldError> {
    let hub = &run.device.hub_key;
    if verify_photo_receipt(receipt, hub, photo.id, photo.sha256, photo.bytes).is_err() {
        run.alert(SyncAlert::ForgedPhotoReceipt(photo.id));
        return Ok(());
    }
    run.parts.store.write(|tx| photos::mark_received(tx, photo.id, receipt))?;
    if !run.log_is_broken {
        // The hub has it: a file that stays is swept away later.
        let _ = run.parts.store.remove_photo(photo.id);
    }
    run.moved.photos_received += 1;
    run.tell(SyncEvent::PhotoReceived(photo.id));
    Ok(())
}

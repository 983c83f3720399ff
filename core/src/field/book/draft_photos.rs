//! Photos of premises and signs: taken for a draft, kept sealed, shown when asked for.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use rusqlite::Connection;

use super::FieldBook;
use crate::domain::{DraftId, Inspection, InspectionError, ItemId, PhotoId};
use crate::field::store::photos::{self, PhotoOwner};
use crate::field::{FieldError, StoreError, photo};
use crate::wire::photo_aad;

impl FieldBook {
    /// Adds a photo to a draft: a camera's file, of which only the picture is kept, see [`photo`]. It
    /// is durable when this returns.
    ///
    /// # Errors
    /// Codes `not_a_picture`, `picture_too_large`, `too_many`, `not_found`, `wrong_answer` for an item
    /// that the checklist does not have, `storage_full`, `key_lost`. Nothing was added then.
    pub fn add_photo(
        &self,
        draft: DraftId,
        item: Option<&ItemId>,
        file: &[u8],
    ) -> Result<PhotoId, FieldError> {
        self.store.read(|conn| self.check_photo(conn, draft, item))?;
        let prepared = photo::prepare(file)?;
        let id = self.mint(PhotoId::mint);
        let sealed = self.keys.seal(&photo_aad(id), &prepared.jpeg)?;
        self.store.write_photo(id, &sealed.bytes)?;
        let added = self.store.write(|tx| {
            self.check_photo(tx, draft, item)?;
            let bytes = prepared.jpeg.len() as u64;
            Ok(photos::insert(tx, draft, id, item, prepared.sha256, bytes, sealed.key)?)
        });
        if added.is_err() {
            self.store.remove_photo(id)?;
        }
        added.map(|()| id)
    }

    fn check_photo(
        &self,
        conn: &Connection,
        draft: DraftId,
        item: Option<&ItemId>,
    ) -> Result<(), FieldError> {
        let draft = self.open_draft(conn, draft)?;
        if let Some(item) = item.filter(|item| draft.checklist.item(item).is_none()) {
            return Err(FieldError::UnknownItem(item.clone()));
        }
        let kept = draft.head.keeps.as_ref().map_or(0, |keeps| keeps.photos.len());
        let taken = photos::of(conn, PhotoOwner::Draft(draft.row.id))?.len();
        if kept + taken >= Inspection::MAX_PHOTOS {
            return Err(InspectionError::TooMany { what: "photos", max: Inspection::MAX_PHOTOS }.into());
        }
        Ok(())
    }

    /// Takes a photo out of a draft. One that a correction kept stays with the record it belongs to.
    ///
    /// # Errors
    /// Codes `not_found`, `key_lost`, `storage`.
    pub fn remove_photo(&self, draft: DraftId, photo: PhotoId) -> Result<(), FieldError> {
        let taken = self.store.write(|tx| {
            let mut draft = self.open_draft(tx, draft)?;
            let kept = draft.head.keeps.as_mut().map(|keeps| &mut keeps.photos);
            if let Some(kept) = kept.filter(|kept| kept.iter().any(|own| own.id == photo)) {
                kept.retain(|own| own.id != photo);
                self.keep_draft(tx, &mut draft)?;
                return Ok::<_, FieldError>(false);
            }
            photos::get(tx, photo)?
                .filter(|row| row.owner == PhotoOwner::Draft(draft.row.id))
                .ok_or(FieldError::UnknownPhoto(photo))?;
            photos::delete(tx, photo)?;
            Ok(true)
        })?;
        if taken {
            self.store.remove_photo(photo)?;
        }
        Ok(())
    }

    /// A view of a photo: a JPEG file, unsealed for the moment, gone when the book is opened again.
    ///
    /// # Errors
    /// Codes `not_found`, `photo_gone` for one that only the hub has, `key_lost`, `storage_full`.
    pub fn photo(&self, photo: PhotoId) -> Result<PathBuf, FieldError> {
        let row = self.store.read(|conn| photos::get(conn, photo))?.ok_or(FieldError::UnknownPhoto(photo))?;
        let sealed = self.store.read_photo(photo)?.ok_or(FieldError::PhotoGone(photo))?;
        let jpeg = self.keys.unseal_photo(&row, sealed)?;
        let dir = self.store.views_dir();
        let view = dir.join(format!("{photo}.jpg"));
        let write = || {
            fs::create_dir_all(&dir)?;
            fs::File::create(&view)?.write_all(&jpeg)
        };
        write().map_err(StoreError::from)?;
        Ok(view)
    }
}

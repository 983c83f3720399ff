//! Photos of premises and signs: taken for a draft, kept sealed, shown when asked for.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use rusqlite::Connection;

use super::{FieldBook, words};
use crate::domain::{DraftId, Inspection, InspectionError, ItemId, Locale, PhotoId};
use crate::field::store::photos::{self, PhotoOwner};
use crate::field::{FieldError, StoreError, photo};
use crate::wire::photo_aad;

/// With fewer free bytes a photo may not be kept: the camera's own file, ours, and what the database needs.
const ROOM_FOR_PHOTO: u64 = 20_000_000;

impl FieldBook {
    /// That there is hardly room for a photo, in words, with what to do.
    pub(super) fn little_room(&self) -> Result<Option<String>, FieldError> {
        Ok(little_room(self.store.free()?, self.locale()))
    }

    /// Adds a photo to a draft: a camera's file, of which only the picture is kept, see [`photo`]. It
    /// is durable when this returns.
    ///
    /// # Errors
    /// Codes `not_a_picture`, `picture_cut`, `picture_too_large`, `too_many`, `not_found`, `wrong_answer` for an item
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

    /// A view of a photo: a JPEG file, unsealed for the moment, gone when an inspection ends or the book is opened again.
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

fn little_room(free: u64, locale: Locale) -> Option<String> {
    let left = words::size(free, locale);
    (free < ROOM_FOR_PHOTO).then(|| match locale {
        Locale::ZhHans => {
            format!("手机空间快满了（只剩 {left}）。请先删掉一些不用的照片或视频，再拍照。已经填好的都在。")
        }
        Locale::En => format!(
            "The phone is nearly full ({left} left). Delete some pictures or videos you do not need before you take a photo. What you filled in is safe."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_20_mb_somebody_is_told_what_to_do_before_a_photo_is_taken() {
        assert_eq!(little_room(20_000_000, Locale::ZhHans), None);
        let told = little_room(19_999_999, Locale::ZhHans).unwrap();
        assert!(told.contains("只剩 19.9 MB") && told.contains("请先删掉一些不用的照片或视频"), "{told}");
        assert!(little_room(0, Locale::En).unwrap().contains("(under 0.1 MB left)"));
    }
}

//! Opening a book: keys, what a stopped process left behind, what a damage left out.

use std::path::Path;
use std::sync::RwLock;
use std::{fs, io};

use super::FieldBook;
use super::by_file::WrittenNote;
use crate::domain::{FoundGood, Locale};
use crate::field::store::rules::Rules;
use crate::field::store::{data_keys, device, found_good, meta, photos, records, visits};
use crate::field::sync::{LOG_BREAK, Syncer};
use crate::field::{FieldError, Keyring, Store, StoreError, Tools};
use crate::wire::Fact;

impl FieldBook {
    /// Opens the book in `dir`, or begins one. A damaged database is set aside and salvaged, a lost key
    /// is replaced; [`FieldBook::status`] tells of both, and nothing is wiped.
    ///
    /// # Errors
    /// [`FieldError`] with the codes `database_newer`, `in_use`, `storage_full`, `storage`, or
    /// `vault_unavailable` when the key store does not answer yet. Everything is as it was then.
    pub fn open(dir: &Path, tools: &Tools) -> Result<Self, FieldError> {
        let now = tools.clock.now();
        let store = Store::open(dir, now)?;
        let keys = Keyring::open(&store, &*tools.vault, tools.entropy.clone(), now)?;
        let book = Self {
            store,
            keys,
            tools: tools.clone(),
            locale: RwLock::new(Locale::default()),
            rules: Rules::default(),
            syncer: Syncer::default(),
            written: WrittenNote::default(),
        };
        book.wrap_for_hub()?;
        book.tell_visits_again()?;
        book.sweep_photos()?;
        book.sweep_views()?;
        Ok(book)
    }

    /// A key that was made beside a device that still works has only this phone yet.
    fn wrap_for_hub(&self) -> Result<(), FieldError> {
        let current = self.keys.current();
        let device = self.store.read(|conn| match data_keys::for_hub(conn, current)? {
            Some(_) => Ok::<_, StoreError>(None),
            None => device::current(conn),
        })?;
        // A hub's key that is unusable must not keep the book closed; the next card brings another.
        let wrapped = device.and_then(|device| self.keys.wrap_for_hub(&device.hub_sealing_key).ok());
        let Some(wrapped) = wrapped else { return Ok(()) };
        Ok(self
            .store
            .write(|tx| wrapped.iter().try_for_each(|(no, key)| data_keys::set_for_hub(tx, *no, key)))?)
    }

    /// A salvaged file may have the records and not their visits, or not what these found good: an inspection of
    /// which that is not told is taken to have looked at everything.
    fn tell_visits_again(&self) -> Result<(), FieldError> {
        let silent = self.store.read(records::waiting_untold)?;
        if silent.is_empty() {
            return Ok(());
        }
        self.store.write(|tx| {
            let lists = self.rules.checklists(tx)?;
            // What cannot be opened here is told by the hub once it has it.
            for record in silent.iter().filter_map(|row| self.read_record(row).ok()) {
                // The hub may have said more of a visit that is known.
                if visits::get(tx, record.id)?.is_none() {
                    visits::put(tx, &record.visit(None))?;
                }
                if let Fact::Inspection(_) = record.fact {
                    // Nothing by a list that is not known here.
                    let told = record.found_good(&lists).unwrap_or(FoundGood::nothing(record.id));
                    found_good::put(tx, &told)?;
                }
            }
            Ok(())
        })
    }

    /// Removes the files of photos that are not needed: of a write that was stopped, of a draft that
    /// was discarded, of a photo that the hub has, unless its word is worth nothing any more.
    fn sweep_photos(&self) -> Result<(), FieldError> {
        // A row may have been lost with a damaged database: then the file is all there is.
        let unnamed_is_needed = self.store.was_damaged()?;
        let (needed, hub_broke_its_word) = self.store.read(|conn| {
            let word = meta::get(conn, LOG_BREAK)?;
            Ok::<_, StoreError>((photos::needing_file(conn)?, word.is_some()))
        })?;
        for (file, id) in self.store.photo_files()? {
            let keep = id.is_some_and(|id| {
                needed.get(&id).map_or(unnamed_is_needed, |needed| *needed || hub_broke_its_word)
            });
            if !keep {
                fs::remove_file(&file).map_err(StoreError::from)?;
            }
        }
        Ok(())
    }

    /// Views of photos are unsealed for the moment only.
    pub(super) fn sweep_views(&self) -> Result<(), FieldError> {
        match fs::remove_dir_all(self.store.views_dir()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::from(error).into()),
            _ => Ok(()),
        }
    }
}

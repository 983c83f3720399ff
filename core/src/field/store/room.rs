//! How much room the store takes, and how much there is.

use std::{fs, io};

use super::{STORE, Store, StoreError, photos};
use crate::wire::Room;

impl Store {
    /// What lies in its directory, and what is left of the disk.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn room(&self) -> Result<Room, StoreError> {
        let needed = self.read(photos::needing_file)?;
        let mut room = Room { spare: bytes_in(&self.views_dir())?, free: self.free()?, ..Room::default() };
        room.database = bytes_in(&self.dir().join(STORE))?;
        for (file, id) in self.photo_files()? {
            let spare = id.and_then(|id| needed.get(&id)).is_some_and(|needed| !needed);
            let sum = if spare { &mut room.spare } else { &mut room.photos };
            *sum += length(fs::metadata(file))?;
        }
        Ok(room)
    }

    /// What is left of the disk.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn free(&self) -> Result<u64, StoreError> {
        let disk = rustix::fs::statvfs(self.dir()).map_err(io::Error::from)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

/// The bytes of all files of a folder; none where there is no such folder.
fn bytes_in(folder: &std::path::Path) -> io::Result<u64> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        files => files?.map(|file| length(file?.metadata())).sum(),
    }
}

/// A file that went meanwhile has no length.
fn length(file: io::Result<fs::Metadata>) -> io::Result<u64> {
    match file {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        file => Ok(file?.len()),
    }
}

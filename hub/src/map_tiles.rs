//! The ground of the map: one file of tiles that the operator brings, in the format `PMTiles` 3. Browsers read it by
//! ranges, and see by its header what its tiles are; the hub knows of it only that it is one they can draw.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// A file of tiles that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapTiles(PathBuf);

/// Why a file is none.
#[derive(Debug, thiserror::Error)]
pub enum MapTilesError {
    /// It can't be read.
    #[error("map_tiles: {0} can't be read: {1}")]
    Read(PathBuf, std::io::Error),
    /// It is something else.
    #[error("map_tiles: {0} is no file of PMTiles, version 3: `pmtiles convert` makes one of MBTiles")]
    Format(PathBuf),
    /// Its tiles are of a kind that the map can't draw.
    #[error("map_tiles: the tiles of {0} are neither shapes (MVT) nor pictures (PNG, JPEG, WebP, AVIF)")]
    Kind(PathBuf),
}

impl MapTiles {
    /// A file, if it is one of tiles that the map can draw.
    ///
    /// # Errors
    /// If it can't be read, or is something else.
    pub fn open(path: PathBuf) -> Result<Self, MapTilesError> {
        // The header of the specification: seven letters and the version; the kind of tiles at byte 99.
        let mut header = [0; 127];
        match File::open(&path).and_then(|mut file| file.read_exact(&mut header)) {
            Err(short) if short.kind() == ErrorKind::UnexpectedEof => {
                return Err(MapTilesError::Format(path));
            }
            Err(error) => return Err(MapTilesError::Read(path, error)),
            Ok(()) => {}
        }
        match (header.starts_with(b"PMTiles\x03"), header[99]) {
            (false, _) => Err(MapTilesError::Format(path)),
            (true, 1..=5) => Ok(Self(path)),
            (true, _) => Err(MapTilesError::Kind(path)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

//! The hub's own keys: one signs receipts and heads, one opens what phones lock to the hub.
//!
//! They lie in one file that only the hub's user can read. Losing it means that phones no longer
//! know this hub: back it up apart from the database.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xuncha_core::domain::Sha256Hash;
use xuncha_core::wire::{DataKey, HubOpeningKey, HubSealingKey, SigningKey, V1, VerifyingKey};
use zeroize::{Zeroize as _, Zeroizing};

use crate::world::{NoEntropy, World};

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file can't be read or written.
    #[error("the hub's keys {path} can't be read or made: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There is no such file.
    #[error("the key file {0} is gone; phones know this hub by it: restore it from its backup")]
    Missing(PathBuf),
    /// The file is there, but it is no key file.
    #[error("{0} is not a key file of this hub; restore it from its backup")]
    Damaged(PathBuf),
    /// No randomness to make new keys of.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

/// The hub's keys. Never printed, never logged.
pub struct HubKeys {
    signing: SigningKey,
    opening: HubOpeningKey,
    sealing: HubSealingKey,
    at_rest: DataKey,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    v: V1,
    /// Ed25519 seed, hexadecimal.
    signing_seed: String,
    /// X25519 seed, hexadecimal.
    opening_seed: String,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.signing_seed.zeroize();
        self.opening_seed.zeroize();
    }
}

impl HubKeys {
    /// The keys that two seeds give.
    #[must_use]
    pub fn from_seeds(signing: [u8; 32], opening: [u8; 32]) -> Self {
        let at_rest = Sha256Hash::of(&[b"xuncha hub at rest", opening.as_slice()].concat());
        let opening = HubOpeningKey::from_seed(opening);
        Self {
            signing: SigningKey::from_seed(signing),
            sealing: opening.sealing_key(),
            opening,
            at_rest: DataKey::from_entropy(*at_rest.as_bytes()),
        }
    }

    /// Reads the key file, or makes it if there is none.
    pub fn load_or_make(path: &Path, world: &World) -> Result<Self, KeysError> {
        match Self::load(path) {
            Err(KeysError::Missing(_)) => {}
            other => return other,
        }
        make(path, world)?;
        Self::load(path)
    }

    /// Reads the key file.
    pub fn load(path: &Path) -> Result<Self, KeysError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeysError::Missing(path.to_owned()));
            }
            Err(error) => return Err(file_error(path, error)),
        };
        let damaged = || KeysError::Damaged(path.to_owned());
        let file: KeyFile = serde_json::from_str(&text).map_err(|_| damaged())?;
        let seed = |text: &str| {
            let mut seed = [0; 32];
            hex::decode_to_slice(text, &mut seed).map_err(|_| damaged())?;
            Ok::<_, KeysError>(seed)
        };
        Ok(Self::from_seeds(seed(&file.signing_seed)?, seed(&file.opening_seed)?))
    }

    /// The key that signs receipts and heads.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// The key that opens what is locked to this hub.
    #[must_use]
    pub const fn opening(&self) -> &HubOpeningKey {
        &self.opening
    }

    /// The key that the database's own secrets are encrypted by.
    #[must_use]
    pub const fn at_rest(&self) -> &DataKey {
        &self.at_rest
    }

    /// A hash that nobody without these keys can try values against.
    #[must_use]
    pub fn keyed_hash(&self, text: &str) -> Sha256Hash {
        Sha256Hash::of(&[self.at_rest.expose().as_slice(), text.as_bytes()].concat())
    }

    /// Its public half, for phones.
    #[must_use]
    pub const fn sealing(&self) -> &HubSealingKey {
        &self.sealing
    }
}

/// Writes new keys. If another process was faster, its keys stand.
fn make(path: &Path, world: &World) -> Result<(), KeysError> {
    let failed = |error| file_error(path, error);
    let file = KeyFile {
        v: V1,
        signing_seed: hex::encode(world.random::<32>()?),
        opening_seed: hex::encode(world.random::<32>()?),
    };
    let text = serde_json::to_vec_pretty(&file).map(Zeroizing::new).map_err(|e| failed(e.into()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let written = write_private(&draft, &text).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    });
    let _ = fs::remove_file(&draft);
    written.and_then(|()| File::open(folder)?.sync_all()).map_err(failed)
}

fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn file_error(path: &Path, error: io::Error) -> KeysError {
    KeysError::File { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_stay_and_nobody_else_can_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/hub.keys");
        let first = HubKeys::load_or_make(&path, &World::real()).unwrap();
        let again = HubKeys::load_or_make(&path, &World::real()).unwrap();
        assert_eq!(first.public(), again.public());
        assert_eq!(first.sealing(), again.sealing());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_key_file_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.keys");
        fs::write(&path, "{").unwrap();
        assert!(matches!(HubKeys::load_or_make(&path, &World::real()), Err(KeysError::Damaged(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "{");
    }
}

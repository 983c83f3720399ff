//! Where the data key is locked away: the platform's key store on a phone, a file for the command
//! line. The vault wraps and unwraps; it never sees what the key encrypts.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::wire::DataKey;

use super::{Entropy, SystemEntropy};

/// Wraps a key so that only this phone can unwrap it.
#[cfg_attr(feature = "ffi", uniffi::export(rust, foreign))]
pub trait KeyVault: Send + Sync {
    /// Wraps a key of 32 bytes.
    ///
    /// # Errors
    /// [`VaultError`] when the key store cannot do it.
    fn wrap(&self, key: Vec<u8>) -> Result<Vec<u8>, VaultError>;

    /// Unwraps what [`KeyVault::wrap`] gave.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] when it will never be possible again, [`VaultError::Unavailable`] when it
    /// may be later. A vault that cannot tell says `Unavailable`: on `KeyLost` the phone must enrol
    /// anew.
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError>;
}

/// Why a key store did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "ffi", derive(uniffi::Error))]
pub enum VaultError {
    /// The key is gone: the key store was reset, or the data was moved to another phone.
    #[error("the key store no longer has the key; what was sealed can only be opened by the hub")]
    KeyLost,
    /// The key store does not answer now, as before the first unlock after a start.
    #[error("the key store does not answer ({reason}); unlock the phone and try again")]
    Unavailable {
        /// What it said.
        reason: String,
    },
}

/// A vault for a machine without a key store: a key in a file that only its owner may read.
///
/// Whoever can read that file can open the book, which no phone's key store would allow. It must lie
/// in a directory of its own, so that a copy of the book alone is worth nothing.
#[derive(Debug, Clone)]
pub struct FileVault {
    file: PathBuf,
}

const KEY_FILE: &str = "vault.key";
const AAD: &[u8] = b"xuncha file vault";

impl FileVault {
    /// A vault in `dir`, which is made if need be. Its key is made at the first wrapping.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self { file: dir.join(KEY_FILE) }
    }

    fn key(&self) -> Result<Option<DataKey>, VaultError> {
        match fs::read(&self.file) {
            Ok(bytes) => match <[u8; 32]>::try_from(bytes.as_slice()) {
                Ok(key) => Ok(Some(DataKey::from_entropy(key))),
                Err(_) => Err(unavailable(&format!("{} is damaged", self.file.display()))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn make_key(&self) -> io::Result<()> {
        let dir = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(dir)?;
        let key: [u8; 32] = (&SystemEntropy as &dyn Entropy).bytes();
        let unfinished = self.file.with_extension("new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(&key)?;
        file.sync_all()?;
        fs::rename(&unfinished, &self.file)?;
        fs::File::open(dir)?.sync_all()
    }
}

fn unavailable(error: &impl ToString) -> VaultError {
    VaultError::Unavailable { reason: error.to_string() }
}

impl KeyVault for FileVault {
    fn wrap(&self, key: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        if self.key()?.is_none() {
            self.make_key().map_err(|error| unavailable(&error))?;
        }
        let own = self.key()?.ok_or(VaultError::KeyLost)?;
        let nonce = (&SystemEntropy as &dyn Entropy).bytes();
        own.encrypt(nonce, AAD, &key).map_err(|error| unavailable(&error))
    }

    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        let own = self.key()?.ok_or(VaultError::KeyLost)?;
        own.decrypt(AAD, &wrapped).map_err(|_| VaultError::KeyLost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_is_lost_with_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::new(&dir.path().join("vault"));
        let wrapped = vault.wrap(vec![7; 32]).unwrap();
        assert!(!wrapped.windows(8).any(|window| window == [7; 8]));
        assert_eq!(FileVault::new(&dir.path().join("vault")).unwrap(wrapped.clone()), Ok(vec![7; 32]));

        fs::remove_file(&vault.file).unwrap();
        assert_eq!(vault.unwrap(wrapped.clone()), Err(VaultError::KeyLost));
        vault.wrap(vec![8; 32]).unwrap();
        assert_eq!(vault.unwrap(wrapped.clone()), Err(VaultError::KeyLost));
    }

    #[test]
    fn a_damaged_key_file_is_not_taken_for_a_lost_key() {
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::new(dir.path());
        let wrapped = vault.wrap(vec![7; 32]).unwrap();
        fs::write(&vault.file, [1, 2, 3]).unwrap();
        assert!(matches!(vault.unwrap(wrapped.clone()), Err(VaultError::Unavailable { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_key_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let vault = FileVault::new(dir.path());
        vault.wrap(vec![7; 32]).unwrap();
        assert_eq!(fs::metadata(&vault.file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

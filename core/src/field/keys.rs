//! The data key: all content at rest is sealed with it. It is made at first open, wrapped by the
//! phone's key store and, from enrolment on, to the hub.
//!
//! When the key store lost it, nothing is wiped: a new key is made beside it, and what the lost one
//! sealed waits, locked, to be handed to the hub as it is.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::entropy::Rng;
use super::store::data_keys;
use super::store::device::DeviceRow;
use super::store::photos::PhotoRow;
use super::store::records::RecordRow;
use super::{Entropy, FieldError, KeyVault, Store, VaultError};
use crate::domain::{DeviceId, DraftId, ItemId, Timestamp};
use crate::wire::{
    DataKey, HubSealingKey, Jws, SealError, SigningKey, VerifyingKey, WrappedKey, photo_aad, record_aad,
};

/// The number of a data key on this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyNo(pub i64);

/// Something sealed, with the key that sealed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key.
    pub key: KeyNo,
    /// Version, nonce, cipher text and tag, see [`DataKey::encrypt`].
    pub bytes: Vec<u8>,
}

/// Why something sealed does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// Its key is lost; only the hub can open it.
    #[error("sealed with a key that this phone lost; only the hub can open it")]
    KeyLost,
    /// The key is there, but these are not the bytes it sealed.
    #[error(transparent)]
    Damaged(#[from] SealError),
}

/// The data keys of this phone, and what it signs with. They do not change while the book is open.
pub struct Keyring {
    /// The keys that could be unwrapped; never empty.
    keys: BTreeMap<KeyNo, DataKey>,
    current: KeyNo,
    lost: Vec<KeyNo>,
    /// The key of the device that signed last.
    signing: Mutex<Option<(DeviceId, Arc<SigningKey>)>>,
    entropy: Arc<dyn Entropy>,
}

impl Keyring {
    /// Unwraps the keys. If there is none yet, or the newest is lost, a new one is made.
    ///
    /// # Errors
    /// [`FieldError::Vault`] when the key store does not answer now: then nothing is changed, and
    /// opening again later may do. [`FieldError::Store`] when a new key cannot be kept.
    pub fn open(
        store: &Store,
        vault: &dyn KeyVault,
        entropy: Arc<dyn Entropy>,
        now: Timestamp,
    ) -> Result<Self, FieldError> {
        let mut keys = BTreeMap::new();
        let mut lost = Vec::new();
        for row in store.read(data_keys::all)? {
            match vault.unwrap(row.by_vault).map(Zeroizing::new) {
                Ok(key) => match <[u8; 32]>::try_from(key.as_slice()) {
                    Ok(key) => drop(keys.insert(row.no, DataKey::from_entropy(key))),
                    Err(_) => lost.push(row.no),
                },
                Err(VaultError::KeyLost) => lost.push(row.no),
                Err(error) => return Err(error.into()),
            }
        }
        let newest = keys.keys().next_back().copied();
        let current = match newest {
            Some(newest) if lost.last().is_none_or(|lost| *lost < newest) => newest,
            _ => {
                let key = DataKey::from_entropy(entropy.bytes());
                let wrapped = vault.wrap(key.expose().to_vec())?;
                let no = store.write(|tx| data_keys::insert(tx, now, &wrapped))?;
                keys.insert(no, key);
                no
            }
        };
        store.mirror_keys()?;
        Ok(Self { keys, current, lost, signing: Mutex::default(), entropy })
    }

    /// Whether something sealed with this key can be opened here.
    #[must_use]
    pub fn has(&self, key: KeyNo) -> bool {
        self.keys.contains_key(&key)
    }

    /// The key that is sealed with now.
    #[must_use]
    pub const fn current(&self) -> KeyNo {
        self.current
    }

    /// The keys that the key store lost.
    #[must_use]
    pub fn lost(&self) -> &[KeyNo] {
        &self.lost
    }

    /// The key that a device signs with, made of its row at first use: that takes as long as signing.
    ///
    /// # Errors
    /// [`FieldError::Unseal`] if it went with a lost data key, or what `row` returns.
    pub fn signing_key(
        &self,
        device: DeviceId,
        row: impl FnOnce() -> Result<DeviceRow, FieldError>,
    ) -> Result<Arc<SigningKey>, FieldError> {
        let mut kept = self.signing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, key)) = kept.as_ref()
            && *of == device
        {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(self.key_of(row()?)?);
        *kept = Some((device, Arc::clone(&key)));
        Ok(key)
    }

    /// The key that a device signs with, made anew of its row.
    ///
    /// # Errors
    /// [`FieldError::Unseal`] if it went with a lost data key.
    pub fn key_of(&self, row: DeviceRow) -> Result<SigningKey, FieldError> {
        let sealed = Sealed { key: row.data_key, bytes: row.sealed_seed };
        let seed = self.unseal(&seed_aad(&row.public_key), &sealed)?;
        let seed = <[u8; 32]>::try_from(seed.as_slice()).map(Zeroizing::new);
        let seed = seed.map_err(|_| FieldError::Internal("the seed of the signing key".to_owned()))?;
        Ok(SigningKey::from_seed(*seed))
    }

    /// Seals with the current key. `aad` says what it is and where it lies, see [`DataKey::encrypt`].
    ///
    /// # Errors
    /// [`FieldError::Unseal`] when it is too long to be sealed, which nothing here is.
    pub fn seal(&self, aad: &[u8], plain: &[u8]) -> Result<Sealed, FieldError> {
        let key = self.keys.get(&self.current).ok_or(UnsealError::KeyLost)?;
        let bytes = key.encrypt(self.entropy.bytes(), aad, plain).map_err(UnsealError::from)?;
        Ok(Sealed { key: self.current, bytes })
    }

    /// Opens what was sealed with the same `aad`.
    ///
    /// # Errors
    /// [`UnsealError`] says whether its key is lost or its bytes are damaged.
    pub fn unseal(&self, aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
        let key = self.keys.get(&sealed.key).ok_or(UnsealError::KeyLost)?;
        Ok(Zeroizing::new(key.decrypt(aad, &sealed.bytes)?))
    }

    /// A record as it was sealed.
    ///
    /// # Errors
    /// [`FieldError::Unseal`] if its key is lost or it is damaged.
    pub fn unseal_record(&self, row: &RecordRow) -> Result<Jws, FieldError> {
        let text = self.unseal(&record_aad(row.id), &row.sealed)?;
        let text = std::str::from_utf8(&text).map_err(|error| FieldError::Internal(error.to_string()))?;
        Ok(text.parse()?)
    }

    /// A photo's JPEG, from its file.
    ///
    /// # Errors
    /// [`UnsealError`] says whether its key is lost or its bytes are damaged.
    pub fn unseal_photo(&self, row: &PhotoRow, sealed: Vec<u8>) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
        self.unseal(&photo_aad(row.id), &Sealed { key: row.data_key, bytes: sealed })
    }

    /// The keys that this phone has, wrapped to a hub with [`crate::wire::WRAP_INFO`].
    ///
    /// # Errors
    /// [`SealError`] when the hub's key is unusable.
    pub fn wrap_for_hub(&self, hub: &HubSealingKey) -> Result<Vec<(KeyNo, WrappedKey)>, SealError> {
        let mut rng = Rng(&*self.entropy);
        let wrap = |(no, key): (&KeyNo, &DataKey)| {
            Ok((*no, key.wrap_for_hub(hub, crate::wire::WRAP_INFO, &mut rng)?))
        };
        self.keys.iter().map(wrap).collect()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({} keys, {} lost)", self.keys.len(), self.lost.len())
    }
}

fn aad(what: &[u8], id: &[u8]) -> Vec<u8> {
    [b"xuncha ", what, b" ", id].concat()
}

/// What binds the seed of a signing key to its public half.
#[must_use]
pub fn seed_aad(key: &VerifyingKey) -> Vec<u8> {
    aad(b"signing key", &key.to_bytes())
}

/// What binds a bearer token to its device.
#[must_use]
pub fn token_aad(device: DeviceId) -> Vec<u8> {
    aad(b"token", device.uuid().as_bytes())
}

/// What binds an enrolment under way to its place.
pub const PENDING_AAD: &[u8] = b"xuncha pending enrolment";

/// What binds a draft's companions, fix and placard to the draft.
#[must_use]
pub fn draft_aad(draft: DraftId) -> Vec<u8> {
    aad(b"draft", draft.uuid().as_bytes())
}

/// What binds an answer to its draft and item.
#[must_use]
pub fn answer_aad(draft: DraftId, item: &ItemId) -> Vec<u8> {
    [aad(b"answer", draft.uuid().as_bytes()).as_slice(), item.as_str().as_bytes()].concat()
}

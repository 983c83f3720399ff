//! The shelf: where whole photos are kept, a folder or an S3-type store. Both are told to make a photo only
//! where there is none (S3 by `If-None-Match`), so that no copy of the hub ever writes over a good one.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::{
    ClientOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, RetryConfig,
};
use xuncha_core::domain::{PhotoId, StationId};
use xuncha_core::wire::ProblemCode;

use crate::config::S3;
use crate::error::HubError;
use crate::tls::choose_provider;

/// How long a store may be silent: a phone waits for the answer, and comes again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a photo was not kept or not found.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The disk is full.
    #[error("the photo store's disk is full: make room, nothing was lost")]
    Full,
    /// The photo is not there.
    #[error("the photo is not in the photo store")]
    Missing,
    /// Anything else.
    #[error("the photo store failed: {0}")]
    Failed(String),
}

impl From<object_store::Error> for ShelfError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            error if is_full(&error) => Self::Full,
            error => Self::Failed(error.to_string()),
        }
    }
}

impl From<io::Error> for ShelfError {
    fn from(error: io::Error) -> Self {
        if is_full(&error) { Self::Full } else { Self::Failed(error.to_string()) }
    }
}

impl From<ShelfError> for HubError {
    fn from(error: ShelfError) -> Self {
        match error {
            ShelfError::Full => Self::new(ProblemCode::StorageFull),
            ShelfError::Missing => Self::new(ProblemCode::NotFound),
            ShelfError::Failed(_) => Self::Fault(error.to_string()),
        }
    }
}

/// Whether a full disk or a used-up quota is at the bottom of it.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>();
        if matches!(io.map(io::Error::kind), Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
        {
            return true;
        }
        // The `source` of an I/O error steps over the error that it carries.
        cause = match io.and_then(io::Error::get_ref) {
            Some(carried) => Some(carried),
            None => error.source(),
        };
    }
    false
}

/// Where photos are kept.
#[derive(Debug, Clone)]
pub struct PhotoStore {
    objects: Arc<dyn ObjectStore>,
    /// The folder, where it is one: its files have to be brought to the disk by us.
    folder: Option<PathBuf>,
}

impl PhotoStore {
    /// Opens the store that the settings name; a folder is made if it is missing.
    ///
    /// # Errors
    /// Says what is in the way.
    pub fn open(config: &crate::Config) -> Result<Self, String> {
        let opened = match &config.s3 {
            Some(s3) => Self::in_s3(s3),
            None => Self::in_folder(&config.photo_folder()),
        };
        opened.map_err(|error| error.to_string())
    }

    /// The same for who only reads: a folder that isn't there holds nothing, and is not made.
    ///
    /// # Errors
    /// Says what is in the way.
    pub fn look_into(config: &crate::Config) -> Result<Self, String> {
        match &config.s3 {
            None if !config.photo_folder().is_dir() => {
                Ok(Self { objects: Arc::new(InMemory::new()), folder: None })
            }
            _ => Self::open(config),
        }
    }

    /// A bucket of an S3-type store. What it answers for is as durable as it is.
    ///
    /// # Errors
    /// [`ShelfError`] when the settings can't be; whether it can be reached shows at the first photo.
    pub fn in_s3(s3: &S3) -> Result<Self, ShelfError> {
        choose_provider();
        let retry = RetryConfig { max_retries: 4, retry_timeout: PATIENCE, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(&s3.access_key_id)
            .with_secret_access_key(&s3.secret_access_key)
            .with_virtual_hosted_style_request(!s3.path_style)
            .with_retry(retry)
            .with_client_options(ClientOptions::new().with_timeout(PATIENCE).with_allow_http(s3.allow_http));
        if let Some(endpoint) = &s3.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self { objects: Arc::new(builder.build()?), folder: None })
    }

    /// A folder.
    ///
    /// # Errors
    /// [`ShelfError`] when it can't be made or reached.
    pub fn in_folder(folder: &Path) -> Result<Self, ShelfError> {
        std::fs::create_dir_all(folder)?;
        let objects = LocalFileSystem::new_with_prefix(folder)?;
        Ok(Self { objects: Arc::new(objects), folder: Some(folder.to_owned()) })
    }

    /// Keeps a photo. When this returns it survives a loss of power.
    ///
    /// # Errors
    /// [`ShelfError::Full`] or [`ShelfError::Failed`]; what was there before stays.
    pub async fn put(&self, station: StationId, photo: PhotoId, jpeg: Bytes) -> Result<(), ShelfError> {
        let at = path_of(station, photo);
        let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.objects.put_opts(&at, PutPayload::from_bytes(jpeg.clone()), create).await {
            Ok(_) => {}
            // An attempt before this one may have come as far as here. What it left is replaced only if
            // it is not the same: a good file is never touched.
            Err(object_store::Error::AlreadyExists { .. }) => {
                if self.get(station, photo).await? != jpeg {
                    self.objects.put(&at, PutPayload::from_bytes(jpeg)).await?;
                }
            }
            Err(error) => return Err(error.into()),
        }
        self.bring_to_disk(&at).await
    }

    /// A photo that was kept.
    ///
    /// # Errors
    /// [`ShelfError::Missing`] if it was not, else [`ShelfError::Failed`].
    pub async fn get(&self, station: StationId, photo: PhotoId) -> Result<Bytes, ShelfError> {
        Ok(self.objects.get(&path_of(station, photo)).await?.bytes().await?)
    }

    /// Erases a photo; one that is not there is erased already.
    ///
    /// # Errors
    /// [`ShelfError::Failed`]; it may still be there then.
    pub async fn erase(&self, station: StationId, photo: PhotoId) -> Result<(), ShelfError> {
        match self.objects.delete(&path_of(station, photo)).await.map_err(ShelfError::from) {
            Err(ShelfError::Missing) => Ok(()),
            erased => erased,
        }
    }

    /// Tries whether it can be written to now.
    ///
    /// # Errors
    /// [`ShelfError`] says why not.
    pub async fn probe(&self) -> Result<(), ShelfError> {
        let at = ObjectPath::from("probe");
        self.objects.put(&at, PutPayload::from_static(&[0; 4_096])).await?;
        Ok(())
    }

    /// `object_store` leaves writing out to the system: bring the file and the folders that name it to
    /// the disk.
    async fn bring_to_disk(&self, at: &ObjectPath) -> Result<(), ShelfError> {
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        let file = folder.join(at.as_ref());
        let synced = tokio::task::spawn_blocking(move || {
            File::open(&file)?.sync_all()?;
            let folders = file.ancestors().skip(1).take_while(|above| above.starts_with(&folder));
            folders.into_iter().try_for_each(|above| File::open(above)?.sync_all())
        });
        synced.await.map_err(|error| ShelfError::Failed(error.to_string()))?.map_err(ShelfError::from)
    }
}

fn path_of(station: StationId, photo: PhotoId) -> ObjectPath {
    ObjectPath::from(format!("{station}/{photo}.jpg"))
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::Timestamp;

    use super::*;

    fn ids() -> (StationId, PhotoId) {
        let now = Timestamp::from_millis(1_000);
        (StationId::mint(now, [1; 10]), PhotoId::mint(now, [2; 10]))
    }

    #[tokio::test]
    async fn a_photo_comes_back_as_it_was_and_half_a_one_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = PhotoStore::in_folder(folder.path()).unwrap();
        let (station, photo) = ids();
        assert!(matches!(shelf.get(station, photo).await, Err(ShelfError::Missing)));
        for jpeg in ["ha", "half and half", "half and half"] {
            shelf.put(station, photo, Bytes::from(jpeg)).await.unwrap();
            assert_eq!(shelf.get(station, photo).await.unwrap(), jpeg);
        }
        shelf.erase(station, photo).await.unwrap();
        shelf.erase(station, photo).await.unwrap();
        assert!(matches!(shelf.get(station, photo).await, Err(ShelfError::Missing)));
        shelf.probe().await.unwrap();
    }

    #[test]
    fn a_full_disk_is_told_apart_however_deep_it_lies() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let deep =
            object_store::Error::Generic { store: "local", source: Box::new(io::Error::other(full())) };
        assert!(matches!(ShelfError::from(deep), ShelfError::Full));
        assert!(matches!(ShelfError::from(full()), ShelfError::Full));
        let other = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(matches!(ShelfError::from(other), ShelfError::Failed(_)));
    }
}

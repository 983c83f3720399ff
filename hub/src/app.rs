//! What a running hub holds.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fs, io};

use sqlx::AnyConnection;
use tokio::sync::watch;
use xuncha_core::wire::VerifyingKey;

use crate::config::Config;
use crate::coverage::Totals;
use crate::follow_ups::{self, FollowUpSums};
use crate::keys::{HubKeys, KeysError};
use crate::ops::{Figures, Readiness};
use crate::photos::{PhotoStore, SmallPhotos};
use crate::places;
use crate::search::VenueIndex;
use crate::store::{OpenError, RowExt as _, Store, StoreError};
use crate::sums::SumsCache;
use crate::time::{Written, clocks};
use crate::world::World;

/// A hub: everything that outlives a request.
pub struct App {
    /// Its settings.
    pub config: Config,
    /// Its database.
    pub store: Store,
    /// Its keys.
    pub keys: HubKeys,
    /// Its clock and randomness.
    pub world: World,
    /// What was written by its clock.
    pub written: Written,
    /// Where photos are kept.
    pub photos: PhotoStore,
    /// Little pictures of them.
    pub small_photos: SmallPhotos,
    /// Coverage of whole stations, as long as nothing changes there.
    pub coverage: SumsCache<Totals>,
    /// What venues are found by, as long as nothing changes there.
    pub venues: VenueIndex,
    /// How many findings of each station stand where, as long as nothing changes there.
    pub follow_ups: SumsCache<FollowUpSums>,
    /// How it is doing.
    pub figures: Figures,
    /// Whether it could take a record and a photo a moment ago.
    pub readiness: Readiness,
    /// Whether it is about to stop: connections that would stay open for long end then.
    pub stopping: watch::Sender<bool>,
    /// Where it listens, once it does.
    pub listens_at: OnceLock<SocketAddr>,
}

/// What every handler is given.
pub type AppState = Arc<App>;

/// Why a hub does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error("the data folder can't be made: {0}")]
    Folder(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A query of the start.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The keys are those of another hub.
    #[error(
        "the database belongs to the hub with key {database}, the key file to {keys}: phones would not \
             know this hub; restore the key file that belongs to the database"
    )]
    OtherHub {
        /// The key the database knows.
        database: String,
        /// The key of the key file.
        keys: String,
    },
    /// The photo store.
    #[error("the photo store can't be opened: {0}")]
    Photos(String),
}

impl StartError {
    /// Whether it may pass by itself.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Open(error) => error.may_pass(),
            Self::Store(error) => error.may_pass(),
            Self::Folder(_) | Self::Keys(_) | Self::OtherHub { .. } | Self::Photos(_) => false,
        }
    }
}

impl App {
    /// Opens database, keys and photo store; makes what is missing.
    pub async fn open(config: Config, world: World) -> Result<Self, StartError> {
        make_private(&config.data)?;
        let store = open_store(&config).await?;
        let keys = keys(&store, &config.key_file(), &world).await?;
        places::tell_all_once(&store).await?;
        follow_ups::tell_found_good(&store).await?;
        let photos = PhotoStore::open(&config).map_err(StartError::Photos)?;
        let app = Self {
            config,
            store,
            keys,
            world,
            written: Written::default(),
            photos,
            small_photos: SmallPhotos::default(),
            coverage: SumsCache::default(),
            venues: VenueIndex::default(),
            follow_ups: SumsCache::default(),
            figures: Figures::default(),
            readiness: Readiness::default(),
            stopping: watch::Sender::new(false),
            listens_at: OnceLock::new(),
        };
        // What was written by the clock before.
        clocks(&app).await?;
        Ok(app)
    }

    /// The address that phones and browsers reach it at, without a trailing slash.
    #[must_use]
    pub fn address(&self) -> String {
        match (&self.config.public_url, self.listens_at.get()) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, address) => {
                let scheme = if self.config.tls.is_some() { "https" } else { "http" };
                format!("{scheme}://{}", address.unwrap_or(&self.config.listen))
            }
        }
    }

    /// The same, to be told to people and phones: none while the hub listens everywhere and nobody said by which
    /// address it is reached.
    #[must_use]
    pub fn known_address(&self) -> Option<String> {
        let everywhere = self.config.public_url.is_none() && self.config.listen.ip().is_unspecified();
        (!everywhere).then(|| self.address())
    }
}

/// Opens a hub's database, wherever it lies, and brings its tables up to date.
///
/// # Errors
/// If it can't be opened.
pub async fn open_store(config: &Config) -> Result<Store, OpenError> {
    match &config.database_url {
        Some(url) => Store::open_postgres(url).await,
        None => Store::open_file(&config.database_file()).await,
    }
}

/// Makes a folder of the hub's data, for the hub's own user only: it holds what others are not to read.
///
/// # Errors
/// If it can't be made.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The hub's keys: new ones for a new database, which remembers them, and for any other only its own.
async fn keys(store: &Store, file: &Path, world: &World) -> Result<HubKeys, StartError> {
    let keys = match known_key(&mut *store.read().await?).await? {
        Some(_) => HubKeys::load(file)?,
        None => HubKeys::load_or_make(file, world)?,
    };
    let mut tx = store.begin().await?;
    sqlx::query("INSERT INTO hub (only_row, signing_key) VALUES (1, $1) ON CONFLICT DO NOTHING")
        .bind(keys.public().to_bytes().to_vec())
        .execute(&mut *tx)
        .await
        .map_err(StoreError::from)?;
    let known = known_key(&mut tx).await?;
    tx.commit().await?;
    match known {
        Some(known) if known != keys.public() => {
            Err(StartError::OtherHub { database: known.kid(), keys: keys.public().kid() })
        }
        _ => Ok(keys),
    }
}

async fn known_key(db: &mut AnyConnection) -> Result<Option<VerifyingKey>, StoreError> {
    let row = sqlx::query("SELECT signing_key FROM hub").fetch_optional(db).await?;
    row.map(|row| crate::auth::public_key(&row.bytes("signing_key")?)).transpose()
}

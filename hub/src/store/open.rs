//! Opening the database and bringing its tables up to date.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Connection as _, Executor as _, Row as _, Transaction};
use xuncha_core::domain::Timestamp;

use super::error::{Meaning, meaning};
use super::{Dialect, RowExt as _, StoreError, Tx, migrations};

/// WAL lets readers read while one writes; FULL makes a commit wait for the disk; erased content is
/// overwritten. Ten seconds are for another process (backup, verify) that holds the file. A page that many commits
/// change is carried over from the WAL once for 16 MB of it, instead of with every few pushes.
const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
    PRAGMA wal_autocheckpoint = 4000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
    PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192";

/// A reader keeps the file as it is, also the way in which it is written.
const SQLITE_READS: &str = "PRAGMA busy_timeout = 10000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; \
    PRAGMA cache_size = -8192";

/// A commit waits for the disk, whatever the server does for others; where it waits for more, it stays so.
const POSTGRES_SETTINGS: &str = "SET client_min_messages = error; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 12;
/// A server that restarts takes longer.
const MAY_HAVE_DIED: Duration = Duration::from_millis(500);

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address of the database is none we speak.
    #[error("“{0}” is no database address: postgres://… or a file of SQLite is expected")]
    Address(String),
    /// It can't be reached or read.
    #[error("the database can't be opened: {0}")]
    Connect(#[from] sqlx::Error),
    /// It was written by a newer version, or a migration failed.
    #[error("the database's tables can't be brought up to date: {0}; was it written by a newer version?")]
    Migrate(#[from] MigrateError),
    /// A hub of this version has not started on it yet, and a command beside it must not change its tables.
    #[error(
        "the database is of an older version: the hub brings it up to date when it starts with this version; \
         until then use the program that it runs with"
    )]
    Older,
}

impl OpenError {
    /// Whether it may pass by itself: the database is there, as far as can be told, and out of reach or busy.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Connect(error) => matches!(meaning(error), Meaning::Busy),
            Self::Address(_) | Self::Migrate(_) | Self::Older => false,
        }
    }
}

/// What becomes of the tables when a database is opened.
#[derive(Debug, Clone, Copy)]
enum Tables {
    BringUpToDate,
    Leave,
}

/// What may be done to a file of `SQLite`.
#[derive(Debug, Clone, Copy)]
enum Access {
    /// Written; made if it is missing.
    Write,
    /// Read only.
    Read,
}

impl Access {
    const fn mode(self) -> &'static str {
        match self {
            Self::Write => "rwc",
            // A file that may not be written is opened for reading by itself; where it may, the WAL of a hub that was
            // killed can be read.
            Self::Read => "rw",
        }
    }

    const fn pragmas(self) -> &'static str {
        match self {
            Self::Write => SQLITE_PRAGMAS,
            Self::Read => SQLITE_READS,
        }
    }
}

impl Tables {
    async fn see_to(self, pool: &AnyPool, dialect: Dialect) -> Result<(), OpenError> {
        let migrations = migrations::of(dialect).await?;
        match self {
            Self::BringUpToDate => Ok(migrations.run(pool).await?),
            Self::Leave => {
                let rows = sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(pool).await?;
                let made: Vec<i64> =
                    rows.iter().map(|row| row.try_get("version")).collect::<Result<_, _>>()?;
                if let Some(newer) = made.iter().find(|version| !migrations.version_exists(**version)) {
                    return Err(MigrateError::VersionMissing(*newer).into());
                }
                let lacks = migrations.iter().any(|migration| !made.contains(&migration.version));
                if lacks { Err(OpenError::Older) } else { Ok(()) }
            }
        }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    read: AnyPool,
    write: AnyPool,
    dialect: Dialect,
}

impl Store {
    /// Opens a `SQLite` file, made if it is missing, and brings its tables up to date.
    pub async fn open_file(file: &Path) -> Result<Self, OpenError> {
        Self::file(file, Tables::BringUpToDate, Access::Write).await
    }

    /// Opens a database of `PostgreSQL` by its address, and brings its tables up to date.
    pub async fn open_postgres(url: &str) -> Result<Self, OpenError> {
        Self::postgres(url, Tables::BringUpToDate).await
    }

    /// Opens a `SQLite` file beside the hub that it belongs to, and leaves its tables as they are.
    ///
    /// # Errors
    /// [`OpenError::Older`] if a hub of this version has not started on it yet.
    pub async fn join_file(file: &Path) -> Result<Self, OpenError> {
        Self::file(file, Tables::Leave, Access::Write).await
    }

    /// The same for who only reads.
    ///
    /// # Errors
    /// [`OpenError::Older`] if a hub of this version has not started on it yet.
    pub async fn look_into_file(file: &Path) -> Result<Self, OpenError> {
        Self::file(file, Tables::Leave, Access::Read).await
    }

    /// The same for `PostgreSQL`.
    ///
    /// # Errors
    /// [`OpenError::Older`] if a hub of this version has not started on it yet.
    pub async fn join_postgres(url: &str) -> Result<Self, OpenError> {
        Self::postgres(url, Tables::Leave).await
    }

    async fn file(file: &Path, tables: Tables, access: Access) -> Result<Self, OpenError> {
        let path = file.to_str().ok_or_else(|| OpenError::Address(file.display().to_string()))?;
        let url = format!("sqlite://{}?mode={}", encoded(path), access.mode());
        // One writer: SQLite has no more, and waiting in our own queue is fair where its lock is not.
        let write = sqlite_pool(&url, 1, access.pragmas()).await?;
        tables.see_to(&write, Dialect::Sqlite).await?;
        if matches!(tables, Tables::BringUpToDate) {
            // A step that rewrites a table leaves all of it in the WAL.
            write.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        let read = sqlite_pool(&url, READERS, access.pragmas()).await?;
        Ok(Self { read, write, dialect: Dialect::Sqlite })
    }

    async fn postgres(url: &str, tables: Tables) -> Result<Self, OpenError> {
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return Err(OpenError::Address(url.split('@').next_back().unwrap_or_default().to_owned()));
        }
        drivers();
        let options: AnyConnectOptions = url.parse()?;
        // Whoever is gone while a transaction begins leaves it open, and the driver knows nothing of it: the next one at that
        // connection would read what was then, or could not write.
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(POSTGRES_SETTINGS).await.map(drop) })
            })
            .after_release(|connection, _| {
                Box::pin(async move { connection.execute("ROLLBACK").await.map(|_| true) })
            })
            // Which also shows that it lives: one that was just given back is not asked once more.
            .test_before_acquire(false)
            .before_acquire(|connection, so_far| {
                Box::pin(async move {
                    if so_far.idle_for >= MAY_HAVE_DIED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        tables.see_to(&pool, Dialect::Postgres).await?;
        Ok(Self { read: pool.clone(), write: pool, dialect: Dialect::Postgres })
    }

    /// Which database it is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What the clock of the database's machine says; none of a file's, which is this machine's.
    pub async fn now(&self) -> Result<Option<Timestamp>, StoreError> {
        const NOW: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now";
        match self.dialect {
            Dialect::Sqlite => Ok(None),
            Dialect::Postgres => {
                sqlx::query(NOW).fetch_one(&mut *self.read().await?).await?.time("now").map(Some)
            }
        }
    }

    /// What `SQLite` finds wrong with its file, the first of it; `PostgreSQL` looks after its own.
    ///
    /// # Errors
    /// [`StoreError`] if it can't be read far enough.
    pub async fn damage(&self) -> Result<Vec<String>, StoreError> {
        if self.dialect == Dialect::Postgres {
            return Ok(Vec::new());
        }
        let rows = sqlx::query("PRAGMA quick_check(20)").fetch_all(&mut *self.read().await?).await?;
        let told: Vec<String> = rows.iter().map(|row| row.text("quick_check")).collect::<Result<_, _>>()?;
        Ok(told.into_iter().filter(|line| line != "ok").collect())
    }

    /// A connection to read by.
    pub async fn read(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.read.acquire().await?)
    }

    /// A read transaction: all its queries see the same moment.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let tx = match self.dialect {
            Dialect::Sqlite => self.read.begin().await?,
            Dialect::Postgres => {
                self.read.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?
            }
        };
        Ok(Tx::new(tx, self.dialect))
    }

    /// A transaction that writes. Rolled back when dropped before [`Tx::commit`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let tx = match self.dialect {
            Dialect::Sqlite => self.begin_immediate().await?,
            Dialect::Postgres => self.write.begin().await?,
        };
        Ok(Tx::new(tx, self.dialect))
    }

    /// `SQLite` rolls a transaction back by itself when the disk is full or fails. The driver does not
    /// notice and would refuse every transaction after it, so such a connection is exchanged.
    async fn begin_immediate(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        match self.write.begin_with(BEGIN).await {
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.write.acquire().await?.close().await?;
                self.write.begin_with(BEGIN).await
            }
            begun => begun,
        }
    }

    /// Closes all connections, once what is under way is done.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

fn drivers() {
    static ONCE: Once = Once::new();
    ONCE.call_once(sqlx::any::install_default_drivers);
}

async fn sqlite_pool(url: &str, connections: u32, pragmas: &'static str) -> Result<AnyPool, OpenError> {
    drivers();
    let options: AnyConnectOptions = url.parse()?;
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        // A file does not hang up.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(pragmas).await?;
                Ok(())
            })
        });
    Ok(pool.connect_with(options).await?)
}

/// A path as part of a URL.
fn encoded(path: &str) -> String {
    use std::fmt::Write as _;
    let mut url = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            url.push(byte.into());
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

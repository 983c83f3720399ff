//! The commands, one file or folder each.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

pub mod backup;
pub mod completions;
pub mod export;
pub mod field;
pub mod hub;
pub mod import;
pub mod import_bundle;
mod members;
pub mod verify;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use xuncha_hub::Config;
use xuncha_hub::store::Store;

use crate::cli::Command;
use crate::failure::Failure;
use crate::output::Out;

/// Runs a command.
///
/// # Errors
/// [`Failure`] says why it did not do what was asked.
pub fn run(command: Command, out: &Out) -> Result<ExitCode, Failure> {
    match command {
        Command::Hub(command) => hub::run(command, *out),
        Command::Field(args) => field::run(args, *out),
        Command::Import(args) => import::run(&args, *out),
        Command::ImportBundle(args) => import_bundle::run(&args, *out),
        Command::Export(args) => export::run(&args, *out),
        Command::Verify(args) => verify::run(&args, *out),
        Command::Backup(args) => backup::run(&args, *out),
        Command::Demo(args) => crate::demo::run(&args, *out),
        Command::Completions(args) => completions::run(&args, *out),
    }
}

/// Which hub's data a command works with.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// Folder of the hub: database, photos and keys
    #[arg(long, value_name = "DIR", global = true, default_value = "xuncha-data")]
    pub data: PathBuf,

    /// PostgreSQL in place of the SQLite file in the folder: postgres://user:password@host/name
    #[arg(long, value_name = "URL", global = true, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Key file, where several copies of the hub share one [default: hub.keys in the folder]
    #[arg(long, value_name = "FILE", global = true)]
    pub keys: Option<PathBuf>,
}

impl DataArgs {
    /// The settings of a hub over that data.
    #[must_use]
    pub fn config(&self) -> Config {
        Config {
            database_url: self.database_url.clone().filter(|url| !url.is_empty()),
            keys: self.keys.clone(),
            ..Config::new(&self.data)
        }
    }

    /// Opens the database of a hub that exists.
    ///
    /// # Errors
    /// If there is none, or it cannot be opened.
    pub async fn open(&self) -> Result<Store, Failure> {
        let config = self.config();
        match &config.database_url {
            Some(url) => Ok(Store::open_postgres(url).await?),
            None if config.database_file().is_file() => Ok(Store::open_file(&config.database_file()).await?),
            None => Err(Failure::usage(format!(
                "there is no hub in {}: --data names the folder that `xuncha import` or `xuncha hub run` was given",
                self.data.display()
            ))),
        }
    }
}

/// Writes a file that appears only when it is whole and safe on the disk.
fn write_whole(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let mut unfinished = path.to_owned().into_os_string();
    unfinished.push(".unfinished");
    let written = File::create(&unfinished)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&unfinished, path));
    Ok(written.with_context(|| format!("cannot write {}", path.display()))?)
}

/// Runs what waits for databases and networks.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

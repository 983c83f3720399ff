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
mod named;
pub mod restore;
pub mod verify;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use xuncha_hub::Config;
use xuncha_hub::app::make_private;
use xuncha_hub::store::Store;

use crate::cli::{Cli, Command};
use crate::failure::Failure;
use crate::output::Out;
use crate::settings::Settings;

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
        Command::Restore(args) => restore::run(&args, *out),
        Command::Backup(args) => backup::run(&args, *out),
        Command::Demo(args) => crate::demo::run(&args, *out),
        Command::Completions(args) => completions::run(&args, Cli::command(), *out),
    }
}

/// Which hub's data a command works with.
///
/// These and all other settings may stand in the environment and in `xuncha.toml` too: see [`crate::settings`].
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// Folder of the hub: database, photos and keys [default: xuncha-data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<String>,

    /// PostgreSQL in place of the SQLite file in the folder: postgres://user:password@host/name
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<String>,

    /// Key file, where several copies of the hub share one [default: hub.keys in the folder]
    #[arg(long, value_name = "FILE", global = true)]
    pub keys: Option<String>,

    /// File of settings [default: xuncha.toml, if it is there]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// Any setting by its name; `xuncha hub config` lists them
    #[arg(long, value_name = "NAME=VALUE", global = true, value_parser = name_and_value)]
    pub set: Vec<(String, String)>,
}

fn name_and_value(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write name=value, such as listen=127.0.0.1:8080")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl DataArgs {
    /// The settings that hold, with flags of the command's own.
    #[must_use]
    pub fn settings(&self, own: &[(&str, Option<&String>)]) -> Settings {
        let common = [
            ("data", self.data.as_ref()),
            ("database_url", self.database_url.as_ref()),
            ("keys", self.keys.as_ref()),
        ];
        let flags =
            common.iter().chain(own).filter_map(|(name, text)| Some(((*name).to_owned(), (*text)?.clone())));
        let flags: Vec<_> = self.set.iter().cloned().chain(flags).collect();
        let environment = std::env::vars_os()
            .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
            .collect();
        Settings::gather(&flags, &environment, self.config.as_deref())
    }

    /// The settings as a hub takes them.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn config(&self) -> Result<Config, Failure> {
        checked(self.settings(&[]))
    }

    /// Opens the database of a hub that exists, beside it if it runs: the tables stay as they are.
    ///
    /// # Errors
    /// If there is none, it is of an older version, or it cannot be opened.
    pub async fn open(&self) -> Result<Store, Failure> {
        Self::open_database(&self.config()?).await
    }

    /// The same, where the settings are known already.
    ///
    /// # Errors
    /// If there is no database, it is of an older version, or it cannot be opened.
    pub async fn open_database(config: &Config) -> Result<Store, Failure> {
        match &config.database_url {
            Some(url) => Ok(Store::join_postgres(url).await?),
            None => Ok(Store::join_file(&file_of(config)?).await?),
        }
    }

    /// The same for who only reads: nothing is written, not even to what the database keeps beside its file.
    ///
    /// # Errors
    /// As [`DataArgs::open_database`].
    pub async fn look_into_database(config: &Config) -> Result<Store, Failure> {
        match &config.database_url {
            Some(url) => Ok(Store::join_postgres(url).await?),
            None => Ok(Store::look_into_file(&file_of(config)?).await?),
        }
    }
}

/// The file of a hub that is there.
fn file_of(config: &Config) -> Result<PathBuf, Failure> {
    let file = config.database_file();
    let missing = || {
        Failure::usage(format!(
            "there is no hub in {}: --data names the folder that `xuncha import` or `xuncha hub run` was given",
            config.data.display()
        ))
    };
    file.is_file().then_some(file).ok_or_else(missing)
}

/// Settings that a hub can be run by.
fn checked(settings: Settings) -> Result<Config, Failure> {
    settings
        .config()
        .map_err(|wrong| Failure::usage(wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// Writes a file that appears only when it is whole and safe on the disk; nothing is left of one that is not.
fn write_whole<T>(path: &Path, write: impl FnOnce(&File) -> Result<T, Failure>) -> Result<T, Failure> {
    let unfinished = beside(path);
    let cannot = || format!("cannot write {}", path.display());
    let file = File::create(&unfinished).with_context(cannot)?;
    let written = write(&file).and_then(|written| {
        file.sync_all().and_then(|()| fs::rename(&unfinished, path)).with_context(cannot)?;
        sync(folder_of(path)).with_context(cannot)?;
        Ok(written)
    });
    if written.is_err() {
        // It is worth nothing; that it could not be removed is not the news.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// The folder that names something.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Copies a file with its rights, to the disk, and the folder that names it.
fn copy_file(from: &Path, to: &Path) -> io::Result<u64> {
    let folder = to.parent().unwrap_or(Path::new("."));
    make_private(folder)?;
    let bytes = fs::copy(from, to)?;
    sync(to)?;
    sync(folder)?;
    Ok(bytes)
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The name of something while it is not finished.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

/// Runs what waits for databases and networks.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

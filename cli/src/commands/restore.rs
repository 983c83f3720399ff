//! `xuncha restore`: puts a copy back, and says so only when all of it was verified.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use xuncha_core::domain::{PhotoId, StationId};
use xuncha_hub::app::{make_private, open_store};
use xuncha_hub::photos::PhotoStore;
use xuncha_hub::world::{Clock as _, SystemClock};
use xuncha_hub::{Config, changes};

use super::verify::{self, Report};
use super::{DataArgs, block_on};
use crate::failure::{FAILED, Failure};
use crate::output::Out;

/// Put a copy of a hub back, and verify it
///
/// Copies the folder that `xuncha backup` wrote into the place of a hub's data folder, which must be empty, and
/// verifies every record, receipt and photo before it is there under its name.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha restore --from /backup/xuncha-2026-11-24 --check              only verify the copy
  xuncha restore --from /backup/xuncha-2026-11-24 --data DIR
  xuncha restore --from COPY --data DIR --keys /safe/hub.keys          a copy without keys

With PostgreSQL the database is put back first, by `pg_restore --dbname=URL FILE`; this command then brings photos
and keys to their places (photos into the bucket, if s3_bucket is set) and verifies the whole.

Phones that had more than the copy has see that the hub lost something, tell their owners, and send again what they
still hold. What else happened after the copy was made must be done again: lists and venues changed, reviews, phones
enrolled (a new card each) and revoked, passwords, and what was erased on request.")]
pub struct RestoreArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Folder that `xuncha backup` wrote
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Only verify the copy, and put nothing anywhere
    #[arg(long)]
    check: bool,
    /// Put it back although photos are gone from it; each is named
    #[arg(long)]
    without_missing_photos: bool,
}

/// Puts a copy back.
///
/// # Errors
/// If the target is not empty or something can't be read or written; nothing appears under its name then.
pub fn run(args: &RestoreArgs, out: Out) -> Result<ExitCode, Failure> {
    let target = args.data.config()?;
    let report = if args.check {
        must_be_a_copy(&args.from)?;
        block_on(verify::whole(&of_copy(&target, &args.from), out))?
    } else if target.database_url.is_some() {
        beside_postgres(args, &target, out)?
    } else {
        folder(args, &target, out)?
    };
    let fits = args.takes(&report);
    let value = json!({ "to": (!args.check).then_some(&target.data), "restored": fits && !args.check, "report": report });
    out.show(&value, |text| {
        report.tell(text, out)?;
        match (args.check, fits) {
            (true, _) => Ok(()),
            (false, true) => {
                writeln!(text, "{} {}", out.pick("已恢复到", "Restored to"), target.data.display())
            }
            (false, false) => writeln!(
                text,
                "{}",
                out.pick("没有恢复：副本有不符之处。", "Not restored: the copy is not whole.")
            ),
        }
    })?;
    Ok(ExitCode::from(if fits { 0 } else { FAILED }))
}

impl RestoreArgs {
    /// Whether what was found is good enough to be put back.
    fn takes(&self, report: &Report) -> bool {
        report.ok || (self.without_missing_photos && report.lacks_only_photos())
    }
}

/// What a hub that was killed left beside its database is part of it, and a copy that `xuncha backup` made has none.
fn must_be_a_copy(from: &Path) -> Result<(), Failure> {
    let database = from.join("hub.db");
    if !database.is_file() {
        return Err(Failure::usage(format!(
            "{} has no hub.db: --from names a folder that `xuncha backup` wrote; with PostgreSQL the database is put \
             back by pg_restore, and a copy is verified with it",
            from.display()
        )));
    }
    let left = from.join("hub.db-wal");
    if fs::metadata(&left).is_ok_and(|file| file.len() > 0) {
        return Err(Failure::usage(format!(
            "{} is the folder of a hub that was not stopped, and not a copy: make one by `xuncha backup --data {} --to DIR`",
            from.display(),
            from.display()
        )));
    }
    Ok(())
}

/// The settings of a hub that ran on the copy itself.
fn of_copy(target: &Config, copy: &Path) -> Config {
    Config { keys: target.keys.clone(), ..Config::new(copy) }
}

/// A hub on a folder: all of it is copied beside its place, verified, and named.
fn folder(args: &RestoreArgs, target: &Config, out: Out) -> Result<Report, Failure> {
    let from = args.from.as_path();
    must_be_a_copy(from)?;
    must_be_empty(&target.data)?;
    let unfinished = super::beside(&target.data);
    // What a command that was killed left of another copy must not be taken for a part of this one.
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::usage(format!("{}: {error}", unfinished.display())));
        }
        _ => {}
    }
    let copied = super::copy_file(&from.join("hub.db"), &unfinished.join("hub.db"))
        .and_then(|_| keys(target, from, &unfinished.join("hub.keys")));
    let verified =
        copied.with_context(|| format!("copying {}", from.display())).map_err(Failure::from).and_then(|()| {
            let config = Config { data: unfinished.clone(), keys: target.keys.clone(), ..target.clone() };
            block_on(async {
                photos(&config, from, out).await?;
                verified(args, &config, out).await
            })
        });
    match verified {
        Ok(report) if args.takes(&report) => {
            // An empty folder may stand there; anything else was refused above.
            let _ = fs::remove_dir(&target.data);
            fs::rename(&unfinished, &target.data)
                .and_then(|()| super::sync(super::folder_of(&target.data)))
                .with_context(|| format!("cannot name {}", target.data.display()))?;
            Ok(report)
        }
        not_whole => {
            let _ = fs::remove_dir_all(&unfinished);
            not_whole
        }
    }
}

/// A hub on PostgreSQL, whose database was put back by its own means.
fn beside_postgres(args: &RestoreArgs, target: &Config, out: Out) -> Result<Report, Failure> {
    let from = args.from.as_path();
    make_private(&target.data)?;
    keys(target, from, &target.key_file()).context("copying the keys")?;
    block_on(async {
        photos(target, from, out).await?;
        verified(args, target, out).await
    })
}

/// Brings the tables of what was put back up to date, as no hub runs on it yet, and verifies it; a whole one remembers
/// that phones may know more than it does.
async fn verified(args: &RestoreArgs, config: &Config, out: Out) -> Result<Report, Failure> {
    open_store(config).await?.close().await;
    let report = verify::whole(config, out).await?;
    if args.takes(&report) {
        let store = DataArgs::open_database(config).await?;
        let noted = changes::note_put_back(&store, SystemClock.now()).await;
        store.close().await;
        noted?;
    }
    Ok(report)
}

fn must_be_empty(folder: &Path) -> Result<(), Failure> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::usage(format!("{}: {error}", folder.display()))),
    };
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(Failure::usage(format!(
            "{} is not empty: name a folder by --data that is not there yet, or move this one away",
            folder.display()
        ))),
    }
}

/// The copy's keys, unless it has none or others are named; never over keys that are there.
fn keys(target: &Config, from: &Path, to: &Path) -> io::Result<()> {
    let copy = from.join("hub.keys");
    if target.keys.is_some() || !copy.is_file() || to.exists() {
        return Ok(());
    }
    super::copy_file(&copy, to).map(drop)
}

/// The copy's photos into the store that the settings name, which never writes over a good one.
async fn photos(config: &Config, from: &Path, out: Out) -> Result<(), Failure> {
    let folder = from.join("photos");
    if !folder.is_dir() {
        return Ok(());
    }
    let (from, to) = (
        PhotoStore::in_folder(&folder)?,
        PhotoStore::open(config).map_err(|error| Failure::coded("photos", error))?,
    );
    let found = listed(&folder)?;
    let bar = out.progress(found.len() as u64, out.pick("恢复照片", "restoring photos"));
    for (station, photo) in found {
        let jpeg = from.get(station, photo).await?;
        to.put(station, photo, jpeg).await.with_context(|| format!("restoring photo {photo}"))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// The photos in a folder, as the shelf names them.
fn listed(folder: &Path) -> io::Result<Vec<(StationId, PhotoId)>> {
    let mut found = Vec::new();
    for station in fs::read_dir(folder)? {
        let station = station?;
        let Ok(id) = station.file_name().to_string_lossy().parse::<StationId>() else { continue };
        for photo in fs::read_dir(station.path())? {
            let name = photo?.file_name();
            let photo = name.to_string_lossy().strip_suffix(".jpg").map(str::parse::<PhotoId>);
            found.extend(photo.and_then(Result::ok).map(|photo| (id, photo)));
        }
    }
    File::open(folder)?.sync_all()?;
    Ok(found)
}

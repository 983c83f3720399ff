//! `xuncha backup`: a copy of a hub, also while it runs.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use xuncha_core::domain::{PhotoId, StationId};
use xuncha_hub::app::make_private;
use xuncha_hub::photos::{PhotoStore, ShelfError};
use xuncha_hub::retention;
use xuncha_hub::store::{Dialect, RowExt as _, Store};
use xuncha_hub::world::World;

use super::{DataArgs, beside, block_on, copy_file, folder_of, sync};
use crate::failure::{FAILED, Failure};
use crate::output::Out;

/// Copy a hub, also while it runs
///
/// Writes a folder that is a hub's data folder itself: the database as it stood at one moment, every
/// photo it has a receipt for, and the keys. It appears under its name only when it is whole.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha backup --data DIR --to /backup/xuncha-2026-11-24
  xuncha backup --data DIR --to /backup/xuncha-2026-11-24 --without-keys

Whoever has hub.keys can sign receipts as this hub: keep the folder safe, or keep the keys apart.
To put a copy back: `xuncha restore`. Phones remember how long the log was: what came after the copy is missing, and
they will say so to the head.

PostgreSQL: copy the database with `pg_dump --format=custom`; this command copies photos and keys. Dump
the database first, then the photos are at least as new as what it says of them.")]
pub struct BackupArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Folder to write; must not be there yet
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Leave the hub's secret keys out
    #[arg(long)]
    without_keys: bool,
    /// Leave the photos out, where their store is copied by other means
    #[arg(long)]
    without_photos: bool,
}

/// Copies.
///
/// # Errors
/// If something cannot be read or written; nothing appears under the folder's name then.
pub fn run(args: &BackupArgs, out: Out) -> Result<ExitCode, Failure> {
    if args.to.exists() {
        return Err(Failure::usage(format!("{} is there already: name another folder", args.to.display())));
    }
    let unfinished = beside(&args.to);
    make_private(&unfinished).with_context(|| format!("cannot make {}", unfinished.display()))?;
    let copied = block_on(copy(args, &unfinished, out));
    let copied = match copied {
        Ok(copied) => copied,
        Err(failure) => {
            // What was written is worth nothing; that it could not be removed is not the news.
            let _ = fs::remove_dir_all(&unfinished);
            return Err(failure);
        }
    };
    fs::rename(&unfinished, &args.to).with_context(|| format!("cannot name {}", args.to.display()))?;
    sync(folder_of(&args.to))?;
    let value = json!({
        "to": args.to, "database": copied.database, "photos": copied.photos, "missing": copied.missing,
        "keys": copied.keys, "bytes": copied.bytes,
    });
    out.show(&value, |text| {
        let figures = out.counts(&[(copied.photos, "张照片", "photos"), (copied.bytes, "字节", "bytes")]);
        writeln!(text, "{}: {figures}", args.to.display())?;
        for photo in &copied.missing {
            writeln!(text, "! {} {photo}", out.pick("照片不见了：", "this photo is gone:"))?;
        }
        if !copied.database {
            let advice = out.pick(
                "数据库在 PostgreSQL 中，这里没有复制：请用 pg_dump --format=custom。",
                "The database is in PostgreSQL and is not in this copy: use pg_dump --format=custom.",
            );
            writeln!(text, "{advice}")?;
        }
        Ok(())
    })?;
    Ok(ExitCode::from(if copied.missing.is_empty() { 0 } else { FAILED }))
}

#[derive(Default)]
struct Copied {
    database: bool,
    keys: bool,
    photos: u64,
    missing: Vec<PhotoId>,
    bytes: u64,
}

async fn copy(args: &BackupArgs, to: &Path, out: Out) -> Result<Copied, Failure> {
    let config = args.data.config()?;
    let store = DataArgs::open_database(&config).await?;
    let mut copied = Copied::default();
    let whole = if store.dialect() == Dialect::Sqlite {
        let file = to.join("hub.db");
        let waiting = out.progress(0, out.pick("复制数据库", "copying the database"));
        let written = vacuum_into(&store, &file).await;
        waiting.finish_and_clear();
        written?;
        copied.database = true;
        copied.bytes += fs::metadata(&file)?.len();
        // What the copy says of photos, not what the hub says by now.
        let copy = Store::open_file(&file).await?;
        check(&copy).await?;
        let whole = photos(&copy).await?;
        copy.close().await;
        whole
    } else {
        photos(&store).await?
    };
    if !args.without_keys && config.key_file().is_file() {
        copied.bytes += copy_file(&config.key_file(), &to.join("hub.keys"))?;
        copied.keys = true;
    }
    if !args.without_photos {
        let from = PhotoStore::open(&config).map_err(|error| Failure::coded("photos", error))?;
        let to = PhotoStore::in_folder(&to.join("photos"))?;
        copy_photos(&whole, &from, &to, &mut copied, out).await?;
    }
    sync(to)?;
    // For whoever watches the hub; that it can't be noted takes nothing from the copy.
    let noted = retention::done(&store, retention::BACKUP, World::real().clock.now()).await;
    if let Err(error) = noted {
        out.say(&format!("xuncha: the hub could not note that it was copied: {error}"));
    }
    store.close().await;
    Ok(copied)
}

/// Copies the photos from one store to another.
async fn copy_photos(
    photos: &[(StationId, PhotoId)],
    from: &PhotoStore,
    to: &PhotoStore,
    copied: &mut Copied,
    out: Out,
) -> Result<(), Failure> {
    let bar = out.progress(photos.len() as u64, out.pick("复制照片", "copying photos"));
    for (station, photo) in photos.iter().copied() {
        match from.get(station, photo).await {
            Ok(jpeg) => {
                copied.photos += 1;
                copied.bytes += jpeg.len() as u64;
                to.put(station, photo, jpeg).await.with_context(|| format!("copying photo {photo}"))?;
            }
            Err(ShelfError::Missing) => copied.missing.push(photo),
            Err(error) => return Err(error).with_context(|| format!("copying photo {photo}"))?,
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// The database as it stands at one moment, without stopping who writes to it.
async fn vacuum_into(store: &Store, file: &Path) -> Result<(), Failure> {
    let path = file.to_str().ok_or_else(|| Failure::usage("the folder's name must be UTF-8"))?;
    let mut db = store.read().await?;
    sqlx::query("VACUUM INTO $1")
        .bind(path.to_owned())
        .execute(&mut *db)
        .await
        .context("copying the database")?;
    File::open(file)?.sync_all()?;
    Ok(())
}

async fn check(copy: &Store) -> Result<(), Failure> {
    let mut db = copy.read().await?;
    let row = sqlx::query("SELECT quick_check AS said FROM pragma_quick_check").fetch_one(&mut *db).await?;
    match row.text("said")?.as_str() {
        "ok" => Ok(()),
        wrong => Err(Failure::coded("damaged", format!("the copy of the database is damaged: {wrong}"))),
    }
}

/// The photos that the hub has given a receipt for.
async fn photos(store: &Store) -> Result<Vec<(StationId, PhotoId)>, Failure> {
    let mut db = store.read().await?;
    let query = "SELECT station_id, photo_id FROM photos WHERE received_at IS NOT NULL AND erased_at IS NULL \
         ORDER BY station_id, photo_id";
    let rows = sqlx::query(query).fetch_all(&mut *db).await?;
    rows.iter().map(|row| Ok((row.id("station_id")?, row.id("photo_id")?))).collect()
}

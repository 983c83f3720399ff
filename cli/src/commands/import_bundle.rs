//! `xuncha import-bundle`: a phone's export by file, taken as its sync would be, and the answer for it.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use xuncha_core::wire::limits;
use xuncha_hub::{App, HubError, by_file};

use super::{DataArgs, block_on, write_whole};
use crate::clock::ClockArgs;
use crate::failure::Failure;
use crate::output::Out;

/// Take a phone's export from a file and write the answer for it
///
/// For a station whose computer no phone can reach. Taking the same file again does no harm: records are
/// known by their ids, and the answer tells the same.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha field export out.xuncha                       on the phone
  xuncha import-bundle out.xuncha --data DIR --out answer.xuncha
  xuncha field take answer.xuncha                      on the phone again: only now it says 已收到")]
pub struct ImportBundleArgs {
    /// The phone's file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where to write the answer
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
}

/// Takes a bundle.
///
/// # Errors
/// If it is none, or not of a phone of this hub: nothing of it was taken then.
pub fn run(args: &ImportBundleArgs, out: Out) -> Result<ExitCode, Failure> {
    let name = args.file.display();
    let length = fs::metadata(&args.file).with_context(|| format!("cannot read {name}"))?.len();
    if length > limits::BUNDLE_BYTES as u64 {
        return Err(Failure::coded("too_large", format!("{name} is larger than a bundle may be")));
    }
    let file = fs::read(&args.file).with_context(|| format!("cannot read {name}"))?;
    let world = args.clock.world()?;
    let taken = block_on(async {
        // Says plainly if there is no hub, where opening one would make it.
        let config = args.data.config()?;
        DataArgs::open_database(&config).await?.close().await;
        let app = Arc::new(App::open(config, world).await?);
        let bar = out.progress(1, out.pick("接收", "parts taken"));
        let taken = by_file::take(&app, &file, None, |done, all| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        });
        let taken = taken.await;
        bar.finish_and_clear();
        let taken = taken.map_err(|error| match error.into() {
            HubError::Told(problem) => {
                let detail = problem.detail.as_deref().unwrap_or(&problem.title);
                Failure::coded(problem.code.code(), format!("{name}: {detail}"))
            }
            error => Failure::from(error),
        })?;
        app.store.close().await;
        Ok(taken)
    })?;
    write_whole(&args.out, |mut file| Ok(file.write_all(&taken.answer)?))?;
    out.show(&taken, |text| {
        let pick = |zh, en| out.pick(zh, en);
        writeln!(
            text,
            "{}: {} {}, {} {}, {} {}, {} {}",
            taken.member,
            pick("新记录", "new records"),
            taken.accepted,
            pick("已有", "had already"),
            taken.already_had,
            pick("未接收", "refused"),
            taken.refused,
            pick("照片", "photos"),
            taken.photos,
        )?;
        let words = pick("请把回执文件拷回手机", "take the answer file back to the phone");
        writeln!(text, "{words}: {}", args.out.display())
    })
}

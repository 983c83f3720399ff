//! `xuncha demo`: the whole way of a record, with real processes, over a bad network, in a made-up
//! district; with an audit at the end.
//!
//! - `story`: what happens, told as it happens. `process`: hub and phones as processes.
//! - [`district`]: the made-up district. [`picture`]: pictures for it. [`Seeded`]: chance from a seed.
//! - [`proxy`]: the bad network. [`audit`]: phones against hub. [`table`]: columns on a terminal.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown)]

pub mod audit;
pub mod district;
pub mod picture;
mod process;
pub mod proxy;
mod seeded;
mod story;
pub mod table;

use std::process::ExitCode;

use clap::Args;
use tempfile::TempDir;

pub use seeded::Seeded;

use crate::failure::{FAILED, Failure, STOPPED};
use crate::output::Out;

/// See all of it work, with nothing real
///
/// Starts a hub, imports a made-up district, enrols phones as processes of their own, lets them work a
/// month without signal, kills one in the middle of an inspection and one in the middle of an upload,
/// cuts and garbles the network, kills and restarts the hub, uploads, prints the month's coverage, and
/// audits: what the phones recorded against what the hub has. Takes less than a minute.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha demo                  leaves the dashboard up, with its address and a sign-in, until Ctrl-C
  xuncha demo --exit --json    ends after the audit; the last line of standard output holds the figures

Exit codes: 0 nothing lost, doubled or altered; 1 something was, or the demo could not go on; 130 it was stopped
before its audit.")]
pub struct DemoArgs {
    /// End after the audit
    #[arg(long)]
    exit: bool,
    /// What the district and the accidents come from; the same seed gives the same district
    #[arg(long, value_name = "N", default_value_t = 2019)]
    seed: u64,
    /// Keep the folder of hub and phones
    #[arg(long)]
    keep: bool,
}

/// Tells the story.
///
/// # Errors
/// If it cannot go on; the folder of hub and phones is kept then.
pub fn run(args: &DemoArgs, out: Out) -> Result<ExitCode, Failure> {
    let folder = TempDir::with_prefix("xuncha-demo-")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let told = runtime.block_on(async {
        tokio::select! {
            // First, so that a demo that was left up still ends with what its audit found.
            biased;
            told = story::tell(args, folder.path(), out) => told.map(Some),
            stopped = asked_to_stop() => { stopped?; Ok(None) }
        }
    });
    // Processes that were started are stopped with what holds them, before their folder goes.
    drop(runtime);
    if args.keep || told.is_err() {
        let path = folder.keep();
        out.say(&format!("{} {}", out.pick("文件保留在", "hub and phones are kept in"), path.display()));
    }
    Ok(ExitCode::from(match told? {
        Some(ended) if ended.is_clean() => 0,
        Some(_) => FAILED,
        None => STOPPED,
    }))
}

/// Waits for Ctrl-C, or for being asked to stop by another process.
async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped,
        _ = terminated.recv() => Ok(()),
    }
}

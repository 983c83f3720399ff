//! `cargo xtask demo`: builds the binary and hands over to its own demo.

use std::{convert::Infallible, ffi::OsString, os::unix::process::CommandExt, process::Command};

use anyhow::{Context, Result};

use crate::{progress::Progress, session::build_xuncha, workspace::Workspace};

/// Builds, then becomes `xuncha demo` with these arguments: its output, signals and exit code are the demo's
/// own. Returns only if that fails.
pub(crate) fn run(ws: &Workspace, release: bool, arguments: &[OsString]) -> Result<Infallible> {
    let title = "building xuncha (the first time takes some minutes)";
    // Standard output belongs to the demo (`--json`), so what goes on here is told on standard error.
    let mut progress = Progress::start_on_stderr(title);
    let flags: &[&str] = if release { &["--release"] } else { &[] };
    let binary = build_xuncha(ws, &mut progress, flags, |_| {})?;
    drop(progress);
    Err(Command::new(&binary).arg("demo").args(arguments).exec())
        .with_context(|| format!("cannot start {}", binary.display()))
}

//! Debian's packages that the tests need and that the machine may lack.

use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};

use crate::{child, progress::Progress, workspace::Workspace};

/// apt lets nobody in beside itself.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Installs packages where that is allowed (root on Debian and its kin); elsewhere says in one line what is
/// missing and how to get it.
pub(crate) fn install(ws: &Workspace, packages: &[&str], missing: &str) -> Result<()> {
    let names = packages.join(" ");
    if !rustix::process::geteuid().is_root() || which("apt-get").is_none() {
        bail!("{missing} is missing: install it (Debian: apt-get install {names})");
    }
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    apt(ws, &format!("{missing} is missing: refreshing the package lists"), &["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    apt(ws, &format!("installing {names}"), &install)
}

/// The full path of a program on the `PATH`.
pub(crate) fn which(program: &str) -> Option<std::path::PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|dir| dir.join(program)).find(|path| path.is_file())
}

fn apt(ws: &Workspace, title: &str, arguments: &[&str]) -> Result<()> {
    let mut progress = Progress::start(title);
    let mut printed = String::new();
    let mut command = ws.command("apt-get");
    // RUNLEVEL=1 keeps the package from starting a server of its own; ours are started by the tests.
    command.args(arguments).envs([("DEBIAN_FRONTEND", "noninteractive"), ("RUNLEVEL", "1")]);
    let status = child::run(&mut command, |event| match event {
        child::Event::Out(line) | child::Event::Err(line) => {
            printed.push_str(&line);
            printed.push('\n');
            progress.now(line);
        }
        child::Event::Tick => progress.tick(),
    })?;
    if !status.success() {
        bail!("{} failed:\n{printed}", child::shown(&command));
    }
    Ok(())
}

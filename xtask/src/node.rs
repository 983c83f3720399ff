//! Node and what npm brings, as the lock file beside a `package.json` pins it.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    apt,
    child::{self, Event},
    progress::Progress,
    workspace::Workspace,
};

/// The oldest version that the tools run on.
const MAJOR: u32 = 18;

/// A folder with a `package.json` whose packages are installed.
pub(crate) struct Packages {
    dir: PathBuf,
}

impl Packages {
    /// Installs what the folder's lock file names (a path from the workspace's root), if that has changed.
    pub(crate) fn ensure(ws: &Workspace, folder: &str) -> Result<Self> {
        if version().is_none() || apt::which("npm").is_none() {
            apt::install(ws, &["nodejs", "npm"], &format!("Node {MAJOR} or newer, with npm,"))?;
        }
        let dir = ws.root().join(folder);
        let lock = dir.join("package-lock.json");
        let wanted = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let stamp = dir.join("node_modules/.installed");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(Self { dir });
        }
        let mut command = ws.command("npm");
        command.args(["ci", "--no-audit", "--no-fund"]).current_dir(&dir);
        // The system's browser is driven: no other is fetched.
        command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        quietly(&mut command, &format!("installing the packages of {folder}"))?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
        Ok(Self { dir })
    }

    /// A program that one of the packages brings, to be run in the folder.
    pub(crate) fn program(&self, ws: &Workspace, name: &str) -> Command {
        let mut command = ws.command(self.dir.join("node_modules/.bin").join(name));
        command.current_dir(&self.dir);
        command
    }
}

/// Node's version, if it is here and new enough.
pub(crate) fn version() -> Option<String> {
    let output = Command::new("node").arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (major(&said)? >= MAJOR).then_some(said)
}

fn major(said: &str) -> Option<u32> {
    said.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Runs a command whose words are worth reading only if it fails.
pub(crate) fn quietly(command: &mut Command, title: &str) -> Result<()> {
    let mut progress = Progress::start(title.to_owned());
    let mut printed = String::new();
    let status = child::run(command, |event| match event {
        Event::Out(line) | Event::Err(line) => {
            printed.push_str(&line);
            printed.push('\n');
        }
        Event::Tick => progress.tick(),
    })?;
    if !status.success() {
        bail!("{title} failed: {}\n{printed}", child::shown(command));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_tells_its_version() {
        assert_eq!(major("v20.19.2"), Some(20));
        assert_eq!(major("20.19.2"), None);
    }
}

//! Tools that are compiled once into `target/xtask/tools`.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::{
    apt,
    child::{self, Event},
    compile::is_chatter,
    progress::Progress,
    workspace::Workspace,
};

/// A cargo tool at the version that everybody uses.
pub(crate) struct Tool {
    /// The crate, which is also the program's name.
    pub(crate) name: &'static str,
    /// The version.
    pub(crate) version: &'static str,
}

/// Licences, sources and versions of what we depend on.
pub(crate) const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

impl Tool {
    /// The program, if this very version is in our corner or on the `PATH`.
    pub(crate) fn find(&self, ws: &Workspace) -> Result<Option<PathBuf>> {
        let ours = ws.corner("tools")?.join("bin").join(self.name);
        Ok([Some(ours), apt::which(self.name)].into_iter().flatten().find(|program| self.is(program)))
    }

    /// The program; compiled now if it is not there (unoptimised: that takes a minute instead of several).
    pub(crate) fn get(&self, ws: &Workspace) -> Result<PathBuf> {
        if let Some(program) = self.find(ws)? {
            return Ok(program);
        }
        let mut progress = Progress::start(format!("installing {} {}", self.name, self.version));
        let root = ws.corner("tools")?;
        let mut command = ws.cargo();
        command
            .args([
                "install",
                self.name,
                "--version",
                self.version,
                "--locked",
                "--debug",
                "--force",
                "--root",
            ])
            .arg(&root)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TARGET_DIR", root.join("build"))
            // The workspace's own flags and wrappers are not the tool's.
            .current_dir(&root);
        let mut printed = String::new();
        let status = child::run(&mut command, |event| match event {
            Event::Out(line) | Event::Err(line) if is_chatter(&line) => progress.now(line.trim().to_owned()),
            Event::Out(line) | Event::Err(line) => {
                printed.push_str(&line);
                printed.push('\n');
            }
            Event::Tick => progress.tick(),
        })?;
        if !status.success() {
            bail!("{} could not be installed:\n{printed}", self.name);
        }
        let _ = std::fs::remove_dir_all(root.join("build"));
        Ok(root.join("bin").join(self.name))
    }

    fn is(&self, program: &PathBuf) -> bool {
        let answer = Command::new(program).arg("--version").output();
        answer.is_ok_and(|answer| {
            String::from_utf8_lossy(&answer.stdout).split_whitespace().any(|word| word == self.version)
        })
    }
}

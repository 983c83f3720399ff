//! Python tools, each set in an environment of its own below `target/xtask/venv`, pinned by a requirements file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    apt,
    child::{self, Event},
    progress::Progress,
    workspace::Workspace,
};

/// An environment with everything its requirements file names.
pub(crate) struct Venv {
    bin: PathBuf,
}

impl Venv {
    /// Makes it, or brings it up to the requirements file (a path from the workspace's root).
    pub(crate) fn ensure(ws: &Workspace, name: &str, requirements: &str) -> Result<Self> {
        let file = ws.root().join(requirements);
        let wanted = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let dir = ws.corner("venv")?.join(name);
        let (bin, stamp) = (dir.join("bin"), dir.join("installed.txt"));
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(Self { bin });
        }

        if !is_available() {
            apt::install(ws, &["python3", "python3-venv"], "Python 3 with venv")?;
        }
        let title = format!("installing {requirements}");
        let python = ws.command("python3");
        install(python, &["-m", "venv", "--clear"], &dir, &title)?;
        let pip = ws.command(bin.join("python"));
        let arguments = ["-m", "pip", "install", "--disable-pip-version-check", "--requirement"];
        install(pip, &arguments, &file, &title)?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
        Ok(Self { bin })
    }

    /// A program of the environment, such as `python`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// Whether Python 3 is here and can make environments with pip in them (Debian packages that apart).
pub(crate) fn is_available() -> bool {
    let probe = Command::new("python3").args(["-c", "import venv, ensurepip"]).output();
    probe.is_ok_and(|probe| probe.status.success())
}

fn install(mut command: Command, arguments: &[&str], path: &Path, title: &str) -> Result<()> {
    let mut progress = Progress::start(title);
    let mut printed = String::new();
    command.args(arguments).arg(path);
    let status = child::run(&mut command, |event| match event {
        Event::Out(line) | Event::Err(line) => {
            printed.push_str(&line);
            printed.push('\n');
            progress.now(line);
        }
        Event::Tick => progress.tick(),
    })?;
    if !status.success() {
        bail!("{} failed:\n{printed}", child::shown(&command));
    }
    Ok(())
}

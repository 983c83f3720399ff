//! Where things are: the workspace, cargo's target folder, and this harness's own corner of it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::test_targets::TestTarget;

/// The workspace this harness works on.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    test_targets: Vec<TestTarget>,
}

impl Workspace {
    /// Asks cargo, so that `CARGO_TARGET_DIR` and cargo's configuration are respected.
    pub(crate) fn find() -> Result<Self> {
        let output = cargo_in(Path::new(env!("CARGO_MANIFEST_DIR")))
            .args(["metadata", "--no-deps", "--format-version=1"])
            .output()
            .context("cannot run cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata is no JSON")?;
        let path = |key: &str| {
            metadata[key].as_str().map(PathBuf::from).with_context(|| format!("cargo metadata lacks {key}"))
        };
        let root = path("workspace_root")?;
        let test_targets = TestTarget::all(&metadata, &root);
        Ok(Self { root, target: path("target_directory")?, test_targets })
    }

    /// The folder with the workspace's `Cargo.toml`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// cargo's target folder.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Every test program of the workspace.
    pub(crate) fn test_targets(&self) -> &[TestTarget] {
        &self.test_targets
    }

    /// A folder of this harness below `target/xtask`, made if it is not there.
    pub(crate) fn corner(&self, name: &str) -> Result<PathBuf> {
        let path = self.target.join("xtask").join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }

    /// A cargo command in the workspace, without standard input.
    pub(crate) fn cargo(&self) -> Command {
        cargo_in(&self.root)
    }

    /// Any other command in the workspace, without standard input.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        without_cargo_run(&mut command);
        past_the_proxy(&mut command);
        command
    }
}

fn cargo_in(dir: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(dir).stdin(Stdio::null());
    without_cargo_run(&mut command);
    past_the_proxy(&mut command);
    command
}

/// Who is reached without a proxy.
const HERE: &str = "127.0.0.1,localhost";

/// What tests say to servers of this machine goes straight there; a proxy that the environment names is for the rest
/// of the world, and who else is reached without it stays so.
fn past_the_proxy(command: &mut Command) {
    let others = ["NO_PROXY", "no_proxy"].into_iter().find_map(|name| env::var(name).ok());
    let direct =
        others.filter(|others| !others.is_empty()).map_or(HERE.to_owned(), |o| format!("{o},{HERE}"));
    command.env("NO_PROXY", &direct).env("no_proxy", direct);
}

/// `cargo run` describes xtask's own package to us in the environment. Handed on, it makes build scripts that
/// watch those variables (ring's) run again at every change between a plain cargo call and ours, and programs
/// find the libraries of our build before those that they are linked to.
fn without_cargo_run(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours = text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_");
        if ours || text == "LD_LIBRARY_PATH" {
            command.env_remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_started_reaches_this_machine_past_any_proxy() {
        let mut command = Command::new("true");
        past_the_proxy(&mut command);
        for name in ["NO_PROXY", "no_proxy"] {
            let direct = command.get_envs().find(|(set, _)| *set == name).and_then(|(_, value)| value);
            assert!(direct.is_some_and(|hosts| hosts.to_string_lossy().ends_with(HERE)), "{name}");
        }
    }
}

//! The islands of the dashboard: `hub/web` built into `hub/web/dist`, from where the hub's build takes them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};

use crate::{
    node::{self, Packages},
    workspace::Workspace,
};

/// Where they are written, from the workspace's root.
const FOLDER: &str = "hub/web";

/// Who comes second finds them built.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Builds them if a source has changed since they were built.
pub(crate) fn ensure(ws: &Workspace) -> Result<()> {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = ws.root().join(FOLDER);
    let (sources, stamp) = (sources(&folder)?, ws.corner("web")?.join("built"));
    let is_built = fs::read(&stamp).is_ok_and(|built| built == sources) && folder.join("dist").is_dir();
    if is_built {
        return Ok(());
    }
    let packages = Packages::ensure(ws, FOLDER)?;
    node::quietly(&mut packages.program(ws, "tsc"), "checking the types of the islands")?;
    node::quietly(packages.program(ws, "vite").arg("build"), "building the islands")?;
    fs::write(&stamp, sources).with_context(|| format!("cannot write {}", stamp.display()))
}

/// The same, where the page is as good without: what keeps them from being built is told, and no more.
pub(crate) fn ensure_if_possible(ws: &Workspace) {
    if let Err(error) = ensure(ws) {
        eprintln!("the dashboard goes without its islands (map, charts): {error:#}");
    }
}

/// All that they are built from, one after the other.
fn sources(folder: &Path) -> Result<Vec<u8>> {
    let mut files =
        ["package-lock.json", "tsconfig.json", "vite.config.ts"].map(|name| folder.join(name)).to_vec();
    for dir in ["src", "licences"] {
        below(&folder.join(dir), &mut files)?;
    }
    files.sort();
    let mut all = Vec::new();
    for file in files {
        all.extend(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(all)
}

fn below(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() { below(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

//! The workspace's test programs, each by an address: its package's folder and its name (`hub/lib`,
//! `tests/scenarios`). All are compiled with the features of the whole workspace, so that every dependency is built
//! once; which of them run is chosen here and not by `-p`, with which cargo would choose other features.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// One test program, as cargo describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TestTarget {
    /// The package's folder from the workspace's root, and `lib` or the target's name.
    address: String,
    /// What makes cargo compile it.
    flag: String,
    /// The package's folder, in which cargo runs its tests.
    folder: PathBuf,
}

impl TestTarget {
    /// All of them, from what `cargo metadata` prints.
    pub(crate) fn all(metadata: &Value, root: &Path) -> Vec<Self> {
        let packages = metadata["packages"].as_array().into_iter().flatten();
        packages
            .flat_map(|package| {
                let targets = package["targets"].as_array().into_iter().flatten();
                targets
                    .filter(|target| target["test"] == true)
                    .filter_map(|target| Self::read(target, package["manifest_path"].as_str()?, root))
            })
            .collect()
    }

    /// The target in a description of one, which says nothing of its package.
    pub(crate) fn read(target: &Value, manifest: &str, root: &Path) -> Option<Self> {
        let (kind, name) = (target["kind"][0].as_str()?, target["name"].as_str()?);
        let (name, flag) = match kind {
            "bin" | "test" => (name, format!("--{kind}={name}")),
            "bench" | "example" | "custom-build" => return None,
            // However it is linked: lib, cdylib, proc-macro, …
            _ => ("lib", "--lib".to_owned()),
        };
        let folder = Path::new(manifest).parent()?;
        let address = folder.strip_prefix(root).ok()?.join(name).to_str()?.to_owned();
        Some(Self { address, flag, folder: folder.to_owned() })
    }

    /// Its folder and its name.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What makes cargo compile it. Libraries have one for all of them.
    pub(crate) fn flag(&self) -> &str {
        &self.flag
    }

    /// The folder in which it runs.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it was asked for: by its address, or by its package's folder as one of all there.
    pub(crate) fn is_one_of(&self, asked: &[&str]) -> bool {
        let folder = self.address.rsplit_once('/').map(|(folder, _)| folder);
        asked.iter().any(|asked| *asked == self.address || Some(*asked) == folder)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn all() -> Vec<TestTarget> {
        let metadata = json!({ "packages": [
            { "manifest_path": "/w/hub/Cargo.toml", "targets": [
                { "kind": ["lib", "cdylib"], "name": "xuncha_hub", "test": true },
                { "kind": ["test"], "name": "hub", "test": true },
                { "kind": ["bin"], "name": "untested", "test": false },
                { "kind": ["custom-build"], "name": "build-script-build", "test": false },
            ]},
            { "manifest_path": "/w/xtask/Cargo.toml", "targets": [
                { "kind": ["bin"], "name": "xtask", "test": true },
            ]},
        ]});
        TestTarget::all(&metadata, Path::new("/w"))
    }

    #[test]
    fn what_is_tested_is_known_by_folder_and_name() {
        let addresses: Vec<_> = all().iter().map(|target| target.address().to_owned()).collect();
        assert_eq!(addresses, ["hub/lib", "hub/hub", "xtask/xtask"]);
        let flags: Vec<_> = all().iter().map(|target| target.flag().to_owned()).collect();
        assert_eq!(flags, ["--lib", "--test=hub", "--bin=xtask"]);
    }

    #[test]
    fn a_folder_asks_for_all_of_its_targets_and_an_address_for_one() {
        let asked = |asked: &[&str]| all().iter().filter(|target| target.is_one_of(asked)).count();
        assert_eq!(asked(&["hub"]), 2);
        assert_eq!(asked(&["hub/lib"]), 1);
        assert_eq!(asked(&["hub/lib", "xtask"]), 2);
        assert_eq!(asked(&["hu", "lib"]), 0);
    }
}

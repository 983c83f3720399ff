//! `cargo xtask licences`: whose work the apps stand on, and on which terms, in the file that both apps show.
//!
//! MIT, BSD and their like oblige us to carry copyright notice and text along, so the texts are those that the
//! packages themselves ship.

mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::workspace::Workspace;
use text::{APACHE, Terms};

/// Where the apps read it, from the workspace's root.
const FILES: [&str; 2] = ["android/app/src/main/res/raw/licences.json", "ios/Xuncha/Resources/licences.json"];
/// The phones that a library is built for; what a crate needs on another system is not in it.
const TARGETS: [&str; 2] = ["aarch64-linux-android", "aarch64-apple-ios"];
/// What Android adds, all of it taken under Apache-2.0.
const ON_ANDROID: [(&str, &str); 3] = [
    ("Kotlin", "https://github.com/JetBrains/kotlin"),
    ("kotlinx.coroutines", "https://github.com/Kotlin/kotlinx.coroutines"),
    ("JNA", "https://github.com/java-native-access/jna"),
];

/// The command.
pub(crate) fn run(ws: &Workspace) -> Result<ExitCode> {
    let list = list(ws)?;
    for file in FILES {
        fs::write(ws.root().join(file), &list).with_context(|| format!("cannot write {file}"))?;
        println!("{file}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The files that are not what the command would write.
pub(crate) fn stale(ws: &Workspace) -> Result<Vec<String>> {
    let list = list(ws)?;
    let differs = |file: &&str| fs::read_to_string(ws.root().join(file)).is_ok_and(|kept| kept == list);
    Ok(FILES
        .iter()
        .filter(|file| !differs(file))
        .map(|file| format!("{file}: run cargo xtask licences"))
        .collect())
}

/// A package that a phone's library is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Package {
    /// With its version.
    name: String,
    source: String,
    terms: Terms,
}

fn list(ws: &Workspace) -> Result<String> {
    let crates = crates(ws)?;
    let apache = text::of_crate(&crates, APACHE)?;
    let mut packages = Vec::new();
    for found in &crates {
        packages.push(Package {
            name: format!("{} {}", found.name, found.version),
            source: found.source.clone(),
            terms: text::terms(found, &crates, &apache)?,
        });
    }
    packages.extend(ON_ANDROID.map(|(name, source)| Package {
        name: name.to_owned(),
        source: source.to_owned(),
        terms: Terms::apache(&apache),
    }));
    packages.extend(text::in_c(&crates)?);
    written(packages)
}

/// One line for each group of packages under the very same texts.
fn written(packages: Vec<Package>) -> Result<String> {
    let mut groups: BTreeMap<Terms, BTreeSet<(String, String)>> = BTreeMap::new();
    for package in packages {
        groups.entry(package.terms).or_default().insert((package.name, package.source));
    }
    let line = |(terms, packages): (Terms, BTreeSet<(String, String)>)| {
        let packages: Vec<Value> =
            packages.into_iter().map(|(name, source)| json!({"name": name, "source": source})).collect();
        serde_json::to_string(&json!({"licence": terms.licence, "packages": packages, "texts": terms.texts}))
    };
    let lines: Vec<String> = groups.into_iter().map(line).collect::<serde_json::Result<_>>()?;
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// A crate as cargo knows it.
struct Crate {
    name: String,
    version: String,
    licence: String,
    source: String,
    folder: PathBuf,
}

/// The crates of a phone's library, by name.
fn crates(ws: &Workspace) -> Result<Vec<Crate>> {
    let mut wanted = BTreeSet::new();
    for target in TARGETS {
        let mut tree = ws.cargo();
        tree.args(["tree", "-p", "xuncha-bindings", "--no-default-features"])
            .args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"])
            .args(["--target", target]);
        let lines = output(&mut tree)?;
        wanted.extend(String::from_utf8_lossy(&lines).lines().filter_map(named));
    }
    let mut metadata = ws.cargo();
    metadata.args(["metadata", "--format-version=1"]);
    metadata.args(TARGETS.iter().flat_map(|target| ["--filter-platform", target]));
    let metadata: Value = serde_json::from_slice(&output(&mut metadata)?)?;
    let mut crates = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let (name, version) = (text("name"), text("version"));
        if !wanted.remove(&(name.clone(), version.clone())) {
            continue;
        }
        let manifest = PathBuf::from(text("manifest_path"));
        let folder = manifest.parent().context("a manifest lies in no folder")?.to_owned();
        crates.push(Crate { name, version, licence: text("license"), source: text("repository"), folder });
    }
    if let Some((name, version)) = wanted.first() {
        bail!("cargo metadata tells nothing of {name} {version}");
    }
    crates.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(crates)
}

/// Name and version in a line of `cargo tree`; nothing for our own.
fn named(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    (!name.starts_with("xuncha")).then(|| (name.to_owned(), version.to_owned()))
}

fn output(command: &mut std::process::Command) -> Result<Vec<u8>> {
    let output = command.output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_tree_names_a_crate_and_none_of_ours() {
        assert_eq!(named("serde v1.0.1 (*)"), Some(("serde".to_owned(), "1.0.1".to_owned())));
        assert_eq!(named("xuncha-core v0.1.0 (/x)"), None);
        assert_eq!(named(""), None);
    }

    #[test]
    fn packages_under_the_same_texts_stand_on_one_line() {
        let terms = |text: &str| Terms { licence: "MIT".to_owned(), texts: vec![text.to_owned()] };
        let package =
            |name: &str, text| Package { name: name.to_owned(), source: String::new(), terms: terms(text) };
        let list = written(vec![package("b", "one"), package("c", "two"), package("a", "one")]).unwrap();
        let groups: Value = serde_json::from_str(&list).unwrap();
        assert_eq!(groups.as_array().unwrap().len(), 2);
        assert_eq!(groups[0]["packages"][0]["name"], "a");
        assert_eq!(groups[0]["packages"][1]["name"], "b");
        assert_eq!(groups[1]["texts"], json!(["two"]));
    }
}

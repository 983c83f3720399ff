//! `cargo xtask licences`: whose work the apps stand on, as cargo knows it, in the file that both apps show.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// Where the apps read it, from the workspace's root.
const FILES: [&str; 2] = ["android/app/src/main/res/raw/licences.txt", "ios/Xuncha/Resources/licences.txt"];
/// The phones that a library is built for; what a crate needs on another system is not in it.
const TARGETS: [&str; 2] = ["aarch64-linux-android", "aarch64-apple-ios"];
/// What cargo does not know: libraries in C inside crates, and what Android adds.
const OTHERS: [(&str, &str); 5] = [
    ("SQLite", "public domain"),
    ("zstd", "BSD-3-Clause"),
    ("Kotlin", "Apache-2.0"),
    ("kotlinx.coroutines", "Apache-2.0"),
    ("JNA", "Apache-2.0"),
];

/// The command.
pub(crate) fn run(ws: &Workspace) -> Result<ExitCode> {
    let text = text(ws)?;
    for file in FILES {
        fs::write(ws.root().join(file), &text).with_context(|| format!("cannot write {file}"))?;
        println!("{file}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The files that are not what the command would write.
pub(crate) fn stale(ws: &Workspace) -> Result<Vec<String>> {
    let text = text(ws)?;
    let differs = |file: &&str| fs::read_to_string(ws.root().join(file)).is_ok_and(|kept| kept == text);
    Ok(FILES
        .iter()
        .filter(|file| !differs(file))
        .map(|file| format!("{file}: run cargo xtask licences"))
        .collect())
}

fn text(ws: &Workspace) -> Result<String> {
    let mut trees = String::new();
    for target in TARGETS {
        let mut tree = ws.cargo();
        tree.args([
            "tree",
            "-p",
            "xuncha-bindings",
            "--no-default-features",
            "--edges",
            "normal,no-proc-macro",
        ])
        .args(["--prefix", "none", "--format", "{p}|{l}", "--target", target]);
        let output = tree.output().context("cannot run cargo tree")?;
        if !output.status.success() {
            bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr));
        }
        trees.push_str(&String::from_utf8_lossy(&output.stdout));
    }
    Ok(listed(&trees))
}

/// A line for each licence, with the names of what is under it.
fn listed(trees: &str) -> String {
    let crates = trees.lines().filter_map(|line| {
        let (package, licence) = line.split_once('|')?;
        let name = package.split(' ').next()?;
        Some((name, licence.trim_end_matches(" (*)"))).filter(|(name, _)| !name.starts_with("xuncha"))
    });
    let mut by_licence: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (name, licence) in crates.chain(OTHERS) {
        by_licence.entry(spelt(licence)).or_default().insert(name);
    }
    let line = |(licence, names): (String, BTreeSet<&str>)| {
        format!("{licence}: {}\n", names.into_iter().collect::<Vec<_>>().join(", "))
    };
    by_licence.into_iter().map(line).collect()
}

/// One spelling of a choice of licences: `MIT/Apache-2.0` is `Apache-2.0 OR MIT`.
fn spelt(licence: &str) -> String {
    let licence = licence.replace('/', " OR ");
    if licence.contains('(') || licence.contains(" AND ") {
        return licence;
    }
    let mut choices: Vec<&str> = licence.split(" OR ").collect();
    choices.sort_unstable();
    choices.join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_licence_has_a_line_and_a_name_stands_once() {
        let trees = "xuncha-core v0.1.0 (/x)|MIT\nserde v1.0.1|MIT OR Apache-2.0\nserde v1.0.2|Apache-2.0 OR MIT (*)\n\
                     itoa v1.0.0|MIT/Apache-2.0\nring v0.17.0|Apache-2.0 AND ISC\n";
        let text = listed(trees);
        assert!(text.contains("Apache-2.0 OR MIT: itoa, serde\n"), "{text}");
        assert!(text.contains("Apache-2.0 AND ISC: ring\n") && text.contains("public domain: SQLite\n"));
        assert!(!text.contains("xuncha"));
    }
}

//! What is built into the program beside its code: the steps of the database's tables, and the islands of the dashboard
//! as `cargo xtask web` built them. Without them the pages simply have none.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=web/dist");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    for database in ["sqlite", "postgres"] {
        let folder = root.join("migrations").join(database);
        list(&format!("{database}.rs"), &named(&folder, ".sql"), |name| {
            let (version, what) = name.split_once('_')?;
            let file = folder.join(format!("{name}.sql")).display().to_string();
            Some(format!(
                "Step {{ version: {}, name: {what:?}, sql: include_str!({file:?}) }}",
                decimal(version)
            ))
        });
    }
    let dist = root.join("web/dist");
    let islands = named(&dist, ".gz");
    if islands.is_empty() {
        println!(
            "cargo::warning=the dashboard is built without its islands (map, charts): cargo xtask web builds it"
        );
    }
    list("islands.rs", &islands, |name| {
        let file = dist.join(format!("{name}.gz")).display().to_string();
        Some(format!("Asset {{ name: {name:?}, gzip: include_bytes!({file:?}) }}"))
    });
}

/// The files of a folder with this ending, without it, in order.
fn named(folder: &Path, ending: &str) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(ending)?.to_owned()))
        .collect();
    names.sort();
    names
}

/// `0012` is no literal that one would write.
fn decimal(version: &str) -> &str {
    version.trim_start_matches('0')
}

/// Writes a slice of what each name stands for, for `include!`.
fn list(file: &str, names: &[String], item: impl Fn(&str) -> Option<String>) {
    let mut list = String::from("&[\n");
    for name in names {
        match item(name) {
            Some(item) => _ = writeln!(list, "    {item},"),
            None => println!("cargo::error={name} has no name of its kind"),
        }
    }
    list.push_str("]\n");
    let out = env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&out).join(file), list) {
        println!("cargo::error={file} can't be written: {error}");
    }
}

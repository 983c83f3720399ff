//! Compiles the migrations in again whenever one is added (`sqlx::migrate!` alone would not notice), and the
//! islands of the dashboard as `cargo xtask web` built them. Without them the pages simply have none.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=web/dist");
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let dist = Path::new(&root).join("web/dist");
    let mut names: Vec<String> = fs::read_dir(&dist)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".gz")?.to_owned()))
        .collect();
    names.sort();
    if names.is_empty() {
        println!(
            "cargo::warning=the dashboard is built without its islands (map, charts): cargo xtask web builds it"
        );
    }
    let mut list = String::from("&[\n");
    for name in names {
        let file = dist.join(format!("{name}.gz"));
        let file = file.to_string_lossy();
        let _ = writeln!(list, "    Asset {{ name: {name:?}, gzip: include_bytes!({file:?}) }},");
    }
    list.push_str("]\n");
    let out = env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&out).join("islands.rs"), list) {
        println!("cargo::error=the list of islands can't be written: {error}");
    }
}

//! Generates the Kotlin and Swift of the library that it was built with: `bindgen LIBRARY OUT` fills
//! `OUT/kotlin` and `OUT/swift`. Run by `cargo xtask bindings`, which says where they go.

mod swift_reading;

use std::fs;

use anyhow::{Context as _, Result};
use clap::Parser;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};
use xuncha_core::ffi::CONTRACT;

#[derive(Parser)]
#[command(about = "Generates Kotlin and Swift from a built library")]
struct Arguments {
    /// The library, such as libxuncha.so
    library: String,
    /// The folder to fill
    out: String,
}

fn main() -> Result<()> {
    let Arguments { library, out } = Arguments::parse();
    for (language, folder) in [(TargetLanguage::Kotlin, "kotlin"), (TargetLanguage::Swift, "swift")] {
        generate(GenerateOptions {
            languages: vec![language],
            source: library.clone().into(),
            out_dir: format!("{out}/{folder}").into(),
            config_override: None,
            format: false,
            crate_filter: None,
            metadata_no_deps: false,
        })?;
    }
    let swift = format!("{out}/swift/XunchaCore.swift");
    let generated = fs::read_to_string(&swift).with_context(|| format!("there is no {swift}"))?;
    write(&swift, &swift_reading::in_place(&generated)?)?;
    // By these the bindings know whether they are of one build with the library.
    let kotlin = format!("package org.xuncha.core\n\ninternal const val CONTRACT = \"{CONTRACT}\"\n");
    write(&format!("{out}/kotlin/org/xuncha/core/Contract.kt"), &kotlin)?;
    write(&format!("{out}/swift/Contract.swift"), &format!("let bindingsContract = \"{CONTRACT}\"\n"))
}

fn write(path: &str, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {path}"))
}

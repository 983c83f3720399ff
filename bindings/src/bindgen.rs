//! Generates the Kotlin and Swift of a built library: `bindgen LIBRARY OUT` fills `OUT/kotlin` and
//! `OUT/swift`. Run by `cargo xtask bindings`, which says where they go.

use anyhow::Result;
use clap::Parser;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

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
    Ok(())
}

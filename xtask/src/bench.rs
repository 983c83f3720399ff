//! `cargo xtask bench`: the optimised bench beside a real PostgreSQL.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    bindings, child,
    compile::{Compile, EVERYTHING},
    parts::kotlin,
    postgres::Postgres,
    progress::Progress,
    session::{BINARY_ENV, POSTGRES_ENV},
    workspace::Workspace,
};

/// Where the bench finds a phone in Kotlin; one in Swift it looks for in `XUNCHA_BENCH_SWIFT`.
const KOTLIN_ENV: &str = "XUNCHA_BENCH_KOTLIN";

/// Builds optimised, runs, and leaves the figures in `bench.json` in the target folder.
pub(crate) fn run(ws: &Workspace, arguments: &[OsString]) -> Result<ExitCode> {
    let compile = Compile {
        verb: "build",
        scope: EVERYTHING,
        flags: &["--release", "--bin", "xuncha", "--bin", "bench"],
    };
    let mut progress = Progress::start("building optimised");
    let compiled = compile.run(ws, &mut progress, |_| {})?;
    drop(progress);
    if !compiled.ok {
        bail!("the bench does not build:\n{}", compiled.printed);
    }
    let program = |name: &str| {
        let found = compiled.programs.iter().find(|path| stem(path) == name);
        found.with_context(|| format!("cargo named no program {name}"))
    };

    let mut progress = Progress::start("building the bindings optimised");
    let library = bindings::make(ws, &mut progress, &["--release"], |_| {})?;
    drop(progress);
    let kotlin = kotlin::compiled_driver(ws, &library)?;

    let postgres = Postgres::start(ws)?;
    let out = ws.target().join("bench.json");
    let mut command = ws.command(program("bench")?);
    command
        .arg("--out")
        .arg(&out)
        .args(arguments)
        .env(POSTGRES_ENV, postgres.url())
        .env(KOTLIN_ENV, kotlin)
        .env(BINARY_ENV, program("xuncha")?)
        .stdin(Stdio::inherit());
    let status = child::inherit(&mut command)?;
    if status.success() {
        println!("figures: {}", out.display());
    }
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn stem(path: &PathBuf) -> &str {
    Path::new(path).file_stem().and_then(|name| name.to_str()).unwrap_or_default()
}

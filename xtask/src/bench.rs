//! `cargo xtask bench`: the optimised bench beside a real PostgreSQL.

use std::{
    ffi::OsString,
    process::{ExitCode, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    bindings, child,
    compile::Compile,
    parts::kotlin,
    postgres::{Commits, Postgres},
    progress::Progress,
    session::{BINARY_ENV, POSTGRES_ENV},
    swift_package,
    workspace::Workspace,
};

/// Where the bench finds a phone in Kotlin.
const KOTLIN_ENV: &str = "XUNCHA_BENCH_KOTLIN";
/// And one in Swift.
const SWIFT_ENV: &str = "XUNCHA_BENCH_SWIFT";
/// The only bench that has those: what it costs to reach the core from them.
const BORDER: &str = "border";

/// Builds optimised, runs, and leaves the figures in `bench.json` in the target folder.
pub(crate) fn run(ws: &Workspace, arguments: &[OsString]) -> Result<ExitCode> {
    let compile = Compile { verb: "build", flags: &["--release", "--bin", "xuncha", "--bin", "bench"] };
    let mut progress = Progress::start("building optimised");
    let compiled = compile.run(ws, &mut progress, |_| {})?;
    drop(progress);
    if !compiled.ok {
        bail!("the bench does not build:\n{}", compiled.printed);
    }
    let program =
        |name: &str| compiled.program(name).with_context(|| format!("cargo named no program {name}"));

    // All are run if none is named.
    let is_border_wanted = arguments.is_empty() || arguments.iter().any(|name| name == BORDER);
    let phones = if is_border_wanted { phones(ws)? } else { Vec::new() };

    // What a build has left to write would otherwise be written while a bench waits for the same disk.
    rustix::fs::sync();
    let postgres = Postgres::start(ws, Commits::Durable)?;
    let out = ws.target().join("bench.json");
    let mut command = ws.command(program("bench")?);
    command
        .arg("--out")
        .arg(&out)
        .args(arguments)
        .env(POSTGRES_ENV, postgres.url())
        .envs(phones)
        .env(BINARY_ENV, program("xuncha")?)
        .stdin(Stdio::inherit());
    let status = child::inherit(&mut command)?;
    if status.success() {
        println!("figures: {}", out.display());
    }
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The phones in other languages, optimised, each with the variable in which the bench finds it.
fn phones(ws: &Workspace) -> Result<Vec<(&'static str, String)>> {
    let mut progress = Progress::start("building the bindings optimised");
    let library = bindings::make(ws, &mut progress, &["--release"], |_| {})?;
    drop(progress);
    let kotlin = kotlin::compiled_driver(ws, &library)?;
    // Swift's system is entered by chroot: without root its figure is left out.
    let is_root = rustix::process::geteuid().is_root();
    let swift = is_root.then(|| swift_package::compiled_driver(ws, &library)).transpose()?;
    Ok([Some((KOTLIN_ENV, kotlin)), swift.map(|driver| (SWIFT_ENV, driver))].into_iter().flatten().collect())
}

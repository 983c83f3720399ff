//! Every developer command of xuncha: `cargo xtask --help` lists them.

use std::{ffi::OsString, process::ExitCode, thread, time::Duration};

use anyhow::{Error, Result};
use clap::{Parser, Subcommand};

use crate::{
    interrupt::Interrupted,
    object_store::ObjectStore,
    postgres::{Commits, Postgres},
    workspace::Workspace,
};

mod apt;
mod bench;
mod bindings;
mod child;
mod compile;
mod demo;
mod doctor;
mod hub;
mod interrupt;
mod java;
mod licences;
mod node;
mod object_store;
mod parts;
mod postgres;
mod progress;
mod python;
mod scratch;
mod service;
mod session;
mod sources;
mod swift;
mod swift_package;
mod tally;
mod test;
mod test_targets;
mod tools;
mod web;
mod workspace;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Every developer command of xuncha")]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show one loop end to end: phones, hub, faults, coverage, audit
    ///
    /// Everything after the options below goes to `xuncha demo`: --exit, --json, …
    Demo {
        /// Build optimised
        #[arg(long)]
        release: bool,
        /// Handed to `xuncha demo`; `-- --help` lists what it takes
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run the tests: all parts, or those named
    Test {
        /// Names of parts
        parts: Vec<String>,
        /// Name the parts and what they prove, and run none
        #[arg(long)]
        list: bool,
        /// Handed to every test binary, for example a part of a test's name
        #[arg(last = true)]
        filter: Vec<String>,
    },
    /// Run the part `lint`
    Lint,
    /// Format all Rust sources
    Fmt,
    /// Run the benches, optimised, and write bench.json in the target folder
    Bench {
        /// Handed to the bench
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Build the core as a library and generate its Kotlin and Swift for the apps
    Bindings,
    /// Write whose work the apps stand on into the file that both show
    Licences,
    /// Build the islands of the dashboard, which the hub's build then takes in
    Web,
    /// Start the PostgreSQL and the S3-type store of the tests and keep them until Ctrl-C
    Postgres,
    /// Say what this machine lacks, and what mends it
    Doctor,
}

fn main() -> ExitCode {
    match act(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => ExitCode::from(interrupt::EXIT_CODE),
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

fn act(action: Action) -> Result<ExitCode> {
    interrupt::watch()?;
    let ws = &Workspace::find()?;
    match action {
        Action::Demo { release, arguments } => match demo::run(ws, release, &arguments)? {},
        Action::Test { list: true, .. } => {
            test::list();
            Ok(ExitCode::SUCCESS)
        }
        Action::Test { parts, filter, .. } => test::run(ws, &parts, &filter),
        Action::Lint => test::run(ws, &["lint".to_owned()], &[]),
        Action::Fmt => {
            let status = child::inherit(ws.cargo().args(["fmt", "--all"]))?;
            Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Action::Bench { arguments } => bench::run(ws, &arguments),
        Action::Bindings => bindings::run(ws),
        Action::Licences => licences::run(ws),
        Action::Web => web::ensure(ws).map(|()| ExitCode::SUCCESS),
        Action::Postgres => keep_postgres(ws),
        Action::Doctor => doctor::run(ws),
    }
}

fn keep_postgres(ws: &Workspace) -> Result<ExitCode> {
    let (postgres, store) = (Postgres::start(ws, Commits::Forgettable)?, ObjectStore::start(ws)?);
    println!("export {}={}", session::POSTGRES_ENV, postgres.url());
    println!("export {}={}", session::S3_ENV, store.url());
    eprintln!("until Ctrl-C");
    while !interrupt::asked() {
        thread::sleep(Duration::from_millis(100));
    }
    Ok(ExitCode::SUCCESS)
}

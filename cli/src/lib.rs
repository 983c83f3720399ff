//! xuncha on the command line: the hub, a phone without a screen, import, export, verify, backup.
//!
//! # Layout
//! - [`cli`]: the commands and their options, as clap reads them and `--help` shows them.
//! - [`commands`]: one file, or folder, a command.
//! - [`settings`]: what a hub is told by flags, environment and file.
//! - [`output`]: what commands print: text for people, one JSON document for programs.
//! - [`failure`]: what went wrong, with its exit code.
//! - [`clock`]: the clock of tests and demos. [`alone`]: their processes, apart from a real hub's settings.
//! - [`demo`]: a bad network and a made-up district, for the demo and for tests.

pub mod alone;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod demo;
pub mod failure;
pub mod output;
pub mod settings;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
use xuncha_core::domain::Locale;

use failure::Failure;

/// Runs the program with its arguments, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match cli::Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        // A program that asked for JSON reads no prose, whatever else it asked wrongly.
        Err(error) if error.use_stderr() && arguments.iter().any(|word| word == "--json") => {
            let message = error.to_string();
            let message = message.trim().strip_prefix("error: ").unwrap_or(message.trim());
            return output::Out::new(true, Locale::En).fail(&Failure::usage(message));
        }
        Err(error) => {
            // `--help` is an error of clap's too, of the kind that is printed to standard output.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { failure::USAGE } else { 0 });
        }
    };
    let out = output::Out::new(cli.json, cli.lang.locale());
    match commands::run(cli.command, &out) {
        Ok(code) => code,
        Err(failure) => out.fail(&failure),
    }
}

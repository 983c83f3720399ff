//! What somebody kept of the hub's word: log heads and receipts, from options and files.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use xuncha_core::wire::Jws;

use crate::failure::Failure;

/// Options that name it.
#[derive(Debug, Args)]
pub(super) struct KeptArgs {
    /// A signed log head that somebody kept: the log must still begin with it; may be given several times
    #[arg(long, value_name = "JWS")]
    head: Vec<String>,
    /// A file of kept heads, one a line
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// A receipt that somebody kept: its record or photo must stand as it says; may be given several times
    #[arg(long, value_name = "JWS")]
    receipt: Vec<String>,
    /// A file of kept receipts, one a line, as `xuncha field receipts` prints them
    #[arg(long, value_name = "FILE")]
    receipts: Option<PathBuf>,
}

/// What was kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) heads: Vec<Jws>,
    pub(super) receipts: Vec<Jws>,
}

impl KeptArgs {
    pub(super) fn read(&self) -> Result<Kept, Failure> {
        Ok(Kept {
            heads: read("--head", &self.head, self.heads.as_deref())?,
            receipts: read("--receipt", &self.receipt, self.receipts.as_deref())?,
        })
    }
}

/// What was named, one way or the other.
fn read(option: &str, given: &[String], file: Option<&Path>) -> Result<Vec<Jws>, Failure> {
    let lines = match file {
        Some(path) => fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
        None => String::new(),
    };
    let all = given.iter().map(String::as_str).chain(lines.lines());
    let all = all.map(str::trim).filter(|line| !line.is_empty());
    all.map(|jws| jws.parse().map_err(|error| Failure::usage(format!("{option}: {error}")))).collect()
}

/// Enough of a message to find it again.
pub(super) fn short(jws: &Jws) -> String {
    jws.as_str().chars().take(24).collect()
}

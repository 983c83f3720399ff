//! The core's rules, wire format and store; and its signatures as another JOSE library sees them.

use std::{
    fs::{self, File},
    process::Command,
};

use anyhow::{Context, Result};

use super::Part;
use crate::{python::Venv, session::Session, tally::Tally};

pub(super) struct Core;

impl Part for Core {
    fn name(&self) -> &'static str {
        "core"
    }

    fn about(&self) -> &'static str {
        "the core's tests, and its signatures checked by a third-party JOSE library"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let tests = session.cargo_test(&["core"], &[])?;
        Ok(tests + jose(session)?)
    }
}

/// Ours checked by theirs, and theirs by ours.
fn jose(session: &mut Session<'_>) -> Result<Tally> {
    let ws = session.ws();
    let python = Venv::ensure(ws, "jose", "tests/jose/requirements.txt")?.program("python");
    let program = session.example("jose_vectors")?;
    let ours = || ws.command(&program);
    let theirs = || {
        let mut command = ws.command(&python);
        command.arg("tests/jose/verify.py");
        command
    };
    let by_them = exchange(session, "our signatures, checked by another library", ours(), theirs())?;
    let (mut make, mut check) = (theirs(), ours());
    make.arg("--make");
    check.arg("--check");
    Ok(by_them + exchange(session, "another library's signatures, checked by us", make, check)?)
}

/// What `make` prints is what `check` reads.
fn exchange(session: &mut Session<'_>, title: &str, mut make: Command, mut check: Command) -> Result<Tally> {
    let (tally, vectors) = session.output_of(&format!("{title}: made"), &mut make)?;
    let path = session.ws().corner("jose")?.join("vectors.jsonl");
    fs::write(&path, vectors)
        .and_then(|()| File::open(&path))
        .map(|file| check.stdin(file))
        .with_context(|| format!("cannot pass on {}", path.display()))?;
    Ok(tally + session.step(title, &mut check)?)
}

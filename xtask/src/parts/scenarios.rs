//! The stories of `tests/scenarios`, told to a real hub by real phones, and whole months from a seed.

use anyhow::Result;

use super::Part;
use crate::{
    session::{BINARY_ENV, POSTGRES_ENV, S3_ENV, Session},
    tally::Tally,
};

pub(super) struct Scenarios;

impl Part for Scenarios {
    fn name(&self) -> &'static str {
        "scenarios"
    }

    fn about(&self) -> &'static str {
        "the stories in tests/scenarios against a real hub, and simulated months"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        end_to_end(session, &["tests/lib", "tests/scenarios", "tests/simulation"])
    }
}

/// Some of the end-to-end test targets, with everything that those find in the environment.
pub(super) fn end_to_end(session: &mut Session<'_>, targets: &[&str]) -> Result<Tally> {
    let (postgres, store) = (session.postgres()?, session.object_store()?);
    let binary = session.binary()?.to_string_lossy().into_owned();
    let variables =
        [(POSTGRES_ENV, postgres.as_str()), (S3_ENV, store.as_str()), (BINARY_ENV, binary.as_str())];
    session.cargo_test(targets, &variables)
}

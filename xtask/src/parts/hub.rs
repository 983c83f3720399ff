//! The hub and the command line, the hub over both of its stores.

use anyhow::Result;

use super::Part;
use crate::{
    session::{POSTGRES_ENV, Session},
    tally::Tally,
};

pub(super) struct Hub;

impl Part for Hub {
    fn name(&self) -> &'static str {
        "hub"
    }

    fn about(&self) -> &'static str {
        "the hub's tests over SQLite and a real PostgreSQL, and the command line's"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let postgres = session.postgres()?;
        // One call for both: packages tested together are compiled with one set of features.
        session.cargo_test(&["-p", "xuncha-hub", "-p", "xuncha"], &[], &[(POSTGRES_ENV, &postgres)])
    }
}

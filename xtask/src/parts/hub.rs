//! The hub and the command line, the hub over both of its stores.

use anyhow::Result;

use super::Part;
use crate::{
    session::{POSTGRES_ENV, S3_ENV, Session},
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
        let (postgres, store) = (session.postgres()?, session.object_store()?);
        let variables = [(POSTGRES_ENV, postgres.as_str()), (S3_ENV, store.as_str())];
        session.cargo_test(&["hub", "cli"], &variables)
    }
}

//! Kills, cut connections, full disks and damaged files.

use anyhow::Result;

use super::{Part, scenarios::end_to_end};
use crate::{session::Session, tally::Tally};

pub(super) struct Faults;

impl Part for Faults {
    fn name(&self) -> &'static str {
        "faults"
    }

    fn about(&self) -> &'static str {
        "kill -9 of phones and hub, cut connections, full disks, damaged files; then the audit"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        end_to_end(session, &["tests/faults"])
    }
}

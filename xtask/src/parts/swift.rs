//! XunchaKit and the stories, in Swift.

use anyhow::Result;

use super::Part;
use crate::{session::Session, swift, tally::Tally};

pub(super) struct Swift;

impl Part for Swift {
    fn name(&self) -> &'static str {
        "swift"
    }

    fn about(&self) -> &'static str {
        "XunchaKit's view models and journeys in Swift, against the real library and a real hub"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let ws = session.ws();
        let swift = swift::Swift::ensure(ws)?;
        session.step("swift --version", swift.command(ws, "swift").arg("--version"))
    }
}

//! The parts of `cargo xtask test`. A new one is a file here with a [`Part`], and a line in [`ALL`].

use anyhow::Result;

use crate::{session::Session, tally::Tally};

mod android;
mod api;
mod browser;
mod core;
mod faults;
mod hub;
pub(crate) mod kotlin;
mod lint;
mod running;
mod scenarios;
mod swift;

/// Something that `cargo xtask test` can run by itself.
pub(crate) trait Part: Sync {
    /// The word it is called by.
    fn name(&self) -> &'static str;
    /// One line on what it proves.
    fn about(&self) -> &'static str;
    /// Runs it and counts. A check that fails is counted, and the rest go on; an error means that the part
    /// could not be run at all.
    fn run(&self, session: &mut Session<'_>) -> Result<Tally>;
}

/// Every part, in the order they run: the quick ones that fail most often come first.
pub(crate) const ALL: [&dyn Part; 11] = [
    &lint::Lint,
    &core::Core,
    &hub::Hub,
    &scenarios::Scenarios,
    &faults::Faults,
    &running::Running,
    &api::Api,
    &swift::Swift,
    &browser::Browser,
    &kotlin::Kotlin,
    &android::Android,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_part_has_a_name_of_its_own() {
        let names: HashSet<_> = ALL.iter().map(|part| part.name()).collect();
        assert_eq!(names.len(), ALL.len());
    }
}

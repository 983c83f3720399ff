//! The Android app on a plain JVM: Robolectric, the real core, a real hub.

use anyhow::Result;

use super::Part;
use crate::{
    apt,
    bindings::LIBRARY_ENV,
    java::Maven,
    session::{BINARY_ENV, Session},
    tally::Tally,
};

pub(super) struct Android;

impl Part for Android {
    fn name(&self) -> &'static str {
        "android"
    }

    fn about(&self) -> &'static str {
        "the Android app: screens as pictures, journeys by taps against a real hub, accessibility, faults"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let ws = session.ws();
        if apt::which("aapt2").is_none() {
            apt::install(ws, &["aapt"], "aapt2")?;
        }
        let library = session.bindings()?.to_string_lossy().into_owned();
        let maven = Maven::ensure(ws)?;
        let binary = session.binary()?.to_string_lossy().into_owned();

        let only = format!("-Dtest={}", session.filter().join("+"));
        // Clean: a class whose source is gone would still be run.
        let mut arguments = vec!["clean", "verify", "--projects", ".,app", "--also-make"];
        if !session.filter().is_empty() {
            arguments.extend([only.as_str(), "-Dsurefire.failIfNoSpecifiedTests=false"]);
        }
        let variables = [(LIBRARY_ENV, library.as_str()), (BINARY_ENV, binary.as_str())];
        maven.test(session, "android tests", "android", &arguments, &variables)
    }
}

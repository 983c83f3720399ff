//! The Android app on a plain JVM: Robolectric, the real core, a real hub.

use anyhow::Result;

use super::Part;
use crate::{
    apt,
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
        let maven = Maven::ensure(ws)?;
        let binary = session.binary()?.to_string_lossy().into_owned();
        let filter = session.filter().join("+");
        let only = format!("-Dtest={filter}");
        let mut arguments = vec!["verify", "--projects", "app", "--also-make"];
        if !filter.is_empty() {
            arguments.extend([only.as_str(), "-Dsurefire.failIfNoSpecifiedTests=false"]);
        }
        maven.test(session, "android app", "android", &arguments, &[(BINARY_ENV, &binary)])
    }
}

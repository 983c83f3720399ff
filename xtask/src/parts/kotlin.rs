//! The bindings in Kotlin: faults at the border, a library that does not fit, and every story.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::Part;
use crate::{
    bindings::LIBRARY_ENV,
    child,
    java::Maven,
    session::{BINARY_ENV, Session},
    tally::Tally,
    workspace::Workspace,
};

/// The module, from the workspace's root.
const MODULE: &str = "android/core";

/// Where the tests of stories find a phone in another language.
pub(super) const DRIVER_ENV: &str = "XUNCHA_PHONE_DRIVER";

pub(super) struct Kotlin;

impl Part for Kotlin {
    fn name(&self) -> &'static str {
        "kotlin"
    }

    fn about(&self) -> &'static str {
        "the core from Kotlin: every story, faults at the border, a library that does not fit"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let library = session.bindings()?.to_string_lossy().into_owned();
        let maven = Maven::ensure(session.ws())?;
        let binary = session.binary()?.to_string_lossy().into_owned();

        let only = format!("-Dtest={}", session.filter().join("+"));
        let mut arguments = vec!["verify", "-Dcore.skipTests=false"];
        if !session.filter().is_empty() {
            arguments.extend([only.as_str(), "-Dsurefire.failIfNoSpecifiedTests=false"]);
        }
        let variables = [(LIBRARY_ENV, library.as_str()), (BINARY_ENV, binary.as_str())];
        let tally = maven.test(session, "kotlin tests", MODULE, &arguments, &variables)?;

        let driver = driver(session.ws(), &maven, &library)?;
        let variables = [(DRIVER_ENV, driver.as_str()), (BINARY_ENV, binary.as_str())];
        Ok(tally + session.cargo_test(&["tests/scenarios"], &variables)?)
    }
}

/// The driver, compiled and not tested: for the bench.
pub(crate) fn compiled_driver(ws: &Workspace, library: &Path) -> Result<String> {
    let maven = Maven::ensure(ws)?;
    let mut command = maven.command(ws, MODULE, &["--quiet", "test-compile"])?;
    if !child::inherit(&mut command)?.success() {
        bail!("the Kotlin of the bindings does not compile: cargo xtask test kotlin tells more");
    }
    driver(ws, &maven, shown(library)?)
}

/// The command for `sh` that is a phone in Kotlin, once Maven has compiled the module.
fn driver(ws: &Workspace, maven: &Maven, library: &str) -> Result<String> {
    let built = ws.root().join(MODULE).join("build/maven");
    let classpath = fs::read_to_string(built.join("classpath")).context("Maven left no classpath")?;
    let own = ["test-classes", "classes"].map(|folder| built.join(folder));
    let own: Vec<&str> = own.iter().map(|path| shown(path)).collect::<Result<_>>()?;
    Ok(format!(
        "'{}' -XX:+UseSerialGC -Duniffi.component.xuncha.libraryOverride='{library}' \
         -cp '{}:{classpath}' org.xuncha.core.DriverKt",
        shown(&maven.java())?,
        own.join(":"),
    ))
}

fn shown(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", PathBuf::from(path).display()))
}

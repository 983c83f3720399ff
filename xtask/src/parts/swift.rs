//! XunchaKit and the stories, in Swift.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{Part, kotlin::DRIVER_ENV};
use crate::{
    compile::EVERYTHING,
    session::{BINARY_ENV, Session},
    swift::{self, quoted, tests_end, tests_line},
    tally::Tally,
    workspace::Workspace,
};

/// What is formatted, from the workspace's root.
const SOURCES: [&str; 4] =
    ["ios/XunchaKit/Package.swift", "ios/XunchaKit/Sources", "ios/XunchaKit/Tests", "ios/Xuncha"];

pub(super) struct Swift;

impl Part for Swift {
    fn name(&self) -> &'static str {
        "swift"
    }

    fn about(&self) -> &'static str {
        "the core from Swift: every story, the view models of every screen and their faults against a real hub"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let ws = session.ws();
        let swift = swift::Swift::ensure(ws)?;
        let place = Place::prepare(session)?;
        let mut tally = formatted(session, &swift)?;

        let build = session.step("swift build", &mut place.package(&swift, ws, "build", &["--build-tests"]))?;
        tally += build;
        if build.failed > 0 {
            return Ok(tally);
        }
        let only = format!("({})", session.filter().join("|"));
        let mut arguments = vec!["--skip-build", "--disable-xctest"];
        if !session.filter().is_empty() {
            arguments.extend(["--filter", &only]);
        }
        let mut tests = place.package(&swift, ws, "test", &arguments);
        tests.env(BINARY_ENV, &place.binary);
        tally += session.counted("swift test", &mut tests, tests_line, tests_end)?;

        let driver = quoted(&swift.command(ws, place.build.join("debug/StoryPhone")))?;
        let (binary, temporary) = (shown(&place.binary)?, shown(&place.temporary)?);
        let variables = [(DRIVER_ENV, driver.as_str()), (BINARY_ENV, binary), ("TMPDIR", temporary)];
        Ok(tally + session.cargo_test(EVERYTHING, &["--test", "scenarios"], &variables)?)
    }
}

fn formatted(session: &mut Session<'_>, swift: &swift::Swift) -> Result<Tally> {
    let mut command = swift.command(session.ws(), "swift");
    command.args(["format", "lint", "--strict", "--recursive", "--configuration", "ios/.swift-format"]);
    session.step("swift format", command.args(SOURCES))
}

/// What lies in our corner, which is the same inside and outside.
struct Place {
    build: PathBuf,
    library: PathBuf,
    binary: PathBuf,
    temporary: PathBuf,
}

impl Place {
    /// Library and binary may have been given from anywhere: they are copied to where Swift sees them.
    fn prepare(session: &mut Session<'_>) -> Result<Self> {
        let ws = session.ws();
        let place = Self {
            build: ws.corner("swift/build")?,
            library: copied(&session.bindings()?, &ws.corner("swift/library")?)?,
            binary: copied(&session.binary()?, &ws.corner("swift/binary")?)?,
            temporary: ws.corner("swift/tmp")?,
        };
        Ok(place)
    }

    /// A command of the package manager on XunchaKit.
    fn package(&self, swift: &swift::Swift, ws: &Workspace, verb: &str, arguments: &[&str]) -> Command {
        let folder = self.library.parent().unwrap_or(Path::new("/")).display();
        let mut command = swift.command(ws, "swift");
        command
            .args([verb, "--package-path", "ios/XunchaKit", "--scratch-path"])
            .arg(&self.build)
            .args(["-Xlinker", &format!("-L{folder}"), "-Xlinker", &format!("-rpath={folder}")])
            .args(arguments);
        command
    }
}

fn copied(file: &Path, folder: &Path) -> Result<PathBuf> {
    let name = file.file_name().unwrap_or(OsStr::new("file"));
    let copy = folder.join(name);
    fs::copy(file, &copy).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(copy)
}

fn shown(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}

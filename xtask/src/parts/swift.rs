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
const SOURCES: [&str; 5] = [
    "ios/XunchaKit/Package.swift",
    "ios/XunchaKit/Sources",
    "ios/XunchaKit/Tests",
    "ios/Xuncha",
    "ios/TypeCheck",
];

/// Checks the app's screens against an outline of SwiftUI, which Linux does not have, and reads what needs Apple's
/// other frameworks. `$1` is the folder of XunchaKit's modules, `$2` one for the outline's.
const CHECK_APP: &str = r#"
cd ios
ffi=XunchaKit/Generated/XunchaCoreFFI
swiftc -emit-module -module-name SwiftUI -swift-version 5 -parse-as-library \
    -emit-module-path "$2/SwiftUI.swiftmodule" TypeCheck/SwiftUI.swift
swiftc -typecheck -module-name Xuncha -swift-version 6 -warnings-as-errors -parse-as-library -I "$2" -I "$1" -I $ffi \
    TypeCheck/Platform.swift $(find Xuncha -name '*.swift' -not -path '*/Platform/*')
swiftc -parse Xuncha/Platform/*.swift
"#;

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

        let build =
            session.step("swift build", &mut place.package(&swift, ws, "build", &["--build-tests"]))?;
        tally += build;
        if build.failed > 0 {
            return Ok(tally);
        }
        tally += place.check_app(session, &swift)?;
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

    /// The app's sources, as far as a compiler on Linux can check them.
    fn check_app(&self, session: &mut Session<'_>, swift: &swift::Swift) -> Result<Tally> {
        let outline = session.ws().corner("swift/outline")?;
        let mut check = swift.command(session.ws(), "sh");
        check.args(["-euc", CHECK_APP, "sh"]).arg(self.build.join("debug/Modules")).arg(outline);
        session.step("the app against an outline of SwiftUI", &mut check)
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

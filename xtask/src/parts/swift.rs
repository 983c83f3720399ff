//! `XunchaKit`, the app's screens and the stories, in Swift.

use std::path::Path;

use anyhow::{Context, Result};

use super::{Part, kotlin::DRIVER_ENV};
use crate::{
    session::{BINARY_ENV, Session},
    swift,
    swift_package::{Package, into, tests_end, tests_line},
    tally::Tally,
};

/// What is formatted, from the workspace's root.
const SOURCES: [&str; 5] = [
    "ios/XunchaKit/Package.swift",
    "ios/XunchaKit/Sources",
    "ios/XunchaKit/Tests",
    "ios/Xuncha",
    "ios/TypeCheck",
];

/// Checks the app's screens against an outline of `SwiftUI`, which Linux does not have, and reads what needs
/// Apple's other frameworks. `$1` is the folder of `XunchaKit`'s modules, `$2` one for the outline's.
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
        let package = Package::prepare(ws, &swift, &session.bindings()?, "swift")?;
        // It may have been given from anywhere: it is copied to where Swift sees it.
        let binary = into(&session.binary()?, &ws.corner("swift/binary")?)?;

        let mut tally = formatted(session, &swift)?;
        let built = session.step("swift build", &mut package.command("build", &["--build-tests"]))?;
        tally += built;
        if built.failed > 0 {
            return Ok(tally);
        }
        tally += app(session, &swift, &package)?;

        let only = format!("({})", session.filter().join("|"));
        let mut arguments = vec!["--skip-build", "--disable-xctest"];
        if !session.filter().is_empty() {
            arguments.extend(["--filter", &only]);
        }
        let mut tests = package.command("test", &arguments);
        tests.env(BINARY_ENV, &binary);
        tally += session.counted("swift test", &mut tests, tests_line, tests_end)?;

        let (driver, temporary) = (package.driver("debug")?, ws.corner("swift/tmp")?);
        let variables =
            [(DRIVER_ENV, driver.as_str()), (BINARY_ENV, shown(&binary)?), ("TMPDIR", shown(&temporary)?)];
        Ok(tally + session.cargo_test(&["tests/scenarios"], &variables)?)
    }
}

fn formatted(session: &mut Session<'_>, swift: &swift::Swift) -> Result<Tally> {
    let mut command = swift.command(session.ws(), "swift");
    command.args(["format", "lint", "--strict", "--recursive", "--configuration", "ios/.swift-format"]);
    session.step("swift format", command.args(SOURCES))
}

/// The app's sources, as far as a compiler on Linux can check them.
fn app(session: &mut Session<'_>, swift: &swift::Swift, package: &Package<'_>) -> Result<Tally> {
    let outline = session.ws().corner("swift/outline")?;
    let mut check = swift.command(session.ws(), "sh");
    check.args(["-euc", CHECK_APP, "sh"]).arg(package.built("debug/Modules")).arg(outline);
    session.step("the app against an outline of SwiftUI", &mut check)
}

fn shown(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}

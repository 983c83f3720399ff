//! The dashboard in a real Chromium, against a real hub: `tests/browser`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Part;
use crate::{
    apt,
    node::Packages,
    session::{BINARY_ENV, Session},
    tally::Tally,
    web,
    workspace::Workspace,
};

/// Where the tests find the browser.
const CHROMIUM_ENV: &str = "XUNCHA_CHROMIUM";
/// Where the tests put pictures of what failed.
const OUT_ENV: &str = "XUNCHA_OUT";
/// A font with Chinese in it, as Debian's package brings it.
const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

pub(super) struct Browser;

impl Part for Browser {
    fn name(&self) -> &'static str {
        "browser"
    }

    fn about(&self) -> &'static str {
        "the dashboard in a real Chromium: every page for access and on paper, journeys with and without scripts"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let ws = session.ws();
        let chromium = chromium(ws)?;
        let packages = Packages::ensure(ws, "tests/browser")?;
        web::ensure(ws)?;
        let binary = session.binary()?;
        let out = ws.corner("browser")?;

        let types = session.step("tsc", &mut packages.program(ws, "tsc"))?;
        let mut command = packages.program(ws, "playwright");
        command.arg("test").env(BINARY_ENV, binary).env(CHROMIUM_ENV, chromium).env(OUT_ENV, out);
        if !session.filter().is_empty() {
            command.arg("--grep").arg(session.filter().join("|"));
        }
        Ok(types + session.counted("browser tests", &mut command, test_line, Tally::from_plain)?)
    }
}

/// Chromium as Debian brings it without a window: the one with windows draws its own tabs and menus for each page, which
/// takes as long again.
const CHROMIUM: &str = "chromium-headless-shell";

/// The system's Chromium, with a font for Chinese; both are installed if they are not there.
fn chromium(ws: &Workspace) -> Result<PathBuf> {
    let find = || apt::which(CHROMIUM);
    if find().is_none() || !PathBuf::from(FONT).is_file() {
        apt::install(ws, &[CHROMIUM, "fonts-noto-cjk"], "Chromium, or a font for Chinese,")?;
    }
    find().with_context(|| format!("the package {CHROMIUM} brought none"))
}

/// A test's line, `✓ pages › coverage › is … (120 ms)`.
fn test_line(line: &str) -> Option<&str> {
    line.strip_prefix("✓ ")
}

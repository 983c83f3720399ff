//! Form, warnings, documentation, dependencies, house rules.

use anyhow::Result;

use super::Part;
use crate::{
    compile::Compile, licences, progress, session::Session, sources::Findings, tally::Tally,
    tools::CARGO_DENY,
};

/// Everything but the generator of the bindings, two short files: what it stands on takes the compiler minutes to
/// check, and it is compiled where it runs.
const WITHOUT_BINDGEN: [&str; 3] = ["--no-default-features", "--features", "xuncha-core/default"];

pub(super) struct Lint;

impl Part for Lint {
    fn name(&self) -> &'static str {
        "lint"
    }

    fn about(&self) -> &'static str {
        "rustfmt, clippy, documentation, licences and sources of dependencies, house rules, and this harness itself"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let ws = session.ws();
        let mut tally = Tally::default();

        let findings = Findings::below(ws.root())?;
        for line in &findings.long {
            progress::say(format!("  ! getting long: {line}"));
        }
        tally += session.check("files of at most 500 lines", &findings.too_long);
        tally += session.check("no notes to oneself in the sources", &findings.notes);
        tally += session.check("documents name files that are there", &findings.missing);
        tally += session.check("the licences that the apps show", &licences::stale(ws)?);

        tally += session.step("cargo fmt", ws.cargo().args(["fmt", "--all", "--check"]))?;
        let flags = [&WITHOUT_BINDGEN[..], &["--all-targets", "--", "-D", "warnings"]].concat();
        tally += session.compile("cargo clippy", &Compile { verb: "clippy", flags: &flags })?;
        let mut doc = ws.cargo();
        doc.args(["doc", "--workspace", "--no-deps"])
            .args(WITHOUT_BINDGEN)
            .env("RUSTDOCFLAGS", "-D warnings");
        tally += session.step("cargo doc", &mut doc)?;

        // Advisories need a database that is fetched from a git host; where that is reached, run
        // `cargo deny check advisories` by hand.
        let deny = CARGO_DENY.get(ws)?;
        let what = ["--log-level", "warn", "check", "bans", "licenses", "sources"];
        tally += session.step("cargo deny: bans, licences, sources", ws.command(deny).args(what))?;
        // All other parts rely on how this counts.
        Ok(tally + session.cargo_test(&["xtask"], &[])?)
    }
}

//! Bad input: every operation of the API by schemathesis, and the table of rejected inputs. And the API's
//! document, held to what really travels.

use anyhow::{Context, Result};

use super::{Part, scenarios::end_to_end};
use crate::{hub::Hub, python::Venv, session::Session, tally::Tally};

/// schemathesis' checks that hold for every operation here.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method,ignored_auth";

pub(super) struct Api;

impl Part for Api {
    fn name(&self) -> &'static str {
        "api"
    }

    fn about(&self) -> &'static str {
        "every API operation with generated input against the OpenAPI document, and the table of rejected inputs"
    }

    fn run(&self, session: &mut Session<'_>) -> Result<Tally> {
        let venv = Venv::ensure(session.ws(), "api", "tests/api/requirements.txt")?;
        let golden = golden(session, &venv)?;
        Ok(golden + schemathesis(session, &venv)? + end_to_end(session, &["tests/api"])?)
    }
}

/// What phones and hub really send, against the document's schemas.
fn golden(session: &mut Session<'_>, venv: &Venv) -> Result<Tally> {
    let mut command = session.ws().command(venv.program("python"));
    command.arg("tests/api/golden.py");
    session.step("messages against the document", &mut command)
}

fn schemathesis(session: &mut Session<'_>, venv: &Venv) -> Result<Tally> {
    let ws = session.ws();
    let binary = session.binary()?;
    let hub = Hub::start(ws, &binary)?;
    let corner = ws.corner("api")?;
    let (report, answered) = (corner.join("junit.xml"), corner.join("answered.json"));
    let mut command = ws.command(venv.program("schemathesis"));
    command
        .env("SCHEMATHESIS_HOOKS", ws.root().join("tests/api/hooks.py"))
        .envs([("XUNCHA_API_URL", hub.url("")), ("XUNCHA_API_PHONE", hub.enrolled())])
        .env("XUNCHA_API_ANSWERED", &answered)
        .args(["run", &hub.url("/api/openapi.json"), "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {}", hub.token()?)])
        .args(["--checks", CHECKS, "--max-examples", "50", "--continue-on-failure"])
        // The same inputs on every machine and in every run.
        .arg("--generation-deterministic")
        .args(["--report", "junit", "--report-junit-path"])
        .arg(&report)
        // It leaves its own notes in the folder it runs in.
        .current_dir(&corner);
    _ = std::fs::remove_file(&report);
    _ = std::fs::remove_file(&answered);
    let ok = session.step("schemathesis", &mut command)?.failed == 0;
    let junit = std::fs::read_to_string(&report).unwrap_or_default();
    let operations = from_junit(&junit).context("schemathesis wrote no report: see the log")?;
    let mut command = ws.command(venv.program("python"));
    command.arg("tests/api/answered.py").arg(&answered);
    Ok(operations.of_command(ok) + session.step("operations that answered well", &mut command)?)
}

/// The counts on the root of a report in `JUnit`'s format, `<testsuites errors="0" failures="1" tests="2" …>`.
fn from_junit(xml: &str) -> Option<Tally> {
    let root = xml.split_once("<testsuites")?.1.split_once('>')?.0;
    let count = |name: &str| -> Option<u32> {
        root.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse().ok()
    };
    let failed = count("failures")? + count("errors")?;
    Some(Tally { passed: count("tests")?.checked_sub(failed)?, failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_counted_from_the_reports_root() {
        let report = r#"<?xml version="1.0" encoding="utf-8"?>
<testsuites errors="1" failures="2" skipped="0" tests="9" time="4.6">
  <testsuite name="schemathesis" errors="0" failures="0" tests="1">"#;
        assert_eq!(from_junit(report), Some(Tally { passed: 6, failed: 3 }));
    }

    #[test]
    fn a_report_cut_short_is_no_report() {
        assert_eq!(from_junit(""), None);
        assert_eq!(from_junit("<testsuites errors=\"0\" failures=\"0\" "), None);
    }
}

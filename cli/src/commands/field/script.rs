//! A whole day from a file: step after step, each durable before its line is printed. A script that
//! was stopped, or whose process was killed, goes on with `--from`.

use std::io::Read as _;
use std::process::ExitCode;
use std::time::Duration;
use std::{fs, io, thread};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Phone;
use super::args::WorkArgs;
use super::step::{self, Step};
use crate::failure::Failure;
use crate::output::Out;

/// What is to be done, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The steps.
    pub steps: Vec<Step>,
}

/// Works through a script. With `--json` prints one JSON document a line: `step`, `of`, `did`.
///
/// # Errors
/// The first step that fails; those before it are done and safe.
pub(super) fn work(phone: &Phone, args: &WorkArgs, out: Out) -> Result<ExitCode, Failure> {
    let name = args.script.display();
    let text = if args.script.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(&args.script)
    };
    let text = text.map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let script: Script =
        serde_json::from_str(&text).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let of = script.steps.len();
    let mut current = None;
    for (number, step) in (1..).zip(script.steps).skip(args.from.saturating_sub(1)) {
        thread::sleep(Duration::from_millis(args.pace));
        let did = step::perform(phone, step, &mut current).map_err(|failure| match failure {
            Failure::Error(error) => Failure::Error(error.context(format!("step {number} of {of}"))),
            other => other,
        })?;
        let line = json!({ "step": number, "of": of, "did": did.json });
        let line = if out.is_json() { format!("{line}\n") } else { format!("[{number}/{of}] {}", did.text) };
        out.print(&line)?;
    }
    Ok(ExitCode::SUCCESS)
}

//! A hub of our own for the tests of its API, with a station in it and an enrolled phone to ask as. How the
//! binary is called for that stands here and nowhere else.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{child, service::Service, workspace::Workspace};

/// Who asks: the head of the station in `tests/api`, who may do the most.
const MEMBER: &str = "陈若水";
/// The public key of RFC 8037, appendix A.2: what is signed by it is signed in `tests/api/phone.py`.
const KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

/// A running hub with an otherwise empty store; stopped when dropped.
pub(crate) struct Hub {
    address: String,
    enrolled: Value,
    _service: Service,
}

impl Hub {
    /// Fills a store, starts the binary on a free port of 127.0.0.1, and enrols a phone.
    pub(crate) fn start(ws: &Workspace, binary: &Path) -> Result<Self> {
        let data = fresh(ws.corner("api")?.join("hub"))?;
        let xuncha = |words: &[&str]| {
            let mut command = ws.command(binary);
            command.args(words).arg("--data").arg(&data);
            command
        };

        let mut import = xuncha(&["import"]);
        for what in ["stations", "members", "venues"] {
            import.arg(format!("--{what}")).arg(format!("tests/api/{what}.csv"));
        }
        printed(&mut import)?;
        let card = printed(xuncha(&["hub", "enrol-code"]).args(["--member", MEMBER, "--json"]))?;
        let card: Value = serde_json::from_str(&card).context("xuncha hub enrol-code printed no JSON")?;
        let code = card["code"].as_str().context("xuncha hub enrol-code named no code")?;

        let port_file = data.join("port");
        let mut run = xuncha(&["hub", "run"]);
        run.args(["--listen", "127.0.0.1:0", "--port-file"]).arg(&port_file);
        let log = ws.corner("logs")?.join("api-hub.log");
        let mut service = Service::start("the hub", &mut run, log, Signal::TERM)?;
        let port = service.wait_for(|| port_in(&fs::read_to_string(&port_file).ok()?))?;

        let address = format!("127.0.0.1:{port}");
        let request = json!({ "code": code, "key": KEY, "platform": "cli", "label": "schemathesis" });
        let enrolled =
            post(&address, "/api/v1/enrol", &request.to_string()).context("the phone did not enrol")?;
        Ok(Self { address, enrolled, _service: service })
    }

    /// The address of something it serves.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What the hub answered to the phone's enrolment.
    pub(crate) fn enrolled(&self) -> String {
        self.enrolled.to_string()
    }

    /// The enrolled phone's bearer token.
    pub(crate) fn token(&self) -> Result<&str> {
        self.enrolled["token"].as_str().context("the hub's answer to an enrolment has no token")
    }
}

/// The port in a port file; `None` while it is not wholly written.
fn port_in(text: &str) -> Option<u16> {
    text.strip_suffix('\n')?.parse().ok()
}

/// What a command prints; a failure is an error with its complaint.
fn printed(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", child::shown(command)))?;
    if !output.status.success() {
        bail!("{} failed:\n{}", child::shown(command), String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("not UTF-8")
}

/// One POST of JSON, as HTTP/1.0: the answer then ends with the connection, and comes in one piece.
fn post(address: &str, path: &str, body: &str) -> Result<Value> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    json_in(&answer)
}

/// The body of a good answer.
fn json_in(answer: &str) -> Result<Value> {
    let (head, body) = answer.split_once("\r\n\r\n").context("not an HTTP answer")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if !status.starts_with('2') {
        bail!("status {status}: {body}");
    }
    serde_json::from_str(body).context("not JSON")
}

fn fresh(dir: PathBuf) -> Result<PathBuf> {
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    Ok(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_counts_once_its_line_is_whole() {
        assert_eq!(port_in("4312\n"), Some(4312));
        assert_eq!(port_in("43"), None);
        assert_eq!(port_in(""), None);
    }

    #[test]
    fn a_good_answer_gives_its_json_and_any_other_its_complaint() {
        let good = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"token\":\"t\"}";
        assert_eq!(json_in(good).unwrap()["token"], "t");
        let bad = "HTTP/1.0 403 Forbidden\r\n\r\n{\"code\":\"code_used\"}";
        assert!(json_in(bad).unwrap_err().to_string().contains("code_used"));
        assert!(json_in("").is_err());
    }
}

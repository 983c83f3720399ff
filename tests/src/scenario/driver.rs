//! Phones in another language: a process that does what it is told, one line of JSON a deed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::deed::{Deed, Refusal};

/// Names the driver: a command for `sh`. Without it the phones of a story are the core in this process.
const DRIVER: &str = "XUNCHA_PHONE_DRIVER";

/// Whether phones are a driver's.
pub fn is_set() -> bool {
    std::env::var_os(DRIVER).is_some()
}

/// Longer than any deed takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// A driver at work; it holds all phones of a story.
pub struct Driver {
    child: Child,
    orders: ChildStdin,
    answers: Receiver<String>,
}

/// A deed on its way.
#[derive(Serialize)]
struct Order<'a> {
    phone: &'a str,
    /// What the phone's clock shows.
    now: i64,
    /// Milliseconds since it was switched on.
    uptime: i64,
    #[serde(flatten)]
    deed: &'a Deed,
}

/// What came of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    #[serde(default)]
    ok: Option<Value>,
    #[serde(default)]
    refused: Option<Refusal>,
    /// How many random numbers the phone drew so far.
    drawn: u64,
}

/// The clocks of a phone.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    /// What its wall clock shows.
    pub now: i64,
    /// What its boot clock shows.
    pub uptime: i64,
}

impl Driver {
    /// The driver that the environment names, started.
    pub fn start() -> Result<Option<Arc<Mutex<Self>>>> {
        std::env::var(DRIVER).ok().map(|command| Self::with(&command)).transpose()
    }

    /// The driver that is this command for `sh`, started.
    pub fn with(command: &str) -> Result<Arc<Mutex<Self>>> {
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec {command}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {command}"))?;
        let orders = child.stdin.take().context("the driver's input")?;
        let lines = BufReader::new(child.stdout.take().context("the driver's output")?).lines();
        let (tell, answers) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Ok(Arc::new(Mutex::new(Self { child, orders, answers })))
    }

    /// Has it done, and gives how many random numbers the phone drew so far beside what came of it.
    pub fn perform(
        this: &Mutex<Self>,
        phone: &str,
        clocks: Clocks,
        deed: &Deed,
    ) -> Result<(Result<Value, Refusal>, u64)> {
        let mut this = this.lock().unwrap_or_else(PoisonError::into_inner);
        let order = Order { phone, now: clocks.now, uptime: clocks.uptime, deed };
        let line = serde_json::to_string(&order)?;
        writeln!(this.orders, "{line}").with_context(|| format!("the driver is gone before {line}"))?;
        let answer = match this.answers.recv_timeout(PATIENCE) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => bail!("the driver says nothing to {line}"),
            Err(RecvTimeoutError::Disconnected) => bail!("the driver ended at {line}"),
        };
        let told: Told = serde_json::from_str(&answer).with_context(|| format!("{line}: {answer}"))?;
        match (told.ok, told.refused) {
            (Some(ok), None) => Ok((Ok(ok), told.drawn)),
            (None, Some(refusal)) => Ok((Err(refusal), told.drawn)),
            _ => bail!("{line}: one of ok and refused: {answer}"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

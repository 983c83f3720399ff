//! Hub and phones as processes of this very program.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::process::{Child, Command};
use xuncha_core::domain::{Locale, Timestamp};

use crate::alone::apart;
use crate::failure::LATER;

/// How long a hub may take to listen.
const START: Duration = Duration::from_secs(20);

/// This program, to be run again.
#[derive(Debug, Clone)]
pub(super) struct Program {
    path: PathBuf,
    folder: PathBuf,
    locale: Locale,
}

impl Program {
    /// To be run in a folder of the demo's.
    pub(super) fn this(folder: &Path, locale: Locale) -> Result<Self> {
        let path = std::env::current_exe().context("where this program lies")?;
        Ok(Self { path, folder: folder.to_owned(), locale })
    }

    /// A process with these words that is killed when nobody holds it any more.
    pub(super) fn command<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(&self.path);
        command.args(["--json", "--lang", self.locale.pick("zh", "en")]).args(words);
        // The demo's hub is the embedded one, whatever this machine is used for.
        apart(command.as_std_mut(), &self.folder);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs it to its end and gives the JSON documents it printed. Exit code 3 (try again later) is an
    /// end like another.
    pub(super) async fn lines(&self, mut command: Command) -> Result<Vec<Value>> {
        let output = command.output().await?;
        let later = output.status.code() == Some(LATER.into());
        if !output.status.success() && !later {
            bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8(output.stdout)?;
        text.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
    }

    /// The same with its last document alone.
    pub(super) async fn json(&self, command: Command) -> Result<Value> {
        self.lines(command).await?.pop().context("the process printed nothing")
    }
}

/// A phone: a folder, and processes that come and go.
#[derive(Debug, Clone)]
pub(super) struct Phone {
    pub(super) owner: String,
    pub(super) station: usize,
    pub(super) by: usize,
    pub(super) dir: PathBuf,
    pub(super) program: Program,
}

impl Phone {
    /// A process of this phone at a moment.
    pub(super) fn command(&self, now: Timestamp, words: &[&str]) -> Command {
        let mut command = self.program.command(["field"]);
        command.arg("--dir").arg(&self.dir).arg("--now").arg(now.to_string()).args(words);
        command
    }

    /// Runs a command of the phone.
    pub(super) async fn json(&self, now: Timestamp, words: &[&str]) -> Result<Value> {
        let done = self.program.json(self.command(now, words)).await;
        done.with_context(|| format!("the phone of {}: {}", self.owner, words.join(" ")))
    }
}

/// The hub's process.
#[derive(Debug)]
pub(super) struct Hub {
    program: Program,
    folder: PathBuf,
    child: Option<Child>,
    pub(super) port: u16,
}

impl Hub {
    pub(super) fn new(program: &Program, folder: &Path) -> Self {
        Self { program: program.clone(), folder: folder.to_owned(), child: None, port: 0 }
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("hub")
    }

    /// Starts it, where it listened before if it did, and waits until it listens. `now` is the moment
    /// it takes it for.
    pub(super) async fn start(&mut self, now: Timestamp) -> Result<()> {
        let port_file = self.folder.join("port");
        let _ = fs::remove_file(&port_file);
        let log = fs::File::options().create(true).append(true).open(self.folder.join("hub.log"))?;
        let mut command = self.program.command(["hub", "run"]);
        command.arg("--data").arg(self.data()).arg("--now").arg(now.to_string());
        command.arg("--listen").arg(format!("127.0.0.1:{}", self.port)).arg("--port-file").arg(&port_file);
        let mut child = command.stdout(Stdio::null()).stderr(log).spawn()?;
        let begun = Instant::now();
        while begun.elapsed() < START {
            if let Ok(port) = fs::read_to_string(&port_file).unwrap_or_default().trim().parse() {
                self.port = port;
                self.child = Some(child);
                return Ok(());
            }
            if child.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!(
            "the hub did not start: {}",
            fs::read_to_string(self.folder.join("hub.log")).unwrap_or_default()
        )
    }

    /// kill -9.
    pub(super) async fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        Ok(())
    }

    /// An administrator's command on its data.
    pub(super) async fn json(&self, words: &[&str], data: &Path) -> Result<Value> {
        let mut command = self.program.command(words);
        command.arg("--data").arg(data);
        self.program.json(command).await.with_context(|| words.join(" "))
    }
}

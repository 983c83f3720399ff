//! A real hub: the process `xuncha hub run` on a folder of its own, killed and started at will, and
//! the commands an administrator gives it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use xuncha::alone::apart;
use xuncha_core::domain::MemberId;
use xuncha_core::wire::EnrolLink;
use xuncha_hub::Config;
use xuncha_hub::app::open_store;
use xuncha_hub::store::Store;

/// How long a hub may take to listen.
const START: Duration = Duration::from_secs(30);

/// The binary under test: `XUNCHA_BIN`, else the one cargo built beside the tests.
pub fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("XUNCHA_BIN") {
        return Ok(path.into());
    }
    let mut folder = std::env::current_exe().context("where the tests lie")?;
    while folder.pop() {
        let binary = folder.join("xuncha");
        if binary.is_file() {
            return Ok(binary);
        }
    }
    bail!("the binary `xuncha` is not built: cargo build -p xuncha, or set XUNCHA_BIN")
}

/// The binary, told of no hub but by what the caller adds, and run in a folder.
pub fn program(folder: &Path) -> Result<Command> {
    let mut command = Command::new(binary()?);
    apart(&mut command, folder);
    Ok(command)
}

/// A hub process and its folder.
#[derive(Debug)]
pub struct Hub {
    folder: PathBuf,
    database_url: Option<String>,
    settings: Vec<(String, String)>,
    child: Option<Child>,
    url: String,
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Hub {
    /// A hub that is not running yet; on PostgreSQL if a URL is given.
    pub fn new(folder: &Path, database_url: Option<String>) -> Self {
        let settings = Vec::new();
        Self { folder: folder.to_owned(), database_url, settings, child: None, url: String::new() }
    }

    /// A setting of it, by its name in the environment.
    #[must_use]
    pub fn with(mut self, variable: &str, value: impl Into<String>) -> Self {
        self.settings.push((variable.to_owned(), value.into()));
        self
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("hub")
    }

    /// Its data folder and database, for what opens them beside it.
    pub fn config(&self) -> Config {
        Config { database_url: self.database_url.clone(), ..Config::new(self.data()) }
    }

    /// Its database, opened beside it.
    pub async fn store(&self) -> Result<Store> {
        Ok(open_store(&self.config()).await?)
    }

    /// The file that tells it the time, as milliseconds' worth of RFC 3339.
    pub fn clock_file(&self) -> PathBuf {
        self.folder.join("clock")
    }

    /// Its address while it runs.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// A command on its data, at its time.
    fn timed(&self, words: &[&str]) -> Result<Command> {
        let mut command = self.xuncha(words)?;
        if self.clock_file().exists() {
            command.arg("--clock-file").arg(self.clock_file());
        }
        Ok(command)
    }

    /// A command on its data, with its settings.
    pub fn xuncha(&self, words: &[&str]) -> Result<Command> {
        // A program runs in its hub's folder, so that it finds no settings elsewhere.
        std::fs::create_dir_all(&self.folder)?;
        let mut command = program(&self.folder)?;
        command.args(words).arg("--data").arg(self.data());
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command.envs(self.settings.iter().map(|(variable, value)| (variable, value)));
        Ok(command)
    }

    /// Starts it and waits until it listens.
    pub fn start(&mut self) -> Result<()> {
        let ports = self.folder.join("port");
        let _ = std::fs::remove_file(&ports);
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("hub.log"))?;
        let mut command = self.timed(&["hub", "run"])?;
        command.args(["--listen", "127.0.0.1:0", "--port-file"]).arg(&ports);
        self.child = Some(command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?);
        let begun = Instant::now();
        loop {
            let port = std::fs::read_to_string(&ports).unwrap_or_default();
            if let Ok(port) = port.trim().parse::<u16>() {
                let tls = self.settings.iter().any(|(variable, _)| variable == "XUNCHA_TLS_CERT");
                self.url = format!("{}://127.0.0.1:{port}", if tls { "https" } else { "http" });
                return Ok(());
            }
            let gone = self.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
            if gone || begun.elapsed() > START {
                bail!("the hub did not start: {}", self.log());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// kill -9.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("hub.log")).unwrap_or_default()
    }

    /// A card by which a member enrols a phone.
    pub fn card(&self, member: MemberId) -> Result<EnrolLink> {
        let card = self.admin("enrol-code", &["--member", &member.to_string(), "--hub", &self.url])?;
        Ok(card["link"].as_str().with_context(|| format!("a card has a link: {card}"))?.parse()?)
    }

    /// Takes a phone's file and writes the answer for it.
    pub fn take_file(&self, file: &Path, answer: &Path) -> Result<()> {
        let mut command = self.timed(&["import-bundle"])?;
        let output = command.arg(file).arg("--out").arg(answer).output()?;
        ensure!(output.status.success(), "xuncha import-bundle: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Fails unless `xuncha verify` finds nothing wrong.
    pub fn must_verify(&self) -> Result<()> {
        let report = self.verify()?;
        ensure!(report["ok"] == true, "xuncha verify: {report}");
        Ok(())
    }

    /// `xuncha verify` on its data, as it tells it.
    pub fn verify(&self) -> Result<Value> {
        let output = self.xuncha(&["verify"])?.arg("--json").output()?;
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("xuncha verify: {}", String::from_utf8_lossy(&output.stderr)))
    }

    /// An administrator's command on its data, such as `enrol-code`.
    pub fn admin(&self, verb: &str, arguments: &[&str]) -> Result<Value> {
        let output = self.timed(&["hub", verb])?.args(arguments).arg("--json").output()?;
        if !output.status.success() {
            bail!("xuncha hub {verb}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

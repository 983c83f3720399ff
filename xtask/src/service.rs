//! A program that runs beside the tests: started, waited for, stopped when dropped.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::{child, interrupt, progress::Progress};

/// How long a service may take until it is ready.
const READY: Duration = Duration::from_mins(1);

/// A running program, stopped by the id of the process that was started.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
    log: PathBuf,
    stop_by: Signal,
}

impl Service {
    /// Starts it in a process group of its own (a Ctrl-C in the terminal reaches us, and we stop it in order),
    /// with all it prints in the file `log`.
    pub(crate) fn start(
        name: &'static str,
        command: &mut Command,
        log: PathBuf,
        stop_by: Signal,
    ) -> Result<Self> {
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let command = command.process_group(0).stdout(file.try_clone()?).stderr(file);
        Ok(Self { name, child: child::spawn(command)?, log, stop_by })
    }

    /// Waits until `ready` answers with something; an early end or a minute's silence is an error that shows
    /// what the program printed.
    pub(crate) fn wait_for<T>(&mut self, mut ready: impl FnMut() -> Option<T>) -> Result<T> {
        let mut progress = Progress::start(format!("starting {}", self.name));
        let deadline = Instant::now() + READY;
        loop {
            if let Some(answer) = ready() {
                return Ok(answer);
            }
            interrupt::check()?;
            let printed = || fs::read_to_string(&self.log).unwrap_or_default();
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended at its start ({status}):\n{}", self.name, printed());
            }
            if Instant::now() > deadline {
                bail!("{} is not ready after {} s:\n{}", self.name, READY.as_secs(), printed());
            }
            progress.tick();
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        child::stop(&mut self.child, self.stop_by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn it_is_stopped_when_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let told = dir.path().join("stopped");
        let ready = dir.path().join("ready");
        let script =
            format!("trap 'touch {}; exit' TERM; touch {}; sleep 60 & wait", told.display(), ready.display());
        let mut service =
            Service::start("a shell", &mut shell(&script), dir.path().join("log"), Signal::TERM).unwrap();
        service.wait_for(|| ready.exists().then_some(())).unwrap();
        assert!(!told.exists());
        drop(service);
        assert!(told.exists());
    }

    #[test]
    fn an_early_end_shows_what_was_printed() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let mut service =
            Service::start("a shell", &mut shell("echo no room; exit 1"), log, Signal::TERM).unwrap();
        let error = service.wait_for(|| None::<()>).unwrap_err();
        assert!(error.to_string().contains("no room"), "{error}");
    }
}

//! Running other programs: line by line, stopped together with us, and never left behind.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::interrupt;

/// How often a wait looks up.
const TICK: Duration = Duration::from_millis(100);
/// How long a program that was asked to stop may take.
const GRACE: Duration = Duration::from_secs(10);

/// What happens while a program runs.
pub(crate) enum Event {
    /// A line of its standard output.
    Out(String),
    /// A line of its standard error.
    Err(String),
    /// Nothing for a moment.
    Tick,
}

/// Runs a program to its end and hands over its lines as they come. It has a process group of its own, so that
/// an interrupt ends it with all its children.
pub(crate) fn run(command: &mut Command, mut on: impl FnMut(Event)) -> Result<ExitStatus> {
    let mut child = spawn(command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (send, events) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        pump(out, send.clone(), Event::Out);
    }
    if let Some(err) = child.stderr.take() {
        pump(err, send, Event::Err);
    }
    loop {
        if interrupt::asked() {
            stop_group(&mut child);
            return Err(interrupt::Interrupted.into());
        }
        match events.recv_timeout(TICK) {
            Ok(event) => on(event),
            Err(RecvTimeoutError::Timeout) => {
                on(Event::Tick);
                // Ended, yet somebody it started still holds its pipes: its lines are not worth a wait.
                if let Some(status) = child.try_wait()? {
                    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
                    return Ok(status);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return wait(&mut child),
        }
    }
}

/// Runs a program that has the terminal to itself.
pub(crate) fn inherit(command: &mut Command) -> Result<ExitStatus> {
    let mut child = spawn(command)?;
    let status = wait(&mut child);
    if status.is_err() {
        stop(&mut child, Signal::TERM);
    }
    status
}

/// Starts a program; the error names it.
pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| format!("cannot start {}", shown(command)))
}

/// Asks one program to stop, and after [`GRACE`] makes it.
pub(crate) fn stop(child: &mut Child, how: Signal) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    let _ = kill_process(Pid::from_child(child), how);
    if !ended(child) {
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or_default().to_owned();
    let arguments = command.get_args().map(|a| a.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn stop_group(child: &mut Child) {
    let group = Pid::from_child(child);
    let _ = kill_process_group(group, Signal::TERM);
    if !ended(child) {
        let _ = kill_process_group(group, Signal::KILL);
        let _ = child.wait();
    }
}

fn wait(child: &mut Child) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        interrupt::check()?;
        thread::sleep(TICK);
    }
}

fn ended(child: &mut Child) -> bool {
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return true;
        }
        thread::sleep(TICK);
    }
    false
}

fn pump(pipe: impl Read + Send + 'static, to: Sender<Event>, event: fn(String) -> Event) {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line);
            if to.send(event(text.trim_end_matches(['\n', '\r']).to_owned())).is_err() {
                return;
            }
            line.clear();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null());
        command
    }

    #[test]
    fn both_streams_arrive_line_by_line_with_the_exit_code() {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = run(&mut shell("echo one; echo two; echo three >&2; exit 3"), |event| match event {
            Event::Out(line) => out.push(line),
            Event::Err(line) => err.push(line),
            Event::Tick => {}
        });
        assert_eq!(status.unwrap().code(), Some(3));
        assert_eq!(out, ["one", "two"]);
        assert_eq!(err, ["three"]);
    }

    #[test]
    fn a_child_left_behind_with_the_pipes_does_not_hold_us_up() {
        let started = Instant::now();
        let status = run(&mut shell("sleep 60 & echo started"), |_| {});
        assert!(status.unwrap().success());
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-program-here"), |_| {}).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-program-here"), "{error:#}");
    }
}

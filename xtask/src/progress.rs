//! Showing that something long is going on: a bar or spinner on a terminal, a line now and then elsewhere.

use std::{
    borrow::Cow,
    cell::Cell,
    env,
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// How long a log stays silent before it is told that the work goes on.
const SILENCE: Duration = Duration::from_secs(10);

thread_local! {
    /// What stands before each line of this thread.
    static MARGIN: Cell<&'static str> = const { Cell::new("") };
}

/// From now on this thread's lines are told from those of others by what stands before them.
pub(crate) fn set_margin(margin: &'static str) {
    MARGIN.set(margin);
}

/// Prints a text to standard output.
pub(crate) fn say(text: impl AsRef<str>) {
    println!("{}", with_margin(text.as_ref(), MARGIN.get()));
}

fn with_margin<'a>(text: &'a str, margin: &str) -> Cow<'a, str> {
    if margin.is_empty() {
        return text.into();
    }
    text.split('\n').map(|line| format!("{margin}{line}")).collect::<Vec<_>>().join("\n").into()
}

/// Progress of one step; cleared from the terminal when dropped.
pub(crate) struct Progress {
    title: String,
    bar: ProgressBar,
    started: Instant,
    spoke: Instant,
    state: String,
    say_on_stderr: bool,
}

impl Progress {
    /// Starts a spinner of unknown length; lines go to standard output.
    pub(crate) fn start(title: impl Into<String>) -> Self {
        Self::new(title.into(), false)
    }

    /// The same with lines on standard error, where standard output belongs to something else.
    pub(crate) fn start_on_stderr(title: impl Into<String>) -> Self {
        Self::new(title.into(), true)
    }

    fn new(title: String, say_on_stderr: bool) -> Self {
        let bar = ProgressBar::new_spinner().with_prefix(title.clone());
        if is_live() {
            bar.set_style(style("{spinner} {prefix} [{elapsed}] {wide_msg}"));
            bar.enable_steady_tick(Duration::from_millis(120));
        } else {
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        let now = Instant::now();
        Self { title, bar, started: now, spoke: now, state: String::new(), say_on_stderr }
    }

    /// From now on `done` out of `total`, counted in `unit`.
    pub(crate) fn at(&mut self, done: u64, total: u64, unit: &str) {
        if self.bar.length() != Some(total) {
            self.bar.set_length(total);
            self.bar.set_style(style("{spinner} {prefix} [{elapsed}] {bar:24} {wide_msg}"));
        }
        self.bar.set_position(done);
        self.now(format!("{done} of {total} {unit}"));
    }

    /// What is going on just now.
    pub(crate) fn now(&mut self, what: impl Into<Cow<'static, str>>) {
        let what = what.into();
        self.bar.set_message(what.clone());
        self.state = what.into_owned();
        self.tick();
    }

    /// Called now and then: breaks a log's silence.
    pub(crate) fn tick(&mut self) {
        if !is_live() && self.spoke.elapsed() >= SILENCE {
            let seconds = self.started.elapsed().as_secs();
            let state = if self.state.is_empty() { String::new() } else { format!(": {}", self.state) };
            self.say(format!("    … {} ({seconds} s){state}", self.title));
        }
    }

    /// Prints a line to standard output, above the bar.
    pub(crate) fn say(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        self.bar.suspend(|| if self.say_on_stderr { eprintln!("{line}") } else { say(line) });
        self.spoke = Instant::now();
    }

    /// Time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Whether a person watches a terminal; CI and pipes get plain lines.
pub(crate) fn is_live() -> bool {
    io::stderr().is_terminal() && io::stdout().is_terminal() && env::var_os("CI").is_none()
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_stands_before_every_line() {
        assert_eq!(with_margin("  ✗ core\n    why", "│ "), "│   ✗ core\n│     why");
        assert_eq!(with_margin("one\ntwo", ""), "one\ntwo");
    }
}

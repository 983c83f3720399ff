//! What commands print. Standard output holds the answer alone: text for people, or with `--json` one
//! JSON document (for commands that tell of steps as they happen, one JSON document a line). What else
//! there is to say goes to standard error.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::json;
use xuncha_core::domain::Locale;

use crate::failure::Failure;

/// Where and how to print.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    json: bool,
    locale: Locale,
}

impl Out {
    /// Prints JSON or text in a language.
    #[must_use]
    pub const fn new(json: bool, locale: Locale) -> Self {
        Self { json, locale }
    }

    /// Whether programs read it.
    #[must_use]
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// The language people read it in.
    #[must_use]
    pub const fn locale(self) -> Locale {
        self.locale
    }

    /// The one of two texts that is in the language.
    #[must_use]
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        self.locale.pick(zh, en)
    }

    /// Figures with their words, as one sentence has them: `3 records, 1 photos`. Each with its words in Chinese and
    /// in English.
    #[must_use]
    pub fn counts(self, figures: &[(u64, &str, &str)]) -> String {
        let words = figures.iter().map(|(count, zh, en)| format!("{count} {}", self.pick(zh, en)));
        words.collect::<Vec<_>>().join(", ")
    }

    /// Prints an answer: `value` for programs, in one line, or what `text` writes for people.
    ///
    /// # Errors
    /// If standard output cannot be written to, other than that nobody reads it any more.
    pub fn show<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce(&mut String) -> fmt::Result,
    ) -> Result<ExitCode, Failure> {
        let mut printed = String::new();
        if self.json {
            printed = serde_json::to_string(value)?;
            printed.push('\n');
        } else {
            text(&mut printed)?;
        }
        self.print(&printed)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Prints as it is.
    ///
    /// # Errors
    /// If standard output cannot be written to, other than that nobody reads it any more.
    pub fn print(self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Says something beside the answer.
    pub fn say(self, text: &str) {
        // Nothing is lost if nobody reads it.
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Says what went wrong, to people and, with `--json`, to programs too; gives the exit code.
    #[must_use]
    pub fn fail(self, failure: &Failure) -> ExitCode {
        let advice = failure.advice(self.locale);
        self.say(&format!("xuncha: {failure}"));
        if let Some(advice) = advice {
            self.say(advice);
        }
        if self.json {
            let (code, message) = (failure.code(), failure.to_string());
            let error = json!({ "error": { "code": code, "message": message, "advice": advice } });
            let _ = self.print(&format!("{error}\n"));
        }
        failure.exit_code()
    }

    /// A bar on standard error for what takes long; `total` 0 shows a spinner. Unseen where standard
    /// error is no terminal.
    #[must_use]
    pub fn progress(self, total: u64, what: &'static str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
        let template =
            if total == 0 { "{spinner} {msg} {pos}" } else { "{msg} {wide_bar} {pos}/{len} {eta}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}

//! Settings of a hub: by flag, environment or file, under one name everywhere.
//!
//! `public_url` is `--public-url` or `--set public_url=…` as a flag, `XUNCHA_PUBLIC_URL` in the environment and
//! `public_url = "…"` in `xuncha.toml`. A flag goes before the environment, that before the file, that before the
//! default. All of it is checked before anything is done, and everything that is wrong is said at once.
//!
//! - `names`: which settings there are. `file`: reading `xuncha.toml`. `config`: what a hub is told of them.

mod config;
mod file;
mod names;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

pub use names::{ALL, Setting};

/// The file that is read where none is named, if it is there.
const FILE: &str = "xuncha.toml";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command.
    Flag,
    /// The environment.
    Environment,
    /// A line of the file, counted from 1.
    File(PathBuf, usize),
    /// Nobody said anything.
    Default,
}

/// A value as it was written, and where.
#[derive(Debug, Clone)]
pub struct Value {
    /// What was written; `None` for a setting without a default that nobody set.
    pub text: Option<String>,
    /// Where.
    pub source: Source,
}

/// One thing that is wrong, in one sentence that says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The settings that hold, and what was wrong with what was written.
#[derive(Debug)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
    wrong: Vec<Wrong>,
}

impl Settings {
    /// Puts flags, environment and file together. `flags` are names and values, the later before the earlier.
    pub fn gather(
        flags: &[(String, String)],
        environment: &BTreeMap<String, String>,
        file: Option<&Path>,
    ) -> Self {
        let mut gathered = Self { values: BTreeMap::new(), wrong: Vec::new() };
        let by_environment = |name: &str| environment.get(name).filter(|text| !text.is_empty()).cloned();
        let named = file.map(Path::to_owned).or_else(|| by_environment("XUNCHA_CONFIG").map(PathBuf::from));
        let mut lines = gathered.read(named.as_deref());
        for (name, _) in flags {
            if names::find(name).is_none() {
                gathered.wrong.push(names::unknown(name, "--set"));
            }
        }
        for (variable, text) in environment {
            if !text.is_empty() && !names::is_known(variable) {
                gathered.wrong.push(names::unknown_variable(variable));
            }
        }
        for setting in ALL {
            let line = lines.remove(setting.name);
            let flag = flags.iter().rev().find(|(name, _)| name == setting.name);
            let value = match (flag, by_environment(&setting.variable()), line) {
                (Some((_, text)), _, _) => Value { text: Some(text.clone()), source: Source::Flag },
                (None, Some(text), _) => Value { text: Some(text), source: Source::Environment },
                (None, None, Some(value)) => value,
                (None, None, None) => {
                    Value { text: setting.default.map(str::to_owned), source: Source::Default }
                }
            };
            gathered.values.insert(setting.name, value);
        }
        gathered
    }

    fn read(&mut self, named: Option<&Path>) -> BTreeMap<&'static str, Value> {
        let path = named.unwrap_or(Path::new(FILE));
        if named.is_none() && !path.is_file() {
            return BTreeMap::new();
        }
        let (lines, wrong) = file::read(path);
        self.wrong.extend(wrong);
        lines
    }

    /// Each setting with the value that holds, in their order.
    pub fn all(&self) -> impl Iterator<Item = (&'static Setting, &Value)> {
        ALL.iter().filter_map(|setting| Some((setting, self.values.get(setting.name)?)))
    }

    /// The text of a setting, if there is one.
    fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.text.as_deref().filter(|text| !text.is_empty())
    }

    /// Whether somebody said it.
    fn is_said(&self, name: &str) -> bool {
        self.text(name).is_some() && self.values[name].source != Source::Default
    }

    /// A setting read as what it has to be; what it is not is noted as wrong.
    fn take<T: FromStr>(&mut self, name: &'static str) -> Option<T> {
        let value = self.text(name)?.parse().ok();
        if value.is_none() {
            self.refuse(name);
        }
        value
    }

    /// Notes that a setting is not what it has to be.
    fn refuse(&mut self, name: &'static str) {
        let (Some(setting), Some(value)) = (names::find(name), self.values.get(name)) else { return };
        let shown = setting.shown(value.text.as_deref().unwrap_or_default());
        let sentence = format!(
            "{name} is “{shown}” ({}): {} is expected, such as {}",
            setting.place(&value.source),
            setting.expected,
            setting.example,
        );
        self.wrong.push(Wrong(sentence));
    }
}

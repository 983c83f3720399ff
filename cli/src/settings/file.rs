//! Reading `xuncha.toml`: one table of names and values.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;

use super::names::{self, unknown};
use super::{Source, Value, Wrong};

type Table = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

/// What a file says, by setting, and what is wrong with it.
pub(super) fn read(path: &Path) -> (BTreeMap<&'static str, Value>, Vec<Wrong>) {
    let fails = |why: String| (BTreeMap::new(), vec![Wrong(format!("{}: {why}", path.display()))]);
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return fails(format!("the settings can't be read: {error}")),
    };
    let table: Table = match toml::from_str(&text) {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(&text, span.start));
            return fails(format!("line {line} is not TOML: {}; write name = \"value\"", error.message()));
        }
    };
    let (mut values, mut wrong) = (BTreeMap::new(), Vec::new());
    for (name, value) in table {
        let line = line_of(&text, name.span().start);
        let place = format!("{} line {line}", path.display());
        let Some(setting) = names::find(name.get_ref()) else {
            wrong.push(unknown(name.get_ref(), &place));
            continue;
        };
        let text = match value.into_inner() {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(yes) => yes.to_string(),
            _ => {
                let sentence = format!(
                    "{} ({place}) is neither text nor number: {} is expected, such as {}",
                    setting.name, setting.expected, setting.example
                );
                wrong.push(Wrong(sentence));
                continue;
            }
        };
        values.insert(setting.name, Value { text: Some(text), source: Source::File(path.to_owned(), line) });
    }
    (values, wrong)
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count()
}

//! House rules on the text of the sources that no other tool checks.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};

/// A file of Rust longer than this is to be split soon.
const LONG: usize = 300;
/// A file of Rust longer than this fails.
const TOO_LONG: usize = 500;
/// Kinds of files that people write here.
const WRITTEN: [&str; 13] =
    ["rs", "toml", "md", "py", "sh", "kt", "kts", "swift", "ts", "css", "sql", "yml", "xml"];
/// Folders that hold what tools made.
const MADE: [&str; 6] = ["target", "node_modules", "build", "dist", "DerivedData", "Generated"];

/// What is wrong or nearly so; each a line with the file's path from the root.
#[derive(Default)]
pub(crate) struct Findings {
    /// Files that are too long.
    pub(crate) too_long: Vec<String>,
    /// Files that are getting long.
    pub(crate) long: Vec<String>,
    /// Notes to oneself that belong in an issue.
    pub(crate) notes: Vec<String>,
    /// Files that a document names and that are nowhere.
    pub(crate) missing: Vec<String>,
    /// All files that were read.
    files: BTreeSet<String>,
    /// What documents name, each with the line it stands in.
    named: Vec<(String, String)>,
}

impl Findings {
    /// Reads everything written below `root`.
    pub(crate) fn below(root: &Path) -> Result<Self> {
        let mut findings = Self::default();
        findings.walk(root, root)?;
        findings.missing = findings
            .named
            .iter()
            .filter(|(_, name)| !root.join(name).exists() && !findings.has(name))
            .map(|(place, name)| format!("{place}: {name}"))
            .collect();
        Ok(findings)
    }

    fn walk(&mut self, root: &Path, dir: &Path) -> Result<()> {
        let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
        let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let kind = entry.file_type()?;
            if kind.is_dir() && !name.starts_with('.') && !MADE.contains(&name.as_ref()) {
                self.walk(root, &path)?;
            } else if kind.is_file() {
                let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
                if WRITTEN.contains(&extension) {
                    let text = fs::read_to_string(&path)
                        .with_context(|| format!("cannot read {}", path.display()))?;
                    let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                    self.read(&shown, extension, &text);
                }
            }
        }
        Ok(())
    }

    /// Whether a file ends in this name, as a document speaks of a file in a folder that it named before.
    fn has(&self, name: &str) -> bool {
        let below = format!("/{name}");
        self.files.iter().any(|file| file == name || file.ends_with(&below))
    }

    fn read(&mut self, path: &str, extension: &str, text: &str) {
        self.files.insert(path.to_owned());
        let lines = text.lines().count();
        if extension == "rs" && lines > LONG {
            let list = if lines > TOO_LONG { &mut self.too_long } else { &mut self.long };
            list.push(format!("{path}: {lines} lines"));
        }
        for (index, line) in text.lines().enumerate() {
            if is_note(line) {
                self.notes.push(format!("{path}:{}: {}", index + 1, line.trim()));
            }
            if extension == "md" {
                let place = format!("{path}:{}", index + 1);
                self.named.extend(files_in(line).map(|name| (place.clone(), name.to_owned())));
            }
        }
    }
}

/// The files of ours that a line of a document names in `code`: by an ending that people write.
fn files_in(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split('`').skip(1).step_by(2);
    code.flat_map(str::split_whitespace).filter(|word| {
        let is_path = word.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
        let ending = Path::new(word).extension().and_then(|ending| ending.to_str());
        is_path
            && !word.starts_with('/')
            && ending.is_some_and(|ending| WRITTEN.contains(&ending))
            && !word.split('/').any(|folder| MADE.contains(&folder))
    })
}

/// Whether a line holds one of the words by which people put things off.
fn is_note(line: &str) -> bool {
    // Put together here, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME")];
    line.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| marks.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_found_as_a_word_only() {
        assert!(is_note(&format!("// {}: later", "TO".to_owned() + "DO")));
        assert!(is_note(&format!("# {}", "FIX".to_owned() + "ME")));
        assert!(!is_note("MASTODON, todo!(), a to-do list"));
    }

    #[test]
    fn a_file_that_a_document_names_must_be_there_as_named_or_in_some_folder() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(".ci/run.sh", "");
        write("app/ui/Kit.kt", "");
        write(
            "README.md",
            "`ui/Kit.kt`, `.ci/run.sh`, `app.run`, gone.rs, `target/made.rs`\n`rm Gone.kt`, `it.kt`",
        );
        let findings = Findings::below(dir.path()).unwrap();
        assert_eq!(findings.missing, ["README.md:2: Gone.kt", "README.md:2: it.kt"]);
    }

    #[test]
    fn long_files_warn_and_too_long_ones_fail() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, lines: usize| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "//\n".repeat(lines)).unwrap();
        };
        write("short.rs", 300);
        write("src/long.rs", 301);
        write("src/huge.rs", 501);
        write("table.sql", 9_000);
        write("target/made.rs", 9_000);
        let findings = Findings::below(dir.path()).unwrap();
        assert_eq!(findings.long, ["src/long.rs: 301 lines"]);
        assert_eq!(findings.too_long, ["src/huge.rs: 501 lines"]);
    }
}

//! `XunchaKit`, the Swift package, built with the core as a library.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{child, swift::Swift, tally::Tally, workspace::Workspace};

/// The package with the library it is linked to. Both lie in our corner, which is the same inside Swift's system
/// and outside.
pub(crate) struct Package<'a> {
    ws: &'a Workspace,
    swift: &'a Swift,
    build: PathBuf,
    library: PathBuf,
}

impl<'a> Package<'a> {
    /// Prepares to build it in a corner of its own.
    pub(crate) fn prepare(ws: &'a Workspace, swift: &'a Swift, library: &Path, corner: &str) -> Result<Self> {
        let library = into(library, &ws.corner(&format!("{corner}/library"))?)?;
        Ok(Self { ws, swift, build: ws.corner(&format!("{corner}/build"))?, library })
    }

    /// A command of the package manager.
    pub(crate) fn command(&self, verb: &str, arguments: &[&str]) -> Command {
        let folder = self.library.parent().unwrap_or(Path::new("/")).display();
        let mut command = self.swift.command(self.ws, "swift");
        command
            .args([verb, "--package-path", "ios/XunchaKit", "--scratch-path"])
            .arg(&self.build)
            .args(["-Xlinker", &format!("-L{folder}"), "-Xlinker", &format!("-rpath={folder}")])
            .args(arguments);
        command
    }

    /// What a build left, such as `debug/Modules`.
    pub(crate) fn built(&self, path: &str) -> PathBuf {
        self.build.join(path)
    }

    /// The command for `sh` that is a phone in Swift, once it is built as `debug` or `release`.
    pub(crate) fn driver(&self, kind: &str) -> Result<String> {
        quoted(&self.swift.command(self.ws, self.built(kind).join("StoryPhone")))
    }
}

/// A phone in Swift, built optimised: for the bench.
pub(crate) fn compiled_driver(ws: &Workspace, library: &Path) -> Result<String> {
    let swift = Swift::ensure(ws)?;
    let package = Package::prepare(ws, &swift, library, "swift-optimised")?;
    let mut build = package.command("build", &["--configuration", "release", "--product", "StoryPhone"]);
    if !child::inherit(&mut build)?.success() {
        bail!("the Swift of the bindings does not compile: cargo xtask test swift tells more");
    }
    package.driver("release")
}

/// A copy of a file in a folder.
pub(crate) fn into(file: &Path, folder: &Path) -> Result<PathBuf> {
    let copy = folder.join(file.file_name().unwrap_or(OsStr::new("file")));
    fs::copy(file, &copy).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(copy)
}

/// A command as one line for `sh`.
fn quoted(command: &Command) -> Result<String> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = words.map(|word| {
        let word = word.to_str().context("a path is not UTF-8")?;
        Ok(format!("'{}'", word.replace('\'', r"'\''")))
    });
    Ok(quoted.collect::<Result<Vec<_>>>()?.join(" "))
}

/// What `swift test` says of one test, `✔ Test "a sentence" passed after 0.2 seconds.`; any other line is `None`.
pub(crate) fn tests_end(line: &str) -> Option<Tally> {
    let end = tests_line(line)?;
    [("✔", " passed after ", Tally::PASSED), ("✘", " failed after ", Tally::FAILED)]
        .into_iter()
        .find(|(mark, word, _)| line.starts_with(mark) && end.contains(word))
        .map(|(_, _, tally)| tally)
}

/// Such a line without its mark, for a progress line.
pub(crate) fn tests_line(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("✔ Test ").or_else(|| line.strip_prefix("✘ Test "))?;
    let ended = rest.contains(" passed after ") || rest.contains(" failed after ");
    (ended && !rest.starts_with("run with ")).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_test_is_read_once() {
        let passed = "✔ Test \"A used card is told\" passed after 0.131 seconds.";
        assert_eq!(tests_end(passed), Some(Tally::PASSED));
        assert_eq!(tests_line(passed), Some("\"A used card is told\" passed after 0.131 seconds."));
        let failed = "✘ Test used() failed after 0.131 seconds with 2 issues.";
        assert_eq!(tests_end(failed), Some(Tally::FAILED));
        for line in [
            "◇ Test \"A used card is told\" started.",
            "✘ Test \"A used card is told\" recorded an issue at A.swift:3:9: Expectation failed: false",
            "✔ Suite EnrolTests passed after 6.605 seconds.",
            "✔ Test run with 8 tests passed after 6.606 seconds.",
            "✘ Test run with 2 tests failed after 0.001 seconds with 1 issue.",
        ] {
            assert_eq!(tests_end(line), None, "{line}");
        }
    }

    #[test]
    fn a_command_for_sh_keeps_its_words_whatever_is_in_them() {
        let mut command = Command::new("printf");
        command.args(["%s|", "a b", "it's", "$HOME \"x\"", "two\nlines"]);
        let line = quoted(&command).unwrap();
        let output = Command::new("sh").args(["-c", &line]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "a b|it's|$HOME \"x\"|two\nlines|");
    }
}

//! Letting cargo compile, with a bar that knows how many crates there are.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use serde_json::Value;

use crate::{
    child::{self, Event},
    progress::Progress,
    test_targets::TestTarget,
    workspace::Workspace,
};

/// The whole workspace, whose features cargo then unifies. A program or test target is picked out of it by name
/// (`--bin xuncha`) rather than by its package: so all of them share one build of every dependency.
const EVERYTHING: &str = "--workspace";

/// What cargo is asked to compile.
pub(crate) struct Compile<'a> {
    /// `build`, `test`, `clippy`, …
    pub(crate) verb: &'a str,
    /// Everything else: which targets, and such as `--release`.
    pub(crate) flags: &'a [&'a str],
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Compiled {
    /// Whether cargo succeeded.
    pub(crate) ok: bool,
    /// The programs that were built.
    pub(crate) programs: Vec<PathBuf>,
    /// The test programs that were built.
    pub(crate) tests: Vec<(TestTarget, PathBuf)>,
    /// The libraries for other languages that were built.
    pub(crate) libraries: Vec<PathBuf>,
    /// Warnings and errors.
    pub(crate) printed: String,
}

impl Compiled {
    /// The program of this name, if it was built.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        self.programs.iter().find(|program| program.file_stem().is_some_and(|stem| stem == name)).cloned()
    }
}

impl Compile<'_> {
    /// Runs it; `said` gets every line that cargo prints for people.
    pub(crate) fn run(
        &self,
        ws: &Workspace,
        progress: &mut Progress,
        mut said: impl FnMut(&str),
    ) -> Result<Compiled> {
        progress.now("reading the dependency tree");
        let total = self.crates(ws)?;
        progress.at(0, total, "crates");

        let mut crates = HashSet::new();
        let mut current = String::new();
        let mut compiled = Compiled::default();
        let status = child::run(&mut self.command(ws), |event| match event {
            Event::Out(line) => {
                let Some(artifact) = Artifact::read(&line, ws.root()) else { return };
                crates.insert(artifact.package);
                match (artifact.program, artifact.tested) {
                    (Some(program), Some(target)) => compiled.tests.push((target, program)),
                    (program, _) => compiled.programs.extend(program),
                }
                compiled.libraries.extend(artifact.libraries);
                let done = crates.len() as u64;
                progress.at(done, total.max(done), &format!("crates {current}"));
            }
            Event::Err(line) => {
                if is_chatter(&line) {
                    line.split_whitespace().nth(1).unwrap_or_default().clone_into(&mut current);
                } else {
                    compiled.printed.push_str(&line);
                    compiled.printed.push('\n');
                }
                said(&line);
            }
            Event::Tick => progress.tick(),
        })?;
        compiled.ok = status.success();
        Ok(compiled)
    }

    fn command(&self, ws: &Workspace) -> Command {
        let mut command = ws.cargo();
        command
            .arg(self.verb)
            .arg("--message-format=json-render-diagnostics")
            .arg(EVERYTHING)
            .args(self.flags);
        command
    }

    /// How many crates it takes, at most: not every target may be wanted. Fetches what was never fetched.
    fn crates(&self, ws: &Workspace) -> Result<u64> {
        let edges = if self.verb == "build" { "normal,build" } else { "normal,build,dev" };
        let mut crates = HashSet::new();
        let mut tree = ws.cargo();
        tree.args(["tree", "--prefix=none", "--format={p}", "--edges", edges, EVERYTHING]);
        // A failure shows in the build itself, with cargo's own words.
        child::run(&mut tree, |event| {
            if let Event::Out(line) = event
                && let Some(name) = package_in_tree(&line)
            {
                crates.insert(name.to_owned());
            }
        })?;
        Ok(crates.len() as u64)
    }
}

/// One finished crate.
struct Artifact {
    package: String,
    program: Option<PathBuf>,
    /// What the program tests, if that is what it is for.
    tested: Option<TestTarget>,
    libraries: Vec<PathBuf>,
}

impl Artifact {
    fn read(line: &str, root: &Path) -> Option<Self> {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_build_script = message["target"]["kind"].as_array()?.iter().any(|kind| kind == "custom-build");
        if message["reason"] != "compiler-artifact" || is_build_script {
            return None;
        }
        Some(Self {
            package: message["package_id"].as_str()?.to_owned(),
            tested: (message["profile"]["test"] == true)
                .then(|| TestTarget::read(&message["target"], message["manifest_path"].as_str()?, root))
                .flatten(),
            program: message["executable"].as_str().map(PathBuf::from),
            libraries: libraries(&message).unwrap_or_default(),
        })
    }
}

/// Everything beside the program or the Rust library, if the package is to be loaded by other languages.
fn libraries(message: &Value) -> Option<Vec<PathBuf>> {
    message["target"]["kind"].as_array()?.iter().find(|kind| *kind == "cdylib")?;
    Some(message["filenames"].as_array()?.iter().filter_map(Value::as_str).map(PathBuf::from).collect())
}

/// `serde v1.0.1 (proc-macro) (*)` is `serde v1.0.1`.
fn package_in_tree(line: &str) -> Option<&str> {
    let line = line.trim_end_matches(" (*)").trim_end_matches(" (proc-macro)").trim();
    (!line.is_empty()).then_some(line)
}

/// What cargo prints while all is well.
pub(crate) fn is_chatter(line: &str) -> bool {
    const WORDS: [&str; 14] = [
        "Updating",
        "Locking",
        "Adding",
        "Downloading",
        "Downloaded",
        "Compiling",
        "Checking",
        "Documenting",
        "Generated",
        "Blocking",
        "Fresh",
        "Finished",
        "Executable",
        "Installing",
    ];
    let first = line.split_whitespace().next();
    line.starts_with(' ') && first.is_some_and(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<Artifact> {
        Artifact::read(line, Path::new("/w"))
    }

    #[test]
    fn a_finished_crate_and_its_program_are_read_from_cargos_messages() {
        let line = r#"{"reason":"compiler-artifact","package_id":"path+file:///w/cli#xuncha@0.1.0","target":{"kind":["bin"],"name":"xuncha"},"executable":"/w/target/debug/xuncha","fresh":true}"#;
        let artifact = read(line).unwrap();
        assert_eq!(artifact.package, "path+file:///w/cli#xuncha@0.1.0");
        assert_eq!(artifact.program, Some(PathBuf::from("/w/target/debug/xuncha")));
        assert!(artifact.tested.is_none());
    }

    #[test]
    fn a_program_that_tests_says_what() {
        let line = r#"{"reason":"compiler-artifact","package_id":"p","manifest_path":"/w/cli/Cargo.toml","profile":{"test":true},"target":{"kind":["test"],"name":"demo"},"executable":"/w/target/debug/deps/demo-1"}"#;
        assert_eq!(read(line).unwrap().tested.unwrap().address(), "cli/demo");
    }

    #[test]
    fn a_library_for_other_languages_is_read_from_cargos_messages() {
        let line = r#"{"reason":"compiler-artifact","package_id":"p","target":{"kind":["lib","cdylib"]},"filenames":["/w/libx.so"],"executable":null}"#;
        assert_eq!(read(line).unwrap().libraries, [PathBuf::from("/w/libx.so")]);
        let line = r#"{"reason":"compiler-artifact","package_id":"p","target":{"kind":["lib"]},"filenames":["/w/libx.rlib"],"executable":null}"#;
        assert!(read(line).unwrap().libraries.is_empty());
    }

    #[test]
    fn build_scripts_and_other_messages_are_no_crates() {
        for line in [
            r#"{"reason":"compiler-artifact","package_id":"p","target":{"kind":["custom-build"]},"executable":null}"#,
            r#"{"reason":"build-finished","success":true}"#,
            "plain text",
        ] {
            assert!(read(line).is_none(), "{line}");
        }
    }

    #[test]
    fn the_tree_names_a_crate_once_however_it_is_marked() {
        assert_eq!(package_in_tree("serde_derive v1.0.2 (proc-macro) (*)"), Some("serde_derive v1.0.2"));
        assert_eq!(package_in_tree("serde v1.0.2 (*)"), Some("serde v1.0.2"));
        assert_eq!(package_in_tree(""), None);
    }

    #[test]
    fn errors_are_never_chatter() {
        assert!(is_chatter("   Compiling serde v1.0.2"));
        assert!(!is_chatter("error[E0308]: mismatched types"));
        assert!(!is_chatter("Compiling by hand failed"));
        assert!(!is_chatter("     Running unittests src/lib.rs"));
    }
}

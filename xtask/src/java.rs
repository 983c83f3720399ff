//! A JDK and Maven, for everything in Kotlin; and how Maven counts its tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{apt, session::Session, tally::Tally, workspace::Workspace};

/// The JDK that the tests run on: the newest that Robolectric's Android 14 and Kotlin both take, and Debian's own.
const MAJOR: u32 = 17;

/// Maven on a JDK of the right version.
pub(crate) struct Maven {
    java_home: PathBuf,
}

impl Maven {
    /// Finds both, or installs them where that is allowed.
    pub(crate) fn ensure(ws: &Workspace) -> Result<Self> {
        if apt::which("mvn").is_none() || java_home().is_none() {
            apt::install(ws, &["openjdk-17-jdk-headless", "maven"], "JDK 17 with Maven")?;
        }
        let java_home = java_home().context("JDK 17 was installed and is not found: set JAVA_HOME to it")?;
        Ok(Self { java_home })
    }

    /// The program that runs classes.
    pub(crate) fn java(&self) -> PathBuf {
        self.java_home.join("bin/java")
    }

    /// Maven on the project `dir` (a path from the workspace's root), with these goals and flags.
    ///
    /// What was fetched once for the same project files is not asked for again: then Maven is told to stay offline.
    pub(crate) fn command(&self, ws: &Workspace, dir: &str, arguments: &[&str]) -> Result<Command> {
        let mut command = ws.command("mvn");
        command.env("JAVA_HOME", &self.java_home).arg("--file").arg(ws.root().join(dir));
        command.args(["--batch-mode", "--no-transfer-progress"]);
        if fs::read_to_string(stamp(ws, dir)?).is_ok_and(|kept| kept == project_files(ws, dir)) {
            command.arg("--offline");
        }
        command.args(arguments);
        Ok(command)
    }

    /// One goal with all tests before it, each counted.
    pub(crate) fn test(
        &self,
        session: &mut Session<'_>,
        title: &str,
        dir: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Tally> {
        let ws = session.ws();
        let mut command = self.command(ws, dir, arguments)?;
        // A JVM does not ask the environment where to write.
        command.arg(format!("-Dxuncha.temporary={}", session.temporary().display()));
        command.envs(variables.iter().copied());
        let tally = session.counted(title, &mut command, class_in, from_surefire)?;
        if tally.failed == 0 {
            let stamp = stamp(ws, dir)?;
            fs::write(&stamp, project_files(ws, dir))
                .with_context(|| format!("cannot write {}", stamp.display()))?;
        }
        Ok(tally)
    }
}

/// Reads Surefire's count of a module, `Tests run: 3, Failures: 1, Errors: 0, Skipped: 0`; a line about one class
/// (it has a time too) is `None`.
fn from_surefire(line: &str) -> Option<Tally> {
    let counts = line.split_once("Tests run: ")?.1;
    if counts.contains("Time elapsed") {
        return None;
    }
    let counts: Vec<u32> = counts
        .split(',')
        .map(|count| count.rsplit([' ', ':']).next()?.trim().parse().ok())
        .collect::<Option<_>>()?;
    let [run, failures, errors, skipped] = counts[..] else { return None };
    let failed = failures + errors;
    Some(Tally { passed: run.checked_sub(failed + skipped)?, failed })
}

/// The name of the test class in Surefire's line about it, for a progress line.
fn class_in(line: &str) -> Option<&str> {
    line.strip_prefix("[INFO] Running ")
}

/// The home of a JDK of the right version: `JAVA_HOME`, the one on the `PATH`, or Debian's.
pub(crate) fn java_home() -> Option<PathBuf> {
    let given = std::env::var_os("JAVA_HOME").map(PathBuf::from);
    let on_path = apt::which("javac").and_then(|javac| {
        let real = fs::canonicalize(javac).ok()?;
        Some(real.parent()?.parent()?.to_path_buf())
    });
    let debian = fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten().map(|entry| entry.path());
    [given, on_path].into_iter().flatten().chain(debian).find(|home| major(home) == Some(MAJOR))
}

/// The major version of the JDK in `home`, as it says itself; `None` for a mere runtime too.
fn major(home: &Path) -> Option<u32> {
    let output = Command::new(home.join("bin/javac")).arg("-version").output().ok()?;
    major_in(&String::from_utf8_lossy(&output.stdout))
}

fn major_in(said: &str) -> Option<u32> {
    said.trim().strip_prefix("javac ")?.split('.').next()?.parse().ok()
}

/// All project files of Maven in `dir` and its modules, as one text.
fn project_files(ws: &Workspace, dir: &str) -> String {
    let dir = ws.root().join(dir);
    let modules = fs::read_dir(&dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        modules.chain([dir]).map(|module| module.join("pom.xml")).filter(|file| file.is_file()).collect();
    files.sort();
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect()
}

fn stamp(ws: &Workspace, dir: &str) -> Result<PathBuf> {
    Ok(ws.corner("maven")?.join(dir.replace('/', "-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modules_count_is_read_and_a_classs_is_not() {
        let of_module = "[ERROR] Tests run: 12, Failures: 1, Errors: 2, Skipped: 3";
        assert_eq!(from_surefire(of_module), Some(Tally { passed: 6, failed: 3 }));
        let of_class =
            "[INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in org.xuncha.A";
        assert_eq!(from_surefire(of_class), None);
        assert_eq!(from_surefire("[INFO] Running org.xuncha.A"), None);
        assert_eq!(class_in("[INFO] Running org.xuncha.A"), Some("org.xuncha.A"));
    }

    #[test]
    fn a_jdk_tells_its_version() {
        assert_eq!(major_in("javac 17.0.15\n"), Some(17));
        assert_eq!(major_in("javac 25\n"), Some(25));
        assert_eq!(major_in("openjdk 17"), None);
    }
}

//! `cargo xtask doctor`: what this machine lacks, and the one command that mends it.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{apt, java, node, postgres, python, swift, tools, workspace::Workspace};

/// How much something matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Nothing is built or tested without it.
    Needed,
    /// The command that wants it gets it by itself, where it may.
    FetchedOnUse,
}

/// One thing looked for.
struct Finding {
    what: &'static str,
    purpose: &'static str,
    need: Need,
    /// Where or what was found.
    found: Option<String>,
    mend: String,
}

impl Finding {
    fn is_fatal(&self) -> bool {
        self.found.is_none() && self.need == Need::Needed
    }

    fn line(&self) -> String {
        let Self { what, purpose, mend, .. } = self;
        match (&self.found, self.need) {
            (Some(found), _) => format!("✓ {what:<14}{found}"),
            (None, Need::Needed) => format!("✗ {what:<14}missing ({purpose}): {mend}"),
            (None, Need::FetchedOnUse) => {
                format!("- {what:<14}not here yet ({purpose}); fetched when first used, or: {mend}")
            }
        }
    }
}

/// Looks, tells, and fails when something needed is missing.
pub(crate) fn run(ws: &Workspace) -> Result<ExitCode> {
    let findings = look(ws)?;
    for finding in &findings {
        println!("{}", finding.line());
    }
    let missing = findings.iter().filter(|finding| finding.is_fatal()).count();
    println!(
        "{}",
        if missing == 0 { "all that is needed is here".into() } else { format!("{missing} missing") }
    );
    Ok(if missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn look(ws: &Workspace) -> Result<Vec<Finding>> {
    // Debian's packages install themselves only where that is allowed.
    let by_apt = if rustix::process::geteuid().is_root() && apt::which("apt-get").is_some() {
        Need::FetchedOnUse
    } else {
        Need::Needed
    };
    let component = |what, purpose, name: &str| Finding {
        what,
        purpose,
        need: Need::Needed,
        found: version(ws.cargo().args([name, "--version"])),
        mend: format!("rustup component add {}", if name == "fmt" { "rustfmt" } else { name }),
    };
    let deny = &tools::CARGO_DENY;
    let mut findings = vec![
        Finding {
            what: "cargo",
            purpose: "to build",
            need: Need::Needed,
            found: version(ws.cargo().arg("--version")),
            mend: "rustup toolchain install stable".to_owned(),
        },
        component("rustfmt", "part lint", "fmt"),
        component("clippy", "part lint", "clippy"),
        Finding {
            what: "C compiler",
            purpose: "SQLite and zstd are built from C",
            need: Need::Needed,
            found: apt::which("cc").map(|path| path.display().to_string()),
            mend: "apt-get install gcc libc6-dev".to_owned(),
        },
        Finding {
            what: "cargo-deny",
            purpose: "part lint",
            need: Need::FetchedOnUse,
            found: deny.find(ws)?.map(|path| format!("{} {}", path.display(), deny.version)),
            mend: format!("cargo install cargo-deny --locked --version {}", deny.version),
        },
        Finding {
            what: "Python 3",
            purpose: "parts core and api, and running for its S3 store, with venv",
            need: by_apt,
            found: python::is_available()
                .then(|| version(Command::new("python3").arg("--version")))
                .flatten(),
            mend: "apt-get install python3 python3-venv".to_owned(),
        },
        Finding {
            what: "PostgreSQL",
            purpose: "parts hub, scenarios, faults, running, api, and bench",
            need: by_apt,
            found: postgres::find()
                .and_then(|bin| version(Command::new(bin.join("postgres")).arg("--version"))),
            mend: "apt-get install postgresql".to_owned(),
        },
        Finding {
            what: "JDK 17",
            purpose: "all that is Kotlin",
            need: by_apt,
            found: java::java_home().map(|home| home.display().to_string()),
            mend: "apt-get install openjdk-17-jdk-headless".to_owned(),
        },
        Finding {
            what: "aapt2",
            purpose: "part android",
            need: by_apt,
            found: apt::which("aapt2").map(|path| path.display().to_string()),
            mend: "apt-get install aapt".to_owned(),
        },
        Finding {
            what: "Maven",
            purpose: "all that is Kotlin",
            need: by_apt,
            found: apt::which("mvn").map(|path| path.display().to_string()),
            mend: "apt-get install maven".to_owned(),
        },
        Finding {
            what: "Node 18",
            purpose: "the dashboard's map, and part browser; with npm",
            need: by_apt,
            found: node::version().filter(|_| apt::which("npm").is_some()),
            mend: "apt-get install nodejs npm".to_owned(),
        },
        Finding {
            what: "Chromium",
            purpose: "part browser, with a font for Chinese",
            need: by_apt,
            found: apt::which("chromium-headless-shell").map(|path| path.display().to_string()),
            mend: "apt-get install chromium-headless-shell fonts-noto-cjk".to_owned(),
        },
        Finding {
            what: "Swift",
            purpose: "part swift, in a Debian of its own that root enters",
            need: by_apt,
            found: swift::Swift::find()?.map(|_| "in the cache folder".to_owned()),
            mend: "sudo cargo xtask test swift".to_owned(),
        },
    ];
    findings.push(small_disks(ws)?);
    findings.extend(deployed(by_apt));
    Ok(findings)
}

/// What proves the files in `deploy`.
fn deployed(need: Need) -> impl Iterator<Item = Finding> {
    let programs = [
        ("nginx", "nginx"),
        ("openssl", "openssl"),
        ("systemd-analyze", "systemd"),
        ("promtool", "prometheus"),
    ];
    programs.into_iter().map(move |(program, package)| Finding {
        what: program,
        purpose: "part running",
        need,
        found: apt::which(program).map(|path| path.display().to_string()),
        mend: format!("apt-get install {package}"),
    })
}

/// What the full disks of the tests are made of.
fn small_disks(ws: &Workspace) -> Result<Finding> {
    Ok(Finding {
        what: "small disks",
        purpose: "part faults mounts a tmpfs for each full disk",
        need: Need::Needed,
        found: can_mount(ws)?.then(|| "a tmpfs can be mounted".to_owned()),
        mend: "run it as root, in a container with the capability SYS_ADMIN".to_owned(),
    })
}

/// Whether this user may mount a tmpfs: tried, for a container may keep even root from it.
fn can_mount(ws: &Workspace) -> Result<bool> {
    let place = ws.corner("tmpfs")?;
    let ran = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let mounted = ran(Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&place));
    Ok(mounted && ran(Command::new("umount").arg(&place)))
}

/// The first line a program prints about itself; `None` when it is not there.
fn version(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(need: Need, found: Option<&str>) -> Finding {
        Finding {
            what: "hammer",
            purpose: "to nail",
            need,
            found: found.map(str::to_owned),
            mend: "buy one".to_owned(),
        }
    }

    #[test]
    fn only_what_is_needed_and_missing_is_fatal() {
        assert!(finding(Need::Needed, None).is_fatal());
        assert!(!finding(Need::FetchedOnUse, None).is_fatal());
        assert!(!finding(Need::Needed, Some("1.0")).is_fatal());
    }

    #[test]
    fn a_missing_thing_is_named_with_what_mends_it() {
        let line = finding(Need::Needed, None).line();
        assert!(line.contains("hammer") && line.ends_with("buy one"), "{line}");
    }

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        assert_eq!(version(&mut Command::new("no-such-program-here")), None);
        assert_eq!(version(Command::new("sh").args(["-c", "echo 1.2; echo more"])), Some("1.2".to_owned()));
    }
}

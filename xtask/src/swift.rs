//! Swift on a machine whose own system has none: a Debian 13 that carries Swift 6.0.3, in a folder of the user's
//! cache, entered by chroot. It is made at the first use (3.2 GB, some minutes) and then used again.
//!
//! What is mounted into it is mounted in a mount namespace of each command, so nothing is left mounted behind.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    apt,
    child::{self, Event},
    progress::Progress,
    workspace::Workspace,
};

/// The Debian that carries it.
const SUITE: &str = "trixie";
/// What `swift build` and `swift test` need beyond the smallest Debian.
const PACKAGES: [&str; 6] =
    ["swiftlang", "libswiftlang", "swiftlang-dev", "libc6-dev", "libstdc++-14-dev", "git"];
/// Where that package keeps Swift's runtime: not where the linker looks by itself.
const RUNTIME: &str = "/usr/libexec/swift/lib/swift/linux";
/// What is installed into it, written when all went well: another list means another system.
const STAMP: &str = ".xuncha-swift";

/// A system with Swift.
pub(crate) struct Swift {
    root: PathBuf,
}

impl Swift {
    /// Where it is, or would be.
    fn place() -> Result<PathBuf> {
        let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| env::home_dir().map(|home| home.join(".cache")));
        Ok(cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("xuncha").join("swift-debian"))
    }

    /// The one that is there already.
    pub(crate) fn find() -> Result<Option<Self>> {
        let root = Self::place()?;
        let stamp = fs::read_to_string(root.join(STAMP));
        Ok(stamp.is_ok_and(|stamp| stamp == wanted()).then_some(Self { root }))
    }

    /// The one that is there, or a new one.
    pub(crate) fn ensure(ws: &Workspace) -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            bail!("the Swift part needs root: it enters a Debian with Swift by chroot (try it under sudo)");
        }
        let root = Self::place()?;
        let parent = root.parent().context("the cache folder has a parent")?;
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        // Two runs at once make one system: the second waits here, then finds it.
        let lock = File::create(parent.join("swift-debian.lock")).context("cannot make a lock file")?;
        lock.lock().context("cannot take the lock")?;
        match Self::find()? {
            Some(found) => Ok(found),
            None => Self::make(ws, root),
        }
    }

    fn make(ws: &Workspace, root: PathBuf) -> Result<Self> {
        for program in ["debootstrap", "unshare"] {
            if apt::which(program).is_none() {
                apt::install(ws, &["debootstrap", "util-linux"], program)?;
            }
        }
        remove(&root)?;
        let mirror = mirror(ws)?;
        let mut first = isolated(ws, "exec debootstrap --variant=minbase --include=ca-certificates \"$@\"");
        first.arg(SUITE).arg(&root).arg(&mirror);
        watched(&mut first, "making a Debian for Swift")?;

        let swift = Self { root };
        let mut update = swift.command(ws, "apt-get");
        watched(update.arg("update"), "reading its package lists")?;
        let mut install = swift.command(ws, "apt-get");
        install.args(["install", "--yes", "--no-install-recommends", "--option", "APT::Status-Fd=1"]);
        install.args(PACKAGES).env("DEBIAN_FRONTEND", "noninteractive");
        watched(&mut install, "installing Swift into it")?;
        swift.write("etc/ld.so.conf.d/swift.conf", &format!("{RUNTIME}\n"))?;
        watched(&mut swift.command(ws, "ldconfig"), "telling the linker of it")?;
        watched(swift.command(ws, "apt-get").arg("clean"), "tidying up")?;
        swift.write(STAMP, &wanted())?;
        Ok(swift)
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.root.join(path);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// A command in there, run in the workspace, which has the same path inside as outside, as has cargo's target
    /// folder. It has the machine's network and process ids.
    pub(crate) fn command(&self, ws: &Workspace, program: impl AsRef<OsStr>) -> Command {
        let mut command = isolated(ws, ENTER);
        command
            .args([self.root.as_path(), ws.root(), ws.target()])
            .arg(program)
            // What the machine's own tools are told must not mislead those in there.
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", "/root")
            .env("LANG", "C.UTF-8")
            .env_remove("TMPDIR");
        command
    }
}

/// Enters `$1`, with `$2` and `$3` and the usual system folders in it, and runs the rest. A shared `/tmp` lets what
/// runs inside be handed files from outside.
const ENTER: &str = r#"
set -e
root=$1; work=$2; target=$3; shift 3
for dir in /proc /dev /tmp "$work" "$target"; do
    mkdir -p "$root$dir"
    mount --rbind "$dir" "$root$dir"
done
exec chroot "$root" sh -c 'cd "$1"; shift; exec "$@"' sh "$work" "$@"
"#;

/// A shell script in a mount namespace of its own.
fn isolated(ws: &Workspace, script: &str) -> Command {
    let mut command = ws.command("unshare");
    command.args(["--mount", "sh", "-c", script, "sh"]);
    command
}

fn wanted() -> String {
    format!("{SUITE} {}\n", PACKAGES.join(" "))
}

/// Where this machine takes Debian from.
fn mirror(ws: &Workspace) -> Result<String> {
    let mut ask = ws.command("apt-get");
    ask.args(["indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Label: Debian"]);
    let answer = ask.output().context("cannot run apt-get")?;
    let answer = String::from_utf8_lossy(&answer.stdout);
    let mirror = answer.lines().next().filter(|line| !line.is_empty());
    mirror
        .map(str::to_owned)
        .context("this machine's apt takes Debian from nowhere: run apt-get update first")
}

/// Runs it with progress; what it printed is the error when it fails.
fn watched(command: &mut Command, title: &str) -> Result<()> {
    let mut progress = Progress::start(title);
    let mut printed = String::new();
    let status = child::run(command, |event| match event {
        Event::Out(line) | Event::Err(line) => {
            if let Some((percent, what)) = percent(&line) {
                progress.at(percent, 100, "%");
                progress.now(what.to_owned());
            } else {
                printed.push_str(&line);
                printed.push('\n');
                progress.now(line);
            }
        }
        Event::Tick => progress.tick(),
    })?;
    if !status.success() {
        bail!("{title} failed:\n{printed}");
    }
    Ok(())
}

/// apt's machine-readable progress, `dlstatus:1:12.5:Retrieving file 1 of 8` or `pmstatus:git:40.0:Unpacking git`.
fn percent(line: &str) -> Option<(u64, &str)> {
    let rest = line.strip_prefix("dlstatus:").or_else(|| line.strip_prefix("pmstatus:"))?;
    let mut parts = rest.splitn(3, ':').skip(1);
    let whole = parts.next()?.split('.').next()?.parse().ok()?;
    Some((whole, parts.next()?))
}

/// What was not finished; a system that is only half there is made anew.
fn remove(root: &Path) -> Result<()> {
    match fs::remove_dir_all(root) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", root.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apts_progress_is_read_and_other_lines_are_not() {
        assert_eq!(percent("dlstatus:1:12.5:Retrieving file"), Some((12, "Retrieving file")));
        assert_eq!(percent("pmstatus:git:100:Installed git: done"), Some((100, "Installed git: done")));
        for line in ["", "Get:1 file", "pmstatus:git", "dlstatus:1:x:y"] {
            assert_eq!(percent(line), None, "{line:?}");
        }
    }
}

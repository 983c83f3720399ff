//! A real PostgreSQL for the tests and benches: made from nothing, reachable from this machine only, gone when
//! dropped.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::{apt, child, progress::Progress, service::Service, workspace::Workspace};

/// The superuser of the throw-away cluster; tests make databases of their own with it.
const USER: &str = "xuncha";
/// The data folders' names begin with this, and end with the id of the process that made them.
const FOLDER: &str = "xuncha-postgres-";

/// What a commit waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Commits {
    /// The disk, as by default: a bench without `fsync` would flatter us.
    Durable,
    /// Nothing: no test cuts the power of the machine that it runs on.
    Forgettable,
}

impl Commits {
    const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Durable => &[],
            Self::Forgettable => &["-c", "fsync=off", "-c", "full_page_writes=off"],
        }
    }
}

/// A running server.
pub(crate) struct Postgres {
    url: String,
    // Dropped in this order: the server stops, then its data goes.
    _server: Service,
    _data: DataFolder,
}

impl Postgres {
    /// Installs PostgreSQL where it is missing and may be installed, makes a cluster and starts it.
    pub(crate) fn start(ws: &Workspace, commits: Commits) -> Result<Self> {
        if find().is_none() {
            apt::install(ws, &["postgresql"], "PostgreSQL")?;
        }
        let bin = find().context("PostgreSQL is installed, yet its initdb is nowhere to be found")?;
        let _progress = Progress::start("making a PostgreSQL cluster");
        let owner = Owner::of_servers()?;
        let data = DataFolder::make(ws, owner.as_ref())?;
        init(ws, &bin, &data.0, owner.as_ref())?;

        let port = free_port()?;
        let mut command = owned(ws, &bin.join("postgres"), owner.as_ref());
        command
            .arg("-D")
            .arg(&data.0)
            .args(["-p", &port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            .args(["-c", "max_connections=200"])
            .args(commits.settings());
        let log = ws.corner("logs")?.join("postgres.log");
        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to go.
        let mut server = Service::start("PostgreSQL", &mut command, log, Signal::INT)?;
        server.wait_for(|| {
            let mut probe = ws.command(bin.join("pg_isready"));
            probe.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            probe.status().ok()?.success().then_some(())
        })?;
        Ok(Self { url: format!("postgres://{USER}@127.0.0.1:{port}/postgres"), _server: server, _data: data })
    }

    /// Where it is reached, as `XUNCHA_TEST_POSTGRES` has it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The folder of PostgreSQL's programs: on the `PATH`, or where Debian keeps the newest version.
pub(crate) fn find() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .map(|entry| entry.path())
        .max_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let debian = newest.map(|path| path.join("bin"));
    let on_path = apt::which("initdb").and_then(|path| Some(path.parent()?.to_owned()));
    debian
        .into_iter()
        .chain(on_path)
        .find(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
}

/// PostgreSQL refuses to run as root: this is who runs it then.
struct Owner {
    name: String,
    uid: u32,
    gid: u32,
}

impl Owner {
    /// `None` when we are not root and PostgreSQL can simply run as ourselves.
    fn of_servers() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let passwd = fs::read_to_string("/etc/passwd").context("cannot read the list of users")?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::in_passwd(&passwd, name))
            .map(Some)
            .context("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
    }

    fn in_passwd(passwd: &str, name: &str) -> Option<Self> {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        let uid = fields.next()?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self { name: name.to_owned(), uid, gid })
    }
}

/// The cluster's folder; removed when dropped.
struct DataFolder(PathBuf);

impl DataFolder {
    fn make(ws: &Workspace, owner: Option<&Owner>) -> Result<Self> {
        // Another user may not be able to reach into the target folder; /var/tmp is everybody's, and is a real
        // disk where /tmp may be memory.
        let parent = if owner.is_some() { PathBuf::from("/var/tmp") } else { ws.corner("postgres")? };
        remove_orphans(&parent);
        let data = Self(parent.join(format!("{FOLDER}{}", std::process::id())));
        fs::create_dir(&data.0).with_context(|| format!("cannot make {}", data.0.display()))?;
        if let Some(owner) = owner {
            chown(&data.0, Some(owner.uid), Some(owner.gid))
                .with_context(|| format!("cannot give {} to {}", data.0.display(), owner.name))?;
        }
        Ok(data)
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Removes what processes that were killed could not remove themselves.
fn remove_orphans(parent: &Path) {
    let procs = Path::new("/proc");
    if !procs.join("self").exists() {
        return;
    }
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let maker = name.to_str().and_then(|name| name.strip_prefix(FOLDER));
        if maker.is_some_and(|pid| pid.parse::<u32>().is_ok() && !procs.join(pid).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn init(ws: &Workspace, bin: &Path, data: &Path, owner: Option<&Owner>) -> Result<()> {
    let mut printed = String::new();
    let mut command = owned(ws, &bin.join("initdb"), owner);
    command
        .arg("-D")
        .arg(data)
        .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"])
        .arg(format!("--username={USER}"));
    let status = child::run(&mut command, |event| {
        if let child::Event::Out(line) | child::Event::Err(line) = event {
            printed.push_str(&line);
            printed.push('\n');
        }
    })?;
    if !status.success() {
        bail!("initdb failed:\n{printed}");
    }
    Ok(())
}

/// The program run as the server's owner. `setpriv` stays the same process (so its id is the server's), and on
/// Linux has the kernel stop the server should we be killed outright.
fn owned(ws: &Workspace, program: &Path, owner: Option<&Owner>) -> Command {
    let mut command = if apt::which("setpriv").is_some() {
        let mut command = ws.command("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Some(owner) = owner {
            command
                .arg(format!("--reuid={}", owner.uid))
                .arg(format!("--regid={}", owner.gid))
                .arg("--clear-groups");
        }
        command.arg("--").arg(program);
        command
    } else {
        ws.command(program)
    };
    // The server must not sit in a folder that its owner cannot read, nor take the caller's PG* settings.
    command.current_dir("/");
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(&name);
        }
    }
    command
}

/// A port of 127.0.0.1 that nobody listens at.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_read_from_the_list_of_users() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:PostgreSQL:/:/bin/sh\n";
        let owner = Owner::in_passwd(passwd, "postgres").unwrap();
        assert_eq!((owner.uid, owner.gid), (101, 104));
        assert!(Owner::in_passwd(passwd, "nobody").is_none());
    }

    #[test]
    fn only_the_folders_of_dead_processes_are_orphans() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: String| {
            let path = parent.path().join(name);
            fs::create_dir(&path).unwrap();
            path
        };
        let dead = make(format!("{FOLDER}{}", u32::MAX));
        let ours = make(format!("{FOLDER}{}", std::process::id()));
        let other = make("somebody-elses".to_owned());
        remove_orphans(parent.path());
        assert!(!dead.exists() || !Path::new("/proc/self").exists());
        assert!(ours.exists() && other.exists());
    }
}

//! Where the tests write: in memory, where there is enough of it. A phone and a hub wait for the disk at each step, and
//! most of a run was that wait; tests kill processes and no machine, so nothing that they prove hangs on it.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

use rustix::fs::statvfs;

/// The system's memory as a folder.
const MEMORY: &str = "/dev/shm";
const PREFIX: &str = "xuncha-tests-";
/// So much of it must be free, and so much of the machine's memory.
const FREE_BYTES: u64 = 4 << 30;
const AVAILABLE_KIB: u64 = 8 << 20;

/// A folder of this run's own, gone with it.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// None where memory is short: then the tests write where everybody does.
    pub(crate) fn make() -> Option<Self> {
        let memory = Path::new(MEMORY);
        let free = statvfs(memory).ok().map(|at| at.f_bavail.saturating_mul(at.f_frsize))?;
        let available = available_kib(&fs::read_to_string("/proc/meminfo").ok()?)?;
        if free < FREE_BYTES || available < AVAILABLE_KIB {
            return None;
        }
        sweep(memory);
        let own = memory.join(format!("{PREFIX}{}", process::id()));
        fs::create_dir_all(&own).ok().map(|()| Self(own))
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Removes what runs left that were killed.
fn sweep(memory: &Path) {
    for entry in fs::read_dir(memory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let left = name.strip_prefix(PREFIX).is_some_and(|of| !Path::new("/proc").join(of).exists());
        if left {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// What can be had of the machine's memory, by `/proc/meminfo`.
fn available_kib(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_had_is_read_from_what_the_kernel_says() {
        let said = "MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(available_kib(said), Some(20_000_000));
        assert_eq!(available_kib("MemTotal: 1 kB\n"), None);
    }

    #[test]
    fn what_a_killed_run_left_goes_and_what_is_in_use_stays() {
        let memory = tempfile::tempdir().unwrap();
        let of = |run: &str| memory.path().join(format!("{PREFIX}{run}"));
        let (ours, gone, other) =
            (of(&process::id().to_string()), of("999999999"), memory.path().join("other"));
        for folder in [&ours, &gone, &other] {
            fs::create_dir(folder).unwrap();
        }
        sweep(memory.path());
        assert!(ours.exists() && other.exists() && !gone.exists());
    }
}

//! Memory of a hub that has started and does nothing.

use anyhow::{Context as _, Result};

use super::report::{Figure, Goal};
use crate::station::Site;

/// Resident megabytes of the hub's process, some moments after it began to listen.
pub async fn at_rest() -> Result<Option<Figure>> {
    let mut runs = Vec::new();
    for _ in 0..3 {
        let folder = tempfile::tempdir()?;
        let site = Site::build(folder.path(), None, 3, 100).await?;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let pid = site.hub.pid().context("the hub runs")?;
        runs.push(resident_megabytes(pid)?);
    }
    Ok(Figure::of("hub at rest, resident", "MB", runs, Goal::AtMost, 40.0))
}

pub(super) fn resident_megabytes(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1024.0)
}

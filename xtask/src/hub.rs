//! A hub of our own for the tests of its API. How the binary is called for that stands here and nowhere else.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::{service::Service, workspace::Workspace};

/// The hub takes the bearer token in this variable for an administrator's, as long as it listens on loopback.
const TOKEN_ENV: &str = "XUNCHA_TEST_TOKEN";
/// What an administrator signs requests with. Not a secret: the hub that takes it lives for one test and holds nothing.
pub(crate) const TOKEN: &str = "test-token-of-a-hub-that-lives-for-one-test";

/// A running hub with an empty store; stopped when dropped.
pub(crate) struct Hub {
    address: String,
    _service: Service,
}

impl Hub {
    /// Starts the binary on a free port of 127.0.0.1.
    pub(crate) fn start(ws: &Workspace, binary: &Path) -> Result<Self> {
        let data = fresh(ws.corner("api")?.join("hub"))?;
        let port_file = data.join("port");
        let mut command = ws.command(binary);
        command
            .args(["hub", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .arg("--port-file")
            .arg(&port_file)
            .env(TOKEN_ENV, TOKEN);
        let log = ws.corner("logs")?.join("api-hub.log");
        let mut service = Service::start("the hub", &mut command, log, Signal::TERM)?;
        let port = service.wait_for(|| port_in(&fs::read_to_string(&port_file).ok()?))?;
        Ok(Self { address: format!("http://127.0.0.1:{port}"), _service: service })
    }

    /// The address of something it serves.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

/// The port in a port file, which may name the whole address; `None` while it is not wholly written.
fn port_in(text: &str) -> Option<u16> {
    text.strip_suffix('\n')?.rsplit(':').next()?.parse().ok()
}

fn fresh(dir: PathBuf) -> Result<PathBuf> {
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    Ok(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_counts_once_its_line_is_whole() {
        assert_eq!(port_in("127.0.0.1:4312\n"), Some(4312));
        assert_eq!(port_in("4312\n"), Some(4312));
        assert_eq!(port_in("43"), None);
        assert_eq!(port_in(""), None);
    }
}

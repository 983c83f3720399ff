//! An S3-type store for the tests: moto as a server, in memory, on this machine only, gone when dropped. Servers that
//! keep photos for good (`versitygw`, `SeaweedFS`) speak the same and take minutes to build from nothing.

use std::{net::TcpStream, path::Path};

use anyhow::Result;
use rustix::process::Signal;

use crate::{postgres::free_port, python::Venv, service::Service, workspace::Workspace};

/// A running store.
pub(crate) struct ObjectStore {
    url: String,
    _server: Service,
}

impl ObjectStore {
    /// Installs it where it is missing, and starts it.
    pub(crate) fn start(ws: &Workspace) -> Result<Self> {
        let venv = Venv::ensure(ws, "s3", "tests/s3/requirements.txt")?;
        let port = free_port()?;
        let mut command = ws.command(venv.program("moto_server"));
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]).current_dir(Path::new("/"));
        let log = ws.corner("logs")?.join("s3.log");
        let mut server = Service::start("the S3-type store", &mut command, log, Signal::TERM)?;
        server.wait_for(|| TcpStream::connect(("127.0.0.1", port)).ok())?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), _server: server })
    }

    /// Where it is reached, as `XUNCHA_TEST_S3` has it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

//! Programs of our own that run apart from what this machine is used for: a demo's, a test's.

use std::path::Path;
use std::process::Command;

/// Who is reached without a proxy.
const HERE: &str = "127.0.0.1,localhost";

/// Lets a program know nothing of a real hub: neither the environment's settings nor a file of them where it was
/// started from. What it says to this machine goes straight there, whatever proxy stands before the rest of the world.
pub fn apart<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    for (name, _) in std::env::vars_os() {
        if name == "DATABASE_URL" || name.as_encoded_bytes().starts_with(b"XUNCHA_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).env("NO_PROXY", HERE).env("no_proxy", HERE)
}

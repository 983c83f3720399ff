//! Ctrl-C and the other polite ways to be stopped: noted here, asked about wherever something waits, so that
//! what was started is stopped on the way out. A second one ends the process at once.

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context, Result};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
};

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The exit code of a command that was interrupted, as shells have it.
pub(crate) const EXIT_CODE: u8 = 130;

/// The user asked for a stop.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Begins to note signals. Called once, at the start.
pub(crate) fn watch() -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // The order matters: the shutdown is armed by the flag that the first signal sets.
        flag::register_conditional_shutdown(signal, EXIT_CODE.into(), Arc::clone(&ASKED))
            .and_then(|_| flag::register(signal, Arc::clone(&ASKED)))
            .context("cannot watch for Ctrl-C")?;
    }
    Ok(())
}

/// Whether a stop was asked for.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Fails with [`Interrupted`] once a stop was asked for.
pub(crate) fn check() -> Result<()> {
    if asked() { Err(Interrupted.into()) } else { Ok(()) }
}

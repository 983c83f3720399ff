//! A gate at which one connection is held in the middle of a request, so that whoever is to be killed
//! in the middle of it can be.

use std::sync::Mutex;

use tokio::sync::watch;

use super::locked;

#[derive(Debug)]
pub(super) struct Gate {
    /// After how many bytes to the hub the next connection is held.
    wanted: Mutex<Option<usize>>,
    held: watch::Sender<bool>,
}

impl Gate {
    pub(super) fn open() -> Self {
        Self { wanted: Mutex::new(None), held: watch::Sender::new(false) }
    }

    pub(super) fn close_after(&self, bytes: usize) {
        *locked(&self.wanted) = Some(bytes);
    }

    pub(super) fn release(&self) {
        *locked(&self.wanted) = None;
        self.held.send_replace(false);
    }

    /// Where in the next piece of a connection it is to be held, if in that one.
    pub(super) fn falls_in(&self, gone: usize, piece: usize) -> Option<usize> {
        let mut wanted = locked(&self.wanted);
        let at = (*wanted)?.saturating_sub(gone);
        if at >= piece {
            return None;
        }
        *wanted = None;
        Some(at)
    }

    /// Holds the caller until [`Gate::release`].
    pub(super) async fn hold(&self) {
        self.held.send_replace(true);
        self.wait_for(false).await;
    }

    /// Waits until a connection is held.
    pub(super) async fn held(&self) {
        self.wait_for(true).await;
    }

    async fn wait_for(&self, state: bool) {
        // The sender lives in `self`, so the channel cannot be closed.
        let _ = self.held.subscribe().wait_for(|held| *held == state).await;
    }
}

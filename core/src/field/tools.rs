//! What a book needs from outside: everything that is not a rule or a row.

use std::sync::Arc;

use super::transport::Transport;
use super::{Clock, Entropy, KeyVault};

/// The effects a book may have on the world, handed in by whoever opens it.
#[derive(Clone)]
pub struct Tools {
    /// Wraps the data key.
    pub vault: Arc<dyn KeyVault>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness for ids, keys and nonces.
    pub entropy: Arc<dyn Entropy>,
    /// Reaches the hub.
    pub transport: Arc<dyn Transport>,
}

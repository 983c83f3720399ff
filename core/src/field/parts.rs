//! The parts of an open book that what talks with the hub, or checks the book, works with.

use super::{Keyring, Store, Tools};

/// An open book without what it shows.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// What is kept.
    pub store: &'a Store,
    /// What opens it.
    pub keys: &'a Keyring,
    /// What comes from outside.
    pub tools: &'a Tools,
}

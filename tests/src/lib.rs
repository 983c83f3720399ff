//! What the tests over real processes share.
//!
//! # Layout
//! - [`bench`]: how figures are measured and told.
//! - [`hub`]: the hub as a process. [`device`]: whatever a device could send to it.
//! - [`scenario`]: the stories of `tests/scenarios/*.json` and how they are run.
//! - [`network`]: a road between phones and hub on which accidents happen.

pub mod bench;
pub mod device;
pub mod hub;
pub mod network;
pub mod scenario;

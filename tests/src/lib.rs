//! What the tests over real processes share.
//!
//! # Layout
//! - [`scenario`]: the stories of `tests/scenarios/*.json` and how they are run.
//! - [`network`]: a road between phones and hub on which accidents happen.

pub mod network;
pub mod scenario;

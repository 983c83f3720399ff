//! What the tests over real processes share.
//!
//! # Layout
//! - [`mod@bench`]: how figures are measured and told.
//! - [`founding`]: a station in a hub's database. [`station`]: one with a hub and phones.
//!   [`audit`]: promises against what is there.
//! - [`chance`]: seeded randomness.
//! - [`database`], [`folder`]: what they run on.
//! - [`hub`]: the hub as a process. [`device`]: whatever a device could send to it.
//! - [`scenario`]: the stories of `tests/scenarios/*.json` and how they are run.
//! - [`network`]: a road between phones and hub on which accidents happen.

pub mod audit;
pub mod bench;
pub mod chance;
pub mod client;
pub mod database;
pub mod device;
pub mod folder;
pub mod founding;
pub mod hub;
pub mod network;
pub mod scenario;
pub mod simulation;
pub mod station;

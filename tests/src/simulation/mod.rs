//! A month of phones in one process and from one seed: the real core on its own files, the real hub
//! called without a socket, a clock that only the simulation moves. What goes wrong in it goes wrong
//! again with the same seed.
//!
//! - [`road`]: the transport, which loses requests and answers and delivers twice.
//! - [`world`]: clock, hub and stations. [`person`]: what somebody does with a phone.
//! - [`month`]: the days, and what must hold at their end.

pub mod month;
pub mod person;
pub mod road;
pub mod world;

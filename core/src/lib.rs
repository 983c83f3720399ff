//! The shared core of xuncha (巡查): what a phone and the hub both stand on.
//!
//! # Layout
//! - [`domain`]: the rules. Pure: no I/O, no clock, no async.
//! - [`wire`]: what travels between phone and hub.
//! - `field` (feature `field`): the phone; its store, its sync.

pub mod domain;
#[cfg(feature = "field")]
pub mod field;
pub mod wire;

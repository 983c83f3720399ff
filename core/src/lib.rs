//! The shared core of xuncha (巡查): what a phone and the hub both stand on.
//!
//! # Layout
//! - [`domain`]: the rules. Pure: no I/O, no clock, no async.
//! - [`wire`]: what travels between phone and hub.
//! - `field` (feature `field`): the phone; its store, its sync.
//! - `ffi` (feature `ffi`): the border to Kotlin and Swift.

#![cfg_attr(not(feature = "ffi"), forbid(unsafe_code))]
// What UniFFI's macros write is unsafe; by hand nothing is, which every build without them proves.
#![cfg_attr(feature = "ffi", allow(unsafe_code))]

pub mod domain;
#[cfg(feature = "ffi")]
pub mod ffi;
#[cfg(feature = "field")]
pub mod field;
pub mod wire;

#[cfg(feature = "ffi")]
uniffi::setup_scaffolding!("xuncha");

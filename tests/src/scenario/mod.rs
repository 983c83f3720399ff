//! Stories about phones, people and the hub, run against a real hub process.
//!
//! - [`story`]: the format of the files.

pub mod story;

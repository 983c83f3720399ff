//! Stories about phones, people and the hub, run against a real hub process.
//!
//! - [`story`]: the format of the files. [`run`](mod@run): a story step by step.
//! - [`world`]: hub, head and road. [`phone`]: the core in somebody's hand. [`clock`], [`picture`].
//! - [`check`]: what is compared.

pub mod check;
pub mod clock;
pub mod phone;
pub mod picture;
pub mod run;
pub mod story;
pub mod world;

pub use run::run;

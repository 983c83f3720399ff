//! Stories about phones, people and the hub, run against a real hub process.
//!
//! - [`story`]: the format of the files. [`run`](mod@run): a story step by step.
//! - [`world`]: hub, head and road. [`phone`]: a phone in somebody's hand. [`clock`], [`picture`].
//! - [`deed`]: what is asked of a phone. [`own`]: done by the core here; [`driver`]: by another language.
//! - [`check`]: what is compared. [`quiet`]: what the hub's log must not tell.

pub mod check;
pub mod clock;
pub mod deed;
pub mod driver;
pub mod own;
pub mod phone;
pub mod picture;
pub mod quiet;
pub mod run;
pub mod story;
pub mod world;

pub use run::run;

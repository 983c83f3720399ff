//! A bad network and a made-up district, for the demo and for tests.

pub mod district;
pub mod proxy;
mod seeded;

pub use seeded::Seeded;

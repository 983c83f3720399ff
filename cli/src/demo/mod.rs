//! `xuncha demo`: a district at work, on one machine, with everything going wrong that does.

pub mod proxy;
mod seeded;

pub use seeded::Seeded;

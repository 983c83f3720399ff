//! `xuncha demo`: a district at work, on one machine, with everything going wrong that does.

pub mod district;
pub mod proxy;
mod seeded;

pub use district::District;
pub use seeded::Seeded;

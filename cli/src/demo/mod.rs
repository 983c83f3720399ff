//! `xuncha demo`: a district at work, on one machine, with everything going wrong that does.

pub mod audit;
pub mod clock;
pub mod district;
pub mod picture;
pub mod proxy;
mod resent;
mod seeded;
mod table;
mod voice;

pub use district::District;
pub use seeded::Seeded;

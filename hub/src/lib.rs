//! x

mod photos;

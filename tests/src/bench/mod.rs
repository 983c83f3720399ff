//! Benches: each figure is the median of repeated runs, and a ratio wherever there is something to
//! compare with: raw SQL with the same settings, or the stated goal.
//!
//! - [`report`]: figures, their goals, the table and the JSON file. [`machine`]: what they were measured on.
//! - [`border`]: what it costs to reach the core from another language.
//! - [`save`], [`pushes`], [`sync`], [`city`], [`visits`], [`search`], [`export`], [`memory`]: what is measured.

pub mod border;
pub mod city;
pub mod export;
pub mod machine;
pub mod memory;
pub mod pushes;
pub mod report;
pub mod save;
pub mod search;
pub mod sync;
pub mod visits;

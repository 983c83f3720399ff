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

use anyhow::{Result, bail};
use sqlx::{Connection as _, Executor as _, PgConnection};

/// What can be measured by itself, by its name.
pub const NAMES: [&str; 9] =
    ["save", "pushes", "city", "sync", "search", "visits", "export", "memory", "border"];

/// A name of something that can be measured.
///
/// # Errors
/// For any other, with those that there are.
pub fn named(name: &str) -> Result<&'static str> {
    match NAMES.into_iter().find(|known| *known == name) {
        Some(known) => Ok(known),
        None => bail!("there is no bench “{name}”: {}", NAMES.join(", ")),
    }
}

/// Leaves a PostgreSQL as its own housekeeping does within a minute: its planner knows the tables, and what was written
/// is on the disk. No year of pushes would have left that to the moment of a bench.
async fn settle(database: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database).await?;
    for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
        connection.execute(statement).await?;
    }
    Ok(connection.close().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_that_there_is_not_is_refused_and_not_taken_for_one_that_found_nothing() {
        assert_eq!(named("city").unwrap(), "city");
        assert!(named("cities").unwrap_err().to_string().contains("pushes"));
    }
}

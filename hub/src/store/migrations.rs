//! The steps that bring the tables up to date, built into the program.
//!
//! Not by `sqlx::migrate!`: for its macros all of sqlx, `SQLite` included, is built a second time, for the compiler.

use std::future::ready;

use sqlx::SqlStr;
use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator};

use super::Dialect;

/// A file of `migrations/`, its name taken apart.
#[derive(Debug)]
struct Step {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

const SQLITE: &[Step] = include!(concat!(env!("OUT_DIR"), "/sqlite.rs"));
const POSTGRES: &[Step] = include!(concat!(env!("OUT_DIR"), "/postgres.rs"));

/// All the steps of a database of this kind.
pub(super) async fn of(dialect: Dialect) -> Result<Migrator, MigrateError> {
    Migrator::new(Steps(match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    }))
    .await
}

#[derive(Debug)]
struct Steps(&'static [Step]);

impl MigrationSource<'static> for Steps {
    fn resolve(self) -> futures_util::future::BoxFuture<'static, Result<Vec<Migration>, BoxDynError>> {
        let steps = self.0.iter().map(|step| {
            let sql = SqlStr::from_static(step.sql);
            Migration::new(
                step.version,
                step.name.replace('_', " ").into(),
                MigrationType::Simple,
                sql,
                false,
            )
        });
        Box::pin(ready(Ok(steps.collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_file_is_a_step_and_each_is_known_by_what_it_was_known_by() {
        for (dialect, folder) in [(Dialect::Sqlite, "sqlite"), (Dialect::Postgres, "postgres")] {
            let built_in = of(dialect).await.unwrap();
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let read = Migrator::new(path).await.unwrap();
            let known = |migrator: &Migrator| -> Vec<_> {
                let steps = migrator.iter().cloned();
                steps
                    .map(|step| (step.version, step.description, step.migration_type, step.checksum))
                    .collect()
            };
            assert!(!known(&read).is_empty());
            assert_eq!(known(&built_in), known(&read));
        }
    }
}

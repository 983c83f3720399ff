//! The schema, as numbered steps. A step that was released is never changed: phones have run it.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// The steps, from the first version on.
///
/// Whoever adds a kind of change that the hub tells adds a step that makes room for it and forgets the
/// cursor: until then such changes were skipped, and after it they are read from the beginning.
const STEPS: [&str; 7] = [
    include_str!("migrations/0001_book.sql"),
    include_str!("migrations/0002_policies.sql"),
    include_str!("migrations/0004_follow_ups.sql"),
    include_str!("migrations/0005_rules.sql"),
    include_str!("migrations/0006_found_good.sql"),
    include_str!("migrations/0007_staged.sql"),
    include_str!("migrations/0008_found_by_state.sql"),
];

/// The version this program writes: the number of steps.
pub(super) const VERSION: i64 = 7;

/// Brings the schema to this program's version, all steps or none.
pub(super) fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    let found = version(conn)?;
    if found == VERSION {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = usize::try_from(found).map_err(|_| StoreError::Damaged(format!("version {found}")))?;
    for step in &STEPS[done..] {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", VERSION)?;
    Ok(tx.commit()?)
}

/// The version of the schema; 0 of an empty file.
pub(super) fn version(conn: &Connection) -> Result<i64, StoreError> {
    let found = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION { Err(StoreError::Newer { found, known: VERSION }) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_number_of_steps() {
        assert_eq!(i64::try_from(STEPS.len()), Ok(VERSION));
    }
}

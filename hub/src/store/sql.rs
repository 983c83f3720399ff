//! A query with as many rows as there are: one statement for a batch instead of one for each row.

use futures_util::TryStreamExt as _;
use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow};
use sqlx::{Any, AnyConnection, Arguments as _, AssertSqlSafe, Encode, Type};

use super::StoreError;

/// A query being written. Texts are the program's own; values only ever go in by [`Sql::bind`].
pub struct Sql {
    text: String,
    arguments: AnyArguments,
    failed: Option<sqlx::Error>,
}

impl Sql {
    /// A query that begins with `text`.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), arguments: AnyArguments::default(), failed: None }
    }

    /// More text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// A value: its placeholder in the text, itself among the arguments.
    pub fn bind<'v, T: Encode<'v, Any> + Type<Any>>(&mut self, value: T) -> &mut Self {
        if let Err(error) = self.arguments.add(value) {
            self.failed.get_or_insert(sqlx::Error::Encode(error));
        }
        self.text.push('?');
        self
    }

    /// `(…),(…)`: one bracket for each of `rows`, filled by `row`, which calls [`Sql::cell`].
    pub fn rows<I: IntoIterator>(&mut self, rows: I, mut row: impl FnMut(&mut Self, I::Item)) -> &mut Self {
        for (number, item) in rows.into_iter().enumerate() {
            self.text.push_str(if number == 0 { "(" } else { ",(" });
            row(self, item);
            self.text.push(')');
        }
        self
    }

    /// A value with a comma before it unless it is the first in its bracket.
    pub fn cell<'v, T: Encode<'v, Any> + Type<Any>>(&mut self, value: T) -> &mut Self {
        if !self.text.ends_with('(') {
            self.text.push(',');
        }
        self.bind(value)
    }

    /// `(…)`: the values in one bracket, for `IN`. `(NULL)`, which nothing is in, for none.
    pub fn list<'v, T: Encode<'v, Any> + Type<Any>>(
        &mut self,
        values: impl IntoIterator<Item = T>,
    ) -> &mut Self {
        self.text.push('(');
        for value in values {
            self.cell(value);
        }
        if self.text.ends_with('(') {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// Runs it.
    pub async fn execute(self, db: &mut AnyConnection) -> Result<AnyQueryResult, StoreError> {
        let (text, arguments) = self.finished(db)?;
        Ok(sqlx::query_with(AssertSqlSafe(text), arguments).execute(db).await?)
    }

    /// Its rows.
    pub async fn fetch_all(self, db: &mut AnyConnection) -> Result<Vec<AnyRow>, StoreError> {
        let (text, arguments) = self.finished(db)?;
        Ok(sqlx::query_with(AssertSqlSafe(text), arguments).fetch_all(db).await?)
    }

    /// Each of its rows as it comes, so that no more than one is in memory.
    pub async fn each(
        self,
        db: &mut AnyConnection,
        mut take: impl FnMut(&AnyRow) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let (text, arguments) = self.finished(db)?;
        let mut rows = sqlx::query_with(AssertSqlSafe(text), arguments).fetch(db);
        while let Some(row) = rows.try_next().await? {
            take(&row)?;
        }
        Ok(())
    }

    /// Its first row, if there is one.
    pub async fn fetch_optional(self, db: &mut AnyConnection) -> Result<Option<AnyRow>, StoreError> {
        let (text, arguments) = self.finished(db)?;
        Ok(sqlx::query_with(AssertSqlSafe(text), arguments).fetch_optional(db).await?)
    }

    /// How the database means to run it, a line for each step: `PostgreSQL` once it has been asked so often that it
    /// keeps one plan, whatever it is asked for.
    #[cfg(test)]
    pub(crate) async fn plan(mut self, db: &mut AnyConnection) -> Vec<String> {
        use sqlx::{Executor as _, Row as _};
        let (rows, column) = if db.backend_name() == "PostgreSQL" {
            let values = vec!["NULL"; self.text.matches('?').count()].join(", ");
            let prepared = format!("PREPARE planned AS {}", numbered(&self.text));
            db.execute("SET plan_cache_mode = force_generic_plan").await.unwrap();
            db.execute(AssertSqlSafe(prepared)).await.unwrap();
            let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE planned ({values})"));
            let rows = db.fetch_all(explain).await.unwrap();
            db.execute("DEALLOCATE planned").await.unwrap();
            (rows, "QUERY PLAN")
        } else {
            self.text.insert_str(0, "EXPLAIN QUERY PLAN ");
            (self.fetch_all(db).await.unwrap(), "detail")
        };
        rows.iter().map(|row| row.get::<String, _>(column)).collect()
    }

    /// `SQLite` reads `?` and looks up numbered parameters by name, one by one, which costs as much as a
    /// hundred rows take to store; `PostgreSQL` only reads numbered ones.
    fn finished(self, db: &AnyConnection) -> Result<(String, AnyArguments), StoreError> {
        match self.failed {
            Some(error) => Err(error.into()),
            None if db.backend_name() == "PostgreSQL" => Ok((numbered(&self.text), self.arguments)),
            None => Ok((self.text, self.arguments)),
        }
    }
}

fn numbered(text: &str) -> String {
    let mut pieces = text.split('?');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.zip(1u32..).fold(first, |text, (piece, number)| text + "$" + &number.to_string() + piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_in_the_order_they_were_bound() {
        let mut query = Sql::new("SELECT a FROM t WHERE b = ");
        query.bind(1).push(" AND c IN ").list([2, 3]);
        assert_eq!(numbered(&query.text), "SELECT a FROM t WHERE b = $1 AND c IN ($2,$3)");
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }
}

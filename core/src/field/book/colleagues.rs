//! Who can go along on a visit.

use super::FieldBook;
use super::lines::PersonLine;
use crate::field::FieldError;
use crate::field::store::reference;

impl FieldBook {
    /// The members of the station who serve, oneself apart, by name.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn colleagues(&self) -> Result<Vec<PersonLine>, FieldError> {
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            let mut serving = reference::members(conn)?;
            serving.retain(|member| member.active && member.id != me.member.id);
            serving.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
            let line = |member: crate::domain::Member| PersonLine { id: member.id, name: member.name.into() };
            Ok(serving.into_iter().map(line).collect())
        })
    }
}

//! The self-check in words.

use serde::Serialize;

use super::FieldBook;
use crate::field::{FieldError, self_check};
use crate::wire::IssueCode;

/// What a check of the book found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct SelfCheck {
    /// What is wrong; nothing if all is well.
    pub issues: Vec<Issue>,
    /// Records whose signature and place in the chain were verified.
    pub records_verified: u64,
    /// Photos whose file is there.
    pub photos_present: u64,
    /// Free bytes of the disk.
    pub free_bytes: u64,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Issue {
    /// What.
    pub code: IssueCode,
    /// The sentence.
    pub text: String,
    /// Which record, photo or page, for whoever looks into it.
    pub detail: String,
}

impl FieldBook {
    /// Checks the book against itself. Takes as long as reading all of it: a second or so.
    ///
    /// # Errors
    /// Code `storage` when it cannot even be read.
    pub fn self_check(&self) -> Result<SelfCheck, FieldError> {
        let found = self_check::check(self.parts())?;
        let locale = self.locale();
        let issue =
            |(code, detail): (IssueCode, String)| Issue { code, text: code.text(locale).to_owned(), detail };
        Ok(SelfCheck {
            issues: found.issues.into_iter().map(issue).collect(),
            records_verified: found.records_verified,
            photos_present: found.photos_present,
            free_bytes: found.room.free,
        })
    }
}

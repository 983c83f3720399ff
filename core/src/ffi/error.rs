//! The one error of the border. Exact errors stay inside; a code, what to do and a detail for the log
//! cross it.

use crate::domain::Locale;
use crate::field::{FieldError, FieldErrorCode, VaultError};
use crate::wire::ProblemCode;

/// Why the book did not do what was asked. What was saved before is safe in every case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum BookError {
    /// It did not.
    #[error("{}: {detail}", code.code())]
    Failed {
        /// For a shell to tell apart.
        code: FieldErrorCode,
        /// Which of the hub's reasons it was, if the hub said no.
        problem: Option<ProblemCode>,
        /// What exactly, for the log.
        detail: String,
    },
}

#[uniffi::export]
impl BookError {
    /// What to do about it, in words that a volunteer of 75 understands.
    pub fn advice(&self, locale: Locale) -> String {
        let Self::Failed { code, problem, .. } = self;
        // The hub's own words say which of its reasons it was.
        problem.map_or_else(|| code.advice(locale), |problem| problem.advice(locale)).to_owned()
    }
}

impl BookError {
    /// A value from the other side that is none.
    pub(super) fn bad_value(code: FieldErrorCode, why: impl ToString) -> Self {
        Self::Failed { code, problem: None, detail: why.to_string() }
    }
}

impl From<FieldError> for BookError {
    fn from(error: FieldError) -> Self {
        let problem = match &error {
            FieldError::Hub { code, .. } => Some(*code),
            _ => None,
        };
        Self::Failed { code: error.code(), problem, detail: error.to_string() }
    }
}

/// A key store that fails in a way it never should is one that does not answer now: nothing is lost, and
/// the next start asks again.
impl From<uniffi::UnexpectedUniFFICallbackError> for VaultError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { reason: error.reason }
    }
}

//! What went wrong, with its exit code.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | not done, or a check found something wrong; what was saved before is safe |
//! | 2 | called wrongly: see `--help` |
//! | 3 | the hub or its database could not be reached or was busy; nothing is lost, try again later |
//! | 4 | the hub is of a newer version; nothing is lost, install the newer program first |
//! | 130 | stopped before it had an answer |

use std::fmt;
use std::process::ExitCode;

use xuncha_core::domain::Locale;
use xuncha_core::field::FieldError;
use xuncha_core::wire::ProblemCode;
use xuncha_hub::HubError;
use xuncha_hub::app::StartError;
use xuncha_hub::store::{OpenError, StoreError};

/// Exit code: not done.
pub const FAILED: u8 = 1;
/// Exit code: called wrongly.
pub const USAGE: u8 = 2;
/// Exit code: try again later.
pub const LATER: u8 = 3;
/// Exit code: install a newer program first.
pub const UPDATE: u8 = 4;
/// Exit code: stopped before it had an answer, as a shell tells it of Ctrl-C.
pub const STOPPED: u8 = 130;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// It was called with something that is not there or does not fit.
    Usage(String),
    /// Something with a stable code of its own.
    Coded {
        /// The code.
        code: &'static str,
        /// What went wrong.
        message: String,
    },
    /// What a part of the program said.
    Error(anyhow::Error),
}

impl Failure {
    /// A command called with something that is not there or does not fit.
    #[must_use]
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }

    /// Something with a stable code of its own.
    #[must_use]
    pub fn coded(code: &'static str, message: impl fmt::Display) -> Self {
        Self::Coded { code, message: message.to_string() }
    }

    fn part<T: fmt::Display + fmt::Debug + Send + Sync + 'static>(&self) -> Option<&T> {
        match self {
            Self::Error(error) => error.downcast_ref(),
            Self::Usage(_) | Self::Coded { .. } => None,
        }
    }

    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Usage(_) => "usage",
            Self::Coded { code, .. } => code,
            Self::Error(_) => self.part::<FieldError>().map_or("failed", |error| error.code().code()),
        }
    }

    /// What to do, where that can be said.
    #[must_use]
    pub fn advice(&self, locale: Locale) -> Option<&'static str> {
        self.part::<FieldError>().map(|error| error.advice(locale))
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> u8 {
        match (self, self.part::<FieldError>()) {
            (Self::Usage(_), _) => USAGE,
            (_, Some(FieldError::Offline(_) | FieldError::HubAnswer(_))) => LATER,
            (_, Some(FieldError::HubNewer(_))) => UPDATE,
            (_, Some(FieldError::Hub { code, .. })) if is_passing(*code) => LATER,
            _ if self.may_pass() => LATER,
            _ => FAILED,
        }
    }

    /// Whether the hub's database was busy or out of reach, or somebody guessed too often.
    fn may_pass(&self) -> bool {
        let told = self.part::<HubError>().map(|error| error.problem().code);
        self.part::<StoreError>().is_some_and(StoreError::may_pass)
            || self.part::<OpenError>().is_some_and(OpenError::may_pass)
            || self.part::<StartError>().is_some_and(StartError::may_pass)
            || matches!(told, Some(ProblemCode::Unavailable | ProblemCode::TooManyAttempts))
    }

    /// The exit code for the system.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit())
    }
}

const fn is_passing(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::Unavailable
            | ProblemCode::Internal
            | ProblemCode::StorageFull
            | ProblemCode::TooManyAttempts
    )
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Coded { message, .. } => f.write_str(message),
            Self::Error(error) => write!(f, "{error:#}"),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_whether_to_try_again_update_or_look() {
        for (error, exit) in [
            (FieldError::Offline("no signal".to_owned()), LATER),
            (FieldError::HubNewer("api_gone".to_owned()), UPDATE),
            (FieldError::NotEnrolled, FAILED),
        ] {
            let failure = Failure::from(error);
            assert_eq!(failure.exit(), exit, "{failure}");
        }
        assert_eq!(Failure::usage("no such venue").exit(), USAGE);
        let often = FieldError::Hub { code: ProblemCode::TooManyAttempts, detail: None };
        assert_eq!(Failure::from(often).exit(), LATER);
    }

    #[test]
    fn a_database_that_is_busy_or_out_of_reach_may_be_there_later_and_a_damaged_one_not() {
        use sqlx::Error::{PoolTimedOut, RowNotFound};
        let busy = || StoreError::Busy(PoolTimedOut);
        for (failure, exit) in [
            (Failure::from(busy()), LATER),
            (Failure::from(OpenError::Connect(PoolTimedOut)), LATER),
            (Failure::from(StartError::Open(OpenError::Connect(PoolTimedOut))), LATER),
            (Failure::from(StartError::Store(busy())), LATER),
            (Failure::from(HubError::Store(busy())), LATER),
            (Failure::from(HubError::new(ProblemCode::TooManyAttempts)), LATER),
            (Failure::from(anyhow::Error::from(busy()).context("copying the database")), LATER),
            (Failure::from(OpenError::Connect(RowNotFound)), FAILED),
            (Failure::from(OpenError::Older), FAILED),
            (Failure::from(StoreError::Row("body".to_owned())), FAILED),
            (Failure::from(HubError::new(ProblemCode::NotFound)), FAILED),
        ] {
            assert_eq!(failure.exit(), exit, "{failure}");
        }
    }
}

//! What went wrong, with its exit code.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | not done, or a check found something wrong; what was saved before is safe |
//! | 2 | called wrongly: see `--help` |
//! | 3 | the hub could not be reached or was busy; nothing is lost, try again later |
//! | 4 | the hub is of a newer version; nothing is lost, install the newer program first |
//! | 130 | stopped before it had an answer |

use std::fmt;
use std::process::ExitCode;

use xuncha_core::domain::Locale;
use xuncha_core::field::FieldError;
use xuncha_core::wire::ProblemCode;

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
            _ => FAILED,
        }
    }

    /// The exit code for the system.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit())
    }
}

const fn is_passing(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::Unavailable | ProblemCode::Internal | ProblemCode::StorageFull)
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
    }
}

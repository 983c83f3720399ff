//! Codes: the short names by which data files, records and exports call an item, a choice or a
//! kind of venue. They never change their meaning once used, so they are kept apart from the texts
//! that people read.

use serde::{Deserialize, Serialize};

/// A text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a code (1 to 32 of a–z, 0–9 and _)")]
pub struct NotACode(pub String);

/// The most characters a code may have.
pub(super) const MAX_CODE: usize = 32;

/// Whether a text has the shape of a code.
pub(super) fn is_code(text: &str) -> bool {
    (1..=MAX_CODE).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotACode;
            fn from_str(text: &str) -> Result<Self, NotACode> {
                if is_code(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NotACode(text.chars().take(MAX_CODE).collect()))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotACode;
            fn try_from(text: String) -> Result<Self, NotACode> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

codes! {
    /// Names a checklist (`internet_cafe`); with its version it is unique.
    ChecklistCode,
    /// Names an item of a checklist (`wb_minor`).
    ItemId,
    /// Names one of an item's choices (`yes`).
    ChoiceCode,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_short_lower_case_ascii_is_a_code() {
        assert_eq!("wb_minor".parse::<ItemId>().unwrap().as_str(), "wb_minor");
        for bad in ["", "Wb", "wb-minor", "网吧", " wb", &"a".repeat(33)] {
            assert!(bad.parse::<ItemId>().is_err(), "{bad:?}");
            assert!(serde_json::from_value::<ItemId>(bad.into()).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_code_travels_unchanged(text in "[a-z0-9_]{1,32}") {
            let code: ChoiceCode = text.parse().unwrap();
            let json = serde_json::to_string(&code).unwrap();
            prop_assert_eq!(&json, &format!("\"{text}\""));
            prop_assert_eq!(serde_json::from_str::<ChoiceCode>(&json).unwrap(), code);
        }
    }
}

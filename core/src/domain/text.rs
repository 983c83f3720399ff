//! Texts with a limit. A name, a note or a code that came from outside is trimmed, free of control
//! characters and no longer than it may be: the type says so, the parser sees to it.

use serde::{Deserialize, Serialize};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing but white space where something is needed.
    #[error("{what} is empty")]
    Empty {
        /// What the text was to be.
        what: &'static str,
    },
    /// Longer than the limit.
    #[error("{what} has {len} characters; at most {max} are allowed")]
    TooLong {
        /// What the text was to be.
        what: &'static str,
        /// Its length in characters.
        len: usize,
        /// The limit in characters.
        max: usize,
    },
    /// A control character other than a line break or tab.
    #[error("{what} contains a control character")]
    Control {
        /// What the text was to be.
        what: &'static str,
    },
}

/// A letter, digit or mark of full width, as a Chinese keyboard writes it, in ASCII; anything else as it is.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        // They lie in the order of ASCII.
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn check(text: &str, what: &'static str, max: usize, may_be_empty: bool) -> Result<String, BadText> {
    let text = text.trim();
    if text.is_empty() && !may_be_empty {
        return Err(BadText::Empty { what });
    }
    let len = text.chars().count();
    if len > max {
        return Err(BadText::TooLong { what, len, max });
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(BadText::Control { what });
    }
    Ok(text.to_owned())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $what:literal, max $max:literal, empty $empty:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// Trims and checks a text from outside.
            ///
            /// # Errors
            /// [`BadText`] says what is wrong with it.
            pub fn new(text: &str) -> Result<Self, BadText> {
                check(text, $what, $max, $empty).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;
            fn try_from(text: String) -> Result<Self, BadText> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

texts! {
    /// The name of a person, place or thing.
    Name: "the name", max 100, empty false;
    /// A postal address; may be empty where none is known.
    Address: "the address", max 200, empty true;
    /// What somebody wrote in their own words.
    Note: "the note", max 1000, empty false;
    /// Why a record was returned or a thing refused.
    Reason: "the reason", max 300, empty false;
    /// The number that somebody is called by, with whom to ask for.
    Contact: "the number to call", max 40, empty false;
    /// What a venue's printed QR placard says.
    PlacardCode: "the placard code", max 64, empty false;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_name_an_endless_one_and_control_characters_are_refused() {
        assert_eq!(Name::new("  "), Err(BadText::Empty { what: "the name" }));
        assert!(matches!(Name::new(&"网".repeat(101)), Err(BadText::TooLong { len: 101, max: 100, .. })));
        assert!(matches!(Note::new("a\u{0}b"), Err(BadText::Control { .. })));
        assert_eq!(Address::new("").unwrap().as_str(), "");
    }

    proptest! {
        #[test]
        fn what_was_accepted_once_is_accepted_unchanged_again(text in ".{0,120}") {
            if let Ok(name) = Name::new(&text) {
                prop_assert_eq!(Name::new(name.as_str()), Ok(name));
            }
        }
    }
}

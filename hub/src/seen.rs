//! What somebody saw of a thing before they changed it. A form carries a mark of what it showed; under the station's lock
//! it is held against what stands there by then, so nobody overwrites what they never saw.

use std::fmt;

use serde::{Deserialize, Serialize};
use xuncha_core::domain::Sha256Hash;

/// The mark of a thing as it stood: another one once anything of it changed. Empty where there was none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Seen(String);

impl Seen {
    /// Of a thing on file, or of none.
    #[must_use]
    pub fn of(thing: Option<&impl Serialize>) -> Self {
        // What stands in a database can be written.
        let text = |thing| serde_json::to_vec(thing).unwrap_or_default();
        Self(thing.map_or_else(String::new, |thing| Sha256Hash::of(&text(thing)).to_string()))
    }
}

impl From<&str> for Seen {
    /// As a form said it.
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What writing over something came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Kept {
    /// It is kept.
    Done,
    /// Something else stands there than was seen: nothing was written.
    Overtaken,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_that_of_the_same_thing_and_of_no_other_nor_of_none() {
        let mark = Seen::of(Some(&("远航网吧", 1)));
        assert_eq!(mark, Seen::from(Seen::of(Some(&("远航网吧", 1))).to_string().as_str()));
        assert_ne!(mark, Seen::of(Some(&("远航网吧", 2))));
        assert_ne!(mark, Seen::of(None::<&()>));
        assert_eq!(Seen::default(), Seen::of(None::<&()>));
    }
}

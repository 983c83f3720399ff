//! What a hub's log must not tell: who and where somebody was, and what opens a door.

use anyhow::{Result, ensure};

/// Words and positions that no line of a log may hold.
#[derive(Debug, Default)]
pub struct Private {
    words: Vec<String>,
    positions: Vec<[String; 2]>,
}

impl Private {
    /// A name, a token or a code.
    pub fn word(&mut self, word: impl Into<String>) {
        self.words.push(word.into());
    }

    /// A position, as its story writes it.
    pub fn position(&mut self, [lat, lon]: [f64; 2]) {
        self.positions.push([lat.to_string(), lon.to_string()]);
    }

    /// Fails if a line of the log holds something of it: a word as a whole, or both figures of a position.
    pub fn must_not_be_in(&self, log: &str) -> Result<()> {
        for line in log.lines() {
            let told: Vec<&str> = line.split(|letter: char| !is_of_a_word(letter)).collect();
            let holds = |text: &String| told.contains(&text.as_str());
            let word = self.words.iter().find(|word| holds(word));
            ensure!(word.is_none(), "the hub logged {word:?}: {line}");
            let position = self.positions.iter().find(|position| position.iter().all(holds));
            ensure!(position.is_none(), "the hub logged the position {position:?}: {line}");
        }
        Ok(())
    }
}

/// Letters of names, tokens in base64url and figures.
fn is_of_a_word(letter: char) -> bool {
    letter.is_alphanumeric() || ['.', '-', '_'].contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_a_token_and_a_position_are_found_and_parts_of_words_are_not() {
        let mut private = Private::default();
        private.word("li");
        private.word("蓝鲸网吧");
        private.position([32.06, 118.79]);
        for told in [
            "member=li",
            r#"{"name":"li"}"#,
            "venue 蓝鲸网吧, closed",
            "at 32.06,118.79",
            "POST /x?lat=32.06&lon=118.79",
        ] {
            assert!(private.must_not_be_in(told).is_err(), "{told}");
        }
        for quiet in ["listening", "client=http", "it took 32.06 ms", "132.06 118.791"] {
            assert!(private.must_not_be_in(quiet).is_ok(), "{quiet}");
        }
    }
}

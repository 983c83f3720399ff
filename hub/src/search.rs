//! Finding venues by what people type: a part of the name or the address, or its pinyin, whole (`lanjing`) or
//! by initials (`ljwb`). Here is what is typed and what it is held against; `index` looks in many stations.

mod index;

use memchr::memmem::Finder;
use pinyin::ToPinyin as _;

pub use index::{FoundVenue, VenueIndex, find};

/// What somebody looks for: words that must all be there.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    text: String,
    words: Vec<Finder<'static>>,
}

/// More words are not looked at.
const WORDS: usize = 8;
/// Nor a longer text.
const CHARACTERS: usize = 60;

impl Sought {
    /// Of a text as it was typed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text: String = text.trim().chars().take(CHARACTERS).collect();
        let words = text.split_whitespace().map(plain).filter(|word| !word.is_empty()).take(WORDS);
        Self { words: words.map(|word| Finder::new(word.as_bytes()).into_owned()).collect(), text }
    }

    /// As it was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether something with this key is meant.
    #[must_use]
    pub fn is_in(&self, key: &str) -> bool {
        self.words.iter().all(|word| word.find(key.as_bytes()).is_some())
    }
}

/// What a venue is found by: its texts as they are and in pinyin, one a line.
#[must_use]
pub fn key<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut key = String::new();
    for text in texts {
        let text = plain(text);
        let (mut whole, mut initials) = (String::new(), String::new());
        for character in text.chars() {
            if let Some(sound) = character.to_pinyin() {
                whole.push_str(sound.plain());
                initials.push_str(sound.first_letter());
            } else {
                whole.push(character);
                initials.push(character);
            }
        }
        for line in [text, whole, initials] {
            key.push_str(&line);
            key.push('\n');
        }
    }
    key
}

/// Order by sound, as a list of names is read in Chinese; what has none goes by itself.
#[must_use]
pub fn sound(text: &str) -> String {
    let sound = |character: char| character.to_pinyin().map(pinyin::Pinyin::with_tone_num_end);
    text.chars().fold(String::new(), |mut all, character| {
        match sound(character) {
            Some(sound) => all.push_str(sound),
            None => all.push(character),
        }
        all.push(' ');
        all
    })
}

/// Letters small and of one width, without what stands between them: `ＷＢ` and `w'b` are `wb`.
fn plain(text: &str) -> String {
    let narrow = |character: char| match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        other => other,
    };
    let parts = |character: &char| !character.is_whitespace() && !matches!(character, '\'' | '’' | '-' | '·');
    text.chars().map(narrow).filter(parts).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finds(typed: &str) -> bool {
        Sought::new(typed).is_in(&key(["蓝鲸网吧", "柳岸路12号 B1"]))
    }

    #[test]
    fn a_venue_is_found_by_name_address_pinyin_and_initials() {
        for typed in [
            "蓝鲸",
            "网吧",
            "柳岸路12",
            "lanjing",
            "LanJing WangBa",
            "ljwb",
            "lan'jing",
            "ｌｊ",
            "liuan",
            "蓝鲸 柳岸",
            "b1",
        ] {
            assert!(finds(typed), "{typed}");
        }
        for typed in ["极昼", "jz", "蓝鲸 极昼", "吧柳", "wangbaliu"] {
            assert!(!finds(typed), "{typed}");
        }
        assert!(finds("") && Sought::new("  ").is_empty());
    }

    #[test]
    fn names_go_by_their_sound() {
        let mut names = ["双子网吧", "蓝鲸网吧", "ABC网吧", "北风网吧"];
        names.sort_by_key(|name| sound(name));
        assert_eq!(names, ["ABC网吧", "北风网吧", "蓝鲸网吧", "双子网吧"]);
    }

    proptest! {
        #[test]
        fn every_part_of_a_name_finds_it(name in "[蓝鲸极昼A-Za-z0-9银杏]{1,12}", from in 0..12_usize, length in 1..12_usize) {
            let part: String = name.chars().skip(from).take(length).collect();
            prop_assert!(Sought::new(&part).is_in(&key([name.as_str()])));
        }
    }
}

//! Finding venues by what people type: a part of the name or the address, or its pinyin, whole (`lanjing`) or
//! by initials (`ljwb`). Here is what is typed and what it is held against; `reading` says how characters are read,
//! `index` looks in many stations, with the `keys` of each in one text.

mod index;
mod keys;
mod reading;

use memchr::memmem::Finder;
use reading::{readings, typed};
use xuncha_core::domain::half_width;

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

/// What a venue is found by: its texts as they are and in pinyin, one a line. A character that is read in several ways
/// has a line for each, the others as usual; no line stands twice.
#[must_use]
pub fn key<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for text in texts {
        let text = plain(text);
        let sounds: Vec<Vec<String>> = text.chars().map(sounds).collect();
        add(text);
        let usual: Vec<&str> = sounds.iter().map(|sounds| sounds[0].as_str()).collect();
        let mut say = |line: &[&str]| {
            add(line.concat());
            add(line.iter().filter_map(|sound| sound.chars().next()).collect());
        };
        say(&usual);
        for (at, sounds) in sounds.iter().enumerate() {
            for other in &sounds[1..] {
                let mut line = usual.clone();
                line[at] = other;
                say(&line);
            }
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// How a character may be typed, the usual way first: never none.
fn sounds(character: char) -> Vec<String> {
    let readings = readings(character);
    if readings.is_empty() { vec![character.to_string()] } else { readings.into_iter().map(typed).collect() }
}

/// Order by sound, as a list of names is read in Chinese; what has none goes by itself.
#[must_use]
pub fn sound(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, character| {
        match readings(character).first() {
            Some(sound) => all.push_str(sound),
            None => all.push(character),
        }
        all.push(' ');
        all
    })
}

/// Letters small and of one width, without what stands between them: `ＷＢ` and `w'b` are `wb`, and `ü` is typed `v`.
pub(crate) fn plain(text: &str) -> String {
    let narrow = |character: char| match character {
        'ü' | 'Ü' => 'v',
        other => half_width(other),
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
    fn a_character_with_several_readings_is_found_by_each() {
        for (name, typed) in [
            ("长城网吧", "changcheng"),
            ("长城网吧", "ccwb"),
            ("成长路", "chengzhang"),
            ("长江路", "changjiang"),
            ("重庆", "chongqing"),
            ("音乐厅", "yinyue"),
            ("乐园", "leyuan"),
            ("厦门路", "xiamen"),
            ("大厦", "dasha"),
            ("银行路", "yinhang"),
            ("六合区", "luhe"),
            ("六合区", "liuhe"),
            ("都市网吧", "dushi"),
            ("绿洲", "lvzhou"),
            ("绿洲", "LÜ zhou"),
        ] {
            assert!(Sought::new(typed).is_in(&key([name])), "{name} {typed}");
        }
        assert!(!Sought::new("changchang").is_in(&key(["长城"])));
    }

    #[test]
    fn names_go_by_their_sound() {
        let mut names = ["双子网吧", "蓝鲸网吧", "ABC网吧", "长城网吧", "北风网吧"];
        names.sort_by_key(|name| sound(name));
        assert_eq!(names, ["ABC网吧", "北风网吧", "长城网吧", "蓝鲸网吧", "双子网吧"]);
    }

    proptest! {
        #[test]
        fn every_part_of_a_name_finds_it(name in "[蓝鲸极昼A-Za-z0-9银杏]{1,12}", from in 0..12_usize, length in 1..12_usize) {
            let part: String = name.chars().skip(from).take(length).collect();
            prop_assert!(Sought::new(&part).is_in(&key([name.as_str()])));
        }
    }
}

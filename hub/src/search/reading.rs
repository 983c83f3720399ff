//! How characters are read in names of places. The dictionary's first reading is often another one: 长 is `zhǎng`
//! there, and `cháng` in 长江路.

use pinyin::ToPinyin as _;

/// Characters with several readings that names and addresses are full of: the one that is usual there first, each with
/// its tone, after 《现代汉语词典》.
const SEVERAL: [(char, &[&str]); 43] = [
    ('长', &["chang2", "zhang3"]),
    ('重', &["chong2", "zhong4"]),
    ('都', &["du1", "dou1"]),
    ('乐', &["le4", "yue4"]),
    ('行', &["hang2", "xing2"]),
    ('厦', &["xia4", "sha4"]),
    ('六', &["liu4", "lu4"]),
    ('朝', &["chao2", "zhao1"]),
    ('曾', &["zeng1", "ceng2"]),
    ('单', &["dan1", "shan4"]),
    ('解', &["jie3", "xie4"]),
    ('区', &["qu1", "ou1"]),
    ('仇', &["qiu2", "chou2"]),
    ('盛', &["sheng4", "cheng2"]),
    ('车', &["che1", "ju1"]),
    ('传', &["chuan2", "zhuan4"]),
    ('藏', &["cang2", "zang4"]),
    ('调', &["diao4", "tiao2"]),
    ('会', &["hui4", "kuai4"]),
    ('校', &["xiao4", "jiao4"]),
    ('省', &["sheng3", "xing3"]),
    ('参', &["can1", "shen1"]),
    ('角', &["jiao3", "jue2"]),
    ('栖', &["qi1", "xi1"]),
    ('万', &["wan4", "mo4"]),
    ('尉', &["wei4", "yu4"]),
    ('幢', &["zhuang4", "chuang2"]),
    ('巷', &["xiang4", "hang4"]),
    ('堡', &["bao3", "pu4", "bu3"]),
    ('泊', &["bo2", "po1"]),
    ('圩', &["wei2", "xu1"]),
    ('什', &["shi2", "shen2"]),
    ('查', &["cha2", "zha1"]),
    ('柏', &["bai3", "bo2"]),
    ('伯', &["bo2", "bai3"]),
    ('奇', &["qi2", "ji1"]),
    ('宿', &["su4", "xiu4"]),
    ('降', &["jiang4", "xiang2"]),
    ('佛', &["fo2", "fu2"]),
    ('阿', &["a1", "e1"]),
    ('落', &["luo4", "la4"]),
    ('大', &["da4", "dai4"]),
    ('卡', &["ka3", "qia3"]),
];

/// The readings of a character with their tones, the usual one first; none of what is no Chinese character.
pub(super) fn readings(character: char) -> Vec<&'static str> {
    match SEVERAL.iter().find(|(of, _)| *of == character) {
        Some((_, readings)) => readings.to_vec(),
        None => character.to_pinyin().map(pinyin::Pinyin::with_tone_num_end).into_iter().collect(),
    }
}

/// A reading as it is typed: without its tone, and `v` for `ü`.
pub(super) fn typed(reading: &str) -> String {
    reading.trim_end_matches(|last: char| last.is_ascii_digit()).replace('ü', "v")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_stands_once_and_each_reading_is_one_of_the_dictionary_s_form() {
        for (at, (character, readings)) in SEVERAL.iter().enumerate() {
            assert!(SEVERAL[..at].iter().all(|(other, _)| other != character), "{character}");
            let form = |reading: &&str| {
                let sound = typed(reading);
                reading.len() == sound.len() + 1 && sound.chars().all(|letter| letter.is_ascii_lowercase())
            };
            assert!(readings.iter().all(form), "{character}");
        }
    }
}

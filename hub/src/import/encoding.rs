//! The bytes of a text file as text. Lists from old office programs come in GB18030 or GBK, and nothing
//! in them says so: what is valid UTF-8 is taken as that, which chance almost never makes of Chinese text
//! in another encoding, and the rest as GB18030 if it is that to the last byte.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::BadSheet;

/// How a text file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, by its byte order mark: what Excel calls “Unicode text”.
    Utf16,
    /// GB18030, and with it GBK and GB 2312.
    Gb18030,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Gb18030 => "GB18030",
        })
    }
}

/// So many characters beyond ASCII for each place that is no UTF-8 make a text in UTF-8 that was damaged: of Chinese in
/// another encoding, not one character in five happens to be UTF-8.
const SOUND_FOR_A_BREAK: usize = 10;

/// The text and what it was written in.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), BadSheet> {
    let (table, mark, encoding) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((table, mark)) if table == UTF_16LE || table == UTF_16BE => (table, mark, Encoding::Utf16),
        Some((_, mark)) => (UTF_8, mark, Encoding::Utf8),
        None if str::from_utf8(bytes).is_ok() => (UTF_8, 0, Encoding::Utf8),
        None => (GB18030, 0, Encoding::Gb18030),
    };
    // One bad byte must not turn all the rest into other characters.
    if table != UTF_16LE
        && table != UTF_16BE
        && let Some(line) = damaged_at(&bytes[mark..], mark > 0)
    {
        return Err(BadSheet::Damaged(line));
    }
    let text = table.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    Ok((text.ok_or(BadSheet::NotText)?, encoding))
}

/// The line of the first place that is no UTF-8, in a text that is UTF-8 but for a few, or says that it is.
fn damaged_at(bytes: &[u8], says_so: bool) -> Option<u64> {
    let (mut lines, mut sound, mut breaks, mut first) = (1, 0, 0, None);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        lines += chunk.valid().bytes().filter(|byte| *byte == b'\n').count() as u64;
        if !chunk.invalid().is_empty() {
            first = first.or(Some(lines));
            breaks += 1;
        }
    }
    first.filter(|_| says_so || sound >= breaks * SOUND_FOR_A_BREAK)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIST: &str = "名称,地址\n星河网吧,柳岸路㐀号\n";

    fn read(bytes: &[u8]) -> Option<(String, Encoding)> {
        decode(bytes).ok().map(|(text, encoding)| (text.into_owned(), encoding))
    }

    #[test]
    fn each_encoding_is_found_out_and_a_mark_is_no_part_of_the_text() {
        let marked = [b"\xef\xbb\xbf", LIST.as_bytes()].concat();
        let (gb, ..) = GB18030.encode(LIST);
        let wide: Vec<u8> =
            [0xfeff].into_iter().chain(LIST.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for (bytes, encoding) in [
            (LIST.as_bytes(), Encoding::Utf8),
            (&marked, Encoding::Utf8),
            (&gb, Encoding::Gb18030),
            (&wide, Encoding::Utf16),
        ] {
            assert_eq!(read(bytes), Some((LIST.to_owned(), encoding)));
        }
    }

    #[test]
    fn what_is_none_of_them_is_refused() {
        for bytes in [b"\xff\xfe\x00".as_slice(), b"\xef\xbb\xbf\xd0", b"\x80\xff\xff", b"\xb3\xa1\xcb"] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_list_in_utf8_with_a_bad_byte_is_not_read_as_another_encoding_and_the_line_is_told() {
        let list = format!("名称,地址\n{}", "星河网吧,柳岸路五号\n".repeat(3));
        let at = list.rfind('柳').unwrap();
        for bad in [b"\xb3".as_slice(), b"\xff", b"\xe6\x98"] {
            let bytes = [&list.as_bytes()[..at], bad, &list.as_bytes()[at..]].concat();
            assert_eq!(decode(&bytes), Err(BadSheet::Damaged(4)), "{bad:?}");
        }
        let cut = &list.as_bytes()[..=at];
        assert_eq!(decode(cut), Err(BadSheet::Damaged(4)), "the file ends within a character");
        assert_eq!(decode(b"\xef\xbb\xbfa\n\xd0"), Err(BadSheet::Damaged(2)), "its mark says UTF-8");
    }

    proptest! {
        #[test]
        fn chinese_text_in_gb18030_is_never_taken_for_damaged(text in "[一-龥]{2,400}") {
            let (bytes, ..) = GB18030.encode(&text);
            prop_assert!(decode(&bytes).is_ok());
        }
        #[test]
        fn chinese_text_in_gb18030_comes_back(text in "[一-龥]{2,40}") {
            let (bytes, ..) = GB18030.encode(&text);
            let (read, encoding) = read(&bytes).unwrap();
            // Two characters may by chance be UTF-8 of others; a list of them is not.
            prop_assume!(encoding == Encoding::Gb18030);
            prop_assert_eq!(read, text);
        }
    }
}

//! The bytes of a text file as text. Lists from old office programs come in GB18030 or GBK, and nothing
//! in them says so: what is valid UTF-8 is taken as that, which chance almost never makes of Chinese text
//! in another encoding, and the rest as GB18030 if it is that to the last byte.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

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

/// The text and what it was written in; `None` if it is none of them.
pub(super) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    let (table, mark, encoding) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((table, mark)) if table == UTF_16LE || table == UTF_16BE => (table, mark, Encoding::Utf16),
        Some((_, mark)) => (UTF_8, mark, Encoding::Utf8),
        None if str::from_utf8(bytes).is_ok() => (UTF_8, 0, Encoding::Utf8),
        None => (GB18030, 0, Encoding::Gb18030),
    };
    let text = table.decode_without_bom_handling_and_without_replacement(&bytes[mark..])?;
    Some((text, encoding))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIST: &str = "名称,地址\n星河网吧,柳岸路㐀号\n";

    fn read(bytes: &[u8]) -> Option<(String, Encoding)> {
        decode(bytes).map(|(text, encoding)| (text.into_owned(), encoding))
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

    proptest! {
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

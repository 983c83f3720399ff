//! Base64url without padding (RFC 4648 §5, RFC 7515 §2), strict: padding, blanks, foreign letters and
//! non-zero trailing bits are refused, so that one value has one text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Exactly `N` bytes; a longer text is not even decoded.
pub(super) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != (N * 4).div_ceil(3) {
        return None;
    }
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_text() {
        assert_eq!(decode_array::<1>("AA"), Some([0]));
        for other in ["AB", "AA==", "AA ", " AA", "A", "+A", "AAA", ""] {
            assert_eq!(decode_array::<1>(other), None, "{other:?}");
        }
    }
}

//! Bodies on the wire: zstd (RFC 8878), one frame each. A body that would unpack to more than the
//! reader wants, or needs an absurd window, is refused before it fills memory.

use std::io::{self, Read as _};

use zstd::zstd_safe::CParameter;

/// Good ratio at a cost a cheap phone does not notice.
const LEVEL: i32 = 3;
/// 2²³ bytes: the window RFC 8878 §3.1.1.1.2 recommends every decoder to support, and the most ours takes.
const WINDOW_LOG_MAX: u32 = 23;

/// Why a body could not be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// It unpacks to more than the reader takes.
    #[error("the body unpacks to more than {max} bytes: send less at once")]
    TooLong {
        /// The most the reader takes, in bytes.
        max: usize,
    },
    /// It is not one whole zstd frame.
    #[error("the body is not one whole zstd frame ({0}): it was damaged or cut, send it again")]
    Damaged(String),
    /// Something follows the frame.
    #[error("{0} bytes follow the zstd frame: send one frame")]
    Trailing(usize),
}

/// Packs a body, with a checksum: what a bad line garbles is then sent again, not taken for the word of
/// whoever sent it.
pub fn compress(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    compressor.compress(body)
}

/// Unpacks a body of at most `max_len` bytes.
pub fn decompress_bounded(packed: &[u8], max_len: usize) -> Result<Vec<u8>, FrameError> {
    let damaged = |error: io::Error| FrameError::Damaged(error.to_string());
    let mut decoder = zstd::Decoder::with_buffer(packed).map_err(damaged)?.single_frame();
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(damaged)?;
    let one_too_many = u64::try_from(max_len).unwrap_or(u64::MAX).saturating_add(1);
    let mut body = Vec::new();
    decoder.by_ref().take(one_too_many).read_to_end(&mut body).map_err(damaged)?;
    if body.len() > max_len {
        return Err(FrameError::TooLong { max: max_len });
    }
    match decoder.finish().len() {
        0 => Ok(body),
        left => Err(FrameError::Trailing(left)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_body_comes_back_as_it_was(body in proptest::collection::vec(any::<u8>(), 0..5_000)) {
            let packed = compress(&body).unwrap();
            prop_assert_eq!(decompress_bounded(&packed, body.len()).unwrap(), body.clone());
            if let Some(less) = body.len().checked_sub(1) {
                prop_assert_eq!(decompress_bounded(&packed, less), Err(FrameError::TooLong { max: less }));
            }
        }

        #[test]
        fn a_cut_body_is_refused(body in proptest::collection::vec(any::<u8>(), 0..500), at in any::<prop::sample::Index>()) {
            let packed = compress(&body).unwrap();
            let cut = at.index(packed.len());
            prop_assert!(matches!(decompress_bounded(&packed[..cut], 1_000), Err(FrameError::Damaged(_))));
        }

        #[test]
        fn a_garbled_body_is_never_taken_for_another(
            body in proptest::collection::vec(any::<u8>(), 1..500),
            at in any::<prop::sample::Index>(),
            by in 1u8..=255,
        ) {
            let mut packed = compress(&body).unwrap();
            let at = at.index(packed.len());
            packed[at] ^= by;
            if let Ok(unpacked) = decompress_bounded(&packed, 1_000) {
                prop_assert_eq!(unpacked, body);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(packed in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decompress_bounded(&packed, 1_000);
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = compress(&vec![0; 64 << 20]).unwrap();
        assert!(bomb.len() < 10_000);
        assert_eq!(decompress_bounded(&bomb, 1 << 20), Err(FrameError::TooLong { max: 1 << 20 }));
    }

    #[test]
    fn a_window_larger_than_8_mib_is_refused() {
        // Magic number, no content size, window descriptor (its exponent above bit 3), one empty last block.
        let frame = |exponent: u8| [0x28, 0xb5, 0x2f, 0xfd, 0x00, (exponent - 10) << 3, 0x01, 0x00, 0x00];
        assert_eq!(decompress_bounded(&frame(23), 1_000), Ok(Vec::new()));
        assert!(matches!(decompress_bounded(&frame(24), 1_000), Err(FrameError::Damaged(_))));
    }

    #[test]
    fn a_second_frame_is_refused() {
        let twice = compress(b"once").unwrap().repeat(2);
        assert!(matches!(decompress_bounded(&twice, 1_000), Err(FrameError::Trailing(_))));
        let html = decompress_bounded(b"<html>502 Bad Gateway</html>", 1_000);
        assert!(matches!(html, Err(FrameError::Damaged(_))));
    }
}

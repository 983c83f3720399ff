//! Photos as a camera would give them, with what must not leave the phone in their EXIF.

use std::io::Cursor;

use anyhow::{Result, ensure};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, RgbImage};

/// Words in the EXIF of [`jpeg`] that no copy of it may contain.
pub const SECRET: &[u8] = b"GPS 32.0600 N 118.7900 E";

/// A JPEG of that size with some texture, so that it does not compress to nothing.
pub fn jpeg(width: u32, height: u32) -> Result<Vec<u8>> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let grain = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) >> 24;
        let grain = u8::try_from(grain & 0x3f).unwrap_or(0);
        image::Rgb([100 + grain, 90 + grain, 80 + grain])
    });
    let mut bytes = Cursor::new(Vec::new());
    let pixels = DynamicImage::ImageRgb8(picture);
    JpegEncoder::new_with_quality(&mut bytes, 85).write_image(
        pixels.as_bytes(),
        width,
        height,
        ExtendedColorType::Rgb8,
    )?;
    with_exif(&bytes.into_inner())
}

/// Puts an APP1 segment behind the start of the image (ITU T.81 B.1.1.3).
fn with_exif(jpeg: &[u8]) -> Result<Vec<u8>> {
    ensure!(jpeg.starts_with(&[0xff, 0xd8]), "not a JPEG");
    let content = [b"Exif\0\0".as_slice(), SECRET].concat();
    let length = u16::try_from(content.len() + 2)?;
    Ok([&[0xff, 0xd8, 0xff, 0xe1], length.to_be_bytes().as_slice(), &content, &jpeg[2..]].concat())
}

//! Pictures as a camera's app writes them: a JPEG that says where it was taken and with what.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, Rgb, RgbImage};

use super::Seeded;

/// A picture of nothing: a wall with a sign of one colour and the grain of a cheap camera.
///
/// # Errors
/// None in fact: encoding to memory does not fail.
pub fn picture(chance: &mut Seeded) -> Result<Vec<u8>, ImageError> {
    let (width, height) = (1_800, 1_350);
    let mut image = RgbImage::new(width, height);
    let hue = [0, 1, 2].map(|_| u8::try_from(80 + chance.below(120)).unwrap_or(120));
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let in_sign = (400..1400).contains(&x) && (300..800).contains(&y);
        let grain = u8::try_from(chance.bits() % 48).unwrap_or(0);
        let base = if in_sign { hue } else { [200, 198, 190] };
        *pixel = Rgb(base.map(|channel| channel.saturating_add(grain)));
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 88).encode_image(&image)?;
    Ok(with_exif(&jpeg))
}

/// The picture with an APP1 segment after its first marker: maker and position (EXIF 2.3, TIFF inside).
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let tiff = tiff();
    let length = u16::try_from(2 + 6 + tiff.len()).unwrap_or(u16::MAX);
    let (start, rest) = jpeg.split_at(jpeg.len().min(2));
    [start, &[0xff, 0xe1], &length.to_be_bytes(), b"Exif\0\0", &tiff, rest].concat()
}

fn tiff() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    // Header and first directory (two entries) end at 38, the GPS directory (two entries) at 68.
    [
        b"MM\0\x2a\0\0\0\x08".as_slice(),
        &2_u16.to_be_bytes(),
        &entry(0x010f, 2, 4, *b"Cam\0"),
        &entry(0x8825, 4, 1, 38_u32.to_be_bytes()),
        &[0; 4],
        &2_u16.to_be_bytes(),
        &entry(0x0001, 2, 2, *b"N\0\0\0"),
        &entry(0x0002, 5, 3, 68_u32.to_be_bytes()),
        &[0; 4],
        &[32_u32, 1, 3, 1, 0, 1].map(u32::to_be_bytes).concat(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_jpeg_with_exif_that_the_phone_drops() {
        let jpeg = picture(&mut Seeded::new(1)).unwrap();
        assert!(jpeg.windows(6).any(|window| window == b"Exif\0\0"));
        let kept = xuncha_core::field::photo::prepare(&jpeg).unwrap();
        assert!(!kept.jpeg.windows(4).any(|window| window == b"Exif"));
        assert!((300_000..4_000_000).contains(&kept.jpeg.len()), "{} bytes", kept.jpeg.len());
    }
}

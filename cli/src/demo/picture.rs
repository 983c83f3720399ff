//! Photos as a phone's camera writes them: a JPEG of a sign at a door, with Exif that says where it was
//! taken and with what. Nothing of that may leave the phone.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageResult, Rgb, RgbImage};

use super::Seeded;

/// The name of the camera in the Exif: it must be found in no photo that was handed over.
pub const CAMERA: &[u8; 8] = b"XC-CAM7\0";

/// A photo of so many pixels; another for each sequence of chance.
///
/// # Errors
/// If it cannot be encoded, which no size that fits JPEG causes.
pub fn photo(width: u32, height: u32, chance: &mut Seeded) -> ImageResult<Vec<u8>> {
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 88).encode_image(&sign(width, height, chance))?;
    let exif = exif();
    // An APP1 segment right after the start of the image; two bytes of it are its length.
    let length = u16::try_from(exif.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    Ok([&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat())
}

/// A sign on a wall, with the grain that cameras add: without it a photo would be too small to be cut.
fn sign(width: u32, height: u32, chance: &mut Seeded) -> RgbImage {
    let colour = [chance.below(90), chance.below(60), 120 + chance.below(120)].map(to_byte);
    let mut grain = chance.fork();
    RgbImage::from_fn(width, height, |x, y| {
        let on_sign = (width / 4..width * 3 / 4).contains(&x) && (height / 3..height * 2 / 3).contains(&y);
        let base = if on_sign { colour } else { [190, 186, 176] };
        let noise = to_byte(grain.below(24));
        Rgb(base.map(|channel| channel.saturating_add(noise)))
    })
}

fn to_byte(value: u64) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// TIFF, big-endian: the maker of the camera, and the directory of a position.
fn exif() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x08\0\0\0\x26"); // Make, at offset 38
    exif.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x2e"); // the directory of the position, at offset 46
    exif.extend(b"\0\0\0\0");
    exif.extend(CAMERA);
    exif.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0"); // north
    exif
}

#[cfg(test)]
mod tests {
    use xuncha_core::field::photo::prepare;

    use super::*;

    #[test]
    fn a_photo_has_a_camera_and_a_position_until_the_phone_takes_it() {
        let photo = photo(320, 240, &mut Seeded::new(1)).unwrap();
        let holds = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
        assert!(holds(&photo, CAMERA) && holds(&photo, b"Exif"));
        let taken = prepare(&photo).unwrap();
        assert_eq!((taken.width, taken.height), (320, 240));
        assert!(!holds(&taken.jpeg, CAMERA) && !holds(&taken.jpeg, b"Exif"));
        assert_ne!(photo, super::photo(320, 240, &mut Seeded::new(2)).unwrap());
    }
}

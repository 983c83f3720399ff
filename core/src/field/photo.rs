//! A photo as it is kept and sent: upright, at most 1600 pixels wide or high, JPEG, and with nothing
//! in it but the picture. Where and when it was taken, and with whose phone, stay behind.

use std::fs;
use std::io::{Cursor, ErrorKind};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::error::LimitErrorKind;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::domain::Sha256Hash;

/// The longer side, in pixels: a licence on the wall stays legible.
const SIDE: u32 = 1_600;
/// JPEG quality of 100.
const QUALITY: u8 = 80;
/// The most pixels a picture may have. Decoded, it takes three bytes each; an old phone has few.
const MAX_PIXELS: u64 = 64_000_000;
/// Decoders work beside their output; more than this in all is refused.
const MAX_MEMORY: u64 = 6 * MAX_PIXELS;
/// The most bytes of a camera's file.
const MAX_FILE: usize = 64 * 1024 * 1024;

/// A photo ready to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PreparedPhoto {
    /// The file: JPEG without metadata.
    pub jpeg: Vec<u8>,
    /// Its hash, which the record names.
    pub sha256: Sha256Hash,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl std::fmt::Debug for PreparedPhoto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PreparedPhoto({}×{}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}

/// Why bytes were not taken as a photo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// Not JPEG, PNG or WebP.
    #[error("this file is no JPEG, PNG or WebP picture: take the photo again")]
    NotAPicture,
    /// It begins like a picture and ends before its end: the camera was not done with it.
    #[error("the picture ends too early: take the photo again and let the camera finish it")]
    Cut,
    /// It begins like a picture and is not one.
    #[error("the picture is damaged ({0}): take the photo again")]
    Damaged(String),
    /// More pixels or bytes than a phone can work with.
    #[error("the picture is too large ({0}): take the photo with the camera's ordinary setting")]
    TooLarge(String),
}

/// Makes a camera's file into a photo to keep.
///
/// # Errors
/// [`PhotoError`] says why it can't be one; nothing was kept.
pub fn prepare(file: &[u8]) -> Result<PreparedPhoto, PhotoError> {
    let upright = decode(file)?;
    let (width, height) = upright.dimensions();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&upright).map_err(refuse)?;
    let sha256 = Sha256Hash::of(&jpeg);
    Ok(PreparedPhoto { jpeg, sha256, width, height })
}

/// Reads a camera's file, if it can be a photo's.
///
/// # Errors
/// [`PhotoError`] when there is no such file, or it is too large to be one.
pub fn read(file: &Path) -> Result<Vec<u8>, PhotoError> {
    let length = fs::metadata(file).map_err(|_| PhotoError::NotAPicture)?.len();
    if length > MAX_FILE as u64 {
        return Err(PhotoError::TooLarge(format!("{length} bytes")));
    }
    fs::read(file).map_err(|_| PhotoError::NotAPicture)
}

/// The picture in a camera's file: upright and of the size that is kept.
pub(crate) fn decode(file: &[u8]) -> Result<RgbImage, PhotoError> {
    if file.len() > MAX_FILE {
        return Err(PhotoError::TooLarge(format!("{} bytes", file.len())));
    }
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| PhotoError::NotAPicture)?;
    let format = reader.format().ok_or(PhotoError::NotAPicture)?;
    // The decoder fills what is missing of a cut JPEG with grey and calls it a success.
    if format == ImageFormat::Jpeg && !jpeg_is_whole(file) {
        return Err(PhotoError::Cut);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refuse)?;

    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PhotoError::TooLarge(format!("{width}×{height} pixels")));
    }
    // An orientation that can't be read leaves the picture as the sensor saw it.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refuse)?;
    if width.max(height) > SIDE {
        // Fewer pixels first: turning is then cheap.
        picture = picture.resize(SIDE, SIDE, FilterType::CatmullRom);
    }
    picture.apply_orientation(orientation);
    Ok(on_white(picture))
}

/// JPEG knows no transparency: what shows through is white, as paper would be.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let blend = |part: u8| {
            let mixed = u32::from(part) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([blend(red), blend(green), blend(blue)])
    })
}

/// Whether the segments of a JPEG lead to its end marker (ITU-T T.81 §B.1.1). Segments are stepped
/// over by their length, so that the end of a thumbnail inside one is not taken for the file's.
fn jpeg_is_whole(file: &[u8]) -> bool {
    let mut rest = file.get(2..).unwrap_or_default();
    loop {
        // Between segments and within entropy-coded data alike, the next marker is what matters.
        let Some(at) = rest.iter().position(|byte| *byte == 0xff) else { return false };
        rest = &rest[at + 1..];
        match rest.first() {
            None => return false,
            Some(0xd9) => return true,
            // A stuffed zero, a fill byte, restart markers and others without a length.
            Some(0x00 | 0x01 | 0xd0..=0xd8 | 0xff) => {}
            Some(_) => {
                let Some([high, low]) = rest.get(1..3) else { return false };
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let Some(after) = rest.get(1 + length..) else { return false };
                rest = after;
            }
        }
    }
}

fn refuse(error: ImageError) -> PhotoError {
    match error {
        ImageError::Limits(limit) if !matches!(limit.kind(), LimitErrorKind::Unsupported { .. }) => {
            PhotoError::TooLarge(limit.to_string())
        }
        ImageError::Unsupported(_) => PhotoError::NotAPicture,
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => PhotoError::Cut,
        other => PhotoError::Damaged(other.to_string().chars().take(200).collect()),
    }
}

#[cfg(test)]
mod tests;

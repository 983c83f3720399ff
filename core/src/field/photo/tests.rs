use image::{GenericImageView as _, ImageEncoder as _, Rgb, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

/// Red in the upper left corner, blue elsewhere.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 { Rgb([250, 10, 10]) } else { Rgb([10, 10, 250]) }
    })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 95).encode_image(picture).unwrap();
    file
}

/// A JPEG as a phone's camera writes it: an Exif segment with orientation, place and maker.
fn camera_jpeg(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x08\0\0\0\x32"); // Make, at offset 50
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]); // Orientation
    exif.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x3a"); // GPS directory, at offset 58
    exif.extend(b"\0\0\0\0PHONE-X\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    exif.extend(b"\xff\xd8 a thumbnail \xff\xd9");
    let plain = jpeg(picture);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Whether the pixel so many hundredths across and down is red.
fn is_red(photo: &PreparedPhoto, across: u32, down: u32) -> bool {
    let decoded = image::load_from_memory(&photo.jpeg).unwrap();
    let pixel = decoded.get_pixel(photo.width * across / 100, photo.height * down / 100);
    pixel.0[0] > 150 && pixel.0[2] < 100
}

#[test]
fn a_large_photo_becomes_1600_pixels_wide_and_keeps_its_shape() {
    let photo = prepare(&jpeg(&picture(3_200, 2_400))).unwrap();
    assert_eq!((photo.width, photo.height), (1_600, 1_200));
    assert_eq!(photo.sha256, Sha256Hash::of(&photo.jpeg));
    assert!(is_red(&photo, 20, 20) && !is_red(&photo, 80, 20));
}

#[test]
fn a_small_photo_is_not_blown_up() {
    let photo = prepare(&jpeg(&picture(60, 40))).unwrap();
    assert_eq!((photo.width, photo.height), (60, 40));
}

#[test]
fn place_maker_and_thumbnail_are_gone() {
    let file = camera_jpeg(&picture(64, 64), 1);
    assert!(contains(&file, b"Exif") && contains(&file, b"PHONE-X"));
    let photo = prepare(&file).unwrap();
    for trace in [b"Exif".as_slice(), b"PHONE-X", b"thumbnail"] {
        assert!(!contains(&photo.jpeg, trace));
    }
    let mut decoder =
        ImageReader::with_format(Cursor::new(&photo.jpeg), ImageFormat::Jpeg).into_decoder().unwrap();
    assert_eq!(decoder.exif_metadata().unwrap(), None);
    assert_eq!(decoder.xmp_metadata().unwrap(), None);
    assert_eq!(decoder.icc_profile().unwrap(), None);
}

#[test]
fn a_photo_taken_sideways_stands_upright() {
    // Exif 6: to be turned a quarter clockwise; the upper left corner comes to the upper right.
    let photo = prepare(&camera_jpeg(&picture(80, 40), 6)).unwrap();
    assert_eq!((photo.width, photo.height), (40, 80));
    assert!(is_red(&photo, 80, 20) && !is_red(&photo, 20, 20));
    // Exif 3: upside down.
    let photo = prepare(&camera_jpeg(&picture(80, 40), 3)).unwrap();
    assert!(is_red(&photo, 80, 80) && !is_red(&photo, 20, 20));
}

#[test]
fn a_transparent_picture_stands_on_white() {
    let clear = RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0]));
    let mut png = Vec::new();
    clear.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
    let photo = prepare(&png).unwrap();
    let middle = image::load_from_memory(&photo.jpeg).unwrap().to_rgb8().get_pixel(10, 10).0;
    assert!(middle.iter().all(|part| *part > 250), "{middle:?}");
}

#[test]
fn png_and_webp_are_taken_too() {
    let picture = picture(50, 30);
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let mut file = Vec::new();
        picture.write_to(&mut Cursor::new(&mut file), format).unwrap();
        assert_eq!(prepare(&file).map(|photo| photo.width), Ok(50), "{format:?}");
    }
}

#[test]
fn a_web_page_a_gif_and_nothing_are_no_pictures() {
    for file in [b"<!doctype html><p>sign in".as_slice(), b"GIF89a\x01\0\x01\0\0\0\0;", b""] {
        assert_eq!(prepare(file), Err(PhotoError::NotAPicture));
    }
}

#[test]
fn a_photo_that_the_camera_did_not_finish_is_told_as_cut_wherever_it_ends() {
    let file = camera_jpeg(&picture(64, 64), 1);
    for end in (4..file.len()).step_by(7).chain([file.len() - 1, file.len() - 2]) {
        assert_eq!(prepare(&file[..end]), Err(PhotoError::Cut), "cut at {end}");
    }
    // Some cameras set the file's length first, and never come to fill it.
    let mut unfilled = file.clone();
    unfilled[file.len() / 2..].fill(0);
    assert_eq!(prepare(&unfilled), Err(PhotoError::Cut));
    let mut png = Vec::new();
    picture(64, 64).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
    assert_eq!(prepare(&png[..png.len() / 2]), Err(PhotoError::Cut));
}

#[test]
fn a_whole_picture_with_nonsense_in_it_is_damaged_and_not_cut() {
    let mut png = Vec::new();
    picture(64, 64).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
    let middle = png.len() / 2;
    png[middle] ^= 0xff;
    assert!(matches!(prepare(&png), Err(PhotoError::Damaged(_))));
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused_before_it_does() {
    // A PNG of a few bytes that claims 60 000 × 60 000 pixels.
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(&[0; 3], 1, 1, image::ExtendedColorType::Rgb8)
        .unwrap();
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let checksum = crc32(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&checksum);
    assert!(matches!(prepare(&png), Err(PhotoError::TooLarge(_))), "{:?}", prepare(&png));
    assert!(matches!(prepare(&vec![0; MAX_FILE + 1]), Err(PhotoError::TooLarge(_))));
}

/// The checksum of a PNG chunk (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_it_panic(
        noise in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..700, webp: bool,
    ) {
        let _ = prepare(&noise);
        let mut file = Vec::new();
        let format = if webp { ImageFormat::WebP } else { ImageFormat::Jpeg };
        picture(16, 16).write_to(&mut Cursor::new(&mut file), format).unwrap();
        for (place, byte) in file.iter_mut().skip(at).zip(noise) {
            *place = byte;
        }
        let _ = prepare(&file);
    }
}

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pictures are small, and pixels inside"
)]

use image::imageops::{blur, overlay, rotate90};
use image::{DynamicImage, Luma};

use super::*;
use crate::wire::EnrolCode;

fn card() -> EnrolLink {
    let key = Some("4Jr0mZ1v3o2mYqkHh8o5pQhJm6y7n0rWcVb1xT9uKsE".to_owned());
    EnrolLink { hub: "https://hub.example:8443".to_owned(), key, code: EnrolCode::from_random(77) }
}

/// A code as it is printed, each square so many pixels.
fn printed(text: &str, square: u32) -> GrayImage {
    let code = qr_of(text).unwrap();
    let side = (code.size + 8) * square;
    GrayImage::from_fn(side, side, |x, y| {
        let (column, row) = ((x / square).wrapping_sub(4), (y / square).wrapping_sub(4));
        let inside = column < code.size && row < code.size;
        Luma([if inside && code.dark[(row * code.size + column) as usize] { 20 } else { 235 }])
    })
}

/// On a desk, as a camera sees it.
fn on_a_desk(paper: &GrayImage, width: u32, height: u32) -> GrayImage {
    let mut desk =
        GrayImage::from_fn(width, height, |x, y| Luma([u8::try_from(90 + (x * 7 + y * 13) % 40).unwrap()]));
    let centre = (i64::from(width - paper.width()) / 2, i64::from(height - paper.height()) / 2);
    overlay(&mut desk, paper, centre.0, centre.1);
    desk
}

/// Turned by any angle about its centre; grey beyond its edge.
fn turned(picture: &GrayImage, degrees: f64) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let centre = (f64::from(picture.width()) / 2.0, f64::from(picture.height()) / 2.0);
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let (dx, dy) = (f64::from(x) - centre.0, f64::from(y) - centre.1);
        let from = (dx * cos + dy * sin + centre.0, dy * cos - dx * sin + centre.1);
        let inside = from.0 >= 0.0 && from.1 >= 0.0;
        let pixel = inside.then(|| picture.get_pixel_checked(from.0 as u32, from.1 as u32)).flatten();
        pixel.copied().unwrap_or(Luma([110]))
    })
}

fn saved(picture: GrayImage) -> tempfile::TempPath {
    let file = tempfile::Builder::new().suffix(".jpg").tempfile().unwrap().into_temp_path();
    DynamicImage::ImageLuma8(picture).into_rgb8().save(&file).unwrap();
    file
}

fn read(picture: GrayImage) -> Answer<EnrolLink> {
    card_in_photo(saved(picture).to_str().unwrap())
}

fn code_of<T: std::fmt::Debug>(answer: Answer<T>) -> FieldErrorCode {
    let BookError::Failed { code, .. } = answer.unwrap_err();
    code
}

#[test]
fn a_card_is_read_however_it_lies() {
    let paper = printed(&card().to_string(), 8);
    for degrees in [0.0, 7.0, 45.0, 160.0, 271.0] {
        assert_eq!(read(turned(&on_a_desk(&paper, 1600, 1200), degrees)), Ok(card()), "{degrees}°");
    }
    assert_eq!(read(rotate90(&on_a_desk(&paper, 1600, 1200))), Ok(card()));
}

#[test]
fn a_blurred_card_and_a_large_picture_are_read() {
    let paper = printed(&card().to_string(), 8);
    assert_eq!(read(blur(&on_a_desk(&paper, 1600, 1200), 2.5)), Ok(card()));
    assert_eq!(read(on_a_desk(&printed(&card().to_string(), 20), 4000, 3000)), Ok(card()));
}

#[test]
fn a_code_that_is_not_ours_a_picture_without_one_and_no_picture_are_told_apart() {
    let payment = printed("https://pay.example/1", 8);
    assert_eq!(code_of(read(on_a_desk(&payment, 1600, 1200))), FieldErrorCode::WrongCard);
    assert_eq!(code_of(read(GrayImage::from_pixel(800, 600, Luma([128])))), FieldErrorCode::NoCode);
    assert_eq!(code_of(read(GrayImage::from_pixel(1, 1, Luma([0])))), FieldErrorCode::NoCode);
    assert_eq!(code_of(card_in_photo("/nowhere/at/all.jpg")), FieldErrorCode::NotAPicture);
    let text = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(text.path(), "not a picture").unwrap();
    assert_eq!(code_of(card_in_photo(text.path().to_str().unwrap())), FieldErrorCode::NotAPicture);
}

#[test]
fn a_picture_of_more_pixels_than_a_phone_can_hold_is_refused() {
    let file = tempfile::NamedTempFile::with_suffix(".png").unwrap();
    let all_white = GrayImage::from_pixel(16_000, 4_100, Luma([255]));
    all_white.save(file.path()).unwrap();
    assert_eq!(code_of(card_in_photo(file.path().to_str().unwrap())), FieldErrorCode::PictureTooLarge);
}

#[test]
fn our_card_is_found_beside_another_code() {
    let mut wall = on_a_desk(&printed("https://pay.example/1", 5), 1600, 1200);
    overlay(&mut wall, &printed(&card().to_string(), 5), 20, 400);
    assert_eq!(read(wall), Ok(card()));
}

#[test]
fn a_placard_is_read_and_an_endless_one_is_not() {
    let file = saved(on_a_desk(&printed("XC-7-0042", 10), 1600, 1200));
    assert_eq!(placard_in_photo(file.to_str().unwrap()).unwrap().as_str(), "XC-7-0042");
    let file = saved(on_a_desk(&printed(&"9".repeat(65), 10), 1600, 1200));
    assert_eq!(code_of(placard_in_photo(file.to_str().unwrap())), FieldErrorCode::WrongPlacard);
}

#[test]
fn a_text_too_long_for_a_code_is_refused() {
    assert_eq!(code_of(qr_of(&"字".repeat(2_000))), FieldErrorCode::BadText);
}

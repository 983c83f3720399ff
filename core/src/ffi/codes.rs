//! QR codes: of an enrolment card or a placard, read from a camera's file; and drawn, for a receipt.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use image::GrayImage;
use image::imageops::{FilterType, resize};
use rqrr::PreparedImage;

use super::BookError;
use super::book::{Answer, end};
use crate::domain::PlacardCode;
use crate::field::{FieldError, FieldErrorCode, photo};
use crate::wire::EnrolLink;

/// Each side of the picture is divided by these in turn: a blurred code is sharper when it is smaller.
const SHRINK: [u32; 3] = [1, 2, 4];

/// A QR code to draw: dark and light squares, without the light border of four squares that it needs.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct QrCode {
    /// Squares on a side.
    pub size: u32,
    /// Row by row, whether each square is dark.
    pub dark: Vec<bool>,
}

/// The enrolment card in a camera's file. The file may go when this returns.
#[uniffi::export]
fn card_in_photo(file: &str) -> Answer<EnrolLink> {
    let texts = texts_in(file)?;
    let cards = texts.iter().map(|text| text.parse::<EnrolLink>().map_err(FieldError::from));
    // What else hangs on the wall does not matter while there is a card.
    first_good(cards)
}

/// What the placard in a camera's file says. Whose it is, the book knows.
#[uniffi::export]
fn placard_in_photo(file: &str) -> Answer<PlacardCode> {
    let texts = texts_in(file)?;
    let placards = texts.iter().map(|text| PlacardCode::new(text).map_err(FieldError::from));
    first_good(placards).map_err(|BookError::Failed { code, problem, detail }| {
        let code = if code == FieldErrorCode::BadText { FieldErrorCode::WrongPlacard } else { code };
        BookError::Failed { code, problem, detail }
    })
}

/// A QR code that says `text`.
#[uniffi::export]
fn qr_of(text: &str) -> Answer<QrCode> {
    let code =
        qrcode::QrCode::new(text).map_err(|error| BookError::bad_value(FieldErrorCode::BadText, error))?;
    let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
    Ok(QrCode { size: u32::try_from(code.width()).unwrap_or_default(), dark })
}

fn first_good<T>(read: impl Iterator<Item = Result<T, FieldError>>) -> Answer<T> {
    let mut wrong = None;
    for one in read {
        match one {
            Ok(good) => return Ok(good),
            Err(error) => wrong = Some(error),
        }
    }
    let none = BookError::bad_value(FieldErrorCode::NoCode, "no QR code was found");
    Err(wrong.map_or(none, BookError::from))
}

/// The texts of all codes in a picture, none twice.
fn texts_in(file: &str) -> Answer<Vec<String>> {
    end(catch_unwind(AssertUnwindSafe(|| {
        let picture = photo::decode(&photo::read(Path::new(file))?)?;
        let grey = image::imageops::grayscale(&picture);
        Ok(SHRINK.iter().map(|by| texts_at(&grey, *by)).find(|texts| !texts.is_empty()).unwrap_or_default())
    })))
}

fn texts_at(grey: &GrayImage, shrink: u32) -> Vec<String> {
    let (width, height) = ((grey.width() / shrink).max(1), (grey.height() / shrink).max(1));
    let grey = resize(grey, width, height, FilterType::Triangle);
    let mut prepared =
        PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| pixel(&grey, x, y));
    let codes = prepared.detect_grids();
    codes.iter().filter_map(|code| Some(code.decode().ok()?.1)).collect()
}

fn pixel(grey: &GrayImage, x: usize, y: usize) -> u8 {
    let at = u32::try_from(x).ok().zip(u32::try_from(y).ok());
    at.and_then(|(x, y)| grey.get_pixel_checked(x, y)).map_or(u8::MAX, |pixel| pixel.0[0])
}

#[cfg(test)]
mod tests;

//! Small pictures for lists: made of a photo when somebody first looks, and kept in memory only, so that nothing of
//! an erased photo lies anywhere but where it was. For a phone's screen larger ones are made, and not kept. One is made
//! at a time: that bounds what decoding takes.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xuncha_core::domain::{PhotoId, StationId};

use crate::app::AppState;
use crate::error::{HubError, HubResult};

/// The longer side in pixels: twice what a list shows, for screens with fine dots.
const SIDE: u32 = 336;
/// The same of one that a phone shows: as broad as its screen, and a sign in it can be read.
const SCREEN_SIDE: u32 = 1_080;
/// JPEG quality of 100.
const QUALITY: u8 = 75;
/// The most pixels of a photo that is decoded. Phones send 1600 by 1600 at most.
const MAX_PIXELS: u64 = 4_000_000;
/// The most bytes of pictures in memory, some hundreds of them.
const ROOM: usize = 4 * 1024 * 1024;

/// The small pictures that are in memory.
pub struct SmallPhotos {
    kept: Mutex<Kept>,
    turns: Arc<Semaphore>,
}

/// Photos are named by phones: another station may have one of the same id.
type Key = (StationId, PhotoId);

impl Default for SmallPhotos {
    fn default() -> Self {
        Self { kept: Mutex::default(), turns: Arc::new(Semaphore::new(1)) }
    }
}

#[derive(Default)]
struct Kept {
    pictures: HashMap<Key, (u64, Bytes)>,
    bytes: usize,
    /// Goes up with each look, so that the picture nobody looked at for longest is known.
    looks: u64,
}

impl Kept {
    fn get(&mut self, photo: Key) -> Option<Bytes> {
        self.looks += 1;
        let (looked, picture) = self.pictures.get_mut(&photo)?;
        *looked = self.looks;
        Some(picture.clone())
    }

    fn put(&mut self, photo: Key, picture: Bytes) {
        self.forget(photo);
        self.looks += 1;
        self.bytes += picture.len();
        self.pictures.insert(photo, (self.looks, picture));
        while self.bytes > ROOM {
            let oldest = self.pictures.iter().min_by_key(|(_, (looked, _))| *looked).map(|(photo, _)| *photo);
            let Some(oldest) = oldest else { break };
            self.forget(oldest);
        }
    }

    fn forget(&mut self, photo: Key) {
        if let Some((_, picture)) = self.pictures.remove(&photo) {
            self.bytes -= picture.len();
        }
    }
}

impl SmallPhotos {
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.with(|kept| kept.pictures.is_empty())
    }

    /// Forgets a photo that is erased. Another copy of the hub may have it in memory yet, and shows it to nobody:
    /// whoever asks for a picture has looked first whether the photo is here still, and it is forgotten there too then.
    pub(crate) fn forget(&self, station: StationId, photo: PhotoId) {
        self.with(|kept| kept.forget((station, photo)));
    }
}

/// The small picture of a photo that is on the shelf. One that can't be decoded is given as it is.
pub(crate) async fn small(app: &AppState, station: StationId, photo: PhotoId) -> HubResult<Bytes> {
    let known = || app.small_photos.with(|kept| kept.get((station, photo)));
    if let Some(picture) = known() {
        return Ok(picture);
    }
    let whole = app.photos.get(station, photo).await?;
    let turn = turn(app).await?;
    if let Some(picture) = known() {
        return Ok(picture);
    }
    let Some(picture) = shrunk(&whole, SIDE, turn).await else { return Ok(whole) };
    app.small_photos.with(|kept| kept.put((station, photo), picture.clone()));
    Ok(picture)
}

/// A photo that is on the shelf, as a phone shows it. One that can't be decoded is given as it is.
pub(crate) async fn for_screen(app: &AppState, station: StationId, photo: PhotoId) -> HubResult<Bytes> {
    let whole = app.photos.get(station, photo).await?;
    let turn = turn(app).await?;
    Ok(shrunk(&whole, SCREEN_SIDE, turn).await.unwrap_or(whole))
}

async fn turn(app: &AppState) -> HubResult<OwnedSemaphorePermit> {
    let turn = app.small_photos.turns.clone().acquire_owned().await;
    turn.map_err(|error| HubError::Fault(error.to_string()))
}

async fn shrunk(whole: &Bytes, side: u32, turn: OwnedSemaphorePermit) -> Option<Bytes> {
    let jpeg = whole.clone();
    let shrunk = tokio::task::spawn_blocking(move || {
        // Until it is decoded, also if nobody waits for it any more.
        let _turn = turn;
        shrink(&jpeg, side)
    });
    shrunk.await.ok().flatten()
}

/// A photo made small; `None` for what is no JPEG, too large a one, or small enough.
fn shrink(jpeg: &[u8], side: u32) -> Option<Bytes> {
    let mut reader = ImageReader::with_format(Cursor::new(jpeg), ImageFormat::Jpeg);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(4 * MAX_PIXELS);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width.max(height) <= side {
        return None;
    }
    let picture = DynamicImage::from_decoder(decoder).ok()?.thumbnail(side, side).into_rgb8();
    let mut small = Vec::new();
    JpegEncoder::new_with_quality(&mut small, QUALITY).encode_image(&picture).ok()?;
    Some(small.into())
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use xuncha_core::domain::Timestamp;

    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let picture = RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([x, y, x ^ y].map(|shade| u8::try_from(shade % 256).unwrap()))
        });
        JpegEncoder::new_with_quality(&mut file, 80).encode_image(&picture).unwrap();
        file
    }

    #[test]
    fn a_photo_is_made_small_and_keeps_its_shape() {
        let photo = jpeg(1_200, 1_600);
        let small = shrink(&photo, SIDE).unwrap();
        let picture = image::load_from_memory(&small).unwrap();
        assert_eq!((picture.width(), picture.height()), (252, 336));
        assert!(small.len() * 4 < photo.len(), "{} of {}", small.len(), photo.len());
        let for_screen = image::load_from_memory(&shrink(&photo, SCREEN_SIDE).unwrap()).unwrap();
        assert_eq!((for_screen.width(), for_screen.height()), (810, 1_080));
    }

    #[test]
    fn what_is_small_no_picture_or_far_too_large_is_left_as_it_is() {
        assert_eq!(shrink(&jpeg(64, 48), SIDE), None);
        assert_eq!(shrink(b"no picture", SIDE), None);
        // A head that promises more than anybody would take with a phone.
        let mut huge = jpeg(400, 400);
        let frame = huge.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        huge[frame + 5..frame + 9].fill(0xff);
        assert_eq!(shrink(&huge, SIDE), None);
    }

    #[test]
    fn the_memory_for_pictures_is_bounded_and_what_was_looked_at_stays_longest() {
        let at = Timestamp::from_millis(1_000);
        let photo = |number: u8| (StationId::mint(at, [0; 10]), PhotoId::mint(at, [number; 10]));
        let mut kept = Kept::default();
        let third = Bytes::from(vec![0; ROOM / 3]);
        for number in 1..=3 {
            kept.put(photo(number), third.clone());
        }
        assert!(kept.get(photo(1)).is_some());
        kept.put(photo(4), third.clone());
        assert!(kept.get(photo(2)).is_none() && kept.get(photo(1)).is_some() && kept.bytes <= ROOM);
        kept.forget(photo(1));
        assert!(kept.get(photo(1)).is_none());
        assert_eq!(kept.bytes, 2 * third.len());
        let elsewhere = (StationId::mint(at, [9; 10]), photo(4).1);
        assert!(kept.get(elsewhere).is_none(), "another station's photo of the same id is another");
    }
}

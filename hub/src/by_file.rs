//! A phone's `.xuncha` bundle, taken as its push, its photos and its question for changes would be, and the
//! hub's signed answer ([`xuncha_core::wire::bundle`]). Taken twice, it is answered twice alike.

use bytes::Bytes;
use serde::Serialize;
use xuncha_core::domain::{Member, MemberId, StationId};
use xuncha_core::wire::bundle::{
    AnswerCover, Bundle, BundleError, OutboxCover, Part, Parts, PhotoAnswer, PhotoHead,
};
use xuncha_core::wire::{ChangesPage, Cursor, ProblemCode, RecordAnswer, Signed, TreeHead, V1};
use xuncha_core::wire::{frame, limits};

use crate::app::AppState;
use crate::audit::{Action, note_by_itself};
use crate::auth::{Device, public_key};
use crate::changes::{self, Asked};
use crate::error::{HubError, HubResult};
use crate::store::{Key as _, RowExt as _, StoreError};
use crate::{body, ingest, photos};

/// What came of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Whose phone it came from.
    pub member: String,
    /// Records that are new.
    pub accepted: u64,
    /// Records that the hub had already.
    pub already_had: u64,
    /// Records that were not taken.
    pub refused: u64,
    /// Photos that the hub has now.
    pub photos: u64,
    /// Photos that were not taken.
    pub photos_refused: u64,
    /// The answer for the phone: a file.
    #[serde(skip)]
    pub answer: Vec<u8>,
}

/// Why a bundle was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is no bundle that may be taken: nothing of it was.
    #[error(transparent)]
    File(#[from] BundleError),
    /// Something else, on the way: what was taken before stays, and the same file may be given again.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Hub(error.into())
    }
}

impl From<NotTaken> for HubError {
    fn from(not: NotTaken) -> Self {
        match not {
            NotTaken::File(error) => error.into(),
            NotTaken::Hub(error) => error,
        }
    }
}

/// The station that a bundle says it is for; not verified, good for asking who may take it.
///
/// # Errors
/// What is wrong with the file.
pub fn station_of(file: &[u8]) -> Result<StationId, BundleError> {
    Ok(Bundle::read(file)?.unverified::<OutboxCover>()?.station)
}

/// Takes a bundle, and writes down what of it was taken, also if it stops midway. `by` is who gave it, `None` for the
/// command line; `tell` hears how many of how many parts are taken.
///
/// # Errors
/// [`NotTaken`] says whether anything of it was.
pub async fn take(
    app: &AppState,
    file: &[u8],
    by: Option<MemberId>,
    tell: impl FnMut(usize, usize) + Send,
) -> Result<Taken, NotTaken> {
    let bundle = Bundle::read(file)?;
    let device = device(app, &bundle.unverified()?).await?;
    let (cover, parts) = bundle.open::<OutboxCover>(&device.key)?;
    let (mut pushes, mut pictures) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Push(packed) => pushes.push(packed),
            Part::Photo(head, content) => pictures.push((head, content)),
            other => return Err(BundleError::Part(other.tag()).into()),
        }
    }
    let mut taken = Taken {
        member: device.member.name.to_string(),
        accepted: 0,
        already_had: 0,
        refused: 0,
        photos: 0,
        photos_refused: 0,
        answer: Vec::new(),
    };
    // From here on what is taken stays.
    let answer = take_parts(app, &device, &cover, pushes, pictures, &mut taken, tell).await;
    if answer.is_ok() || taken.accepted + taken.photos > 0 {
        let subject = format!("{} records, {} photos", taken.accepted, taken.photos);
        note_by_itself(app, cover.station, by, Action::BundleTaken, subject).await?;
    }
    taken.answer = answer?
        .seal(app.keys.signing(), |content| AnswerCover {
            v: V1,
            station: cover.station,
            device: cover.device,
            to: bundle.cover().hash(),
            made_at: app.world.clock.now(),
            cursor: cover.cursor,
            content,
        })
        .map_err(HubError::from)?;
    Ok(taken)
}

/// The parts of a bundle one after the other, and the answer to it.
async fn take_parts(
    app: &AppState,
    device: &Device,
    cover: &OutboxCover,
    pushes: Vec<Vec<u8>>,
    pictures: Vec<(PhotoHead, Vec<u8>)>,
    taken: &mut Taken,
    mut tell: impl FnMut(usize, usize) + Send,
) -> HubResult<Parts> {
    let mut answer = Parts::default();
    let (mut done, all) = (0, pushes.len() + pictures.len());
    tell(done, all);
    for packed in pushes {
        add(&mut answer, &push(app, device, &packed, taken).await?)?;
        done += 1;
        tell(done, all);
    }
    for (head, content) in pictures {
        add(&mut answer, &photo(app, device, head, &content, taken).await?)?;
        done += 1;
        tell(done, all);
    }
    add_changes(app, cover, &mut answer).await?;
    Ok(answer)
}

impl From<BundleError> for HubError {
    fn from(error: BundleError) -> Self {
        let code = match error {
            BundleError::TooLarge => ProblemCode::TooLarge,
            _ => ProblemCode::BadRequest,
        };
        Self::told(code, error.to_string())
    }
}

/// The phone that a cover names, if it is in use.
async fn device(app: &AppState, cover: &OutboxCover) -> HubResult<Device> {
    let row = sqlx::query(
        "SELECT d.public_key, d.revoked_at, m.body AS member FROM devices d \
         JOIN members m ON m.station_id = d.station_id AND m.member_id = d.member_id \
         WHERE d.station_id = $1 AND d.device_id = $2",
    )
    .bind(cover.station.key())
    .bind(cover.device.key())
    .fetch_optional(&mut *app.store.read().await?)
    .await
    .map_err(StoreError::from)?;
    let row = row.ok_or_else(|| HubError::told(ProblemCode::NotFound, "the phone is not enrolled here"))?;
    let member: Member = row.json("member")?;
    if row.opt_int("revoked_at")?.is_some() || !member.active {
        return Err(HubError::new(ProblemCode::DeviceRevoked));
    }
    Ok(Device { id: cover.device, key: public_key(&row.bytes("public_key")?)?, member })
}

async fn push(app: &AppState, device: &Device, packed: &[u8], taken: &mut Taken) -> HubResult<Part> {
    if packed.len() > limits::PUSH_COMPRESSED_BYTES {
        return Err(BundleError::TooLarge.into());
    }
    let plain = frame::decompress_bounded(packed, limits::PUSH_BYTES)
        .map_err(|error| BundleError::Damaged(error.to_string()))?;
    let answer = ingest::take(app.clone(), device.clone(), Bytes::from(plain)).await?;
    for answer in &answer.answers {
        *match answer {
            RecordAnswer::Accepted { .. } => &mut taken.accepted,
            RecordAnswer::AlreadyHad { .. } => &mut taken.already_had,
            RecordAnswer::Refused { .. } => &mut taken.refused,
        } += 1;
    }
    let text = serde_json::to_vec(&answer).map_err(fault)?;
    Ok(Part::PushAnswer(frame::compress(&text).map_err(fault)?))
}

/// A photo that is not taken steps aside; what is wrong with the hub itself stops the bundle.
async fn photo(
    app: &AppState,
    device: &Device,
    head: PhotoHead,
    content: &[u8],
    taken: &mut Taken,
) -> HubResult<Part> {
    let photo = head.photo;
    let (receipt, refused) = match photos::take(app, device.station(), head, content).await {
        Ok(receipt) => (Some(receipt), None),
        Err(HubError::Told(problem)) => (None, Some(problem.code)),
        Err(error) => return Err(error),
    };
    *if receipt.is_some() { &mut taken.photos } else { &mut taken.photos_refused } += 1;
    Ok(Part::PhotoAnswer(PhotoAnswer { photo, receipt, refused }))
}

/// Adds the changes since the phone's, as far as there is room; the phone asks for the rest with its next.
async fn add_changes(app: &AppState, cover: &OutboxCover, answer: &mut Parts) -> HubResult<()> {
    let (mut cursor, mut log_size): (Cursor, u64) = (cover.cursor, cover.log_size);
    loop {
        let asked = Asked { cursor, limit: None, log_size: Some(log_size) };
        let text = changes::page(app, cover.station, &asked).await?;
        let page: ChangesPage = body::parse(text.as_bytes())?;
        let packed = frame::compress(text.as_bytes()).map_err(fault)?;
        if !answer.add(&Part::Changes(packed))? || !page.more {
            return Ok(());
        }
        let head = TreeHead::verify(&page.head, &app.keys.public()).map_err(fault)?;
        (cursor, log_size) = (page.next, head.size);
    }
}

/// Answers to records and photos are far smaller than what they answer.
fn add(answer: &mut Parts, part: &Part) -> HubResult<()> {
    if answer.add(part)? { Ok(()) } else { Err(BundleError::TooLarge.into()) }
}

fn fault(error: impl std::fmt::Display) -> HubError {
    HubError::Fault(error.to_string())
}

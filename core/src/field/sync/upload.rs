//! One photo by tus 1.0 (creation, checksum, termination): in pieces with a checksum each, and on from
//! where the hub stands, however often the line breaks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::Run;
use super::answer::{self, AnswerError, Remedy};
use crate::domain::Sha256Hash;
use crate::field::StoreError;
use crate::field::observer::SyncEvent;
use crate::field::store::photos::{self, PhotoOwner, PhotoRow};
use crate::field::transport::{HeaderName, HeaderValue, Method, Request, Response};
use crate::wire::{Jws, ProblemCode, WrappedKey, limits};

const RECEIPT: &str = "xuncha-photo-receipt";
/// Bytes of the first piece. Pieces grow up to [`limits::PHOTO_CHUNK_BYTES`] while they get through.
pub(super) const FIRST_PIECE: usize = 64 * 1024;
/// And shrink down to this, in bytes, while they do not.
const LEAST_PIECE: usize = 8 * 1024;

/// A photo as it travels.
pub(super) struct Parcel {
    pub(super) bytes: Bytes,
    /// The key of one that this phone can no longer open.
    pub(super) key: Option<WrappedKey>,
}

/// Where an upload failed.
pub(super) enum Failed {
    Here(StoreError),
    There(AnswerError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Here(error)
    }
}

impl From<AnswerError> for Failed {
    fn from(error: AnswerError) -> Self {
        Self::There(error)
    }
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Begin.
    Create,
    /// Find out where the hub stands.
    Ask,
    /// Send the piece at this offset.
    Send(usize),
    /// Give up what the hub has, and begin anew.
    Restart,
    /// The hub has it all; here is its receipt, not verified yet.
    Done(Jws),
}

/// Sends what the hub does not have yet, and gives back its receipt, not verified.
pub(super) async fn upload(run: &mut Run<'_>, photo: &PhotoRow, parcel: &Parcel) -> Result<Jws, Failed> {
    let upload = Upload { path: format!("/api/v1/photos/{}", photo.id), photo, parcel };
    let mut step = if photo.upload.is_some() { Step::Ask } else { Step::Create };
    let (mut farthest, mut restarted) = (0, false);
    loop {
        let taken = match &step {
            Step::Create => upload.create(run).await,
            Step::Ask => upload.ask(run).await,
            Step::Send(offset) => upload.send(run, *offset).await,
            Step::Restart => upload.give_up(run).await,
            Step::Done(receipt) => return Ok(receipt.clone()),
        };
        if let Step::Send(_) = step {
            run.piece = next_piece(run.piece, taken.is_ok());
        }
        if step == Step::Create && taken.is_ok() {
            run.parts.store.write(|tx| photos::set_upload(tx, photo.id, Some(&upload.path)))?;
        }
        step = match taken {
            Ok(next) => next,
            Err(error) => {
                let next = mend(&step, &error, restarted);
                let next = next.ok_or_else(|| error.clone())?;
                restarted |= next == Step::Restart;
                if next == Step::Create {
                    // Before the pause: whoever is stopped there begins anew the next time, and does not
                    // ask for what the hub no longer has, again and again.
                    run.parts.store.write(|tx| photos::set_upload(tx, photo.id, None))?;
                }
                run.patience.pause(error).await?;
                next
            }
        };
        if let Step::Send(offset) = step
            && offset > farthest
        {
            farthest = offset;
            run.patience.rest();
            let (sent, total) = (offset as u64, parcel.bytes.len() as u64);
            run.tell(SyncEvent::PhotoProgress { photo: photo.id, sent, total });
        }
    }
}

/// The hub's receipt, not verified, if it has all of a photo that can't be sent from here.
pub(super) async fn held(run: &Run<'_>, photo: &PhotoRow) -> Result<Option<Jws>, AnswerError> {
    let path = format!("/api/v1/photos/{}", photo.id);
    match answer::tus(run.hub.send(tus(run, Method::HEAD, &path)).await?) {
        Ok(response) => receipt(&response),
        Err(error) if matches!(error.problem(), Some(ProblemCode::NotFound | ProblemCode::Gone)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How long the next piece is: a line that breaks often still carries short ones.
fn next_piece(bytes: usize, got_through: bool) -> usize {
    let next = if got_through { bytes * 2 } else { bytes / 2 };
    next.clamp(LEAST_PIECE, limits::PHOTO_CHUNK_BYTES)
}

/// What mends a failed step; nothing if nothing does.
fn mend(step: &Step, error: &AnswerError, restarted: bool) -> Option<Step> {
    match (error.problem(), step) {
        // The hub knows no such upload (any more).
        (Some(ProblemCode::NotFound | ProblemCode::Gone), Step::Ask | Step::Send(_) | Step::Restart) => {
            Some(Step::Create)
        }
        (Some(ProblemCode::OffsetMismatch | ProblemCode::ChecksumMismatch), _) => Some(Step::Ask),
        // The pieces were whole and the photo is not: perhaps pieces of two different uploads.
        (Some(ProblemCode::PhotoMismatch), _) => (!restarted).then_some(Step::Restart),
        _ if error.remedy() == Remedy::Stop => None,
        (_, Step::Create | Step::Restart) => Some(step.clone()),
        // Whether the piece arrived is not known.
        _ => Some(Step::Ask),
    }
}

struct Upload<'a> {
    path: String,
    photo: &'a PhotoRow,
    parcel: &'a Parcel,
}

impl Upload<'_> {
    /// Creating what exists already changes nothing: the hub may stand further on, which the first piece
    /// tells, or have it all.
    async fn create(&self, run: &Run<'_>) -> Result<Step, AnswerError> {
        let PhotoOwner::Record(record) = self.photo.owner else {
            return Err(unreadable("a photo of a draft does not travel"));
        };
        let mut metadata = format!(
            "photo {},record {},sha256 {}",
            STANDARD.encode(self.photo.id.to_string()),
            STANDARD.encode(record.to_string()),
            STANDARD.encode(self.photo.sha256.to_string()),
        );
        if let Some(key) = &self.parcel.key {
            metadata.push_str(",key ");
            metadata.push_str(&STANDARD.encode(key.to_string()));
        }
        let mut request = tus(run, Method::POST, "/api/v1/photos");
        set(&mut request, "upload-length", &self.length().to_string());
        set(&mut request, "upload-metadata", &metadata);
        let response = answer::tus(run.hub.send(request).await?)?;
        Ok(receipt(&response)?.map_or(Step::Send(0), Step::Done))
    }

    async fn ask(&self, run: &Run<'_>) -> Result<Step, AnswerError> {
        let response = answer::tus(run.hub.send(tus(run, Method::HEAD, &self.path)).await?)?;
        // Begun when the phone could still open the photo and now it can't: other bytes altogether.
        let other = number(&response, "upload-length").is_some_and(|length| length != self.length());
        match receipt(&response)? {
            None if other => Ok(Step::Restart),
            _ => self.next(&response),
        }
    }

    async fn send(&self, run: &Run<'_>, offset: usize) -> Result<Step, AnswerError> {
        let end = self.length().min(offset + run.piece);
        let piece = self.parcel.bytes.slice(offset..end);
        let checksum = STANDARD.encode(Sha256Hash::of(&piece).as_bytes());
        let mut request = tus(run, Method::PATCH, &self.path);
        set(&mut request, "content-type", "application/offset+octet-stream");
        set(&mut request, "upload-offset", &offset.to_string());
        set(&mut request, "upload-checksum", &format!("sha256 {checksum}"));
        request.body = piece;
        let response = answer::tus(run.hub.send(request).await?)?;
        if number(&response, "upload-offset") != Some(end) {
            return Err(unreadable("the hub does not stand where the piece ended"));
        }
        self.next(&response)
    }

    async fn give_up(&self, run: &Run<'_>) -> Result<Step, AnswerError> {
        answer::tus(run.hub.send(tus(run, Method::DELETE, &self.path)).await?)?;
        Ok(Step::Create)
    }

    /// Where to go on from where the hub stands.
    fn next(&self, response: &Response) -> Result<Step, AnswerError> {
        match (receipt(response)?, number(response, "upload-offset")) {
            (Some(receipt), _) => Ok(Step::Done(receipt)),
            (None, Some(offset)) if offset < self.length() => Ok(Step::Send(offset)),
            _ => Err(unreadable("the hub says neither where it stands nor that it has the photo")),
        }
    }

    fn length(&self) -> usize {
        self.parcel.bytes.len()
    }
}

fn tus(run: &Run<'_>, method: Method, path: &str) -> Request {
    let mut request = run.hub.request(method, path);
    set(&mut request, "tus-resumable", "1.0.0");
    request
}

/// Sets a header to a value made of digits, base64 and the like, which every header can carry.
fn set(request: &mut Request, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        request.headers.insert(HeaderName::from_static(name), value);
    }
}

/// The receipt that comes with every answer about a photo that the hub has.
fn receipt(response: &Response) -> Result<Option<Jws>, AnswerError> {
    let receipt = response.header(RECEIPT).map(str::parse).transpose();
    receipt.map_err(|_| unreadable("the photo's receipt is damaged"))
}

fn unreadable(what: &str) -> AnswerError {
    AnswerError::Unreadable(what.to_owned())
}

fn number(response: &Response, name: &str) -> Option<usize> {
    response.header(name)?.parse().ok()
}

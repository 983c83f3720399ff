//! The requests of tus 1.0 and their answers.

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, State};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::DateTime;
use http::header::{CACHE_CONTROL, LOCATION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use xuncha_core::domain::{PhotoId, Sha256Hash, Timestamp};
use xuncha_core::wire::limits::{PHOTO_BYTES, PHOTO_CHUNK_BYTES};
use xuncha_core::wire::{Jws, ProblemCode};

use super::complete::{complete, receipt};
use super::headers::{
    ALGORITHMS, Creation, EXTENSIONS, PHOTO_RECEIPT, Piece, TUS_RESUMABLE, TUS_VERSION, TusError,
    UPLOAD_EXPIRES, UPLOAD_LENGTH, UPLOAD_OFFSET, check_version,
};
use super::uploads::{self, Named, Upload, WAIT_MS};
use crate::app::AppState;
use crate::auth::Device;
use crate::body;
use crate::error::{HubError, HubResult};

/// Photos' part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/photos", post(create).options(options))
        .route("/photos/{photo}", axum::routing::patch(append).head(stand).delete(terminate).options(options))
        .layer(middleware::map_response(speak_tus))
}

impl From<TusError> for HubError {
    fn from(error: TusError) -> Self {
        let code = match &error {
            TusError::Version => ProblemCode::TusVersion,
            TusError::TooLarge { .. } => ProblemCode::TooLarge,
            TusError::ContentType => ProblemCode::UnsupportedMediaType,
            TusError::Missing(_) | TusError::Malformed(..) => ProblemCode::BadRequest,
        };
        Self::told(code, error.to_string())
    }
}

/// A phone that speaks our version of tus; one that may not come in is told that first.
struct Sender(Device);

impl FromRequestParts<AppState> for Sender {
    type Rejection = HubError;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> HubResult<Self> {
        let device = Device::from_request_parts(parts, app).await?;
        check_version(&parts.headers)?;
        Ok(Self(device))
    }
}

/// What every answer has in common: the version.
async fn speak_tus(mut response: Response) -> Response {
    let version = HeaderValue::from_static(TUS_VERSION);
    if response.status() == StatusCode::PRECONDITION_FAILED {
        response.headers_mut().insert(HeaderName::from_static("tus-version"), version.clone());
    }
    response.headers_mut().insert(TUS_RESUMABLE, version);
    response
}

/// What is offered here.
async fn options() -> impl IntoResponse {
    let max = PHOTO_BYTES.to_string();
    let offers = [
        ("tus-version", TUS_VERSION),
        ("tus-extension", EXTENSIONS),
        ("tus-checksum-algorithm", ALGORITHMS),
        ("tus-max-size", &max),
    ];
    let offers = offers.map(|(name, value)| (name, value.to_owned()));
    (StatusCode::NO_CONTENT, axum::response::AppendHeaders(offers))
}

/// Announces a photo. Announcing it again changes nothing.
async fn create(
    State(app): State<AppState>,
    Sender(device): Sender,
    headers: HeaderMap,
) -> HubResult<Response> {
    let creation = Creation::read(&headers)?;
    let (station, photo, now) = (device.station(), creation.photo, app.world.clock.now());
    let mut tx = app.store.begin().await?;
    let unknown = || HubError::told(ProblemCode::NotFound, "no accepted record names this photo");
    let named = uploads::named(&mut tx, station, photo).await?.ok_or_else(unknown)?;
    if !uploads::has_record(&mut tx, station, creation.record).await? {
        return Err(unknown());
    }
    let mut answer = HeaderMap::new();
    if let Some(received_at) = named.received_at {
        put(&mut answer, PHOTO_RECEIPT, receipt(&app, photo, &named, received_at)?.as_str())?;
    } else {
        named.must_be_wanted()?;
        must_fit(&creation, &named)?;
        let under_way = uploads::find(&mut tx, station, photo).await?;
        let same = under_way.filter(|upload| {
            upload.expires_at > now && upload.length == creation.length && upload.key == creation.key
        });
        let expires_at = same.as_ref().map_or(now.plus_millis(WAIT_MS), |upload| upload.expires_at);
        if same.is_none() {
            uploads::drop_upload(&mut tx, station, photo).await?;
            let upload = Upload { length: creation.length, position: 0, key: creation.key, expires_at };
            uploads::begin(&mut tx, station, photo, &upload, now).await?;
        }
        tx.commit().await?;
        put(&mut answer, UPLOAD_EXPIRES, &http_date(expires_at))?;
    }
    put(&mut answer, LOCATION, &format!("/api/v1/photos/{photo}"))?;
    Ok((StatusCode::CREATED, answer).into_response())
}

/// An open photo must be the one the record names, to the byte; what a locked one is shows later.
fn must_fit(creation: &Creation, named: &Named) -> HubResult<()> {
    let fits = match creation.key {
        Some(_) => creation.length > named.bytes,
        None => creation.length == named.bytes && creation.sha256 == Some(named.sha256),
    };
    if fits { Ok(()) } else { Err(HubError::new(ProblemCode::PhotoMismatch)) }
}

/// How far an upload has come. Of a photo that is whole, its receipt.
async fn stand(
    State(app): State<AppState>,
    Sender(device): Sender,
    Path(photo): Path<String>,
) -> HubResult<Response> {
    let (station, photo) = (device.station(), photo_id(&photo)?);
    let mut db = app.store.snapshot().await?;
    let named = uploads::named(&mut db, station, photo).await?;
    let named = named.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
    let upload = uploads::find(&mut db, station, photo).await?;
    drop(db);
    let mut answer = HeaderMap::new();
    put(&mut answer, CACHE_CONTROL, "no-store")?;
    match (named.received_at, upload) {
        (Some(received_at), _) => {
            whole(&mut answer, named.bytes, &receipt(&app, photo, &named, received_at)?)?;
        }
        // The hub died between the last piece and the receipt.
        (None, Some(upload)) if upload.position == upload.length => {
            whole(&mut answer, named.bytes, &complete(&app, station, photo).await?)?;
        }
        (None, Some(upload)) if upload.expires_at > app.world.clock.now() => {
            put(&mut answer, UPLOAD_LENGTH, &upload.length.to_string())?;
            put(&mut answer, UPLOAD_OFFSET, &upload.position.to_string())?;
            put(&mut answer, UPLOAD_EXPIRES, &http_date(upload.expires_at))?;
        }
        (None, _) => return Err(HubError::new(ProblemCode::Gone)),
    }
    Ok((StatusCode::OK, answer).into_response())
}

fn whole(answer: &mut HeaderMap, bytes: u64, receipt: &Jws) -> HubResult<()> {
    put(answer, UPLOAD_LENGTH, &bytes.to_string())?;
    put(answer, UPLOAD_OFFSET, &bytes.to_string())?;
    put(answer, PHOTO_RECEIPT, receipt.as_str())
}

/// Takes a piece; with the last one, the photo, and gives the receipt.
async fn append(
    State(app): State<AppState>,
    Sender(device): Sender,
    Path(photo): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> HubResult<Response> {
    let (station, photo) = (device.station(), photo_id(&photo)?);
    let piece = Piece::read(&headers)?;
    let content = body::read(body, PHOTO_CHUNK_BYTES).await?;
    if piece.checksum.is_some_and(|sum| sum != Sha256Hash::of(&content)) {
        return Err(HubError::new(ProblemCode::ChecksumMismatch));
    }
    let now = app.world.clock.now();
    let mut tx = app.store.begin().await?;
    let taken = uploads::append(&mut tx, station, photo, piece.offset, &content, now).await?;
    let named = uploads::named(&mut tx, station, photo).await?;
    let upload = uploads::find(&mut tx, station, photo).await?;
    tx.commit().await?;
    let upload = match (taken, upload) {
        (true, Some(upload)) => upload,
        (_, upload) => return Err(not_taken(piece.offset, named, upload, now)),
    };
    let mut answer = HeaderMap::new();
    put(&mut answer, UPLOAD_OFFSET, &upload.position.to_string())?;
    if upload.position == upload.length {
        put(&mut answer, PHOTO_RECEIPT, complete(&app, station, photo).await?.as_str())?;
    } else {
        put(&mut answer, UPLOAD_EXPIRES, &http_date(upload.expires_at))?;
    }
    Ok((StatusCode::NO_CONTENT, answer).into_response())
}

/// Why a piece was not taken.
fn not_taken(offset: u64, named: Option<Named>, upload: Option<Upload>, now: Timestamp) -> HubError {
    match (named, upload) {
        (None, _) => HubError::new(ProblemCode::NotFound),
        (Some(Named { received_at: Some(_), .. }), _) => {
            HubError::told(ProblemCode::OffsetMismatch, "the photo is whole already; ask for its receipt")
        }
        (Some(_), Some(upload)) if upload.expires_at > now => {
            if upload.position == offset {
                HubError::told(ProblemCode::TooLarge, "the piece is longer than the upload's rest")
            } else {
                let stands = format!("the upload stands at {}", upload.position);
                HubError::told(ProblemCode::OffsetMismatch, stands)
            }
        }
        (Some(_), _) => HubError::new(ProblemCode::Gone),
    }
}

/// Gives an upload up. A photo that is whole stays.
async fn terminate(
    State(app): State<AppState>,
    Sender(device): Sender,
    Path(photo): Path<String>,
) -> HubResult<StatusCode> {
    let (station, photo) = (device.station(), photo_id(&photo)?);
    let mut tx = app.store.begin().await?;
    let named = uploads::named(&mut tx, station, photo).await?;
    match named.map(|named| named.received_at) {
        None => return Err(HubError::new(ProblemCode::NotFound)),
        Some(Some(_)) => {
            return Err(HubError::told(
                ProblemCode::Forbidden,
                "the photo is whole and belongs to its record",
            ));
        }
        Some(None) => {}
    }
    if !uploads::drop_upload(&mut tx, station, photo).await? {
        return Err(HubError::new(ProblemCode::Gone));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn photo_id(text: &str) -> HubResult<PhotoId> {
    text.parse().map_err(|_| HubError::new(ProblemCode::NotFound))
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) -> HubResult<()> {
    let value = HeaderValue::from_str(value).map_err(|error| HubError::Fault(error.to_string()))?;
    headers.insert(name, value);
    Ok(())
}

/// A moment as HTTP writes it (RFC 9110 §5.6.7).
fn http_date(at: Timestamp) -> String {
    let utc = DateTime::from_timestamp_millis(at.millis()).unwrap_or_default();
    utc.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

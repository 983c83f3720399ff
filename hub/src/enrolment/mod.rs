//! Enrolment: a one-time code becomes a device of a member.
//!
//! A head hands out a code (`POST /enrolments`), the phone redeems it (`POST /enrol`). The answer may
//! be lost on its way: the same code with the same key gives the same device and a new token, as
//! long as the code is valid. [`crate::tries`] keeps guessing hopeless. After a hub was put back, the phone tells
//! which devices it was before (`POST /devices/former`).

mod code;
mod former;
mod redeem;

use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use xuncha_core::domain::{MemberId, StationId, Timestamp};
use xuncha_core::wire::{EnrolAnswer, EnrolCode, EnrolRequest, ProblemCode};

pub use code::{EnrolCard, make_card};

use crate::app::AppState;
use crate::auth::Caller;
use crate::body;
use crate::caller_address::CallerAddress;
use crate::error::{HubError, HubResult};
use crate::scope::Operation;
use crate::tries::{self, Against};

/// Which cards hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cards {
    /// All that have not expired.
    All,
    /// Those that were just handed out, as so many codes are guessed.
    Fresh,
}

impl Cards {
    /// How long a card is fresh: whoever is handed one and has the phone at hand takes no longer.
    const FRESH_MS: i64 = 30 * 60_000;

    /// Whether one that was handed out at a moment is among them.
    const fn include(self, handed_out: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::All => true,
            Self::Fresh => now.millis() - handed_out.millis() < Self::FRESH_MS,
        }
    }

    /// What is answered to a code that is none of them.
    const fn unknown(self) -> ProblemCode {
        match self {
            Self::All => ProblemCode::CodeUnknown,
            Self::Fresh => ProblemCode::TooManyAttempts,
        }
    }
}

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/enrol", post(enrol))
        .route("/enrolments", post(hand_out))
        .route("/devices/former", post(former::tell))
}

async fn enrol(
    State(app): State<AppState>,
    address: CallerAddress,
    headers: HeaderMap,
    body: Body,
) -> HubResult<Json<EnrolAnswer>> {
    let request: EnrolRequest = body::json(&headers, body).await?;
    let (network, everywhere) = (Against::EnrolNetwork(address), Against::Enrolments);
    let (cards, against) = if tries::may_try(&app, &[network, everywhere]).await? {
        (Cards::All, &[network, everywhere][..])
    } else if tries::may_try(&app, &[network]).await? {
        (Cards::Fresh, &[network][..])
    } else {
        return Err(HubError::new(ProblemCode::TooManyAttempts));
    };
    let answer = redeem::redeem(&app, &request, cards).await;
    let wrong = [ProblemCode::CodeUnknown, ProblemCode::TooManyAttempts];
    if !matches!(&answer, Err(HubError::Told(problem)) if wrong.contains(&problem.code)) {
        tries::was_right(&app, against).await?;
    }
    answer.map(Json)
}

/// Who is to get a card.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HandOut {
    member: MemberId,
    /// Their station, for an admin who is of another one.
    station: Option<StationId>,
}

/// A card as it travels to the head's screen.
#[derive(Debug, Serialize)]
struct CardAnswer {
    code: EnrolCode,
    link: String,
    expires_at: Timestamp,
}

async fn hand_out(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> HubResult<(StatusCode, Json<CardAnswer>)> {
    let asked: HandOut = body::json(&headers, body).await?;
    let station = asked.station.unwrap_or(caller.station());
    caller.must(Operation::KeepDevices, station)?;
    if app.known_address().is_none() {
        let why = "the hub does not know by which address phones reach it: set public_url";
        return Err(HubError::told(ProblemCode::Unavailable, why));
    }
    let card = make_card(&app, station, asked.member, Some(&caller)).await?;
    let answer =
        CardAnswer { link: card.link.to_string(), code: card.link.code, expires_at: card.expires_at };
    Ok((StatusCode::CREATED, Json(answer)))
}

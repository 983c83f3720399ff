//! Downloads, for those who lead the station or supervise. Who took what is written down: findings tell of
//! minors.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use tokio::sync::mpsc;
use uuid::Uuid;
use xuncha_core::domain::{Locale, Month, Name, Station, StationId};
use xuncha_core::wire::ProblemCode;

use super::progress::{State as Ended, Watched};
use super::{Ask, ExportError, Format, Piece, What, export};
use crate::app::{App, AppState};
use crate::audit::{Action, note_at_each};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::params::{Named, Params};
use crate::scope::{Area, Operation};
use crate::store::reference;

/// Pieces that wait for a slow browser; more are not made meanwhile.
const AHEAD: usize = 4;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/exports/{what}", get(download))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    format: Option<Format>,
    month: Option<Month>,
    station: Option<StationId>,
    sub_bureau: Option<Name>,
    lang: Option<String>,
    /// What whoever waits for it calls it.
    progress: Option<Uuid>,
}

async fn download(
    State(app): State<AppState>,
    Named(what): Named<What>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> HubResult<Response> {
    let format = asked.format.unwrap_or(what.formats()[0]);
    if !what.formats().contains(&format) {
        let told = format!("{} can't be had as {}", what.code(), format.ending());
        return Err(HubError::told(ProblemCode::BadRequest, told));
    }
    let stations = stations(&app, &caller, &asked).await?;
    let by = Some(caller.member.id);
    note_at_each(&app.store, &app.world, &stations, by, Action::Exported, what.code()).await?;
    let ask = Ask {
        what,
        format,
        locale: asked.lang.as_deref().map_or(Locale::ZhHans, Locale::of_tag),
        stations,
        month: asked.month,
        now: app.world.clock.now(),
        bom: true,
    };
    let name = match ask.month {
        Some(month) => format!("{}-{month}.{}", what.code(), ask.format.ending()),
        None => format!("{}.{}", what.code(), ask.format.ending()),
    };
    let headers = [
        (CONTENT_TYPE, ask.format.media_type().to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    let watched = match asked.progress {
        Some(id) => Some(Watched::begin(&app, &caller, id, &ask).await?),
        None => None,
    };
    Ok((headers, body(app, ask, watched)).into_response())
}

/// The stations that the caller may take exports of, out of those asked for.
async fn stations(app: &App, caller: &Caller, asked: &Asked) -> HubResult<Vec<Station>> {
    let may = |id: StationId| caller.may(Operation::Export, Area::Station(id));
    let all = reference::stations_by_name(&mut *app.store.read().await?).await?.into_iter();
    let of = asked.sub_bureau.as_ref();
    let all = all.filter(|station| of.is_none_or(|name| station.sub_bureau == *name));
    let Some(id) = asked.station else {
        let own: Vec<_> = all.filter(|station| may(station.id)).collect();
        return if own.is_empty() { Err(HubError::new(ProblemCode::Forbidden)) } else { Ok(own) };
    };
    caller.must_read(id)?;
    if !may(id) {
        return Err(HubError::new(ProblemCode::Forbidden));
    }
    let found: Vec<_> = all.filter(|station| station.id == id).collect();
    if found.is_empty() { Err(HubError::new(ProblemCode::NotFound)) } else { Ok(found) }
}

/// The file as it is made. One that can't be finished is cut off, so that nobody takes it for whole.
fn body(app: AppState, ask: Ask, watched: Option<Watched>) -> Body {
    let (to, from) = mpsc::channel(AHEAD);
    let exporting = tokio::spawn(async move {
        let ended = export(&app.store, &ask, to).await;
        if let Err(error) = &ended
            && !matches!(error, ExportError::Gone)
        {
            tracing::error!(%error, what = ask.what.code(), "export failed");
        }
        ended
    });
    let pieces =
        stream::unfold((from, Some(exporting), watched), |(mut from, exporting, mut watched)| async move {
            while let Some(Piece { bytes, rows }) = from.recv().await {
                if let Some(watched) = &mut watched {
                    watched.note(rows).await;
                }
                if !bytes.is_empty() {
                    return Some((Ok(Bytes::from(bytes)), (from, exporting, watched)));
                }
            }
            let ended = exporting?.await.map_err(ExportError::from).and_then(|ended| ended);
            if let Some(watched) = watched {
                watched.end(if ended.is_ok() { Ended::Whole } else { Ended::CutOff }).await;
            }
            let error = ended.err()?;
            Some((Err(std::io::Error::other(error)), (from, None, None)))
        });
    Body::from_stream(pieces)
}

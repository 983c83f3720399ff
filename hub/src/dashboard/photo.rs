//! A photo of premises, for those who may read of the station.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use xuncha_core::domain::{PhotoId, RecordId, StationId, VenueId};

use super::error::{Named, PageError, PageResult};
use super::record::note_look;
use super::visitor::Visitor;
use crate::app::AppState;
use crate::audit::looked_lately;
use crate::photos::small;
use crate::records::told_of;
use crate::store::{Key as _, RowExt as _};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/photos/{id}", get(show)).route("/photos/{id}/small", get(show_small))
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<PhotoId>,
) -> PageResult<Response> {
    let station = visitor.station.id;
    let record = must_be_here(&app, station, id).await?;
    if venue_with_minors(&app, &visitor, record).await?.is_some() {
        note_look(&app, &visitor, &record.to_string()).await?;
    }
    Ok(jpeg(app.photos.get(station, id).await?))
}

/// As the pages of a record and of its venue show it. These write down a look of their own, and what is looked at with
/// them is none more.
async fn show_small(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<PhotoId>,
) -> PageResult<Response> {
    let station = visitor.station.id;
    // One that was erased, by another copy of the hub or while it was made, must not stay in memory.
    let must_be_here =
        async || must_be_here(&app, station, id).await.inspect_err(|_| app.small_photos.forget(station, id));
    let record = must_be_here().await?;
    if let Some(venue) = venue_with_minors(&app, &visitor, record).await? {
        let by = visitor.caller.member.id;
        let mut looked = false;
        for subject in [record.to_string(), venue.to_string()] {
            looked = looked || looked_lately(&app, station, by, &subject, None).await?;
        }
        if !looked {
            note_look(&app, &visitor, &record.to_string()).await?;
        }
    }
    let picture = small(&app, station, id).await?;
    must_be_here().await?;
    Ok(jpeg(picture))
}

/// The venue of a record that tells of minors.
async fn venue_with_minors(
    app: &AppState,
    visitor: &Visitor,
    record: RecordId,
) -> PageResult<Option<VenueId>> {
    let told = told_of(&mut *app.store.read().await?, visitor.station.id, record).await?;
    Ok(told.filter(|told| told.about_minors(&visitor.lists)).map(|told| told.visit.venue))
}

/// The record of a photo; refuses one that has not come, or is erased.
async fn must_be_here(app: &AppState, station: StationId, id: PhotoId) -> PageResult<RecordId> {
    let row = sqlx::query(
        "SELECT record_id FROM photos WHERE station_id = $1 AND photo_id = $2 AND received_at IS NOT NULL \
         AND erased_at IS NULL",
    )
    .bind(station.key())
    .bind(id.key())
    .fetch_optional(&mut *app.store.read().await?)
    .await?;
    Ok(row.ok_or_else(PageError::not_found)?.id("record_id")?)
}

fn jpeg(file: Bytes) -> Response {
    // The station's PC is shared: nothing of it stays in the browser.
    ([(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "private, no-store")], file).into_response()
}

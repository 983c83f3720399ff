//! A record with its photos, for whoever may review it.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use xuncha_core::domain::{Checklist, Checklists, PhotoId, RecordId, StationId};
use xuncha_core::wire::{ProblemCode, ToldRecord, Whereabouts};

use super::{Content, Told, told_of};
use crate::app::{App, AppState};
use crate::audit::{Action, looked_lately, note_by_itself};
use crate::auth::Caller;
use crate::body;
use crate::error::{HubError, HubResult};
use crate::params::{Named, Params};
use crate::photos::for_screen;
use crate::rules;
use crate::scope::Operation;
use crate::store::reference::to_json;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/records/{record}", get(record))
        .route("/records/{record}/photos/{photo}", get(photo))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    station: Option<StationId>,
}

/// A record that somebody looks at, with every checklist.
struct Look<'a> {
    app: &'a App,
    caller: &'a Caller,
    station: StationId,
    told: Told,
    lists: Checklists,
}

impl<'a> Look<'a> {
    async fn at(app: &'a App, caller: &'a Caller, asked: &Asked, id: RecordId) -> HubResult<Self> {
        let station = asked.station.unwrap_or(caller.station());
        caller.must_read(station)?;
        caller.must(Operation::Review, station)?;
        let mut db = app.store.snapshot().await?;
        let told = told_of(&mut db, station, id).await?.ok_or_else(not_found)?;
        let lists = rules::checklists(&mut db).await?;
        Ok(Self { app, caller, station, told, lists })
    }

    /// The list that it names; none where nobody can read that version any more.
    fn made_by(&self) -> Option<&Checklist> {
        let named = &self.told.content.inspection()?.checklist;
        self.lists.find(&named.code, named.version).map(|list| &**list)
    }

    /// Writes it down, if it is one at what was seen of minors. `goes_on`: what belongs to a look of before is none
    /// more.
    async fn note(&self, goes_on: bool) -> HubResult<()> {
        let (by, subject) = (self.caller.member.id, self.told.visit.record.to_string());
        let is_noted = goes_on && looked_lately(self.app, self.station, by, &subject, None).await?;
        if is_noted || !self.told.about_minors(&self.lists) {
            return Ok(());
        }
        note_by_itself(self.app, self.station, Some(by), Action::Looked, subject).await
    }
}

fn not_found() -> HubError {
    HubError::new(ProblemCode::NotFound)
}

async fn record(
    State(app): State<AppState>,
    caller: Caller,
    Named(id): Named<RecordId>,
    Params(asked): Params<Asked>,
    headers: HeaderMap,
) -> HubResult<Response> {
    let look = Look::at(&app, &caller, &asked, id).await?;
    look.note(false).await?;
    let checklist = look.made_by().cloned();
    let Told { visit, content, positions_erased, photos, .. } = look.told;
    let unreadable = content.is_unreadable();
    let record = match content {
        Content::There(record) => Some(*record),
        Content::Erased | Content::Unreadable => None,
    };
    let told = ToldRecord { visit, record, unreadable, positions_erased, checklist, photos };
    body::packed_json(&headers, to_json(&told)?).await
}

async fn photo(
    State(app): State<AppState>,
    caller: Caller,
    Named((id, photo)): Named<(RecordId, PhotoId)>,
    Params(asked): Params<Asked>,
) -> HubResult<Response> {
    let look = Look::at(&app, &caller, &asked, id).await?;
    let named = look.told.photos.iter().find(|named| named.id == photo);
    if named.is_none_or(|named| named.whereabouts != Whereabouts::Here) {
        return Err(not_found());
    }
    look.note(true).await?;
    let picture = for_screen(&app, look.station, photo).await?;
    Ok(([(CONTENT_TYPE, "image/jpeg")], picture).into_response())
}

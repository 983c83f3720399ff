//! The map over all stations that somebody oversees: thousands of venues, each in a few dozen bytes, fetched only
//! by those who open the map.

use axum::Json;
use axum::extract::{Query as Asking, State};
use serde_json::{Value, json};
use xuncha_core::domain::{Bounds, Month};

use super::map::{is_drawn, school};
use super::query::{Asked, Query};
use crate::app::AppState;
use crate::coverage::stations_coverage;
use crate::dashboard::error::{PageError, PageResult};
use crate::dashboard::look::signs::Standing;
use crate::dashboard::visitor::Visitor;
use crate::places::schools_of;
use crate::store::reference::stations;

/// Every venue with its state, and every school, for `hub/web/src/area.ts`. What many share stands once, and venues name it by its
/// place: `[lon, lat, state, station, name, id]`.
pub(super) async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Asking(asked): Asking<Asked>,
) -> PageResult<Json<Value>> {
    if !visitor.caller.oversees() {
        return Err(PageError::not_found());
    }
    let (query, today) = (Query::from(asked), app.world.clock.now().day());
    let month = query.month.unwrap_or(Month::of(today));
    let mut db = app.store.snapshot().await?;
    let mut own = stations(&mut db).await?;
    let wanted = |name: &str| query.sub_bureau.as_ref().is_none_or(|wanted| wanted == name);
    own.retain(|station| visitor.caller.may_read(station.id) && wanted(station.sub_bureau.as_str()));
    let mut told = stations_coverage(&mut db, &own, month, today).await?;
    let mut schools = schools_of(&mut db, own.iter().map(|station| station.id)).await?;
    drop(db);
    schools.retain(|school| school.open_on(today));
    for station in &mut told {
        let wanted = |of: Standing| query.state.is_none_or(|wanted| wanted == of);
        station.venues.retain(|row| is_drawn(row) && wanted(Standing::of(row.coverage)));
    }
    let place = |of: Standing| Standing::ALL.iter().position(|known| *known == of);
    let mut venues = Vec::new();
    for (station, told) in told.iter().enumerate() {
        for row in &told.venues {
            let Some(at) = row.venue.position else { continue };
            let state = place(Standing::of(row.coverage));
            venues.push(json!([
                metre(at.lon()),
                metre(at.lat()),
                state,
                station,
                row.venue.name,
                row.venue.id
            ]));
        }
    }
    let points = told.iter().flat_map(|told| &told.venues).filter_map(|row| row.venue.position);
    let bounds = Bounds::of(points).map(|at| [at.west, at.south, at.east, at.north]);
    let l = visitor.locale;
    let state = |of: Standing| json!({ "slug": of.slug(), "sign": of.sign(), "label": of.label(l) });
    Ok(Json(json!({
        "month": month,
        "states": Standing::ALL.map(state),
        "stations": own.iter().map(|station| json!([station.id, station.name])).collect::<Vec<_>>(),
        "venues": venues,
        "schools": schools.iter().map(school).collect::<Vec<_>>(),
        "bbox": bounds,
    })))
}

/// Degrees to about a metre.
fn metre(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5
}

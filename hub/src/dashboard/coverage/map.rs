//! The map of a station: where it stands on the page, and what it draws. The table tells the same.

use axum::extract::{Query as Asking, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use maud::{Markup, html};
use serde_json::{Value, json};
use tower_http::services::ServeFile;
use xuncha_core::domain::{Bounds, Locale, Month, School, VenueLife, Wgs84};

use super::query::{Asked, Asks, Query};
use super::schools::is_near_school;
use crate::app::AppState;
use crate::coverage::{VenueCoverage, station_coverage};
use crate::dashboard::error::{PageError, PageResult};
use crate::dashboard::islands;
use crate::dashboard::look::signs::Standing;
use crate::dashboard::visitor::Visitor;
use crate::error::HubError;
use crate::export::{outline, point};
use crate::places::known_schools;
use crate::scope::Operation;
use crate::store::reference;

/// Where the tiles under the map are.
pub(super) const TILES: &str = "/coverage/tiles.pmtiles";

/// A map's place on the page, for `map.ts` or `area.ts` of `hub/web/src`: it shows itself where scripts run, and
/// loads nothing before it is opened.
pub(super) fn island(name: &str, source: &str, has_tiles: bool, l: Locale) -> Markup {
    let words = json!({
        "NavigationControl.ZoomIn": l.pick("放大", "Zoom in"),
        "NavigationControl.ZoomOut": l.pick("缩小", "Zoom out"),
        "Map.Title": l.pick("场所地图", "Map of the venues"),
        "Marker.Title": l.pick("场所", "Venue"),
        "Popup.Close": l.pick("关闭", "Close"),
        "ScaleControl.Meters": l.pick("米", "m"),
        "ScaleControl.Kilometers": l.pick("公里", "km"),
    });
    html! { @if let Some(script) = islands::script() {
        (script)
        details.island.panel.no-print hidden data-island=(name) data-src=(source)
            data-tiles=[has_tiles.then_some(TILES)] data-words=(words.to_string()) {
            summary { (l.pick("地图", "Map")) }
            p.quiet { @if name == "map" { (l.pick("下面的表格里有同样的内容。", "The tables below tell the same. ")) }
                @else { (l.pick("点上面的一种状态，下面就逐个列出；学校在各站的页面里。", "Choose a state above, and its venues are listed below; schools are on the page of each station. ")) }
                (l.pick("没有登记位置的场所不在图上。", "Venues without a position are not on it.")) }
            p.told.due hidden data-failed role="status" { i.sign aria-hidden="true" { "!" }
                (l.pick("这台电脑画不出地图，或没有登记位置，请看下面的表格。",
                    "This computer can't draw the map, or no position is on file: see the table below.")) }
            (legend(l))
            div.map data-map {}
            @if let Some(licences) = islands::licences() { p.quiet { a href=(licences) { (l.pick("地图软件的许可", "Licences of the map's software")) } } }
        }
    } }
}

/// What the signs on a map mean.
fn legend(l: Locale) -> Markup {
    html! {
        ul.legend aria-label=(l.pick("图例", "Legend")) {
            @for standing in Standing::REPORTED {
                li class={ "map-venue " (standing.slug()) } { b aria-hidden="true" { (standing.sign()) } (standing.label(l)) }
            }
            li.map-venue { i.campus aria-hidden="true" {} (l.pick("学校：校园", "School: its grounds")) }
            li.map-venue { i.campus.gate aria-hidden="true" {} (l.pick("学校：校门", "School: its gates")) }
        }
    }
}

/// A station's venues with their states, and its schools, as GeoJSON in WGS-84.
pub(super) async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Asking(asked): Asking<Asked>,
) -> PageResult<Response> {
    let (query, today) = (Query::from(asked), app.world.clock.now().day());
    let month = query.month.unwrap_or(Month::of(today));
    let told = station_coverage(&app.store, visitor.station.id, month, today).await?;
    let told = told.ok_or_else(PageError::not_found)?;
    let mut db = app.store.snapshot().await?;
    let mut schools = known_schools(&mut db, visitor.station.id).await?;
    schools.retain(|school| school.open_on(today));
    let policies = reference::policies(&mut db, visitor.station.id).await?;
    drop(db);
    let wanted = |row: &VenueCoverage| {
        query.takes(&Asks {
            state: Standing::of(row.coverage),
            kind: &row.venue.kind,
            near_school: is_near_school(&row.venue, &schools, &policies, month),
            name: row.venue.name.as_str(),
            address: row.venue.address.as_str(),
        })
    };
    let venues: Vec<_> = told.venues.into_iter().filter(|row| is_drawn(row) && wanted(row)).collect();
    let collection = collection(&venues, &schools, &query, visitor.locale);
    Ok(([(CONTENT_TYPE, "application/geo+json")], collection.to_string()).into_response())
}

/// A double was never a venue of its own: the other one stands there.
pub(super) fn is_drawn(row: &VenueCoverage) -> bool {
    row.venue.life != VenueLife::never()
}

/// The tiles under the map, as a file of which a browser asks for ranges.
pub(super) async fn tiles(
    State(app): State<AppState>,
    visitor: Visitor,
    request: Request,
) -> PageResult<Response> {
    visitor.must(Operation::Read)?;
    let tiles = app.config.map_tiles.as_ref().ok_or_else(PageError::not_found)?;
    let file = ServeFile::new(tiles.path()).try_call(request).await;
    Ok(file.map_err(|error| HubError::Fault(error.to_string()))?.into_response())
}

fn collection(venues: &[VenueCoverage], schools: &[School], query: &Query, l: Locale) -> Value {
    let drawn = venues.iter().filter_map(|row| Some(venue(row, row.venue.position?, query, l)));
    let features: Vec<Value> = schools.iter().map(school).chain(drawn).collect();
    let points = schools.iter().flat_map(|school| school.outline.points().iter().copied());
    let points = points.chain(venues.iter().filter_map(|row| row.venue.position));
    let mut collection = json!({ "type": "FeatureCollection", "features": features });
    if let Some(at) = Bounds::of(points) {
        collection["bbox"] = json!([at.west, at.south, at.east, at.north]);
    }
    collection
}

fn venue(row: &VenueCoverage, at: Wgs84, query: &Query, l: Locale) -> Value {
    let standing = Standing::of(row.coverage);
    let properties = json!({
        "what": "venue",
        "name": row.venue.name,
        "state": standing.slug(),
        "sign": standing.sign(),
        "label": standing.label(l),
        "href": format!("/venues/{}{}", row.venue.id, query.venue_query()),
    });
    json!({ "type": "Feature", "properties": properties, "geometry": point(at) })
}

/// A school with its outline, as a map draws it.
pub(super) fn school(school: &School) -> Value {
    let properties = json!({ "what": "school", "name": school.name });
    json!({ "type": "Feature", "properties": properties, "geometry": outline(&school.outline) })
}

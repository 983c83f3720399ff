//! The dashboard: server-rendered pages for station heads and those who supervise. They work without a
//! script, on an old PC, and on paper.
//!
//! # Layout
//! - [`password`], `sign_in`, `account`: who may come in.
//! - `visitor`, `choice`, `error`: who looks at what, of which station, forms that only our pages can send, and pages that
//!   say no.
//! - `look`: the frame, the style sheet, signs and dates.
//! - `coverage`, `venue`, `record`, `reviews`, `findings`, `alerts`, `devices`, `photo`: the pages.
//! - `ledger`: the seven duties. `report`: a month as it is handed in. `trends`: a year at a glance.
//! - `manage`, `members`, `places`, `policy`, `checklists`, `calendar`, `audit`: what a station keeps. `items`: a
//!   checklist's items on them.
//! - `import`, with `upload`: lists from files. `export`: files to take away. `whose`: of which stations.
//! - `handover`: a phone's export from a stick.
//! - `live`: what is new while a page is open.
//! - `islands`: the scripts that some pages have, from `hub/web`.
//! - `guard`: what every answer tells the browser about itself.

mod account;
mod alerts;
mod audit;
mod calendar;
mod checklists;
mod choice;
mod coverage;
mod devices;
mod error;
mod export;
mod findings;
mod guard;
mod handover;
mod import;
mod islands;
mod items;
mod ledger;
mod live;
pub(crate) mod look;
mod manage;
mod members;
pub mod password;
mod photo;
mod placard;
mod places;
mod policy;
mod record;
mod report;
mod reviews;
mod sign_in;
mod trends;
mod upload;
mod venue;
mod visitor;
mod waiting;
mod whose;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use tower_http::compression::CompressionLayer;

pub(crate) use error::not_so;
pub(crate) use live::let_go;
pub use look::percent;

use crate::app::AppState;

/// All pages.
pub fn router() -> Router<AppState> {
    Router::new()
        .merge(sign_in::router())
        .merge(account::router())
        .merge(coverage::router())
        .merge(trends::router())
        .merge(venue::router())
        .merge(placard::router())
        .merge(record::router())
        .merge(reviews::router())
        .merge(findings::router())
        .merge(alerts::router())
        .merge(ledger::router())
        .merge(report::router())
        .merge(devices::router())
        .merge(photo::router())
        .merge(import::router())
        .merge(export::router())
        .merge(handover::router())
        .merge(manage::router())
        .merge(members::router())
        .merge(places::router())
        .merge(policy::router())
        .merge(checklists::router())
        .merge(calendar::router())
        .merge(audit::router())
        .merge(live::router())
        .merge(islands::router())
        .route(&look::STYLE_PATH, get(style))
        .fallback(error::nothing_here)
        // Not what is packed already (photos, islands), nor what comes bit by bit. A page's secret against forged
        // forms can't be guessed by its length (BREACH): cookies are `Strict`, so no other site can ask for pages.
        .layer(CompressionLayer::new())
        .layer(axum::middleware::from_fn(guard::guarded))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, FOR_GOOD)], look::STYLE)
}

/// For files whose name changes with their content.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

//! The dashboard: server-rendered pages for station heads and those who supervise. They work without a
//! script, on an old PC, and on paper.
//!
//! # Layout
//! - [`password`], [`session`], `sign_in`, `account`: who may come in.
//! - `visitor`, `error`: who looks at what, forms that only our pages can send, and pages that say no.
//! - `look`: the frame, the style sheet, signs and dates.
//! - `coverage`, `venue`, `record`, `reviews`, `alerts`, `devices`, `photo`: the pages.
//! - `manage`, `members`, `places`, `policy`, `checklists`, `audit`: what a station keeps. `items`: a
//!   checklist's items on them.
//! - `import`, with `upload`: lists from files. `export`: files to take away.
//! - `handover`: a phone's export from a stick.
//! - `guard`: what every answer tells the browser about itself.

mod account;
mod alerts;
mod audit;
mod checklists;
mod coverage;
mod devices;
mod error;
mod export;
mod guard;
mod handover;
mod import;
mod items;
mod look;
mod manage;
mod members;
pub mod password;
mod photo;
mod places;
mod policy;
mod record;
mod reviews;
pub mod session;
mod sign_in;
mod upload;
mod venue;
mod visitor;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

pub use look::percent;

use crate::app::AppState;

/// All pages.
pub fn router() -> Router<AppState> {
    Router::new()
        .merge(sign_in::router())
        .merge(account::router())
        .merge(coverage::router())
        .merge(venue::router())
        .merge(record::router())
        .merge(reviews::router())
        .merge(alerts::router())
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
        .merge(audit::router())
        .route(&look::STYLE_PATH, get(style))
        .fallback(error::no_such_page)
        .layer(axum::middleware::from_fn(guard::guarded))
}

async fn style() -> impl IntoResponse {
    let headers =
        [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, look::STYLE)
}

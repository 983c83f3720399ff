//! All that the hub answers to: the one place that knows every part of the API and the dashboard.

use axum::Router;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use tower_http::set_header::SetResponseHeaderLayer;
use xuncha_core::wire::ProblemCode;

use crate::app::AppState;
use crate::error::HubError;
use crate::{
    changes, coverage, dashboard, devices, enrolment, export, follow_ups, ingest, log, openapi, ops, photos,
    records, reviews, self_reports,
};

/// For so long a browser that came by TLS comes by nothing else.
const A_YEAR: &str = "max-age=31536000";

/// All that the hub answers to.
pub fn router(app: &AppState) -> Router {
    let nothing = || async { HubError::new(ProblemCode::NotFound) };
    let api = Router::new()
        .merge(enrolment::router())
        .merge(devices::router())
        .merge(self_reports::router())
        .merge(ingest::router())
        .merge(changes::router())
        .merge(log::router())
        .merge(records::router())
        .merge(reviews::router())
        .merge(follow_ups::router())
        .merge(coverage::router())
        .merge(export::router())
        .merge(photos::router())
        .fallback(nothing)
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::overriding(
            X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ));
    let all = Router::new()
        .nest("/api/v1", api)
        .merge(openapi::router())
        .merge(ops::router(app))
        .merge(dashboard::router())
        .method_not_allowed_fallback(dashboard::not_so)
        .with_state(app.clone());
    let all = if app.config.tls.is_some() {
        // Where a proxy speaks TLS, it says this.
        all.layer(SetResponseHeaderLayer::overriding(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(A_YEAR),
        ))
    } else {
        all
    };
    ops::observed(all, app)
}

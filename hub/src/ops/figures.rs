//! Metrics in the text format of Prometheus. One recorder serves the whole process.

use std::sync::OnceLock;

use http::header::CONTENT_TYPE;
use metrics::{Unit, describe_counter, describe_histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::observe::{DURATION, REQUESTS};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Seconds; most answers take a few milliseconds, a batch on an old disk a second.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

/// Begins to count, and says what is counted.
pub(super) fn describe() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        // The list is not empty, so it is always taken.
        let recorder = builder.set_buckets(&BUCKETS).unwrap_or_default().build_recorder();
        let handle = recorder.handle();
        // Whoever embeds the hub may have a recorder of their own already: then that one counts.
        let _ = metrics::set_global_recorder(recorder);
        describe_counter!(REQUESTS, Unit::Count, "Requests answered, by method, route and status");
        describe_histogram!(DURATION, Unit::Seconds, "Seconds to the answer, by route");
        describe_counter!("xuncha_photos_received_total", Unit::Count, "Photos kept whole");
        handle
    });
}

/// The figures as they stand.
pub(super) async fn metrics() -> ([(http::HeaderName, &'static str); 1], String) {
    let text = HANDLE.get().map(PrometheusHandle::render).unwrap_or_default();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

//! The HTTP client of the tests.

use std::sync::Once;

/// A client that can also be built where nothing else chose a TLS provider yet.
pub fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Failing means that one was chosen already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::new()
}

//! The HTTP client of the tests.

use xuncha_hub::tls::choose_provider;

/// A client that can also be built where nothing else chose a TLS provider yet.
pub fn client() -> reqwest::Client {
    choose_provider();
    reqwest::Client::new()
}

//! Library and bindings must be of one build. The bindings are generated with this text in them and
//! compare it with what the library says before they open a book.

/// Version and fingerprint of the sources.
pub const CONTRACT: &str = concat!(env!("CARGO_PKG_VERSION"), "-", env!("XUNCHA_FINGERPRINT"));

/// What the library was built from.
#[uniffi::export]
fn contract() -> String {
    CONTRACT.to_owned()
}

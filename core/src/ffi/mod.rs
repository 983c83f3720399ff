//! The border to Kotlin and Swift. Types are the core's own, with UniFFI's macros where they are
//! defined; here is only what a border needs besides.
//!
//! # Layout
//! - `book`: the book's calls, each one line. A panic behind them comes out as an error.
//! - `codes`: QR codes read from a photo, and drawn.
//! - `contract`: whether library and bindings are of one build.
//! - `error`: the one error of the border, small and stable.
//! - `values`: ids, codes, texts, times and positions: what they are on the other side.
//! - `words`: advice and labels of values that are not part of a page.

#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    reason = "what crosses the border is owned, and UniFFI's methods take &self"
)]

mod book;
mod codes;
mod contract;
mod error;
mod values;
mod words;

pub use book::FieldBook;
pub use codes::QrCode;
pub use contract::CONTRACT;
pub use error::BookError;

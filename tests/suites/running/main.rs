//! Running it: several copies of the hub, tables partitioned by station, backup and restore under load, TLS.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

mod copies;
mod partitions;
mod restore;
mod tls;

use xuncha_core::field::FieldBook;
use xuncha_tests::scenario::picture;

/// A visit with a photo, saved on a phone.
fn visit(book: &FieldBook, number: usize) {
    let venues = book.home().unwrap().venues;
    let draft = book.start(venues[number % venues.len()].venue, &[], None).unwrap();
    book.add_photo(draft, None, &picture::jpeg(320, 240).unwrap()).unwrap();
    book.finish(draft).unwrap();
}

//! Photos: a tus 1.0 server. A phone announces a photo that an accepted record names, sends it in
//! pieces, goes on where it was cut off, and lets it go only when it holds the hub's receipt.
//!
//! # Layout
//! - `headers`: what the protocol says in headers, read strictly.
//! - `uploads`: what is under way, in the database, so that an upload may go on at another copy.
//! - `handlers`: the protocol's requests.
//! - `complete`: from the last piece to the receipt. `whole`: a photo that came by file, in one piece.
//! - `shelf`: where whole photos are kept. `small`: smaller pictures of them.

mod complete;
mod handlers;
mod headers;
mod shelf;
mod small;
mod uploads;
mod whole;

pub use handlers::router;
pub use shelf::{PhotoStore, ShelfError};
pub use small::SmallPhotos;
pub(crate) use small::{for_screen, small};
pub use uploads::sweep;
pub(crate) use whole::take;

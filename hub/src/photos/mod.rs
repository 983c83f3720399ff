//! Photos: a tus 1.0 server. A phone announces a photo that an accepted record names, sends it in
//! pieces, goes on where it was cut off, and lets it go only when it holds the hub's receipt.

mod headers;

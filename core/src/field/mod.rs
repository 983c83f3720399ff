//! The phone: what a volunteer carries works without signal and hands over when there is one.

pub mod backoff;
pub mod observer;
pub mod photo;
pub mod sync;
pub mod transport;

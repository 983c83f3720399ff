//! The phone: what a volunteer carries works without signal and hands over when there is one.

pub mod backoff;
pub mod photo;
pub mod transport;

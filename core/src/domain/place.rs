//! stub
use super::Wgs84;
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub f64);
pub fn distance(_a: Wgs84, _b: Wgs84) -> Metres {
    Metres(0.0)
}

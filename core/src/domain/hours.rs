//! stub
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OpeningHours {
    pub opens: NaiveTime,
    pub closes: NaiveTime,
}
impl OpeningHours {
    pub const CAFE_DEFAULT: Self = Self { opens: NaiveTime::MIN, closes: NaiveTime::MIN };
}

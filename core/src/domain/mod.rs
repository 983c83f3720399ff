//! The rules: pure, no I/O, no clock, no async. Phone and hub call the same functions and so
//! cannot disagree on the same facts.

mod ids;
mod time;

pub use ids::{
    DeviceId, DraftId, MemberId, NotAnId, PhotoId, RecordId, SchoolId, StationId, SubBureauId, VenueId,
};
pub use time::{Month, NotATime, Timestamp};

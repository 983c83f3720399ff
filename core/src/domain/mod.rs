//! The rules: pure, no I/O, no clock, no async. Phone and hub call the same functions and so
//! cannot disagree on the same facts.

mod calendar;
mod checklist;
mod code;
mod date_range;
mod datum;
mod ids;
mod locale;
mod severity;
mod statute;
mod time;
mod venue_kind;

pub use calendar::DayType;
pub use checklist::{
    ByDayType, Checklist, ChecklistError, Choice, Circumstances, Detail, FindingRule, Flaw, Item, ItemKind,
    SeverityRule, Tone,
};
pub use code::{ChecklistCode, ChoiceCode, ItemId, NotACode};
pub use date_range::{BadRange, DateRange};
pub use datum::{BadPosition, Bd09, Datum, Gcj02, RawPosition, Wgs84};
pub use ids::{
    DeviceId, DraftId, MemberId, NotAnId, PhotoId, RecordId, SchoolId, StationId, SubBureauId, VenueId,
};
pub use locale::{Locale, Localized};
pub use severity::Severity;
pub use statute::{Basis, Statute};
pub use time::{Month, NotATime, Timestamp};
pub use venue_kind::{OtherKind, VenueKind};

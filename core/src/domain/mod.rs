//! The rules: pure, no I/O, no clock, no async. Phone and hub call the same functions and so
//! cannot disagree on the same facts.

mod answer;
mod bounds;
mod calendar;
mod check_in;
mod checklist;
mod code;
mod coverage;
mod date_range;
mod datum;
mod duty;
mod evidence;
mod finding;
mod fix;
mod follow_up;
mod hash;
mod hours;
mod ids;
mod inspection;
mod locale;
mod member;
mod nearest;
mod neighbour;
mod outline;
mod place;
mod policy;
mod school;
mod severity;
mod statute;
mod text;
mod time;
mod venue;
mod venue_kind;
mod visit;

pub use answer::{AgeBand, AgeBands, Answer, ItemAnswer, MinorsSeen};
pub use bounds::Bounds;
pub use calendar::{BadYear, CalendarError, DayType, Notice, StatutoryDays, StatutoryYear, UnknownYear};
pub use check_in::CheckIn;
pub use checklist::{
    ByDayType, Checklist, ChecklistError, ChecklistFrom, Checklists, Choice, Circumstances, Detail,
    FindingRule, Flaw, Flawed, Item, ItemKind, NotNewer, SeverityRule, Tone,
};
pub use code::{ChecklistCode, ChoiceCode, ItemId, NotACode};
pub use coverage::{CoverageState, Tally, state};
pub use date_range::{BadRange, DateRange};
pub use datum::{BadPosition, Bd09, Datum, Gcj02, RawPosition, RawValues, Wgs84};
pub use duty::{Children, Duty, DutyEntry};
pub use evidence::{Evidence, EvidenceFacts, EvidenceReason, Grade, LONG_VISIT_MS, grade};
pub use finding::{Finding, findings};
pub use fix::{Fix, Provider};
pub use follow_up::{
    FollowUp, FollowUpAct, FollowUpStage, FollowUpStep, FoundGood, Handling, Route, Usual, WrongStep,
    check_step, follow_ups, found_before, found_good,
};
pub use hash::{NotAHash, Sha256Hash};
pub use hours::{BadHours, OpeningHours, is_peak_for_minors};
pub use ids::{
    DeviceId, DraftId, DutyEntryId, MemberId, NotAnId, PhotoId, RecordId, SchoolId, StationId, VenueId,
};
pub use inspection::{ChecklistRef, Inspection, InspectionError, PhotoRef, check_answer};
pub use locale::{Locale, Localized};
pub use member::{Member, Role, Scope, Station};
pub use nearest::Nearest;
pub use neighbour::{NEIGHBOUR_REACH, neighbour_schools};
pub use outline::{BadOutline, Outline, Shape, distance_to_outline, east_north};
pub use place::{DistanceMethod, DistanceSource, Metres, NotALength, ReferenceDistance, distance};
pub use policy::{BadPolicy, Policy, PolicyFor, PolicyFrom, entry_for, policy_for, policy_in, vacation_near};
pub use school::{School, SchoolLevel};
pub use severity::Severity;
pub use statute::{Basis, Statute};
pub use text::{Address, BadText, Contact, Name, Note, PlacardCode, Reason, half_width};
pub use time::{Month, NEVER, NotATime, Timestamp};
pub use venue::{Venue, VenueLife};
pub use venue_kind::{OtherKind, VenueKind};
pub use visit::{Counted, Review, Verdict, Visit, VisitKind, judge, root_of};

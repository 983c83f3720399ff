//! The book: the one long-lived object of a phone, opened once on a directory.
//!
//! Local calls block and are fast; each is one transaction, and what it says is saved is durable when
//! it returns. Answers are screen-ready values in the language that was set; a shell draws them and
//! passes taps on.
//!
//! # Layout
//! Drafts: `drafting` (start, answer, go on), `draft_page`, `draft_photos`, `finish`, `correct`.
//! Patrol: `check_in`. The network: `hub` (enrol, sync); without one: `by_file`. Screens: `home`,
//! `nearby`, `venue_page`, `colleagues`, `coverage_page`, `review_queue`, `review_page`, `outbox_page`, `history`,
//! `records_page`, `record_page`, `member_page`, `status`, `settings`. Upkeep: `open`, `self_check`. Shared: `draft`, `lines`, `seal`, `standing`, `unsent`, `words`.

mod by_file;
mod check_in;
mod colleagues;
mod correct;
mod coverage_page;
mod draft;
mod draft_page;
mod draft_photos;
mod drafting;
mod finish;
mod history;
mod home;
mod hub;
mod lines;
mod member_page;
mod nearby;
mod open;
mod outbox_page;
mod record_page;
mod records_page;
mod review_page;
mod review_queue;
mod seal;
mod self_check;
mod settings;
mod standing;
mod status;
mod unsent;
mod venue_page;
mod words;

use std::sync::{PoisonError, RwLock};

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;

use by_file::WrittenNote;
pub use by_file::{HandOverPage, HandedOver, TakenAnswer};
pub use check_in::CheckInPage;
pub use coverage_page::{CoverageLine, CoveragePage, CoverageVisit};
pub use draft_page::{ChoiceLine, DraftItem, DraftLine, DraftPage, MinorsAsked};
pub use finish::Saved;
pub use history::HistoryPage;
pub use home::{HomePage, UrgentLine};
pub use lines::{
    CoverageShown, EvidenceLine, FindingLine, PersonLine, PhotoLine, PhotoShown, RecordLine, RecordShown,
    StateLine, VenueLine,
};
pub use member_page::{MemberPage, OwnPlaces};
pub use nearby::NearbyLine;
pub use outbox_page::OutboxPage;
pub use record_page::{AnswerLine, RecordContent, RecordPage};
pub use records_page::RecordsPage;
pub use review_page::{ReviewPage, ReviewPhoto};
pub use review_queue::{ReviewLine, ReviewQueue};
pub use self_check::{Issue, SelfCheck};
pub use settings::{ReportLine, ReportShown, RoomLines, SettingsPage};
pub use status::{DamageNote, EnrolledAs, Notice, NoticeCode, NoticeLead, Status};
pub use unsent::UnsentShown;
pub use venue_page::{SchoolLine, VenuePage, VisitLine};

use super::store::device::{self, Enrolled};
use super::store::rules::Rules;
use super::store::{meta, reference};
use super::sync::Syncer;
use super::{FieldError, Keyring, Sealed, Store, Tools};
use crate::domain::{DayType, Locale, Member, Timestamp};

/// A phone's book. `Send + Sync`; every method takes `&self`.
pub struct FieldBook {
    pub(super) store: Store,
    pub(super) keys: Keyring,
    pub(super) tools: Tools,
    locale: RwLock<Locale>,
    rules: Rules,
    /// Talks with the hub. What is on its way is not kept: after a restart it simply waits again.
    syncer: Syncer,
    written: WrittenNote,
}

/// Whose phone it is.
struct Me {
    device: Enrolled,
    member: Member,
}

impl FieldBook {
    /// The language of all texts it answers with; Chinese until another is set.
    pub fn locale(&self) -> Locale {
        *self.locale.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the language of all texts.
    pub fn set_locale(&self, locale: Locale) {
        *self.locale.write().unwrap_or_else(PoisonError::into_inner) = locale;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.tools.clock.now()
    }

    /// A new id of any kind.
    pub(super) fn mint<T>(&self, mint: impl FnOnce(Timestamp, [u8; 10]) -> T) -> T {
        mint(self.now(), self.tools.entropy.bytes())
    }

    /// Milliseconds by which the phone's clock is ahead of the hub's, if the hub ever told its time.
    pub(super) fn clock_shift_ms(&self, conn: &Connection) -> Result<Option<i64>, FieldError> {
        let anchor = meta::get(conn, meta::CLOCK_ANCHOR)?;
        Ok(anchor.map(|anchor| anchor.shift_ms(&*self.tools.clock)))
    }

    /// What time it is on the hub, as well as can be told.
    pub(super) fn true_now(&self, conn: &Connection) -> Result<Timestamp, FieldError> {
        let shift = self.clock_shift_ms(conn)?.unwrap_or(0);
        Ok(self.now().plus_millis(-shift))
    }

    /// What a day is for minors. A year that the calendar does not have is unknown, never ordinary.
    fn day_type(&self, conn: &Connection, at: Timestamp) -> Result<DayType, FieldError> {
        let calendar = self.rules.statutory_days(conn)?;
        Ok(calendar.day_type(at.day()).unwrap_or(DayType::Unknown))
    }

    fn me(conn: &Connection) -> Result<Me, FieldError> {
        let device = device::enrolled(conn)?.ok_or(FieldError::NotEnrolled)?;
        // After a damage the members may be gone until the next sync.
        let member = match reference::member(conn, device.member)? {
            Some(member) => member,
            None => meta::get(conn, meta::OWNER)?.ok_or(FieldError::NotEnrolled)?.member,
        };
        Ok(Me { device, member })
    }

    pub(super) fn seal_json(&self, aad: &[u8], value: &impl Serialize) -> Result<Sealed, FieldError> {
        let json = serde_json::to_vec(value).map_err(|error| FieldError::Internal(error.to_string()))?;
        self.keys.seal(aad, &json)
    }

    pub(super) fn unseal_json<T: DeserializeOwned>(
        &self,
        aad: &[u8],
        sealed: &Sealed,
    ) -> Result<T, FieldError> {
        let json = self.keys.unseal(aad, sealed)?;
        serde_json::from_slice(&json).map_err(|error| FieldError::Internal(error.to_string()))
    }
}

#[cfg(test)]
mod tests;

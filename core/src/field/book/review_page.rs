//! A record as the head who reviews it sees it: the hub tells it when it is looked at, and nothing of it is kept on
//! this phone.

use std::sync::Arc;

use rusqlite::Connection;
use serde::Serialize;

use super::record_page::RecordContent;
use super::review_queue::ReviewLine;
use super::{FieldBook, words};
use crate::domain::{Checklist, Inspection, ItemId, PhotoId, RecordId, Review};
use crate::field::FieldError;
use crate::field::store::reference;
use crate::wire::{Fact, ToldPhoto, ToldRecord, Whereabouts};

/// What the head looks at before deciding.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct ReviewPage {
    /// The record as in the queue, with what was answered where something was found.
    pub line: ReviewLine,
    /// What it says; none once that was erased, or where the hub can't read it.
    pub content: Option<RecordContent>,
    /// What there is to know of the content beside it, such as that a part was erased.
    pub note: Option<String>,
    /// Its photos.
    pub photos: Vec<ReviewPhoto>,
    /// Where its review stands, in words.
    pub review: String,
    /// Whether it still waits for a decision that can be made here: what nobody can read is seen to at the desk.
    pub waits: bool,
    /// What a record is usually returned for: sentences that become the reason as they are.
    pub usual_reasons: Vec<String>,
}

/// A photo of a record that is reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct ReviewPhoto {
    /// Its id.
    pub id: PhotoId,
    /// The item it was taken for.
    pub item: Option<ItemId>,
    /// Where it is, in words.
    pub text: String,
    /// Whether [`FieldBook::photo_to_review`] gives it.
    pub can_be_seen: bool,
}

impl FieldBook {
    /// A record that the head reviews, as the hub tells it now. Needs the hub, which writes down who looked at what was
    /// seen of minors. Nothing is kept.
    ///
    /// # Errors
    /// Codes `not_allowed` for who is no head, `hub_refused` where the hub has no such record, `offline`,
    /// `hub_answer`, `hub_newer`, `no_checklist`, `not_enrolled`, `storage`.
    pub async fn record_to_review(&self, record: RecordId) -> Result<ReviewPage, FieldError> {
        self.store.read(Self::must_lead)?;
        let told = self.syncer.record_to_review(self.parts(), record).await?;
        self.store.read(|conn| self.review_page(conn, &told))
    }

    /// A photo of such a record: a JPEG as broad as a screen. Needs the hub; nothing is kept.
    ///
    /// # Errors
    /// As [`FieldBook::record_to_review`].
    pub async fn photo_to_review(&self, record: RecordId, photo: PhotoId) -> Result<Vec<u8>, FieldError> {
        self.store.read(Self::must_lead)?;
        Ok(self.syncer.photo_to_review(self.parts(), record, photo).await?.into())
    }

    fn review_page(&self, conn: &Connection, told: &ToldRecord) -> Result<ReviewPage, FieldError> {
        let locale = self.locale();
        let lists = self.rules.checklists(conn)?;
        let mut line = self.review_line(conn, &lists, &told.visit)?;
        let content = match told.record.as_ref().map(|record| &record.fact) {
            Some(Fact::Inspection(fact)) => {
                Some(self.of_inspection(conn, fact, &*self.list_of(conn, told, fact)?)?)
            }
            Some(Fact::CheckIn(fact)) => Some(self.of_check_in(fact)),
            None => None,
        };
        if let Some(content) = &content {
            line.findings.clone_from(&content.findings);
        }
        let note = match (&content, told.positions_erased) {
            (None, _) if told.unreadable => Some(locale.pick(
                "内容在服务器上读不出来，并不是按期限删除的。请告诉系统管理员，并在电脑上处理这条记录。",
                "The hub can't read its content, though nobody erased it. Tell the administrator, and see to it at the desk.",
            )),
            (None, _) => {
                Some(locale.pick("内容已按期限或应要求删除。", "Its content was erased as the rules ask."))
            }
            (Some(_), true) => {
                Some(locale.pick("位置已按期限删除。", "The position was erased after its time."))
            }
            (Some(_), false) => None,
        };
        let photo = |photo: &ToldPhoto| ReviewPhoto {
            id: photo.id,
            item: photo.item.clone(),
            text: words::whereabouts(photo.whereabouts, locale),
            can_be_seen: photo.whereabouts == Whereabouts::Here,
        };
        Ok(ReviewPage {
            line,
            content,
            note: note.map(str::to_owned),
            photos: told.photos.iter().map(photo).collect(),
            review: words::review(&told.visit.review, locale),
            waits: told.visit.review == Review::Pending && !told.unreadable,
            usual_reasons: self.usual_reasons(),
        })
    }

    /// The list that a record was made by: as this phone knows it, as the hub tells it, else what was in force.
    fn list_of(
        &self,
        conn: &Connection,
        told: &ToldRecord,
        fact: &Inspection,
    ) -> Result<Arc<Checklist>, FieldError> {
        let (lists, named) = (self.rules.checklists(conn)?, &fact.checklist);
        let by_hub = || told.checklist.clone().filter(|list| list.reference() == *named).map(Arc::new);
        if let Some(list) = lists.find(&named.code, named.version).cloned().or_else(by_hub) {
            return Ok(list);
        }
        let kind = reference::venue(conn, fact.venue)?.map(|venue| venue.kind);
        let in_force = kind.and_then(|kind| lists.in_force(&kind, told.visit.moment().day()).cloned());
        in_force.ok_or_else(|| FieldError::ChecklistGone(named.code.to_string()))
    }
}

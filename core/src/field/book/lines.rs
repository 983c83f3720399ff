//! Lines that several screens share.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Serialize;

use super::standing::Standing;
use super::{FieldBook, words};
use crate::domain::{
    Checklist, Checklists, CoverageState, Evidence, Finding, FollowUp, Grade, ItemId, Locale, MemberId, Name,
    PhotoId, RecordId, Review, Severity, Timestamp, VenueId, VenueKind, Visit, VisitKind,
};
use crate::field::FieldError;
use crate::field::store::photos::{self, PhotoRow, PhotoState};
use crate::field::store::records::{RecordRow, RecordState};
use crate::field::store::{device, reference, visits};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct PersonLine {
    /// Their id.
    pub id: MemberId,
    /// Their name; a placeholder if it is not known here.
    pub name: String,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct FindingLine {
    /// The item.
    pub item: ItemId,
    /// Its question.
    pub question: String,
    /// What was answered, in words, as far as it is known here; of records of other phones no count travels.
    pub answer: Option<String>,
    /// How grave it is.
    pub severity: Severity,
    /// A word for that.
    pub severity_label: String,
    /// What to do about it.
    pub advice: String,
    /// Whether it had been found the time before.
    pub repeated: bool,
}

impl FindingLine {
    /// What is still to be looked at again at a venue of a kind, the gravest first, in the words of the list by
    /// which it was found; of what was done about it the advice tells.
    pub(super) fn to_look_again(
        lists: &Checklists,
        kind: &VenueKind,
        ways: &[FollowUp],
        locale: Locale,
        said: impl Fn(RecordId, &ItemId) -> Option<String>,
    ) -> Vec<Self> {
        let open = ways.iter().filter(|way| way.stage.wants_a_look());
        let line = |way: &FollowUp| {
            let found_by = lists.in_force(kind, way.found_at.day());
            let line = Self::of(lists, found_by.map(|list| &**list), &way.finding, locale, |item| {
                said(way.record, item)
            });
            match words::followed_up(way, locale) {
                Some(advice) => Self { advice, ..line },
                None => line,
            }
        };
        gravest_first(open.map(line).collect())
    }

    /// What was found by a list, the gravest first, else in its order.
    pub(super) fn all(
        lists: &Checklists,
        found_by: Option<&Checklist>,
        findings: &[Finding],
        locale: Locale,
        said: impl Fn(&ItemId) -> Option<String>,
    ) -> Vec<Self> {
        let line = |finding| Self::of(lists, found_by, finding, locale, &said);
        gravest_first(findings.iter().map(line).collect())
    }

    fn of(
        lists: &Checklists,
        found_by: Option<&Checklist>,
        finding: &Finding,
        locale: Locale,
        said: impl Fn(&ItemId) -> Option<String>,
    ) -> Self {
        let said = said(&finding.item);
        Self {
            answer: said.or_else(|| words::only_bad_answer(lists, found_by, &finding.item, locale)),
            item: finding.item.clone(),
            question: words::question(lists, found_by, &finding.item, locale),
            severity: finding.severity,
            severity_label: finding.severity.label(locale).to_owned(),
            advice: finding.severity.advice(locale).to_owned(),
            repeated: finding.repeated,
        }
    }
}

fn gravest_first(mut lines: Vec<FindingLine>) -> Vec<FindingLine> {
    lines.sort_by_key(|line| std::cmp::Reverse(line.severity));
    lines
}

/// How well the place is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct EvidenceLine {
    /// The grade.
    pub grade: Grade,
    /// The word for it.
    pub label: String,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
}

impl EvidenceLine {
    pub(super) fn of(evidence: &Evidence, locale: Locale) -> Self {
        Self {
            grade: evidence.grade,
            label: evidence.grade.label(locale).to_owned(),
            reasons: evidence.reasons.iter().map(|reason| reason.sentence(locale)).collect(),
        }
    }
}

/// Where a record stands, for sign and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum RecordShown {
    /// Saved on the phone, waiting to be sent.
    Waiting,
    /// On its way.
    Sending,
    /// The hub has it.
    Received,
    /// The head sent it back; it waits for a correction.
    Returned,
    /// The hub did not take it.
    Refused,
}

/// Where a record stands, in words that may be shown as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct StateLine {
    /// For sign and colour.
    pub state: RecordShown,
    /// The sentence.
    pub text: String,
    /// What more there is to know or to do, if anything.
    pub note: Option<String>,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct RecordLine {
    /// Its id.
    pub record: RecordId,
    /// The venue.
    pub venue: VenueId,
    /// Its name.
    pub venue_name: String,
    /// Inspection or check-in.
    pub kind: VisitKind,
    /// The word for it.
    pub kind_label: String,
    /// When the visit happened.
    pub happened_at: Timestamp,
    /// The same in words.
    pub when: String,
    /// Whether it corrects another record.
    pub is_correction: bool,
    /// Where it stands.
    pub state: StateLine,
    /// How many of its photos the hub does not have, in words, if there are any.
    pub photos_note: Option<String>,
}

/// A photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct PhotoLine {
    /// Its id.
    pub id: PhotoId,
    /// The item it was taken for.
    pub item: Option<ItemId>,
    /// Its length in bytes.
    pub bytes: u64,
    /// Where it stands, for sign and colour.
    pub state: PhotoShown,
    /// The same in words; where the hub did not take it, why.
    pub text: String,
    /// Whether [`FieldBook::photo`] can show it.
    pub on_phone: bool,
}

/// Where a photo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum PhotoShown {
    /// It belongs to a draft.
    Draft,
    /// It waits to be sent.
    Waiting,
    /// The hub has it.
    Received,
    /// The hub did not take it.
    Refused,
}

/// Where a venue stands in a month, see [`crate::domain::CoverageState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum CoverageShown {
    /// It has its visits.
    Met,
    /// Nothing to be done today.
    OnTrack,
    /// A visit is wanted now.
    Due,
    /// Behind, and still possible.
    Late,
    /// It cannot get its visits any more.
    Missed,
    /// Not to be checked this month.
    Exempt,
}

impl From<CoverageState> for CoverageShown {
    fn from(state: CoverageState) -> Self {
        match state {
            CoverageState::Met => Self::Met,
            CoverageState::OnTrack { .. } => Self::OnTrack,
            CoverageState::Due { .. } => Self::Due,
            CoverageState::Late { .. } => Self::Late,
            CoverageState::Missed => Self::Missed,
            CoverageState::Exempt => Self::Exempt,
        }
    }
}

/// A venue in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct VenueLine {
    /// Its id.
    pub venue: VenueId,
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind_label: String,
    /// Its address.
    pub address: String,
    /// Where it stands in the month, for sign and colour.
    pub state: CoverageShown,
    /// The words for that.
    pub state_label: String,
    /// The last day on which the next visit still fits, in words.
    pub last_day: Option<String>,
    /// Visits that count.
    pub counted: u64,
    /// Visits needed.
    pub required: u8,
    /// How many visits count and how many are still needed, in words.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub visits_label: String,
    /// Whether one of its visits is only on this phone yet.
    pub has_unsent: bool,
    /// How far away, in words, if that was asked.
    pub distance: Option<String>,
}

impl VenueLine {
    pub(super) fn of(standing: &Standing, locale: Locale) -> Self {
        let venue = &standing.venue;
        Self {
            venue: venue.id,
            name: venue.name.to_string(),
            kind_label: venue.kind.label(locale).to_owned(),
            address: venue.address.to_string(),
            state: standing.state.into(),
            state_label: standing.state.label(locale).to_owned(),
            last_day: standing.state.last_day_words(locale),
            counted: standing.tally.counted() as u64,
            required: standing.tally.required,
            visits_label: words::visits(
                standing.tally.counted(),
                standing.tally.required,
                standing.state,
                locale,
            ),
            has_unsent: !standing.unsent.is_empty(),
            distance: None,
        }
    }
}

impl FieldBook {
    /// Where a record stands. A review tells more than the receipt before it.
    pub(super) fn record_state(&self, conn: &Connection, row: &RecordRow) -> Result<StateLine, FieldError> {
        let locale = self.locale();
        let line = |state, text: String| StateLine { state, text, note: None };
        let number = match &row.state {
            RecordState::Waiting if self.syncer.sending().contains(&row.id) => {
                return Ok(line(RecordShown::Sending, locale.pick("正在上传", "Uploading").to_owned()));
            }
            RecordState::Waiting => {
                let text =
                    locale.pick("已保存在本机，等待上传", "Saved on this phone, waiting to be uploaded");
                return Ok(StateLine {
                    note: self.waiting_note(conn, row),
                    ..line(RecordShown::Waiting, text.to_owned())
                });
            }
            RecordState::Refused { code, detail } => {
                let text = format!("{}{}", locale.pick("未被接收：", "Not accepted: "), code.advice(locale));
                // What the hub says exactly helps who looks into it, and nobody else.
                let for_others = locale.pick("给技术人员看：", "For the technician: ");
                let note = detail.as_ref().map(|detail| format!("{for_others}{detail}"));
                return Ok(StateLine { note, ..line(RecordShown::Refused, text) });
            }
            RecordState::Received { number, .. } => number,
        };
        let received = format!("{}{number}", locale.pick("已收到，回执号 ", "Received, receipt no. "));
        let review = visits::get(conn, row.id)?.map_or(Review::Pending, |visit| visit.review);
        let reviewed = words::review(&review, locale);
        Ok(match review {
            Review::Returned { .. } => {
                let corrected = visits::is_corrected(conn, row.id)?
                    .then(|| locale.pick("已更正", "Corrected").to_owned());
                StateLine { note: corrected, ..line(RecordShown::Returned, reviewed) }
            }
            Review::Approved => StateLine { note: Some(reviewed), ..line(RecordShown::Received, received) },
            Review::Pending => line(RecordShown::Received, received),
        })
    }

    fn waiting_note(&self, conn: &Connection, row: &RecordRow) -> Option<String> {
        let locale = self.locale();
        if !self.keys.has(row.sealed.key) {
            let text = locale.pick(
                "手机的安全钥匙变了，本机打不开这一条；重新登记后会原样上传",
                "The phone's safe was reset and this cannot be opened here; it is sent as it is after a new enrolment",
            );
            return Some(text.to_owned());
        }
        let mine = device::enrolled(conn).is_ok_and(|me| me.is_some_and(|me| me.member == row.member));
        let text = locale.pick(
            "这是别人在这部手机上做的，要等本人登记后上传",
            "Somebody else made this on this phone; it waits until they enrol it again",
        );
        (!mine).then(|| text.to_owned())
    }

    pub(super) fn record_line(&self, conn: &Connection, row: &RecordRow) -> Result<RecordLine, FieldError> {
        let locale = self.locale();
        let kind_label = match row.kind {
            VisitKind::Inspection => locale.pick("检查", "Inspection"),
            VisitKind::CheckIn => locale.pick("签到", "Check-in"),
        };
        let (photos_waiting, photos_refused) = photos::missing_of(conn, row.id)?;
        Ok(RecordLine {
            record: row.id,
            venue: row.venue,
            venue_name: Self::venue_name(conn, row.venue)?,
            kind: row.kind,
            kind_label: kind_label.to_owned(),
            happened_at: row.happened_at,
            when: words::moment(row.happened_at, locale),
            is_correction: row.corrects.is_some(),
            state: self.record_state(conn, row)?,
            photos_note: words::photos_missing(photos_waiting, photos_refused, locale),
        })
    }

    /// A venue's name; its id where the hub has not told of it.
    pub(super) fn venue_name(conn: &Connection, venue: VenueId) -> Result<String, FieldError> {
        let known = reference::venue(conn, venue)?;
        Ok(known.map_or_else(|| venue.to_string(), |venue| venue.name.to_string()))
    }

    pub(super) fn people(&self, conn: &Connection, ids: &[MemberId]) -> Result<Vec<PersonLine>, FieldError> {
        let unknown = self.locale().pick("（未知）", "(unknown)");
        ids.iter()
            .map(|id| {
                let member = reference::member(conn, *id)?;
                let name = member.map_or_else(|| unknown.to_owned(), |member| Name::to_string(&member.name));
                Ok(PersonLine { id: *id, name })
            })
            .collect()
    }

    pub(super) fn photo_line(&self, row: &PhotoRow) -> PhotoLine {
        PhotoLine {
            id: row.id,
            item: row.item.clone(),
            bytes: row.bytes,
            state: match row.state {
                PhotoState::Draft => PhotoShown::Draft,
                PhotoState::Waiting => PhotoShown::Waiting,
                PhotoState::Received(_) => PhotoShown::Received,
                PhotoState::Refused(_) => PhotoShown::Refused,
            },
            text: words::photo(&row.state, self.locale()),
            on_phone: self.keys.has(row.data_key) && self.store.photo_file(row.id).is_file(),
        }
    }
}

/// The names of all members, for screens that name many.
pub(super) fn names(conn: &Connection) -> Result<BTreeMap<MemberId, String>, FieldError> {
    Ok(reference::members(conn)?.into_iter().map(|member| (member.id, member.name.to_string())).collect())
}

/// The names of those who made a visit together.
pub(super) fn who_went(names: &BTreeMap<MemberId, String>, visit: &Visit, locale: Locale) -> Vec<String> {
    let unknown = locale.pick("（未知）", "(unknown)");
    std::iter::once(&visit.member)
        .chain(&visit.companions)
        .map(|id| names.get(id).map_or(unknown, String::as_str).to_owned())
        .collect()
}

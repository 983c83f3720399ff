//! A draft as its screen shows it, and the list of drafts.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Serialize;

use super::draft::Draft;
use super::lines::{PersonLine, PhotoLine, PhotoShown};
use super::{FieldBook, words};
use crate::domain::{
    Answer, Checklist, Choice, ChoiceCode, DayType, Detail, DraftId, Item, ItemAnswer, ItemId, ItemKind,
    Locale, Month, Note, OpeningHours, RecordId, Review, Timestamp, Tone, VenueId, VenueKind, policy_for,
};
use crate::field::FieldError;
use crate::field::store::drafts::{self, DraftRow};
use crate::field::store::photos::{self, PhotoOwner, PhotoState};
use crate::field::store::{reference, visits};

/// So long after its start a visit has only just begun.
const JUST_BEGUN_MS: i64 = 15 * 60_000;

/// All that the screens of one inspection show.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct DraftPage {
    /// Its id.
    pub draft: DraftId,
    /// The venue.
    pub venue: VenueId,
    /// Its name.
    pub venue_name: String,
    /// Its kind, in words; empty where the hub has not told of the venue.
    pub kind_label: String,
    /// The checklist's title.
    pub title: String,
    /// The record it corrects.
    pub corrects: Option<RecordId>,
    /// Why that was returned.
    pub returned_because: Option<String>,
    /// When the visit began, by the phone's clock.
    pub started_at: Timestamp,
    /// The same in words.
    pub started: String,
    /// What the day is for minors, in words.
    pub day_type: String,
    /// Who goes along.
    pub companions: Vec<PersonLine>,
    /// Whether there is a reading of the position.
    pub has_fix: bool,
    /// Whether the position is to be read unasked: there is none yet, and the visit has only just begun. Later somebody
    /// may go on with it at home, which is not its place; then only a tap reads it.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub reads_position: bool,
    /// Whether the venue's placard was scanned.
    pub placard_scanned: bool,
    /// The questions, in order.
    pub items: Vec<DraftItem>,
    /// The question on the screen; none when all were gone through.
    pub current: Option<ItemId>,
    /// How many are answered.
    pub answered: u64,
    /// How many there are.
    pub total: u64,
    /// Photos, in the order they were taken.
    pub photos: Vec<PhotoLine>,
    /// That there is hardly room for a photo, and what to do, before one is taken in vain.
    pub little_room: Option<String>,
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that a screen asks by itself")]
pub struct DraftItem {
    /// Its id.
    pub item: ItemId,
    /// The question as it is shown and read aloud.
    pub question: String,
    /// The law it rests on, as cited.
    pub basis: Vec<String>,
    /// The buttons; none where it is answered in words.
    pub choices: Vec<ChoiceLine>,
    /// Whether it is answered in the volunteer's own words.
    pub takes_text: bool,
    /// Whether a photo is asked for.
    pub asks_photo: bool,
    /// What the day is for minors, where the answer's meaning depends on it.
    pub day_type: Option<String>,
    /// The time of the visit, where it is put beside the answer.
    pub time: Option<String>,
    /// The answer so far, to show what was chosen.
    pub answer: Option<ItemAnswer>,
    /// The same in words.
    pub answer_text: Option<String>,
    /// The remark so far, with an answer or without.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub note: Option<Note>,
    /// An answer that was begun and is not confirmed, to go on with.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub begun: Option<Answer>,
    /// Whether it was not looked at, or not come to yet: the summary names these first.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub skipped: bool,
    /// Whether the photo that belongs to its answer is not there yet: after the answer it is asked for.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub wants_photo: bool,
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct ChoiceLine {
    /// Names it in the answer.
    pub code: ChoiceCode,
    /// What stands on it.
    pub label: String,
    /// Whether all is well, for sign and colour.
    pub tone: Tone,
    /// Whether it asks for number and age band of minors next.
    pub asks_minors: bool,
    /// Whether that asks if a child is in danger, too.
    pub asks_danger: bool,
    /// The words for what is asked next; none where nothing is.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub minors_asked: Option<MinorsAsked>,
}

/// What is asked where minors were seen, as it is shown and read aloud; what is said stands so in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct MinorsAsked {
    /// About how many.
    pub how_many: String,
    /// Of which age.
    pub which_age: String,
    /// What came of it.
    pub what_came_of_it: String,
    /// That they were talked into leaving.
    pub dissuaded: String,
    /// That a child is in danger, where that is asked.
    pub in_danger: Option<String>,
}

impl MinorsAsked {
    fn of(choice: &Choice, locale: Locale) -> Option<Self> {
        let pick = |(zh, en): (&str, &str)| locale.pick(zh, en).to_owned();
        (choice.detail == Some(Detail::Minors)).then(|| Self {
            how_many: pick(("大约看到几个？", "About how many?")),
            which_age: pick((
                "大概多大？可以选几个，看不出就不选",
                "About which age? Choose any, or none if you cannot tell",
            )),
            what_came_of_it: pick(("后来怎么样？", "What came of it?")),
            dissuaded: pick(words::DISSUADED),
            in_danger: asks_danger(choice).then(|| pick(words::IN_DANGER)),
        })
    }
}

fn asks_danger(choice: &Choice) -> bool {
    choice.finding.is_some_and(|rule| rule.child_in_danger_raises)
}

/// A draft in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct DraftLine {
    /// Its id.
    pub draft: DraftId,
    /// The venue.
    pub venue: VenueId,
    /// Its name.
    pub venue_name: String,
    /// When the visit began, in words.
    pub started: String,
    /// Whether it corrects a returned record.
    pub is_correction: bool,
    /// How many questions are answered.
    pub answered: u64,
    /// Whether it can be gone on with; if not, its key is lost or the file was damaged.
    pub readable: bool,
    /// Where it stands, in words.
    pub text: String,
}

impl FieldBook {
    /// A draft, ready for its screen.
    ///
    /// # Errors
    /// Codes `not_found`, `key_lost` for one that was sealed with a lost key.
    pub fn draft(&self, draft: DraftId) -> Result<DraftPage, FieldError> {
        self.store.read(|conn| {
            let draft = self.open_draft(conn, draft)?;
            let answers = self.answers(conn, draft.row.id)?;
            self.draft_page(conn, &draft, &answers)
        })
    }

    /// The member's drafts, the newest first; also those that cannot be read any more.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn drafts(&self) -> Result<Vec<DraftLine>, FieldError> {
        self.store.read(|conn| self.draft_lines(conn))
    }

    pub(super) fn draft_lines(&self, conn: &Connection) -> Result<Vec<DraftLine>, FieldError> {
        let rows = drafts::of_member(conn, Self::me(conn)?.member.id)?;
        rows.iter().map(|row| self.draft_line(conn, row)).collect()
    }

    fn draft_line(&self, conn: &Connection, row: &DraftRow) -> Result<DraftLine, FieldError> {
        let locale = self.locale();
        let answered = drafts::answers(conn, row.id)?.len() as u64;
        let opened = self.open_draft(conn, row.id).ok().filter(|_| self.answers(conn, row.id).is_ok());
        let readable = opened.is_some();
        let text = if let Some(draft) = opened {
            match (self.is_of_old(conn, &draft)?, locale) {
                (false, Locale::ZhHans) => format!("已答 {answered} 题，可以接着做"),
                (false, Locale::En) => format!("{answered} answered; go on where you left off"),
                (true, Locale::ZhHans) => {
                    format!(
                        "已答 {answered} 题。这是那天的检查，做完也算在那天；今天的检查请到场所页重新开始"
                    )
                }
                (true, Locale::En) => format!(
                    "{answered} answered. It counts for the day it was begun; begin today's from the venue's page"
                ),
            }
        } else {
            let text = locale.pick(
                "手机的安全钥匙变了，这份没做完的检查打不开了。请重新检查一次。",
                "The phone's safe was reset; this unfinished inspection cannot be opened. Please begin anew.",
            );
            text.to_owned()
        };
        Ok(DraftLine {
            draft: row.id,
            venue: row.venue,
            venue_name: Self::venue_name(conn, row.venue)?,
            started: words::moment(row.started_at, locale),
            is_correction: row.corrects.is_some(),
            answered,
            readable,
            text,
        })
    }

    fn draft_page(
        &self,
        conn: &Connection,
        draft: &Draft,
        answers: &BTreeMap<ItemId, ItemAnswer>,
    ) -> Result<DraftPage, FieldError> {
        let locale = self.locale();
        let Draft { row, head, checklist } = draft;
        let venue = reference::venue(conn, row.venue)?;
        let returned = row.corrects.map(|record| visits::get(conn, record)).transpose()?.flatten();
        let own = photos::of(conn, PhotoOwner::Draft(row.id))?;
        let happened_at = draft.happened_at(self.clock_of(conn, draft)?);
        let day_type = self.day_type(conn, happened_at)?;
        let hours = match &venue {
            Some(venue) if venue.kind == VenueKind::InternetCafe => {
                let policies = reference::policies(conn)?;
                Some(policy_for(&policies, Month::of(happened_at.day()), venue.id, &venue.kind).cafe_hours)
            }
            _ => None,
        };
        let kept = head.keeps.iter().flat_map(|keeps| &keeps.photos).map(|photo| PhotoLine {
            id: photo.id,
            item: photo.item.clone(),
            bytes: photo.bytes,
            state: PhotoShown::Draft,
            text: words::photo(&PhotoState::Draft, locale),
            on_phone: self.store.photo_file(photo.id).is_file(),
        });
        let photos: Vec<_> = kept.chain(own.iter().map(|photo| self.photo_line(photo))).collect();
        let item = |item: &Item| {
            let has_photo = photos.iter().any(|photo| photo.item.as_ref() == Some(&item.id));
            self.draft_item(draft, day_type, hours, item, answers.get(&item.id), has_photo)
        };
        Ok(DraftPage {
            draft: row.id,
            venue: row.venue,
            venue_name: Self::venue_name(conn, row.venue)?,
            kind_label: venue.map(|venue| venue.kind.label(locale).to_owned()).unwrap_or_default(),
            title: checklist.title.get(locale).to_owned(),
            corrects: row.corrects,
            returned_because: returned.and_then(|visit| match visit.review {
                Review::Returned { reason } => Some(reason.to_string()),
                _ => None,
            }),
            started_at: row.started_at,
            started: words::moment(row.started_at, locale),
            day_type: day_type.label(locale).to_owned(),
            companions: self.people(conn, &head.companions)?,
            has_fix: head.fix.is_some(),
            reads_position: self.reads_position(conn, draft)?,
            placard_scanned: head.placard.is_some(),
            items: checklist.items.iter().map(item).collect(),
            current: row.current.clone(),
            answered: answers.len() as u64,
            total: checklist.items.len() as u64,
            photos,
            little_room: self.little_room()?,
        })
    }

    /// A correction keeps the place of its visit.
    fn reads_position(&self, conn: &Connection, draft: &Draft) -> Result<bool, FieldError> {
        let Draft { row, head, .. } = draft;
        if head.fix.is_some() || row.corrects.is_some() {
            return Ok(false);
        }
        let since = self.clock_of(conn, draft)?.now.millis_since(row.started_at);
        Ok(since <= JUST_BEGUN_MS)
    }

    fn draft_item(
        &self,
        draft: &Draft,
        day_type: DayType,
        hours: Option<OpeningHours>,
        item: &Item,
        answer: Option<&ItemAnswer>,
        has_photo: bool,
    ) -> DraftItem {
        let locale = self.locale();
        let started_at = draft.row.started_at;
        let begun = draft.head.begun.get(&item.id);
        let half = begun.and_then(|begun| begun.answer.clone());
        let choices = item.choices().iter().map(|choice| ChoiceLine {
            code: choice.code.clone(),
            label: choice.label.get(locale).to_owned(),
            tone: choice.tone,
            asks_minors: choice.detail == Some(Detail::Minors),
            asks_danger: asks_danger(choice),
            minors_asked: MinorsAsked::of(choice, locale),
        });
        DraftItem {
            item: item.id.clone(),
            question: item.question.get(locale).to_owned(),
            basis: item.basis.iter().map(|basis| basis.cite(locale)).collect(),
            choices: choices.collect(),
            takes_text: item.kind == ItemKind::Text,
            asks_photo: item.asks_photo,
            day_type: item.shows_day_type.then(|| day_type.label(locale).to_owned()),
            time: item.time_automatic.then(|| words::moment_and_hours(started_at, hours, locale)),
            answer: answer.cloned(),
            answer_text: answer_text(&draft.checklist, &item.id, half.as_ref(), answer, locale),
            note: answer.map_or_else(|| begun?.note.clone(), |answer| answer.note.clone()),
            begun: half,
            skipped: answer.is_none_or(|answer| answer.answer == Answer::NotLooked),
            wants_photo: item.asks_photo
                && !has_photo
                && answer.is_some_and(|answer| matches!(answer.answer, Answer::Choice { .. })),
        }
    }
}

/// What was answered, in words; what is only begun says so, unless it is words themselves.
fn answer_text(
    checklist: &Checklist,
    item: &ItemId,
    begun: Option<&Answer>,
    answer: Option<&ItemAnswer>,
    locale: Locale,
) -> Option<String> {
    let Some(begun) = begun else { return answer.map(|answer| words::answer(checklist, answer, locale)) };
    let said = ItemAnswer { item: item.clone(), answer: begun.clone(), note: None };
    let said = words::answer(checklist, &said, locale);
    let half = locale.pick("还没有确定：", "Not confirmed: ");
    Some(if matches!(begun, Answer::Text { .. }) { said } else { format!("{half}{said}") })
}

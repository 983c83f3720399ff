//! What can be done, one step at a time: by a command, or by a script. Each step is durable when it
//! is told of.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xuncha_core::domain::{
    AgeBand, Answer, ChoiceCode, DraftId, ItemAnswer, ItemId, MinorsSeen, Note, PhotoId, PlacardCode,
    RecordId,
};
use xuncha_core::field::FieldBook;

use super::place::FixInput;
use super::{Phone, names, text};
use crate::failure::Failure;

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Begin an inspection, or go on with the one under way there.
    Start {
        /// The venue, by name or id.
        venue: String,
        /// Who goes along, by name or id.
        #[serde(default)]
        with: Vec<String>,
        /// A reading of the position.
        #[serde(default)]
        fix: Option<FixInput>,
    },
    /// Answer a question.
    Answer(AnswerInput),
    /// Keep an answer that is not confirmed yet, or with none that there is none.
    Begun(AnswerInput),
    /// Keep a remark to a question, or with none take it away.
    Note {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
        /// The question.
        item: ItemId,
        /// The remark.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Go to a question.
    GoTo {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
        /// The question.
        item: ItemId,
    },
    /// Say who goes along.
    Companions {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
        /// Who, by name or id.
        with: Vec<String>,
    },
    /// Keep a reading of the position.
    Fix {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
        /// The reading.
        fix: FixInput,
    },
    /// Scan the venue's placard.
    Scan {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
        /// What it says.
        code: PlacardCode,
    },
    /// Add a photo.
    Photo {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
        /// The picture file.
        file: PathBuf,
        /// The question it belongs to.
        #[serde(default)]
        item: Option<ItemId>,
    },
    /// Take a photo out.
    RemovePhoto {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
        /// Which.
        photo: PhotoId,
    },
    /// Finish and seal.
    Finish {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
    },
    /// Give up.
    Discard {
        /// The inspection; the current one if it is not named.
        #[serde(default)]
        draft: Option<DraftId>,
    },
    /// Begin the correction of a returned record.
    Correct {
        /// The record.
        record: RecordId,
    },
    /// Check in on patrol.
    CheckIn {
        /// The venue, by name or id.
        venue: String,
        /// A reading of the position.
        #[serde(default)]
        fix: Option<FixInput>,
        /// What the placard says, if it was scanned.
        #[serde(default)]
        placard: Option<PlacardCode>,
        /// A remark.
        #[serde(default)]
        note: Option<Note>,
    },
}

/// An answer: a choice, with what was seen of minors where the choice asks for it; or words; or, with
/// neither, that it was not looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    /// The inspection; the current one if it is not named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftId>,
    /// The question.
    pub item: ItemId,
    /// One of its choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<ChoiceCode>,
    /// An answer in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Note>,
    /// How many minors were seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u16>,
    /// Their age bands.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub bands: BTreeSet<AgeBand>,
    /// They were talked into leaving.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dissuaded: bool,
    /// A child is in danger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_danger: bool,
    /// A remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl AnswerInput {
    fn answer(self) -> Result<ItemAnswer, Failure> {
        let minors = self.count.map(|count| MinorsSeen {
            count,
            bands: self.bands,
            dissuaded: self.dissuaded,
            in_danger: self.in_danger,
        });
        let answer = match (self.choice, self.text) {
            (Some(choice), None) => Answer::Choice { choice, minors },
            (None, Some(text)) => Answer::Text { text },
            (None, None) => Answer::NotLooked,
            (Some(_), Some(_)) => return Err(Failure::usage("an answer is a choice or words, not both")),
        };
        Ok(ItemAnswer { item: self.item, answer, note: self.note })
    }
}

/// What a step did, for programs and for people.
pub(super) struct Did {
    pub(super) json: Value,
    pub(super) text: String,
}

impl Did {
    fn new(value: &impl Serialize, text: String) -> Result<Self, Failure> {
        Ok(Self { json: serde_json::to_value(value)?, text })
    }
}

/// Does one step. `current` is the inspection that a script is at; a step that names none means that,
/// or the only one under way.
pub(super) fn perform(phone: &Phone, step: Step, current: &mut Option<DraftId>) -> Result<Did, Failure> {
    let Phone { book, clock } = phone;
    let which = |named: Option<DraftId>| names::draft(book, named.or(*current));
    match step {
        Step::Start { venue, with, fix } => {
            let venue = names::venue(book, &venue)?;
            let with = names::colleagues(book, &with)?;
            let fix = fix.map(|fix| fix.fix(clock.now())).transpose()?;
            let draft = book.start(venue, &with, fix.as_ref())?;
            *current = Some(draft);
            started(book, draft)
        }
        Step::Correct { record } => {
            let draft = book.correct(record)?;
            *current = Some(draft);
            started(book, draft)
        }
        Step::Answer(input) => {
            let draft = which(input.draft)?;
            let answer = input.answer()?;
            book.answer(draft, &answer)?;
            stands(book, draft, &answer.item)
        }
        Step::Begun(input) => {
            let draft = which(input.draft)?;
            let begun = input.answer()?;
            if begun.note.is_some() {
                return Err(Failure::usage("a remark is kept by itself: `xuncha field note`"));
            }
            book.set_begun(draft, &begun.item, Some(&begun.answer))?;
            stands(book, draft, &begun.item)
        }
        Step::Note { draft, item, note } => {
            let draft = which(draft)?;
            book.set_note(draft, &item, note.as_ref())?;
            stands(book, draft, &item)
        }
        Step::GoTo { draft, item } => {
            let draft = which(draft)?;
            book.go_to(draft, &item)?;
            stands(book, draft, &item)
        }
        Step::Companions { draft, with } => {
            let draft = which(draft)?;
            book.set_companions(draft, &names::colleagues(book, &with)?)?;
            started(book, draft)
        }
        Step::Fix { draft, fix } => {
            let draft = which(draft)?;
            book.set_fix(draft, &fix.fix(clock.now())?)?;
            started(book, draft)
        }
        Step::Scan { draft, code } => {
            let draft = which(draft)?;
            book.scan_placard(draft, &code)?;
            started(book, draft)
        }
        Step::Photo { draft, file, item } => {
            let draft = which(draft)?;
            let name = file.display().to_string();
            let bytes = fs::read(&file).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
            let photo = book.add_photo(draft, item.as_ref(), &bytes)?;
            Did::new(&json!({ "draft": draft, "photo": photo, "item": item }), format!("{photo}\n"))
        }
        Step::RemovePhoto { draft, photo } => {
            let draft = which(draft)?;
            book.remove_photo(draft, photo)?;
            started(book, draft)
        }
        Step::Finish { draft } => {
            let saved = book.finish(which(draft)?)?;
            *current = None;
            Did::new(&saved, text::saved(&saved))
        }
        Step::Discard { draft } => {
            let draft = which(draft)?;
            book.discard(draft)?;
            *current = None;
            Did::new(&json!({ "draft": draft, "discarded": true }), format!("{draft}\n"))
        }
        Step::CheckIn { venue, fix, placard, note } => {
            let venue = names::venue(book, &venue)?;
            let fix = fix.map(|fix| fix.fix(clock.now())).transpose()?;
            let saved = book.check_in(venue, fix.as_ref(), placard.as_ref(), note.as_ref())?;
            Did::new(&saved, text::saved(&saved))
        }
    }
}

fn started(book: &FieldBook, draft: DraftId) -> Result<Did, Failure> {
    let page = book.draft(draft)?;
    Did::new(&page, text::draft_head(&page))
}

/// Where an inspection stands after an item was dealt with.
fn stands(book: &FieldBook, draft: DraftId, item: &ItemId) -> Result<Did, Failure> {
    let page = book.draft(draft)?;
    let json = json!({
        "draft": draft, "item": item, "answered": page.answered, "total": page.total, "current": page.current,
    });
    Did::new(&json, text::question(&page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_read_as_people_write_them_and_strange_fields_are_refused() {
        let step: Step = serde_json::from_str(
            r#"{"do":"answer","item":"wb_minor","choice":"yes","count":2,"bands":["junior"],"dissuaded":true}"#,
        )
        .unwrap();
        let Step::Answer(input) = step else { panic!("{step:?}") };
        let answer = input.answer().unwrap();
        let Answer::Choice { minors: Some(minors), .. } = answer.answer else { panic!("{answer:?}") };
        assert!(minors.count == 2 && minors.dissuaded && !minors.in_danger);
        assert_eq!(serde_json::from_str::<Step>(r#"{"do":"finish"}"#).unwrap(), Step::Finish { draft: None });
        assert!(serde_json::from_str::<Step>(r#"{"do":"finish","darft":1}"#).is_err());
        assert!(serde_json::from_str::<Step>(r#"{"do":"answer","item":"wb_minor","chioce":"no"}"#).is_err());
    }
}

//! What can be looked at. For programs the pages are printed as the core gives them.

use std::process::ExitCode;

use serde_json::json;
use xuncha_core::domain::{DraftId, Month, PhotoId, RecordId};

use super::place::FixInput;
use super::{Phone, names, text};
use crate::failure::{FAILED, Failure};
use crate::output::Out;

/// Records read at once.
const PAGE: u32 = 200;

/// Something to look at.
pub(super) enum Question {
    Home(Option<FixInput>),
    Nearby(FixInput, u32),
    Venue(String),
    Colleagues,
    Coverage(Option<Month>),
    Drafts,
    Draft(Option<DraftId>),
    Photo(PhotoId),
    Outbox,
    History(Option<RecordId>, u32),
    Record(RecordId),
    Receipts,
    Status,
    Me,
    HandOver,
    SelfCheck,
    Settings,
}

pub(super) fn answer(phone: &Phone, question: Question, out: Out) -> Result<ExitCode, Failure> {
    let Phone { book, clock } = phone;
    let now = clock.now();
    match question {
        Question::Home(fix) => {
            let page = match fix {
                Some(fix) => book.home_at(&fix.fix(now)?)?,
                None => book.home()?,
            };
            out.show(&page, |to| text::home(to, &page))
        }
        Question::Nearby(fix, limit) => {
            let lines = book.nearby(&fix.fix(now)?, limit)?;
            out.show(&json!({ "venues": lines }), |to| text::venues(to, lines.iter().map(|near| &near.line)))
        }
        Question::Venue(name) => {
            let page = book.venue(names::venue(book, &name)?)?;
            out.show(&page, |to| text::venue(to, &page))
        }
        Question::Colleagues => {
            let lines = book.colleagues()?;
            out.show(&json!({ "colleagues": lines }), |to| text::people(to, &lines))
        }
        Question::Coverage(month) => {
            let page = book.coverage(month.unwrap_or(now.month()))?;
            out.show(&page, |to| text::coverage(to, &page))
        }
        Question::Drafts => {
            let lines = book.drafts()?;
            out.show(&json!({ "drafts": lines }), |to| text::drafts(to, &lines))
        }
        Question::Draft(named) => {
            let page = book.draft(names::draft(book, named)?)?;
            out.show(&page, |to| text::draft(to, &page))
        }
        Question::Photo(photo) => {
            let path = book.photo(photo)?.display().to_string();
            out.show(&json!({ "photo": photo, "path": path }), |to| text::line(to, &path))
        }
        Question::Outbox => {
            let page = book.outbox()?;
            out.show(&page, |to| text::outbox(to, &page))
        }
        Question::History(before, limit) => {
            let page = book.history(before, limit)?;
            out.show(&page, |to| text::records(to, &page.lines))
        }
        Question::Record(record) => {
            let page = book.record(record)?;
            out.show(&page, |to| text::record(to, &page))
        }
        Question::Receipts => {
            let (receipts, of_photos) = (receipts(phone)?, book.photo_receipts()?);
            let all = || receipts.iter().chain(&of_photos).map(String::as_str).collect::<Vec<_>>().join("\n");
            let value = json!({ "receipts": receipts, "photo_receipts": of_photos });
            out.show(&value, |to| text::line(to, &all()))
        }
        Question::Status => {
            let status = book.status()?;
            out.show(&status, |to| text::status(to, &status))
        }
        Question::Me => {
            let page = book.member()?;
            out.show(&page, |to| text::member(to, &page))
        }
        Question::HandOver => {
            let page = book.hand_over_page()?;
            out.show(&page, |to| text::hand_over(to, &page))
        }
        Question::Settings => {
            let page = book.settings()?;
            out.show(&page, |to| text::settings(to, &page))
        }
        Question::SelfCheck => {
            let check = book.self_check()?;
            out.show(&check, |to| text::self_check(to, &check, out))?;
            Ok(ExitCode::from(if check.issues.is_empty() { 0 } else { FAILED }))
        }
    }
}

/// The hub's receipts for this phone's records, the latest first, as they came.
fn receipts(phone: &Phone) -> Result<Vec<String>, Failure> {
    let mut receipts = Vec::new();
    let mut before = None;
    loop {
        let page = phone.book.history(before, PAGE)?;
        for line in &page.lines {
            receipts.extend(phone.book.record(line.record)?.receipt);
        }
        before = page.next;
        if before.is_none() {
            return Ok(receipts);
        }
    }
}

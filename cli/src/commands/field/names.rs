//! Things by name, as people say them; ids are taken too.

use xuncha_core::domain::{DraftId, MemberId, VenueId};
use xuncha_core::field::FieldBook;

use crate::commands::named::only;
use crate::failure::Failure;

/// The venue of a name or id.
pub(super) fn venue(book: &FieldBook, text: &str) -> Result<VenueId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let known = book.home()?.venues.into_iter().map(|line| (line.venue, line.name));
    one(known, text, "venue", "sync this phone, or look at `xuncha field home`")
}

/// The colleagues of names or ids.
pub(super) fn colleagues(book: &FieldBook, texts: &[String]) -> Result<Vec<MemberId>, Failure> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<_> = book.colleagues()?.into_iter().map(|line| (line.id, line.name)).collect();
    let find = |text: &String| match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => one(known.iter().cloned(), text, "colleague", "look at `xuncha field colleagues`"),
    };
    texts.iter().map(find).collect()
}

/// The inspection under way that is meant where none is named: the only one there is.
pub(super) fn draft(book: &FieldBook, named: Option<DraftId>) -> Result<DraftId, Failure> {
    if let Some(draft) = named {
        return Ok(draft);
    }
    only(
        book.drafts()?.into_iter().map(|line| line.draft),
        || "no inspection is under way: begin one with `xuncha field start`".to_owned(),
        |count| format!("{count} inspections are under way: say which by --draft"),
    )
}

fn one<T>(
    known: impl Iterator<Item = (T, String)>,
    text: &str,
    what: &str,
    hint: &str,
) -> Result<T, Failure> {
    only(
        known.filter(|(_, name)| name == text).map(|(id, _)| id),
        || format!("no {what} “{text}” is known on this phone: {hint}"),
        |_| format!("several are called “{text}”: give the id"),
    )
}

//! Pages as people read them on a terminal. The words come from the core, in its language; here they
//! are only put into lines.

use std::fmt::{Result, Write as _};

use xuncha_core::field::book::{
    CoveragePage, DraftLine, DraftPage, EvidenceLine, FindingLine, HandOverPage, HomePage, MemberPage,
    Notice, OutboxPage, PersonLine, RecordLine, RecordPage, Saved, SelfCheck, SettingsPage, Status,
    VenueLine, VenuePage,
};

use crate::output::Out;

pub(super) fn line(to: &mut String, text: &str) -> Result {
    writeln!(to, "{text}")
}

pub(super) fn venues<'a>(to: &mut String, lines: impl Iterator<Item = &'a VenueLine>) -> Result {
    for venue in lines {
        write!(
            to,
            "{}  {} ({})  {}/{}",
            venue.state_label, venue.name, venue.kind_label, venue.counted, venue.required
        )?;
        for more in [&venue.last_day, &venue.distance].into_iter().flatten() {
            write!(to, "  {more}")?;
        }
        writeln!(to)?;
    }
    Ok(())
}

pub(super) fn people(to: &mut String, lines: &[PersonLine]) -> Result {
    lines.iter().try_for_each(|person| writeln!(to, "{}  {}", person.id, person.name))
}

pub(super) fn member(to: &mut String, page: &MemberPage) -> Result {
    writeln!(to, "{} · {} · {}", page.station_name, page.name, page.role_label)
}

pub(super) fn hand_over(to: &mut String, page: &HandOverPage) -> Result {
    writeln!(to, "{}", page.text)?;
    for (number, step) in page.steps.iter().enumerate() {
        writeln!(to, "{}. {step}", number + 1)?;
    }
    page.written.iter().try_for_each(|written| writeln!(to, "{written}"))
}

fn notices(to: &mut String, notices: &[Notice]) -> Result {
    notices.iter().try_for_each(|notice| writeln!(to, "! {}", notice.text))
}

pub(super) fn home(to: &mut String, page: &HomePage) -> Result {
    writeln!(to, "{} · {} · {}", page.station_name, page.member_name, page.role_label)?;
    writeln!(to, "{}\n{}", page.progress, page.waiting)?;
    notices(to, &page.notices)?;
    for urgent in &page.urgent {
        writeln!(
            to,
            "! {} {}: {} ({})",
            urgent.severity_label, urgent.venue_name, urgent.question, urgent.when
        )?;
    }
    drafts(to, &page.drafts)?;
    venues(to, page.venues.iter())
}

pub(super) fn drafts(to: &mut String, lines: &[DraftLine]) -> Result {
    lines.iter().try_for_each(|draft| writeln!(to, "{}  {}: {}", draft.draft, draft.venue_name, draft.text))
}

pub(super) fn venue(to: &mut String, page: &VenuePage) -> Result {
    venues(to, std::iter::once(&page.line))?;
    writeln!(to, "{}", page.line.address)?;
    if let Some(closed) = &page.not_open {
        writeln!(to, "! {closed}")?;
    }
    for school in &page.schools {
        let sign = if school.is_near { "!" } else { " " };
        writeln!(to, "{sign} {} ({}): {}", school.name, school.level_label, school.distance)?;
    }
    findings(to, &page.look_again)?;
    for visit in &page.visits {
        let people = visit.people.join(", ");
        let review = visit.review.as_deref().unwrap_or_default();
        writeln!(to, "{}  {}  {people}  {}  {review}", visit.when, visit.kind_label, visit.grade_label)?;
    }
    Ok(())
}

pub(super) fn coverage(to: &mut String, page: &CoveragePage) -> Result {
    writeln!(to, "{} {}  {}/{}", page.station_name, page.month, page.met, page.total)?;
    for line in &page.lines {
        venues(to, std::iter::once(&line.venue))?;
        for visit in &line.records {
            writeln!(to, "    {}  {}", visit.day, visit.verdict_label)?;
        }
    }
    Ok(())
}

pub(super) fn draft_head(page: &DraftPage) -> String {
    let mut to = String::new();
    // Writing to a text does not fail.
    let _ = writeln!(to, "{}  {}  {}", page.draft, page.venue_name, page.started);
    to + &question(page)
}

/// The question an inspection is at, with its buttons.
pub(super) fn question(page: &DraftPage) -> String {
    let mut to = format!("{}/{}", page.answered, page.total);
    if let Some(item) = page.items.iter().find(|item| Some(&item.item) == page.current.as_ref()) {
        let _ = write!(to, "  {} {}", item.item, item.question);
        for choice in &item.choices {
            let _ = write!(to, "  [{}: {}]", choice.code, choice.label);
        }
    }
    to + "\n"
}

pub(super) fn draft(to: &mut String, page: &DraftPage) -> Result {
    writeln!(to, "{}  {} ({})", page.draft, page.venue_name, page.kind_label)?;
    writeln!(to, "{}  {}", page.started, page.day_type)?;
    for companion in &page.companions {
        writeln!(to, "+ {}", companion.name)?;
    }
    for item in &page.items {
        let sign = if page.current.as_ref() == Some(&item.item) { ">" } else { " " };
        let answer = item.answer_text.as_deref().unwrap_or("–");
        writeln!(to, "{sign} {:<12} {} {answer}", item.item.as_str(), item.question)?;
    }
    writeln!(to, "{}/{}  ({})", page.answered, page.total, page.photos.len())
}

fn findings(to: &mut String, lines: &[FindingLine]) -> Result {
    for finding in lines {
        writeln!(to, "! {} {} → {}", finding.severity_label, finding.question, finding.advice)?;
    }
    Ok(())
}

fn evidence(to: &mut String, line: &EvidenceLine) -> Result {
    writeln!(to, "{}: {}", line.label, line.reasons.join("; "))
}

pub(super) fn saved(saved: &Saved) -> String {
    let mut to = String::new();
    // Writing to a text does not fail.
    let _ = writeln!(to, "{}  {}  {}", saved.record, saved.venue_name, saved.state.text);
    let _ = findings(&mut to, &saved.findings);
    let _ = evidence(&mut to, &saved.evidence);
    to
}

pub(super) fn records(to: &mut String, lines: &[RecordLine]) -> Result {
    for record in lines {
        writeln!(
            to,
            "{}  {}  {}  {}  {}",
            record.record, record.when, record.kind_label, record.venue_name, record.state.text
        )?;
        if let Some(note) = &record.state.note {
            writeln!(to, "    {note}")?;
        }
    }
    Ok(())
}

pub(super) fn outbox(to: &mut String, page: &OutboxPage) -> Result {
    records(to, &page.lines)?;
    writeln!(to, "{}", page.text)
}

pub(super) fn record(to: &mut String, page: &RecordPage) -> Result {
    records(to, std::slice::from_ref(&page.line))?;
    if let Some(content) = &page.content {
        for companion in &content.companions {
            writeln!(to, "+ {}", companion.name)?;
        }
        for answer in &content.answers {
            let note = answer.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            writeln!(to, "  {} {}{note}", answer.question, answer.answer)?;
        }
        content.note.iter().try_for_each(|note| writeln!(to, "  {note}"))?;
        findings(to, &content.findings)?;
        evidence(to, &content.evidence)?;
    }
    writeln!(to, "#{}  SHA-256 {}", page.seq, page.sha256)
}

pub(super) fn status(to: &mut String, status: &Status) -> Result {
    if let Some(me) = &status.enrolled {
        writeln!(to, "{} · {}  {}", me.member_name, me.station_name, me.hub)?;
        writeln!(to, "{}", me.device)?;
    }
    status.synced.iter().try_for_each(|synced| writeln!(to, "{synced}"))?;
    notices(to, &status.notices)
}

pub(super) fn settings(to: &mut String, page: &SettingsPage) -> Result {
    status(to, &page.status)?;
    writeln!(to, "{}", page.room.text)?;
    page.room.parts.iter().try_for_each(|part| writeln!(to, "  {part}"))?;
    writeln!(to, "  {}", page.room.advice)?;
    page.report.iter().try_for_each(|report| writeln!(to, "{}", report.text))
}

pub(super) fn self_check(to: &mut String, check: &SelfCheck, out: Out) -> Result {
    for issue in &check.issues {
        writeln!(to, "! {} ({})", issue.text, issue.detail)?;
    }
    let (records, photos) = (check.records_verified, check.photos_present);
    let words = [out.pick("条记录已核对", "records verified"), out.pick("张照片在本机", "photos present")];
    writeln!(to, "{records} {}, {photos} {}", words[0], words[1])
}

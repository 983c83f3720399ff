//! Changes come in, page by page, each in one transaction with the cursor; and with each page the hub
//! is held to its word that the station's log only grows.

use super::answer::{AnswerError, Remedy};
use super::head::{HeadError, KnownLog, check_growth, read_head};
use super::known::{self, LOG_BREAK, LogBreak};
use super::{Run, SyncAlert, ends_all};
use crate::domain::Timestamp;
use crate::field::FieldError;
use crate::field::observer::SyncEvent;
use crate::field::store::{StoreError, meta, reference, staged};
use crate::field::transport::Method;
use crate::wire::{Change, ChangesPage, Cursor, LogConsistency, LogInclusion, ProblemCode, TreeHead, limits};

/// Reads on where the last sync ended, to the end.
pub(super) async fn pull(run: &mut Run<'_>) -> Result<(), FieldError> {
    loop {
        let cursor = run.parts.store.read(|conn| meta::get(conn, meta::CURSOR))?.unwrap_or_default();
        let (page, log_break) = page(run, cursor).await?;
        let kept = keep(run, &page, log_break.as_ref(), Some(page.hub_time))?;
        run.patience.rest();
        if kept == Kept::Page && !page.more && log_break.is_none() {
            return Ok(());
        }
    }
}

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is kept.
    Page,
    /// Pages that were put by before it could not be read: all of them are to be read from the beginning.
    Nothing,
}

/// Keeps a page that was checked, and tells of it.
///
/// # Errors
/// What failed on this phone; [`StoreError::Staged`] if pages that were put by could not be read twice in a row.
pub(super) fn keep(
    run: &mut Run<'_>,
    page: &ChangesPage,
    log_break: Option<&LogBreak>,
    hub_time: Option<Timestamp>,
) -> Result<Kept, FieldError> {
    match store(run, page, log_break, hub_time) {
        Err(FieldError::Store(unreadable @ StoreError::Staged(_))) => {
            let again = run.parts.store.write(staged::begin_after_unreadable)?;
            return if again { Err(unreadable.into()) } else { Ok(Kept::Nothing) };
        }
        stored => stored?,
    }
    let count = page.changes.len() as u64;
    run.moved.changes += count;
    run.tell(SyncEvent::ChangesStored { count });
    if let Some(found) = log_break {
        run.alert(SyncAlert::LogRewritten { known: found.known, seen: found.seen });
    }
    Ok(Kept::Page)
}

fn store(
    run: &mut Run<'_>,
    page: &ChangesPage,
    log_break: Option<&LogBreak>,
    hub_time: Option<Timestamp>,
) -> Result<(), FieldError> {
    let now = run.parts.tools.clock.now();
    run.parts.store.write(|tx| {
        let cursor = meta::get(tx, meta::CURSOR)?.unwrap_or_default();
        let put_back = page.next < cursor;
        let begins = put_back || log_break.is_some();
        // While a break stands nothing more is proven of the log: a hub that was put back once more is known by that alone.
        if log_break.is_some() || (put_back && run.log_is_broken) {
            known::give_again(tx, run.device.station)?;
            meta::put(tx, known::GIVEN_AGAIN, &page.hub_time)?;
        }
        let reading_anew = begins || staged::is_under_way(tx)?;
        if begins || (reading_anew && cursor == Cursor::default()) {
            // What the hub lost must not stay here as if it had it; but it goes only once all is here.
            staged::begin(tx)?;
        }
        if let Some(found) = log_break {
            meta::put(tx, LOG_BREAK, found)?;
            return run.learn_time(tx, hub_time);
        }
        if reading_anew {
            staged::put(tx, &page.changes)?;
        } else {
            reference::apply(tx, &page.changes)?;
        }
        if reading_anew && !page.more {
            staged::take_over(tx)?;
        }
        meta::put(tx, meta::CURSOR, &page.next)?;
        if page.changes.iter().any(may_be_what_it_lacked) {
            meta::forget(tx, meta::REFUSED_TRIED_AT)?;
        }
        // Once it was broken, the last good head stays: it is the proof.
        if !run.log_is_broken {
            meta::put(tx, meta::LOG_HEAD, &page.head)?;
        }
        if !page.more {
            meta::put(tx, meta::SYNCED_AT, &now)?;
        }
        run.learn_time(tx, hub_time)
    })?;
    run.log_is_broken |= log_break.is_some();
    Ok(())
}

/// Whether the hub may have refused a record for want of this.
const fn may_be_what_it_lacked(change: &Change) -> bool {
    !matches!(change, Change::Visit(_) | Change::FoundGood(_) | Change::FollowUp(_))
}

/// A page that is the hub's and makes sense, and the break of the log if it shows one.
async fn page(run: &mut Run<'_>, cursor: Cursor) -> Result<(ChangesPage, Option<LogBreak>), FieldError> {
    let known = run.parts.store.read(|conn| known::log(conn, &run.device))?;
    let size = known.as_ref().map_or(0, |known| known.head.size);
    let path = format!("/api/v1/changes?cursor={}&limit={}&log_size={size}", cursor.0, limits::CHANGES_PAGE);
    let request = run.hub.request(Method::GET, &path);
    loop {
        let page: ChangesPage = run.hub.ask(&request, &mut run.patience).await?;
        let head = match read_head(&page.head, &run.device.hub_key, run.device.station) {
            Ok(head) => head,
            Err(error) => {
                if run.patience.wait(AnswerError::Unreadable(error.to_string())).await.is_err() {
                    run.alert(SyncAlert::OtherHub);
                    return Err(FieldError::HubUntrusted(error.to_string()));
                }
                continue;
            }
        };
        let is_news = known.as_ref().is_none_or(|known| head.at > known.head.at);
        match check_order(&page, cursor, is_news && !run.began_anew) {
            Ok(anew) => run.began_anew |= anew,
            Err(error) => {
                run.patience.wait(error).await?;
                continue;
            }
        }
        let Some(known) = known.as_ref().filter(|_| !run.log_is_broken) else { return Ok((page, None)) };
        match check_growth(known, &head, page.consistency.as_ref()) {
            Ok(()) => {}
            Err(HeadError::Unproven { .. }) if proven(run, known, &head).await? => {}
            Err(HeadError::Unproven { .. } | HeadError::Rewritten { .. }) => {
                let found = broken(run, known, &head, &page);
                return Ok((page, Some(found)));
            }
            Err(error) => {
                run.patience.wait(AnswerError::Unreadable(error.to_string())).await?;
                continue;
            }
        }
        let found = if still_has_receipted(run, known).await? {
            None
        } else {
            Some(broken(run, known, &head, &page))
        };
        return Ok((page, found));
    }
}

/// Whether the log has what the farthest receipt names, asked once for each. A log that grows from the head that is known
/// says nothing of what came after it: a hub that was put back to a copy from between, and took others since, has none.
async fn still_has_receipted(run: &mut Run<'_>, known: &KnownLog) -> Result<bool, FieldError> {
    let Some(receipted) = known.receipted.filter(|receipted| !receipted.shown) else { return Ok(true) };
    let Some((record, _)) = receipted.record else { return Ok(true) };
    let request = run.hub.request(Method::GET, &format!("/api/v1/log/inclusion?record={record}"));
    loop {
        let answer = match run.hub.ask::<LogInclusion>(&request, &mut run.patience).await {
            Ok(answer) => answer,
            Err(error) if error.problem() == Some(ProblemCode::NotFound) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let head = read_head(&answer.head, &run.device.hub_key, run.device.station);
        if head.is_ok_and(|head| receipted.stands_in(&head, &answer.proof)) {
            run.parts.store.write(|tx| known::remember_shown(tx, receipted))?;
            return Ok(true);
        }
        // A line that garbles is not to be taken for a hub that lost something.
        let unproven = AnswerError::Unreadable("nothing shows that the log has what was received".to_owned());
        if run.patience.wait(unproven).await.is_err() {
            return Ok(false);
        }
    }
}

pub(super) fn broken(run: &Run<'_>, known: &KnownLog, head: &TreeHead, page: &ChangesPage) -> LogBreak {
    LogBreak {
        found_at: run.parts.tools.clock.now(),
        known: known.head.size,
        seen: head.size,
        known_head: known.signed.clone(),
        seen_head: page.head.clone(),
    }
}

/// Whether the page goes on where the phone stands; one that does not would skip changes or never
/// end. Or whether it begins anew, where that may be: a hub put back to an old backup has no such place
/// any more.
pub(super) fn check_order(
    page: &ChangesPage,
    cursor: Cursor,
    may_begin_anew: bool,
) -> Result<bool, AnswerError> {
    let anew = page.next < cursor;
    let moves = page.next > cursor || (page.changes.is_empty() && !page.more);
    let fits = if anew { may_begin_anew } else { moves };
    if fits && page.changes.len() <= limits::CHANGES_PAGE {
        Ok(anew)
    } else {
        Err(AnswerError::Unreadable("the changes do not go on where this phone stands".to_owned()))
    }
}

/// Asks for nothing but the proof: a line that garbles is not to be taken for a hub that lies.
async fn proven(run: &mut Run<'_>, known: &KnownLog, head: &TreeHead) -> Result<bool, FieldError> {
    let path = format!("/api/v1/log/consistency?from={}&to={}", known.head.size, head.size);
    let request = run.hub.request(Method::GET, &path);
    match run.hub.ask::<LogConsistency>(&request, &mut run.patience).await {
        Ok(answer) => Ok(check_growth(known, head, Some(&answer.proof)).is_ok()),
        // A hub that says no to proving its own word has no proof.
        Err(error) if error.problem().is_some() && error.remedy() != Remedy::Again => {
            if ends_all(error.problem()) { Err(error.into()) } else { Ok(false) }
        }
        Err(error) => Err(error.into()),
    }
}

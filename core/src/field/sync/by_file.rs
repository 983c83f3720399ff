//! The same without a network: what waits goes into a `.xuncha` file, and the hub's answer comes back in
//! another ([`crate::wire::bundle`]). What is believed of it is what is believed of an answer over a line: a
//! receipt that fits what was sent, changes that go on where the phone stands, a log that only grew.

use super::answer::AnswerError;
use super::answered::Answered;
use super::head::{HeadError, check_growth, read_head};
use super::photos::{is_final, parcel, settle as settle_photo, sweep};
use super::pull::Kept;
use super::push::{BATCH, Sent, fates, pack, settle};
use super::{Run, SyncAlert, SyncReport, Syncer, known, pull};
use crate::field::store::photos::{self, PhotoOwner, PhotoState};
use crate::field::store::records::{self, RecordState};
use crate::field::store::{StoreError, meta};
use crate::field::{FieldError, Parts};
use crate::wire::bundle::{
    AnswerCover, Bundle, BundleError, OutboxCover, Part, Parts as BundleParts, PhotoAnswer, PhotoHead,
};
use crate::wire::{ChangesPage, V1, frame, json, limits};

/// What went into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file's content.
    pub file: Vec<u8>,
    /// Records in it.
    pub records: u64,
    /// Photos in it.
    pub photos: u64,
    /// What waits and found no room: export again once the answer is here.
    pub left: u64,
}

impl Syncer {
    /// Puts what waits into a file for the hub. Nothing is let go by it: all of it waits as before. A sync under
    /// way, which without a network only waits, gives way to it.
    ///
    /// # Errors
    /// What failed on this phone.
    pub async fn export(&self, parts: Parts<'_>) -> Result<Exported, FieldError> {
        self.at_once(async { self.gather(parts) }).await
    }

    /// Takes the hub's answer to an export of this phone. A sync under way gives way to it.
    ///
    /// # Errors
    /// [`FieldError::Bundle`] if it is not that, and nothing of it is believed; or what failed here.
    pub async fn take(&self, parts: Parts<'_>, file: &[u8]) -> Result<SyncReport, FieldError> {
        self.at_once(async { self.believe(parts, file) }).await
    }

    fn gather(&self, parts: Parts<'_>) -> Result<Exported, FieldError> {
        let mut run = Run::begin(self, parts, None)?;
        let mut bundle = BundleParts::default();
        let (records, records_left) = add_records(&mut run, &mut bundle)?;
        let (photos, photos_left) = add_photos(&mut run, &mut bundle)?;
        let (cursor, log) = parts.store.read(|conn| {
            Ok::<_, StoreError>((meta::get(conn, meta::CURSOR)?, known::log(conn, &run.device)?))
        })?;
        let cover = |content| OutboxCover {
            v: V1,
            station: run.device.station,
            device: run.device.id,
            made_at: parts.tools.clock.now(),
            cursor: cursor.unwrap_or_default(),
            log_size: log.map_or(0, |log| log.head.size),
            content,
        };
        let key = parts.keys.signing_key(run.device.id, || Ok(run.device.clone()))?;
        let file = bundle.seal(&key, cover)?;
        Ok(Exported { file, records, photos, left: records_left + photos_left })
    }

    fn believe(&self, parts: Parts<'_>, file: &[u8]) -> Result<SyncReport, FieldError> {
        let mut run = Run::begin(self, parts, None)?;
        let (cover, answer) = Bundle::read(file)?.open::<AnswerCover>(&run.device.hub_key)?;
        if cover.device != run.device.id || cover.station != run.device.station {
            return Err(BundleError::OtherPhone.into());
        }
        let (mut pushes, mut photos, mut pages) = (Vec::new(), Vec::new(), Vec::new());
        for part in answer {
            match part {
                Part::PushAnswer(packed) => pushes.push(unpack::<Answered>(&packed)?),
                Part::PhotoAnswer(answer) => photos.push(answer),
                Part::Changes(packed) => pages.push(unpack::<ChangesPage>(&packed)?),
                other @ (Part::Push(_) | Part::Photo(..)) => {
                    return Err(BundleError::Part(other.tag()).into());
                }
            }
        }
        // The log first: a hub that contradicts itself gets no photo out of this phone.
        take_pages(&mut run, &cover, pages)?;
        // What an answer says was received, the hub may have lost since.
        let given_again = parts.store.read(|conn| meta::get(conn, known::GIVEN_AGAIN))?;
        if given_again.is_none_or(|at| cover.made_at >= at) {
            for answer in pushes {
                take_answers(&mut run, answer)?;
            }
            for answer in photos {
                take_photo(&mut run, &answer)?;
            }
        }
        sweep(&run);
        run.end(Ok(()))
    }
}

fn unpack<T: serde::de::DeserializeOwned>(packed: &[u8]) -> Result<T, BundleError> {
    let damaged = |error: &dyn std::error::Error| BundleError::Damaged(error.to_string());
    let text = frame::decompress_bounded(packed, limits::ANSWER_BYTES).map_err(|error| damaged(&error))?;
    json::parse(&text).map_err(|error| damaged(&error))
}

/// How many records went in, and how many found no room.
fn add_records(run: &mut Run<'_>, bundle: &mut BundleParts) -> Result<(u64, u64), FieldError> {
    let waiting = run.to_send()?;
    let (mut added, mut seen) = (0, 0);
    for ids in waiting.chunks(BATCH) {
        let (sent, request) = pack(run, ids)?;
        if !bundle.add(&Part::Push(request.body.to_vec()))? {
            break;
        }
        added += sent.len() as u64;
        seen += ids.len();
    }
    Ok((added, (waiting.len() - seen) as u64))
}

/// How many photos went in, and how many found no room.
fn add_photos(run: &mut Run<'_>, bundle: &mut BundleParts) -> Result<(u64, u64), FieldError> {
    let waiting = run.parts.store.read(|conn| photos::to_hand_over(conn, run.device.member))?;
    let (mut added, mut left) = (0, 0);
    for photo in waiting {
        let PhotoOwner::Record(record) = photo.owner else { continue };
        let Some(parcel) = parcel(run, &photo)? else {
            run.alert(SyncAlert::PhotoDamaged(photo.id));
            continue;
        };
        let head = PhotoHead { photo: photo.id, record, key: parcel.key };
        if bundle.add(&Part::Photo(head, parcel.bytes.to_vec()))? {
            added += 1;
        } else {
            left += 1;
        }
    }
    Ok((added, left))
}

/// Takes the changes, unless the phone knows later ones by now.
fn take_pages(run: &mut Run<'_>, cover: &AnswerCover, pages: Vec<ChangesPage>) -> Result<(), FieldError> {
    let mut expected = cover.cursor;
    for page in pages {
        let cursor = run.parts.store.read(|conn| meta::get(conn, meta::CURSOR))?.unwrap_or_default();
        if cursor != expected {
            return Ok(());
        }
        let damaged = |error: &dyn std::error::Error| BundleError::Damaged(error.to_string());
        let head = read_head(&page.head, &run.device.hub_key, run.device.station)
            .map_err(|error| damaged(&error))?;
        let known = run.parts.store.read(|conn| known::log(conn, &run.device))?;
        let is_news = known.as_ref().is_none_or(|known| head.at > known.head.at);
        let order: Result<bool, AnswerError> = pull::check_order(&page, cursor, is_news && !run.began_anew);
        run.began_anew |= order.map_err(|error| damaged(&error))?;
        let known = known.filter(|_| !run.log_is_broken);
        let growth =
            known.as_ref().map_or(Ok(()), |known| check_growth(known, &head, page.consistency.as_ref()));
        let log_break = match (growth, &known) {
            // Older than what is known: the changes are old as well.
            (Err(HeadError::Stale), _) => return Ok(()),
            // The hub signed the proof together with the head, so there is no line to blame.
            (Err(_), Some(known)) => Some(pull::broken(run, known, &head, &page)),
            _ => None,
        };
        expected = page.next;
        // What time it is now, a file does not tell.
        match pull::keep(run, &page, log_break.as_ref(), None) {
            Ok(Kept::Page) => {}
            // The receipts that came with the news are good all the same.
            Ok(Kept::Nothing) | Err(FieldError::Store(StoreError::Staged(_))) => {
                run.alert(SyncAlert::NewsUnreadable);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes what the hub says of records that this phone has and that it does not know to be received.
fn take_answers(run: &mut Run<'_>, answer: Answered) -> Result<(), FieldError> {
    let (mut sent, mut answers) = (Vec::new(), Vec::new());
    for answer in answer.answers {
        let Some(id) = answer.record() else { continue };
        let Some(row) = run.parts.store.read(|conn| records::get(conn, id))? else { continue };
        if row.state == RecordState::Waiting || matches!(row.state, RecordState::Refused { .. }) {
            sent.push(Sent { id, sha256: row.sha256 });
            answers.push(answer);
        }
    }
    let answer = Answered { answers, hub_time: answer.hub_time };
    let fates = fates(&sent, answer, &run.device.hub_key, run.device.station);
    let fates = fates.map_err(|error| BundleError::Damaged(error.to_string()))?;
    settle(run, &sent, fates, None)
}

fn take_photo(run: &mut Run<'_>, answer: &PhotoAnswer) -> Result<(), FieldError> {
    let Some(photo) = run.parts.store.read(|conn| photos::get(conn, answer.photo))? else { return Ok(()) };
    if matches!(photo.state, PhotoState::Received(_) | PhotoState::Draft) {
        return Ok(());
    }
    match (&answer.receipt, answer.refused) {
        (Some(receipt), _) => settle_photo(run, &photo, receipt),
        (None, Some(code)) => {
            if is_final(code) {
                run.parts.store.write(|tx| photos::mark_refused(tx, photo.id, code.code()))?;
            }
            run.alert(SyncAlert::PhotoRefused { photo: photo.id, code });
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

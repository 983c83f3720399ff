//! Records go out, oldest first, and each is let go only by a receipt that was verified against what
//! was sent. One bad record steps aside; the rest go on.
//!
//! A record at which the hub fails, or at whose sight a stranger answers, is found by sending half as much each time,
//! over several syncs where patience ends before: [`Pace`] is kept. From then on it goes after the others, by itself,
//! and holds up neither photos nor news; it waits on, and is told of once it failed so again and the hub answers all
//! else.

use std::collections::{BTreeSet, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Connection;

use super::answer::{self, AnswerError, Remedy};
use super::answered::{Answered, OneAnswer};
use super::{Run, SyncAlert, known};
use crate::domain::{MemberId, RecordId, Sha256Hash, StationId, Timestamp};
use crate::field::FieldError;
use crate::field::keys::UnsealError;
use crate::field::observer::SyncEvent;
use crate::field::store::records::{RecordRow, RecordState};
use crate::field::store::{StoreError, data_keys, meta, records};
use crate::field::transport::{HeaderValue, Method, Request, header};
use crate::wire::{
    Jws, LockedRecord, Parcel, ProblemCode, Push, Receipt, RecordAnswer, RefusalCode, VerifyingKey, frame,
    record_aad, verify_receipt,
};

/// Records in one push: some 200 kB, which even a poor line carries in one go.
pub(super) const BATCH: usize = 50;

/// How pushing goes, from one sync to the next for as long as the program runs.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// Records in the next push: where the last sync gave up, this one begins.
    size: usize,
    /// Records that failed alone: they go after the others, each by itself.
    behind: BTreeSet<RecordId>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { size: BATCH, behind: BTreeSet::new() }
    }
}

impl Pace {
    fn went_well(&mut self, ids: &[RecordId]) {
        self.size = (self.size * 2).min(BATCH);
        self.behind.retain(|id| !ids.contains(id));
    }
}

/// So many records in a row that cannot be sent are not to blame themselves.
const UNDELIVERABLE: u32 = 3;
/// A refused record is tried again after so long.
const TRY_REFUSED_AGAIN_MS: i64 = 24 * 3_600_000;
/// The hub's own words about a refusal are kept, but not more of them, in characters.
const MAX_DETAIL: usize = 300;

/// What the receipt of a record that was sent must say.
pub(super) struct Sent {
    pub(super) id: RecordId,
    pub(super) sha256: Sha256Hash,
}

/// What became of a record that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Received {
        receipt: Jws,
        says: Receipt,
    },
    Refused {
        code: RefusalCode,
        detail: Option<String>,
    },
    /// The receipt is not the hub's word for this record: it counts for nothing.
    Forged,
    /// Refused for a reason that only a newer program knows: it waits for that.
    Newer,
}

/// Sends what waits, and what comes to wait meanwhile.
pub(super) async fn push(run: &mut Run<'_>) -> Result<(), FieldError> {
    let mut tried = BTreeSet::new();
    loop {
        let queue = run.to_send()?.into_iter().filter(|id| tried.insert(*id));
        let queue: VecDeque<RecordId> = queue.collect();
        if queue.is_empty() {
            return Ok(());
        }
        push_queue(run, queue).await?;
    }
}

impl Run<'_> {
    pub(super) fn to_send(&self) -> Result<Vec<RecordId>, StoreError> {
        let (now, member) = (self.parts.tools.clock.now(), self.device.member);
        self.parts.store.read(|conn| to_send(conn, member, now))
    }
}

/// What waits, and a day after it was tried what the hub refused for a reason that may have passed by itself. News
/// that may be what it lacked, and a new enrolment, end that day.
pub(in crate::field) fn to_send(
    conn: &Connection,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<RecordId>, StoreError> {
    let mut ids = records::waiting_ids(conn, member)?;
    let tried_at = meta::get(conn, meta::REFUSED_TRIED_AT)?;
    if tried_at.is_none_or(|tried_at| now.millis_since(tried_at).abs() >= TRY_REFUSED_AGAIN_MS) {
        ids.extend(records::worth_another_try(conn, member)?);
    }
    Ok(ids)
}

async fn push_queue(run: &mut Run<'_>, mut queue: VecDeque<RecordId>) -> Result<(), FieldError> {
    let behind = run.pace.behind.clone();
    queue.make_contiguous().sort_by_key(|id| behind.contains(id));
    let mut undeliverable = 0;
    while let Some(first) = queue.front().copied() {
        let together = queue.iter().take_while(|id| !behind.contains(id)).count().clamp(1, run.pace.size);
        let ids: Vec<RecordId> = queue.iter().copied().take(together).collect();
        let (sent, request) = pack(run, &ids)?;
        let error = match exchange(run, &sent, &request).await {
            Ok((fates, hub_time)) => {
                settle(run, &sent, fates, hub_time)?;
                queue.drain(..ids.len());
                run.pace.went_well(&ids);
                undeliverable = 0;
                run.patience.rest();
                continue;
            }
            Err(error) => error,
        };
        let failed_before = behind.contains(&first);
        if !failed_before {
            // Half as much finds out which record is to blame, and gets through a line that breaks often.
            run.pace.size = (ids.len() / 2).max(1);
        }
        let remedy = error.remedy();
        match (remedy, ids.len()) {
            (Remedy::Less, 1) if error.problem() == Some(ProblemCode::TooLarge) => {
                let too_large = Fate::Refused { code: RefusalCode::TooLarge, detail: None };
                settle(run, &sent, vec![too_large], None)?;
                queue.pop_front();
            }
            (Remedy::Less, 2..) => {}
            (_, count) => {
                let Err(error) = run.patience.wait(error).await else { continue };
                if count > 1 || !error.may_lie_in_what_was_sent() {
                    return Err(error.into());
                }
                run.pace.behind.insert(first);
                queue.pop_front();
                undeliverable += 1;
                if undeliverable == UNDELIVERABLE {
                    // Those that were not tried go first the next time.
                    run.pace.behind.retain(|id| !queue.contains(id));
                }
                if undeliverable == UNDELIVERABLE || !(failed_before || remedy == Remedy::Less) {
                    run.held_up_by = Some(error);
                    return Ok(());
                }
                run.undeliverable.push(first);
                run.patience.rest();
            }
        }
    }
    Ok(())
}

/// Makes the request that sends these records. One that can't be read on this phone any more is left
/// out, told of, and stays.
pub(super) fn pack(run: &mut Run<'_>, ids: &[RecordId]) -> Result<(Vec<Sent>, Request), FieldError> {
    let (mut sent, mut parcels) = (Vec::new(), Vec::new());
    for id in ids {
        let Some(row) = run.parts.store.read(|conn| records::get(conn, *id))? else { continue };
        match parcel(run, &row)? {
            Some(parcel) => {
                sent.push(Sent { id: row.id, sha256: row.sha256 });
                parcels.push(parcel);
            }
            None => run.alert(SyncAlert::Undeliverable(*id)),
        }
    }
    let internal = |error: &dyn std::error::Error| FieldError::Internal(error.to_string());
    let body = serde_json::to_vec(&Push { parcels }).map_err(|error| internal(&error))?;
    let body = frame::compress(&body).map_err(|error| internal(&error))?;
    let mut request = run.hub.json_request(Method::POST, "/api/v1/records", body);
    request.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    Ok((sent, request))
}

fn parcel(run: &Run<'_>, row: &RecordRow) -> Result<Option<Parcel>, FieldError> {
    match run.parts.keys.unseal(&record_aad(row.id), &row.sealed) {
        Ok(text) => {
            let jws = std::str::from_utf8(&text).ok().and_then(|text| text.parse::<Jws>().ok());
            Ok(jws.filter(|jws| jws.hash() == row.sha256).map(Parcel::Sealed))
        }
        Err(UnsealError::KeyLost) => {
            let key = run.parts.store.read(|conn| data_keys::for_hub(conn, row.sealed.key))?;
            let sealed = URL_SAFE_NO_PAD.encode(&row.sealed.bytes);
            Ok(key.map(|key| Parcel::Locked(LockedRecord { id: row.id, key, sealed })))
        }
        Err(UnsealError::Damaged(_)) => Ok(None),
    }
}

async fn exchange(
    run: &Run<'_>,
    sent: &[Sent],
    request: &Request,
) -> Result<(Vec<Fate>, Option<Timestamp>), AnswerError> {
    if sent.is_empty() {
        return Ok((Vec::new(), None));
    }
    let _sending = run.sending(sent.iter().map(|sent| sent.id));
    run.tell(SyncEvent::Sending(sent.iter().map(|sent| sent.id).collect()));
    let response = run.hub.send(request.clone()).await?;
    let answer: Answered = answer::read(&response)?;
    let hub_time = answer.hub_time;
    let fates = fates(sent, answer, &run.device.hub_key, run.device.station)?;
    Ok((fates, Some(hub_time)))
}

/// What the answer says of each record. An answer that is not for these records, in this order, is an
/// answer to something else and not believed in anything.
pub(super) fn fates(
    sent: &[Sent],
    answer: Answered,
    hub: &VerifyingKey,
    station: StationId,
) -> Result<Vec<Fate>, AnswerError> {
    let other = |what: &str| AnswerError::Unreadable(format!("it answers {what}"));
    if answer.answers.len() != sent.len() {
        return Err(other("another number of records"));
    }
    let fate = |(sent, answer): (&Sent, OneAnswer)| {
        if answer.record().is_some_and(|id| id != sent.id) {
            return Err(other("for another record"));
        }
        Ok(match answer {
            OneAnswer::Known(
                RecordAnswer::Accepted { receipt, .. } | RecordAnswer::AlreadyHad { receipt, .. },
            ) => {
                let says = verify_receipt(&receipt, hub, sent.id, sent.sha256);
                match says.ok().filter(|says| says.station == station) {
                    Some(says) => Fate::Received { receipt, says },
                    None => Fate::Forged,
                }
            }
            OneAnswer::Known(RecordAnswer::Refused { code, detail, .. }) => {
                let detail = detail.map(|detail| detail.chars().take(MAX_DETAIL).collect());
                Fate::Refused { code, detail }
            }
            OneAnswer::Newer(_) => Fate::Newer,
        })
    };
    sent.iter().zip(answer.answers).map(fate).collect()
}

/// Whether one of these was refused before.
fn any_refused(conn: &Connection, sent: &[Sent]) -> Result<bool, StoreError> {
    for sent in sent {
        let row = records::get(conn, sent.id)?;
        if row.is_some_and(|row| matches!(row.state, RecordState::Refused { .. })) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keeps what became of the records, in one transaction, and then tells of it.
pub(super) fn settle(
    run: &mut Run<'_>,
    sent: &[Sent],
    fates: Vec<Fate>,
    hub_time: Option<Timestamp>,
) -> Result<(), FieldError> {
    let now = run.parts.tools.clock.now();
    let refused = run.parts.store.write::<_, FieldError>(|tx| {
        let mut refused = BTreeSet::new();
        let tried_again = meta::get(tx, meta::REFUSED_TRIED_AT)?.is_none() || any_refused(tx, sent)?;
        for (sent, fate) in sent.iter().zip(&fates) {
            match fate {
                Fate::Received { receipt, says } => {
                    records::mark_received(tx, receipt, says)?;
                    known::remember_receipt(tx, says)?;
                }
                Fate::Refused { code, detail } => {
                    if records::mark_refused(tx, sent.id, *code, detail.as_deref())? {
                        refused.insert(sent.id);
                    }
                    // A new refusal does not put off the others' next try.
                    if code.may_pass() && tried_again {
                        meta::put(tx, meta::REFUSED_TRIED_AT, &now)?;
                    }
                }
                Fate::Forged | Fate::Newer => {}
            }
        }
        run.learn_time(tx, hub_time)?;
        Ok(refused)
    })?;
    for (sent, fate) in sent.iter().zip(fates) {
        let record = sent.id;
        match fate {
            Fate::Received { says, .. } => {
                run.moved.records_received += 1;
                run.tell(SyncEvent::RecordReceived { record, receipt: says.number() });
            }
            Fate::Refused { .. } if !refused.contains(&record) => {}
            Fate::Refused { code, .. } => {
                run.moved.records_refused += 1;
                run.tell(SyncEvent::RecordRefused { record, code });
            }
            Fate::Forged => run.alert(SyncAlert::ForgedReceipt(record)),
            Fate::Newer => run.alert(SyncAlert::NewerRefusal(record)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Signed as _, SigningKey, V1};

    fn id(index: usize) -> RecordId {
        RecordId::mint(Timestamp::from_millis(1_795_500_000_000), [u8::try_from(index).unwrap_or(0); 10])
    }

    fn station() -> StationId {
        StationId::mint(Timestamp::from_millis(1), [1; 10])
    }

    fn sent(count: usize) -> Vec<Sent> {
        (0..count)
            .map(|index| Sent { id: id(index), sha256: Sha256Hash::of(id(index).uuid().as_bytes()) })
            .collect()
    }

    fn accepted(sent: &Sent, key: &SigningKey, station: StationId, sha256: Sha256Hash) -> RecordAnswer {
        let received_at = Timestamp::from_millis(1_795_500_000_000);
        let receipt = Receipt { v: V1, record: sent.id, sha256, station, log_index: 0, received_at };
        RecordAnswer::Accepted { id: sent.id, receipt: receipt.sign(key).unwrap() }
    }

    fn judge(sent: &[Sent], answers: Vec<RecordAnswer>) -> Result<Vec<Fate>, AnswerError> {
        let hub = SigningKey::from_seed([1; 32]).verifying_key();
        let answers = answers.into_iter().map(OneAnswer::Known).collect();
        fates(sent, Answered { answers, hub_time: Timestamp::from_millis(0) }, &hub, station())
    }

    #[test]
    fn a_receipt_for_other_bytes_another_station_or_by_another_key_is_forged() {
        let (hub, other) = (SigningKey::from_seed([1; 32]), SigningKey::from_seed([2; 32]));
        let elsewhere = StationId::mint(Timestamp::from_millis(1), [2; 10]);
        let sent = sent(1);
        let (right, wrong) = (sent[0].sha256, Sha256Hash::of(b"other bytes"));
        for answer in [
            accepted(&sent[0], &hub, station(), wrong),
            accepted(&sent[0], &hub, elsewhere, right),
            accepted(&sent[0], &other, station(), right),
        ] {
            assert_eq!(judge(&sent, vec![answer]), Ok(vec![Fate::Forged]));
        }
        let honest = judge(&sent, vec![accepted(&sent[0], &hub, station(), right)]).unwrap();
        assert!(matches!(honest[0], Fate::Received { .. }));
    }

    #[test]
    fn a_refusal_is_kept_and_its_words_are_cut() {
        let detail = Some("长".repeat(1_000));
        let answer = RecordAnswer::Refused { id: None, code: RefusalCode::OutOfScope, detail };
        let detail = Some("长".repeat(MAX_DETAIL));
        assert_eq!(
            judge(&sent(1), vec![answer]),
            Ok(vec![Fate::Refused { code: RefusalCode::OutOfScope, detail }])
        );
    }

    proptest! {
        #[test]
        fn answers_in_another_order_or_number_are_not_believed_in_anything(
            order in (1usize..8).prop_flat_map(|count| prop::collection::vec(0..count, 0..10).prop_map(move |order| (count, order))),
        ) {
            let (count, order) = order;
            let (hub, sent) = (SigningKey::from_seed([1; 32]), sent(count));
            let answer = |at: &usize| accepted(&sent[*at], &hub, station(), sent[*at].sha256);
            let fates = judge(&sent, order.iter().map(answer).collect());
            prop_assert_eq!(fates.is_ok(), order.iter().copied().eq(0..count));
        }
    }
}

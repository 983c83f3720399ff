//! Sync: what waits is handed over, what is new is fetched.
//!
//! Every step is durable before the next begins, and nothing is let go but by a verified receipt. So
//! a sync may be dropped at any await, or its process killed: what was not settled waits as before,
//! and is sent again as the same bytes.
//!
//! # Layout
//! - this file: one thing at a time with the hub, a sync's order (records, photos, changes) and its report.
//! - `hub`: requests, and patience with a bad line; `answer`: what is believed of an answer.
//! - `push` with `answered`, `photos` with `upload`, `pull`: the three parts.
//! - `by_file`: the same by file, where there is no network.
//! - `self_report`: telling the station how the phone stands.
//! - `head`, `known`: holding the hub to what it signed.

mod answer;
mod answered;
mod by_file;
mod former;
mod head;
mod hub;
mod known;
mod photos;
mod pull;
mod push;
mod report;
mod self_report;
mod upload;

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use rusqlite::Transaction;

pub use answer::AnswerError;
pub use by_file::Exported;
pub(super) use head::read_head;
pub(super) use hub::{Hub, Patience};
#[cfg(test)]
pub(super) use known::GIVEN_AGAIN;
pub use known::{LOG_BREAK, LogBreak};
pub(super) use known::{RECEIPTED, give_again};
pub(super) use push::to_send;
pub(super) use report::photo_refusal;
pub use report::{SyncAlert, SyncReport, SyncTally};
pub use self_report::{ASKED_REPORT, AskedReport, ReportFate};

use super::backoff::Backoff;
use super::keys::token_aad;
use super::observer::{SyncEvent, SyncObserver};
use super::store::device::{self, DeviceRow};
use super::store::{meta, photos as photo_rows, records};
use super::{ClockAnchor, FieldError, Parts, Sealed, StoreError};
use crate::domain::{RecordId, Timestamp};
use crate::wire::ProblemCode;

/// The one place that talks with the hub about one thing at a time. A sync gives way to what somebody
/// stands and waits for, and goes on afterwards.
#[derive(Debug, Default)]
pub struct Syncer {
    one: tokio::sync::Mutex<()>,
    /// What a sync gives way to; there is one of it at a time, too.
    urgent: tokio::sync::Mutex<()>,
    give_way: tokio::sync::Notify,
    cancel: tokio::sync::Notify,
    sending: Mutex<BTreeSet<RecordId>>,
    stuck_in_a_row: AtomicU32,
    pace: Mutex<push::Pace>,
}

impl Syncer {
    /// Hands over what waits and fetches what is new. Dropping the future stops it, as does
    /// [`Syncer::cancel`], at any point and without harm.
    ///
    /// # Errors
    /// What failed on this phone. A hub out of reach is no error: the report says so.
    pub async fn sync(
        &self,
        parts: Parts<'_>,
        observer: Option<&dyn SyncObserver>,
    ) -> Result<SyncReport, FieldError> {
        let mut give_way = self.give_way.notified();
        let Ok(mut one) = self.one.try_lock() else { return Err(FieldError::AlreadySyncing) };
        loop {
            tokio::select! {
                biased;
                () = self.cancel.notified() => return Err(FieldError::Cancelled),
                () = give_way => {}
                result = self.sync_once(parts, observer) => return result,
            }
            give_way = self.give_way.notified();
            drop(one);
            one = tokio::select! {
                biased;
                () = self.cancel.notified() => return Err(FieldError::Cancelled),
                one = self.one.lock() => one,
            };
        }
    }

    async fn sync_once(
        &self,
        parts: Parts<'_>,
        observer: Option<&dyn SyncObserver>,
    ) -> Result<SyncReport, FieldError> {
        let mut run = Run::begin(self, parts, observer)?;
        let outcome = run.work().await;
        let reported = run.report(&outcome).await;
        run.end(outcome.and(reported))
    }

    /// Stops the sync under way, if there is one, or one that gave way. It ends with [`FieldError::Cancelled`]. What
    /// somebody stands and waits for goes on.
    pub fn cancel(&self) {
        self.cancel.notify_waiters();
    }

    /// The records that are on their way at this moment.
    pub fn sending(&self) -> BTreeSet<RecordId> {
        self.lock_sending().clone()
    }

    /// Runs what somebody waits for. A sync under way gives way to it; a second such thing is told that one is under
    /// way.
    pub(super) async fn at_once<T>(
        &self,
        work: impl Future<Output = Result<T, FieldError>>,
    ) -> Result<T, FieldError> {
        let Ok(_urgent) = self.urgent.try_lock() else { return Err(FieldError::AlreadySyncing) };
        let mut turn = pin!(self.one.lock());
        // It stands in line before the sync hears of it: else that could be the next one again.
        let _one = match poll_fn(|cx| Poll::Ready(turn.as_mut().poll(cx))).await {
            Poll::Ready(one) => one,
            Poll::Pending => {
                self.give_way.notify_waiters();
                turn.await
            }
        };
        work.await
    }

    /// For tests of what is shown meanwhile.
    #[cfg(test)]
    pub(super) fn pretend_sending(&self, records: &[RecordId]) {
        *self.lock_sending() = records.iter().copied().collect();
    }

    fn lock_pace(&self) -> MutexGuard<'_, push::Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_sending(&self) -> MutexGuard<'_, BTreeSet<RecordId>> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The current enrolment, and the hub as its device sees it.
pub(super) fn signed_in(parts: Parts<'_>) -> Result<(DeviceRow, Hub<'_>), FieldError> {
    let device = parts.store.read(device::current)?.ok_or(FieldError::NotEnrolled)?;
    let token = Sealed { key: device.data_key, bytes: device.sealed_token.clone() };
    let token = parts.keys.unseal(&token_aad(device.id), &token)?;
    let token = std::str::from_utf8(&token).ok();
    let hub = token.and_then(|token| Hub::at(parts.tools, &device.hub).signed_in(token));
    Ok((device, hub.ok_or(FieldError::NotEnrolled)?))
}

/// One sync under way.
struct Run<'a> {
    syncer: &'a Syncer,
    parts: Parts<'a>,
    observer: Option<&'a dyn SyncObserver>,
    device: DeviceRow,
    hub: Hub<'a>,
    patience: Patience<'a>,
    moved: SyncTally,
    alerts: Vec<SyncAlert>,
    /// Once the hub contradicted itself, photos stay on the phone even with a receipt.
    log_is_broken: bool,
    pace: push::Pace,
    /// Records that stepped aside: told of once the hub answered all else.
    undeliverable: Vec<RecordId>,
    /// What ended the handing over of records, where it may lie in a record: all else goes on.
    held_up_by: Option<AnswerError>,
    /// Bytes of the next piece of a photo.
    piece: usize,
    /// Whether the hub began its changes anew, which it may once.
    began_anew: bool,
    /// Whether the news came: then the hub can be reached, whatever the photos met with.
    has_pulled: bool,
}

impl<'a> Run<'a> {
    fn begin(
        syncer: &'a Syncer,
        parts: Parts<'a>,
        observer: Option<&'a dyn SyncObserver>,
    ) -> Result<Self, FieldError> {
        let (device, hub) = signed_in(parts)?;
        let log_break = parts.store.read(|conn| meta::get(conn, LOG_BREAK))?;
        let mut run = Self {
            syncer,
            parts,
            observer,
            hub,
            device,
            patience: Patience::new(parts.tools, observer),
            moved: SyncTally::default(),
            alerts: Vec::new(),
            log_is_broken: log_break.is_some(),
            pace: syncer.lock_pace().clone(),
            undeliverable: Vec::new(),
            held_up_by: None,
            piece: upload::FIRST_PIECE,
            began_anew: false,
            has_pulled: false,
        };
        if let Some(LogBreak { known, seen, .. }) = log_break {
            run.alert(SyncAlert::LogRewritten { known, seen });
        }
        Ok(run)
    }

    async fn work(&mut self) -> Result<(), FieldError> {
        let waiting = self.waiting()?;
        self.tell(SyncEvent::Started { records: waiting.0, photos: waiting.1 });
        former::tell(self).await?;
        push::push(self).await?;
        if self.held_up_by.is_some() || !self.undeliverable.is_empty() {
            // Where it is not the hub that answers at all, photos need not be tried.
            self.pull().await?;
        }
        let sent = photos::send_all(self).await;
        if sent.as_ref().is_err_and(|error| !leaves_news(error)) {
            return sent;
        }
        if !self.has_pulled {
            self.pull().await?;
        }
        for record in std::mem::take(&mut self.undeliverable) {
            self.alert(SyncAlert::Undeliverable(record));
        }
        sent.and(self.held_up_by.take().map_or(Ok(()), |error| Err(error.into())))
    }

    /// Fetches the news, whatever was hard before.
    async fn pull(&mut self) -> Result<(), FieldError> {
        self.patience.rest();
        pull::pull(self).await?;
        self.has_pulled = true;
        Ok(())
    }

    /// Hands in the report that was asked for, unless the hub cannot be reached or says no to everything.
    async fn report(&mut self, outcome: &Result<(), FieldError>) -> Result<(), FieldError> {
        match outcome {
            Err(FieldError::Hub { code, .. }) if ends_all(Some(*code)) => Ok(()),
            Ok(()) | Err(FieldError::Hub { .. } | FieldError::HubAnswer(_)) => {
                self_report::hand_in(self).await
            }
            Err(_) if self.has_pulled => self_report::hand_in(self).await,
            Err(_) => Ok(()),
        }
    }

    fn end(mut self, outcome: Result<(), FieldError>) -> Result<SyncReport, FieldError> {
        self.syncer.lock_pace().clone_from(&self.pace);
        let stuck = match outcome {
            Ok(()) => None,
            Err(error) if is_of_the_hub(&error) => Some(error),
            Err(error) => return Err(error),
        };
        // All is done by now and is reported: what a full disk keeps from being noted the next sync is told again.
        let _ = self.remember_revocation(stuck.as_ref());
        let (records_waiting, photos_waiting) = self.waiting()?;
        // The photos of a record that the hub refused wait for somebody, and one that it refused itself for another
        // program: not for the next sync.
        let ready = self.parts.store.read(|conn| photo_rows::worth_another_try(conn, self.device.member))?;
        let again = stuck.is_some() || records_waiting > 0 || ready;
        Ok(SyncReport {
            stuck: stuck.as_ref().map(FieldError::code),
            moved: self.moved,
            records_waiting,
            photos_waiting,
            alerts: std::mem::take(&mut self.alerts),
            next_try: self.next_try(again),
        })
    }

    fn next_try(&self, again: bool) -> Option<Timestamp> {
        let in_a_row = &self.syncer.stuck_in_a_row;
        if !again {
            in_a_row.store(0, Ordering::Relaxed);
            return None;
        }
        let failures = in_a_row.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let random = u64::from_le_bytes(self.parts.tools.entropy.bytes());
        let delay = Backoff::BETWEEN_SYNCS.delay(failures, random).max(self.patience.asked_for());
        Some(self.parts.tools.clock.now().plus_millis(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)))
    }

    fn remember_revocation(&self, stuck: Option<&FieldError>) -> Result<(), StoreError> {
        let revoked = match stuck {
            None => false,
            Some(FieldError::Hub { code: ProblemCode::DeviceRevoked, .. }) => true,
            Some(_) => return Ok(()),
        };
        if revoked == self.device.revoked {
            return Ok(());
        }
        self.parts.store.write(|tx| device::set_revoked(tx, self.device.id, revoked))
    }

    /// This member's records that wait, and the photos that wait.
    fn waiting(&self) -> Result<(u64, u64), StoreError> {
        self.parts.store.read(|conn| {
            let records = records::waiting_ids(conn, self.device.member)?.len() as u64;
            Ok((records, photo_rows::waiting_total(conn)?.0))
        })
    }

    fn alert(&mut self, alert: SyncAlert) {
        if !self.alerts.contains(&alert) {
            self.alerts.push(alert);
        }
    }

    fn tell(&self, event: SyncEvent) {
        if let Some(observer) = self.observer {
            observer.on_event(event);
        }
    }

    /// Marks records as on their way, for as long as the answer lives.
    fn sending(&self, records: impl Iterator<Item = RecordId>) -> Sending<'a> {
        self.syncer.lock_sending().extend(records);
        Sending(self.syncer)
    }

    /// Sets the phone's idea of the hub's clock by its last answer, unless that took so long that it
    /// tells less than what is known.
    fn learn_time(&self, tx: &Transaction<'_>, hub_time: Option<Timestamp>) -> Result<(), StoreError> {
        /// An answer's time is sure to within the time it took.
        const SURE_MS: i64 = 10_000;
        let Some(hub_time) = hub_time else { return Ok(()) };
        if self.hub.last_took_ms() <= SURE_MS || meta::get(tx, meta::CLOCK_ANCHOR)?.is_none() {
            let anchor = ClockAnchor::learn(&*self.parts.tools.clock, hub_time);
            meta::put(tx, meta::CLOCK_ANCHOR, &anchor)?;
        }
        Ok(())
    }
}

/// No record is on its way any more when this goes, however the sync ended.
struct Sending<'a>(&'a Syncer);

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.lock_sending().clear();
    }
}

/// Whether the hub or the way to it is to blame, so that trying again later is all there is to do.
fn is_of_the_hub(error: &FieldError) -> bool {
    matches!(
        error,
        FieldError::Offline(_)
            | FieldError::HubUntrusted(_)
            | FieldError::HubAnswer(_)
            | FieldError::HubNewer(_)
            | FieldError::Hub { .. }
    )
}

/// Whether news may still come after photos failed so: of a hub that has trouble with photos, and over a line that
/// carries none.
fn leaves_news(error: &FieldError) -> bool {
    match error {
        FieldError::Hub { code, .. } => !ends_all(Some(*code)),
        error => matches!(error, FieldError::HubAnswer(_) | FieldError::Offline(_)),
    }
}

/// Whether the hub will say no to whatever this phone asks.
fn ends_all(code: Option<ProblemCode>) -> bool {
    matches!(code, Some(ProblemCode::DeviceRevoked | ProblemCode::Unauthorized))
}

#[cfg(test)]
mod tests;

//! One transaction for a whole batch: records, log, payloads, visits, tallies, changes, alerts. It is
//! durable before anybody is answered, and it takes the same dozen statements for one record or fifty.

use std::collections::BTreeSet;

use xuncha_core::domain::{DeviceId, RecordId, Sha256Hash, Timestamp, VenueId, Visit};
use xuncha_core::wire::merkle::leaf_hash;
use xuncha_core::wire::{ProblemCode, RefusalCode, leaf_bytes};

use super::chain::Flaw;
use super::known::{Had, Known};
use super::line::{adopt, place};
use super::write::{Aside, NewAlert, NewRecord, Taken, Unfit, Writes};
use super::{Opened, Refusal, Sealed, judge};
use crate::app::App;
use crate::auth::Device;
use crate::coverage::{Pair, recount_pairs};
use crate::error::{HubError, HubResult};
use crate::store::{Key as _, LockedStation, StoreError, Tx};

/// What became of one record.
#[derive(Debug)]
pub(super) enum Outcome {
    Accepted(Taken),
    AlreadyHad(Taken),
    Refused(Option<RecordId>, Refusal),
}

/// Takes what can be taken. The outcomes are in the order of `opened`.
pub(super) async fn commit(app: &App, device: &Device, opened: Vec<Opened>) -> HubResult<Vec<Outcome>> {
    app.true_now().await?;
    let signed: Vec<&Sealed> = opened
        .iter()
        .filter_map(|opened| match opened {
            Opened::Signed { sealed, .. } => Some(sealed.as_ref()),
            Opened::Untrusted { .. } => None,
        })
        .collect();
    if signed.is_empty() {
        return Ok(opened.into_iter().map(Opened::refused).collect());
    }

    let mut tx = app.store.begin().await?;
    let unknown = || HubError::new(ProblemCode::Unauthorized);
    let mut station = tx.lock_station(device.station()).await?.ok_or_else(unknown)?;
    must_be_in_use(&mut tx, device).await?;
    let known = Known::load(&mut tx, device.station(), &signed).await?;
    // Under the lock, so that the log's times are in its order.
    let now = app.arrival(&station)?;
    let mut batch = Batch { now, known, writes: Writes::default(), pairs: BTreeSet::new() };
    let mut outcomes = Vec::with_capacity(opened.len());
    for opened in opened {
        outcomes.push(match opened {
            Opened::Signed { sealed, refusal } => batch.take(&mut station, *sealed, refusal),
            Opened::Untrusted { .. } => opened.refused(),
        });
    }
    if !batch.writes.is_empty() {
        let Batch { known, writes, pairs, .. } = batch;
        writes.write(&mut tx, &station).await?;
        recount_pairs(&mut tx, device.station(), &pairs, &known.venues, &known.policies).await?;
        station.save(&mut tx).await?;
        tx.commit().await?;
        app.written.saw(station.log_at());
    }
    Ok(outcomes)
}

/// A phone may have been revoked between its sign-in and the lock.
async fn must_be_in_use(tx: &mut Tx, device: &Device) -> HubResult<()> {
    let in_use = "SELECT 1 FROM devices WHERE station_id = $1 AND device_id = $2 AND revoked_at IS NULL";
    let found = sqlx::query(in_use).bind(device.station().key()).bind(device.id.key());
    let found = found.fetch_optional(&mut **tx).await.map_err(StoreError::from)?;
    found.map(drop).ok_or_else(|| HubError::new(ProblemCode::DeviceRevoked))
}

impl Opened {
    /// The outcome of what is not even looked at in the transaction.
    fn refused(self) -> Outcome {
        match self {
            Self::Untrusted { id, refusal } => Outcome::Refused(id, refusal),
            Self::Signed { sealed, refusal } => Outcome::Refused(
                Some(sealed.record.id),
                refusal.unwrap_or(Refusal::of(RefusalCode::Malformed)),
            ),
        }
    }
}

struct Batch {
    now: Timestamp,
    known: Known,
    writes: Writes,
    /// Venues and months to be counted anew.
    pairs: BTreeSet<Pair>,
}

impl Batch {
    fn take(&mut self, station: &mut LockedStation, sealed: Sealed, refusal: Option<Refusal>) -> Outcome {
        let id = sealed.record.id;
        let had = self.known.had.get(&id).copied();
        let judged = match (had, refusal) {
            // What was taken once stays taken, whatever would be said of it today.
            (Some(had), _) if had.sha256 == sealed.sha256 => return Outcome::AlreadyHad(taken(id, had)),
            (Some(_), _) => Err(Refusal::of(RefusalCode::Conflict)),
            (None, Some(refusal)) => Err(refusal),
            (None, None) => {
                let venue = self.known.counts_for(sealed.record.venue());
                judge::among(&sealed.record, venue, &self.known.lines)
            }
        };
        match judged {
            Ok(venue) => Outcome::Accepted(self.accept(station, sealed, venue)),
            Err(refusal) => {
                self.set_aside(sealed, &refusal);
                Outcome::Refused(Some(id), refusal)
            }
        }
    }

    fn accept(&mut self, station: &mut LockedStation, sealed: Sealed, venue: VenueId) -> Taken {
        let Sealed { jws, sha256, record, found_good } = sealed;
        let log_index = station.append(leaf_hash(&leaf_bytes(&sha256, self.now)), self.now);
        let visit = Visit { venue, ..record.visit(Some(self.now)) };

        let line = place(&visit, &self.known.lines);
        self.pairs.insert((visit.venue, line.month));
        let adopted = adopt(record.id, &line, &mut self.known.lines);
        for (orphan, left) in adopted.moved {
            let Some(now) = self.known.lines.get(&orphan) else { continue };
            self.pairs.extend([(now.venue, left), (now.venue, now.month)]);
            self.writes.moved.push((orphan, now.root, now.month));
        }
        for correction in adopted.unfit {
            let (of, change_no) = (record.id, station.next_change());
            self.writes.unfit.push(Unfit { correction, of, change_no, at: self.now });
        }
        for flaw in self.known.chains.add(&record, sha256) {
            let (kind, other) = match flaw {
                Flaw::Fork(other) => ("fork", other),
                Flaw::Broken(other) => ("broken_chain", other),
            };
            self.alert(kind, sha256, record.id, Some(other), record.device, None);
        }
        if self.known.set_aside.remove(&sha256) {
            self.writes.no_longer_aside.push(sha256);
        }

        let had = Had { sha256, received_at: self.now, log_index };
        self.known.had.insert(record.id, had);
        self.known.lines.insert(record.id, line.clone());
        let change_no = station.next_change();
        let taken = taken(record.id, had);
        self.writes.records.push(NewRecord { jws, record, visit, found_good, line, taken, change_no });
        taken
    }

    /// Kept for the head: it is well signed, only not to be counted.
    fn set_aside(&mut self, sealed: Sealed, refusal: &Refusal) {
        if !self.known.set_aside.insert(sealed.sha256) {
            return;
        }
        let kind = if refusal.code == RefusalCode::Conflict { "conflict" } else { "set_aside" };
        let (id, device) = (sealed.record.id, sealed.record.device);
        let other = (refusal.code == RefusalCode::Conflict).then_some(id);
        self.alert(kind, sealed.sha256, id, other, device, Some(refusal.code.code()));
        self.writes.aside.push(Aside { sealed, refusal: refusal.clone(), at: self.now });
    }

    fn alert(
        &mut self,
        kind: &'static str,
        sha256: Sha256Hash,
        record: RecordId,
        other: Option<RecordId>,
        device: DeviceId,
        detail: Option<&'static str>,
    ) {
        let alert = NewAlert { kind, sha256, record, other, device, detail, at: self.now };
        self.writes.alerts.push(alert);
    }
}

const fn taken(record: RecordId, had: Had) -> Taken {
    Taken { record, sha256: had.sha256, log_index: had.log_index, received_at: had.received_at }
}

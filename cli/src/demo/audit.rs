//! The audit: what the phones say they recorded against what lies in the hub's store. It shares no code
//! with either but the reading of what travelled.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;
use xuncha_core::wire::{Jws, Parcel, Push, frame, limits};

use super::proxy::SeenRequest;

/// A record as a phone has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnPhone {
    /// Its id.
    pub record: String,
    /// The hash of its sealed form.
    pub sha256: String,
    /// Whether the phone shows it as received, on a receipt.
    pub received: bool,
}

/// A record as the hub has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnHub {
    /// Its id.
    pub record: String,
    /// The hash of the sealed form that is kept, computed from it.
    pub sha256: String,
    /// The device that sealed it and its number there: two records with the same are one told twice.
    pub chain: (String, u64),
}

/// What the audit counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Records that phones said they saved.
    pub recorded: usize,
    /// Of these, how many a phone shows as received and the hub has.
    pub received: usize,
    /// Saved and not at the hub, or not on its phone any more.
    pub lost: usize,
    /// At the hub more often than they were recorded.
    pub doubled: usize,
    /// At the hub with other bytes than on the phone.
    pub altered: usize,
}

impl Figures {
    /// Whether nothing was lost, doubled or altered, and all arrived.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.altered == 0 && self.received == self.recorded
    }
}

/// Compares. `saved` are the ids that phones said were saved, as they were heard when it happened.
#[must_use]
pub fn compare(saved: &[String], phones: &[OnPhone], hub: &[OnHub]) -> Figures {
    let saved: BTreeSet<&str> = saved.iter().map(String::as_str).collect();
    let on_phone: BTreeMap<&str, &OnPhone> = phones.iter().map(|one| (one.record.as_str(), one)).collect();
    let mut on_hub: BTreeMap<&str, Vec<&OnHub>> = BTreeMap::new();
    for one in hub {
        on_hub.entry(&one.record).or_default().push(one);
    }
    let known: BTreeSet<&str> = saved.iter().copied().chain(on_phone.keys().copied()).collect();
    let mut figures = Figures { recorded: known.len(), ..Figures::default() };
    for id in &known {
        match (on_phone.get(id), on_hub.get(id)) {
            (Some(phone), Some(copies)) => {
                if copies.iter().any(|copy| copy.sha256 != phone.sha256) {
                    figures.altered += 1;
                } else if phone.received {
                    figures.received += 1;
                }
            }
            _ => figures.lost += 1,
        }
    }
    let more_than_once = on_hub.values().map(|copies| copies.len() - 1).sum::<usize>();
    let from_nowhere = on_hub.keys().filter(|id| !known.contains(*id)).count();
    let places: BTreeSet<_> = hub.iter().map(|one| &one.chain).collect();
    let told_twice = hub.len() - places.len();
    figures.doubled = (more_than_once + from_nowhere).max(told_twice);
    figures
}

/// Bytes of records and photos that went to the hub more than once, or in vain because the connection
/// was cut. Records are counted by their sealed form, not by what compression made of a batch.
#[must_use]
pub fn resent_bytes(requests: &[SeenRequest]) -> u64 {
    let mut records: HashSet<Jws> = HashSet::new();
    let mut photos: BTreeMap<&str, u64> = BTreeMap::new();
    let mut resent = 0;
    for request in requests {
        let body = request.body.len() as u64;
        let is_photo = request.method == "PATCH";
        let is_push = request.method == "POST" && request.path == "/api/v1/records";
        if !request.whole && (is_photo || is_push) {
            resent += body;
        } else if is_photo {
            let (from, reached) =
                (request.upload_offset.unwrap_or(0), photos.entry(&request.path).or_default());
            let to = from + body;
            resent += to.min(*reached).saturating_sub(from);
            *reached = to.max(*reached);
        } else if is_push {
            for jws in pushed(&request.body) {
                let length = jws.as_str().len() as u64;
                if !records.insert(jws) {
                    resent += length;
                }
            }
        }
    }
    resent
}

fn pushed(body: &[u8]) -> Vec<Jws> {
    let plain = frame::decompress_bounded(body, limits::PUSH_BYTES).unwrap_or_else(|_| body.to_vec());
    let push: Option<Push> = serde_json::from_slice(&plain).ok();
    let parcels = push.map(|push| push.parcels).unwrap_or_default();
    let sealed = parcels.into_iter().filter_map(|parcel| match parcel {
        Parcel::Sealed(jws) => Some(jws),
        Parcel::Locked(_) => None,
    });
    sealed.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn world(count: usize) -> (Vec<String>, Vec<OnPhone>, Vec<OnHub>) {
        let ids: Vec<_> = (0..count).map(|n| format!("r{n}")).collect();
        let phone = |id: &String| OnPhone { record: id.clone(), sha256: format!("h{id}"), received: true };
        let hub = |(n, id): (usize, &String)| OnHub {
            record: id.clone(),
            sha256: format!("h{id}"),
            chain: ("d".to_owned(), n as u64),
        };
        let (phones, hubs) = (ids.iter().map(phone).collect(), ids.iter().enumerate().map(hub).collect());
        (ids, phones, hubs)
    }

    proptest! {
        #[test]
        fn a_clean_world_is_clean_and_each_planted_fault_is_found(count in 2_usize..30, at in any::<prop::sample::Index>()) {
            let at = at.index(count);
            let (saved, phones, hub) = world(count);
            let clean = compare(&saved, &phones, &hub);
            prop_assert!(clean.is_clean() && clean.received == count);

            let mut lost = hub.clone();
            lost.remove(at);
            let figures = compare(&saved, &phones, &lost);
            prop_assert_eq!((figures.lost, figures.doubled, figures.altered), (1, 0, 0));

            let mut altered = hub.clone();
            altered[at].sha256 = "other".to_owned();
            let figures = compare(&saved, &phones, &altered);
            prop_assert_eq!((figures.lost, figures.doubled, figures.altered), (0, 0, 1));

            let mut doubled = hub.clone();
            doubled.push(OnHub { record: "again".to_owned(), ..hub[at].clone() });
            let figures = compare(&saved, &phones, &doubled);
            prop_assert_eq!((figures.lost, figures.doubled, figures.altered), (0, 1, 0));

            let mut forgotten = phones.clone();
            forgotten.remove(at);
            prop_assert_eq!(compare(&saved, &forgotten, &hub).lost, 1);

            let mut untold = phones;
            untold[at].received = false;
            prop_assert!(!compare(&saved, &untold, &hub).is_clean());
        }
    }

    fn request(method: &str, path: &str, offset: Option<u64>, body: &[u8], whole: bool) -> SeenRequest {
        SeenRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            upload_offset: offset,
            body: body.to_vec(),
            whole,
        }
    }

    #[test]
    fn only_what_went_again_or_in_vain_is_counted() {
        let first = request("PATCH", "/p", Some(0), &[0; 100], true);
        let second = request("PATCH", "/p", Some(100), &[0; 100], true);
        let overlapping = request("PATCH", "/p", Some(150), &[0; 100], true);
        let cut = request("PATCH", "/p", Some(250), &[0; 30], false);
        let requests = [first, second, overlapping, cut];
        assert_eq!(resent_bytes(&requests[..2]), 0);
        assert_eq!(resent_bytes(&requests), 50 + 30);

        let jws = xuncha_core::wire::sign(
            &xuncha_core::wire::SigningKey::from_seed([1; 32]),
            xuncha_core::wire::Typ::Record,
            &"x",
        )
        .unwrap();
        let push = Push { parcels: vec![Parcel::Sealed(jws.clone())] };
        let body = frame::compress(&serde_json::to_vec(&push).unwrap()).unwrap();
        let push = request("POST", "/api/v1/records", None, &body, true);
        assert_eq!(resent_bytes(&[push.clone(), push]), jws.as_str().len() as u64);
    }
}

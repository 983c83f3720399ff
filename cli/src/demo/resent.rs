//! How many bytes had to be sent again, from what passed the proxy: the price of cut lines. Resumable
//! photos and batches keep it low.

use std::collections::{BTreeMap, BTreeSet};

use xuncha_core::wire::{Parcel, Push};

use super::proxy::SeenRequest;

/// The bytes of request bodies that had passed before, or that passed for nothing.
#[must_use]
pub fn resent_bytes(seen: &[SeenRequest]) -> u64 {
    let mut photos = BTreeMap::<&str, BTreeSet<u64>>::new();
    let mut records = BTreeSet::new();
    let mut again = 0;
    for request in seen {
        let length = request.body.len() as u64;
        if let Some(offset) = request.upload_offset {
            let known = photos.entry(request.path.as_str()).or_default();
            again += (offset..offset + length).filter(|byte| !known.insert(*byte)).count() as u64;
        } else if let Some(push) = push(request) {
            let new = push.parcels.iter().filter(|parcel| records.insert(key(parcel))).count() as u64;
            let all = push.parcels.len() as u64;
            // A compressed batch has no bytes of a single record: each has its share.
            again += if all == 0 { 0 } else { length * (all - new) / all };
        } else if !request.whole {
            again += length;
        }
    }
    again
}

/// A batch of records, if it passed whole.
fn push(request: &SeenRequest) -> Option<Push> {
    if !request.whole || !request.path.ends_with("/records") {
        return None;
    }
    let plain = zstd::decode_all(request.body.as_slice()).unwrap_or_else(|_| request.body.clone());
    serde_json::from_slice(&plain).ok()
}

fn key(parcel: &Parcel) -> String {
    match parcel {
        Parcel::Sealed(jws) => jws.as_str().to_owned(),
        Parcel::Locked(locked) => locked.id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use xuncha_core::wire::{SigningKey, Typ, sign};

    use super::*;

    fn seen(path: &str, upload_offset: Option<u64>, body: Vec<u8>, whole: bool) -> SeenRequest {
        SeenRequest { method: "POST".to_owned(), path: path.to_owned(), upload_offset, body, whole }
    }

    fn batch(ids: &[u8]) -> Vec<u8> {
        let key = SigningKey::from_seed([7; 32]);
        let parcels = ids.iter().map(|id| Parcel::Sealed(sign(&key, Typ::Record, id).unwrap()));
        let push = Push { parcels: parcels.collect() };
        zstd::encode_all(serde_json::to_vec(&push).unwrap().as_slice(), 1).unwrap()
    }

    #[test]
    fn only_overlapping_parts_of_a_photo_were_sent_again() {
        let photo = |offset, length| seen("/api/v1/photos/a", Some(offset), vec![0; length], false);
        assert_eq!(resent_bytes(&[photo(0, 100), photo(60, 100), photo(160, 10)]), 40);
        let other = seen("/api/v1/photos/b", Some(0), vec![0; 100], true);
        assert_eq!(resent_bytes(&[photo(0, 100), other]), 0);
    }

    #[test]
    fn a_repeated_record_costs_its_share_of_the_batch_and_a_cut_batch_all_of_it() {
        let records = |ids: &[u8]| seen("/api/v1/records", None, batch(ids), true);
        assert_eq!(resent_bytes(&[records(&[1, 2])]), 0);
        let both = records(&[2, 3]);
        let half = both.body.len() as u64 / 2;
        assert_eq!(resent_bytes(&[records(&[1, 2]), both]), half);
        let cut = seen("/api/v1/records", None, vec![1, 2, 3], false);
        assert_eq!(resent_bytes(&[cut]), 3);
    }
}

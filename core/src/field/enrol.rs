//! Enrolment: this phone becomes a device of a member, by the one-time code of a card.
//!
//! The new signing key is kept before the hub is asked, so an answer that was lost is asked for again
//! with the same code and key, and the code is not burnt. All that the answer brings is kept in one
//! transaction. Records of an earlier enrolment stay, and the new device sends them.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::keys::{PENDING_AAD, seed_aad, token_aad};
use super::store::device::{self, Chain, DeviceRow};
use super::store::meta::{self, Owner};
use super::sync::{Hub, LOG_BREAK, Patience, RECEIPTED, Syncer, give_again, read_head};
use super::transport::Method;
use super::{ClockAnchor, FieldError, Parts};
use crate::domain::Name;
use crate::wire::{EnrolAnswer, EnrolCode, EnrolLink, EnrolRequest, Platform, SigningKey};

/// The most bytes of a token.
const MAX_TOKEN: usize = 512;

/// An enrolment under way.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pending {
    hub: String,
    code: EnrolCode,
    seed: [u8; 32],
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

impl Syncer {
    /// Enrols this phone by the card that `link` was read from. `label` is what its owner would know
    /// it by.
    ///
    /// # Errors
    /// [`FieldError::Hub`] when the hub does not take the code; [`FieldError::HubUntrusted`] when it is
    /// not the hub that the card names; [`FieldError::Offline`] and [`FieldError::HubAnswer`] when the
    /// same may work later; or what failed on this phone.
    pub async fn enrol(
        &self,
        parts: Parts<'_>,
        link: &EnrolLink,
        platform: Platform,
        label: Name,
    ) -> Result<Owner, FieldError> {
        self.at_once(async {
            let pending = pending(parts, link)?;
            let key = SigningKey::from_seed(pending.seed);
            let hub = Hub::at(parts.tools, &link.hub);
            let asked = EnrolRequest { code: link.code.clone(), key: key.verifying_key(), platform, label };
            let body = serde_json::to_vec(&asked).map_err(|error| FieldError::Internal(error.to_string()))?;
            let request = hub.json_request(Method::POST, "/api/v1/enrol", body);
            let answer: EnrolAnswer = hub.ask(&request, &mut Patience::new(parts.tools, None)).await?;
            check(parts, link, &answer)?;
            keep(parts, link, &pending, &key, answer)
        })
        .await
    }
}

/// The enrolment by this very card that is under way, or a new one in place of any other.
fn pending(parts: Parts<'_>, link: &EnrolLink) -> Result<Pending, FieldError> {
    let kept = parts.store.read(device::pending)?;
    let kept = kept.and_then(|sealed| parts.keys.unseal(PENDING_AAD, &sealed).ok());
    let kept: Option<Pending> = kept.and_then(|plain| serde_json::from_slice(&plain).ok());
    if let Some(kept) = kept.filter(|kept| kept.hub == link.hub && kept.code == link.code) {
        return Ok(kept);
    }
    let seed = parts.tools.entropy.bytes();
    let pending = Pending { hub: link.hub.clone(), code: link.code.clone(), seed };
    let plain = serde_json::to_vec(&pending).map_err(|error| FieldError::Internal(error.to_string()))?;
    let sealed = parts.keys.seal(PENDING_AAD, &Zeroizing::new(plain))?;
    parts.store.write(|tx| device::begin_pending(tx, &sealed))?;
    Ok(pending)
}

/// Checks that it is the hub that the card names that answers, and that its answer holds together.
fn check(parts: Parts<'_>, link: &EnrolLink, answer: &EnrolAnswer) -> Result<(), FieldError> {
    let untrusted = |what: &str| Err(FieldError::HubUntrusted(what.to_owned()));
    let before = parts.store.read(device::current)?.filter(|device| device.hub == link.hub);
    match (&link.key, before) {
        (Some(key), _) if *key != answer.hub_key.kid() => return untrusted("its key is not the card's"),
        // A code typed by hand names no key; the key known from before must do.
        (None, Some(before)) if before.hub_key != answer.hub_key => {
            return untrusted("its key is not the one known; scan the card instead of typing its code");
        }
        _ => {}
    }
    if let Err(error) = read_head(&answer.head, &answer.hub_key, answer.station.id) {
        return untrusted(&error.to_string());
    }
    let token_fits = answer.token.len() <= MAX_TOKEN
        && !answer.token.is_empty()
        && Hub::at(parts.tools, &link.hub).signed_in(&answer.token).is_some();
    if answer.member.station != answer.station.id || !token_fits {
        return Err(FieldError::HubAnswer("the enrolment does not hold together".to_owned()));
    }
    Ok(())
}

fn keep(
    parts: Parts<'_>,
    link: &EnrolLink,
    pending: &Pending,
    key: &SigningKey,
    answer: EnrolAnswer,
) -> Result<Owner, FieldError> {
    let clock = &*parts.tools.clock;
    let public_key = key.verifying_key();
    let seed = parts.keys.seal(&seed_aad(&public_key), &pending.seed)?;
    let token = parts.keys.seal(&token_aad(answer.device), answer.token.as_bytes())?;
    let device = DeviceRow {
        id: answer.device,
        enrolled_at: clock.now(),
        member: answer.member.id,
        station: answer.station.id,
        hub: link.hub.clone(),
        hub_key: answer.hub_key,
        hub_sealing_key: answer.hub_sealing_key.clone(),
        public_key,
        data_key: seed.key,
        sealed_seed: seed.bytes,
        sealed_token: token.bytes,
        revoked: false,
        chain: Chain::default(),
    };
    let for_hub = parts.keys.wrap_for_hub(&answer.hub_sealing_key).map_err(FieldError::HubKey)?;
    let owner = Owner { member: answer.member, station: answer.station };
    parts.store.write(|tx| {
        let before = device::enrolled(tx)?;
        device::enrol(tx, &device, &owner, &for_hub)?;
        // What the hub signed before still binds it, unless it broke its word: that ends with the card
        // that the station head, who was to be told, makes out anew. What the hub lost it is given again.
        let was_broken = meta::get(tx, LOG_BREAK)?.is_some();
        if let Some(before) = before.filter(|_| was_broken) {
            give_again(tx, before.station)?;
        }
        if was_broken || meta::get(tx, meta::LOG_HEAD)?.is_none() {
            meta::put(tx, meta::LOG_HEAD, &answer.head)?;
            meta::forget(tx, RECEIPTED)?;
            meta::forget(tx, LOG_BREAK)?;
        }
        meta::forget(tx, meta::REFUSED_TRIED_AT)?;
        meta::put(tx, meta::CLOCK_ANCHOR, &ClockAnchor::learn(clock, answer.hub_time))
    })?;
    Ok(owner)
}

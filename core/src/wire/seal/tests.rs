//! Sealing against RFC 9180's vector, wrong keys, wrong places and damaged bytes.

use proptest::prelude::*;
use proptest::sample::Index;
use rand_core::RngCore;

use super::*;

/// Gives the bytes it was made with, once.
struct Given(Vec<u8>);

impl RngCore for Given {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        let left = self.0.split_off(dest.len());
        dest.copy_from_slice(&std::mem::replace(&mut self.0, left));
    }
}

impl CryptoRng for Given {}

fn ephemeral() -> Given {
    Given(vec![9; KEY_LEN])
}

fn data_key() -> DataKey {
    DataKey::from_entropy([1; KEY_LEN])
}

fn hub() -> HubOpeningKey {
    HubOpeningKey::from_seed([2; KEY_LEN])
}

fn wrapped() -> WrappedKey {
    data_key().wrap_for_hub(&hub().sealing_key(), b"phone", &mut ephemeral()).unwrap()
}

#[test]
fn the_suite_is_the_one_of_rfc_9180_a_2_1() {
    let hex = |text| hex::decode(text).unwrap();
    let seed = hex("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df");
    let public = hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    let entropy = hex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
    let encapsulated = hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    let cipher_text =
        hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28");
    let (info, aad) = (b"Ode on a Grecian Urn", b"Count-0");
    let plain = b"Beauty is truth, truth beauty";

    let hub = HubOpeningKey::from_seed(seed.clone().try_into().unwrap());
    assert_eq!(hub.sealing_key().as_bytes().as_slice(), public);
    let sealed = hpke_seal(&public, info, plain, aad, &mut Given(entropy)).unwrap();
    assert_eq!(sealed, (encapsulated.clone(), cipher_text.clone()));
    assert_eq!(hpke_open(&seed, info, &encapsulated, &cipher_text, aad).unwrap(), plain);
}

#[test]
fn a_key_wrapped_to_the_hub_is_opened_by_it_alone() {
    let opened = hub().unwrap_key(&wrapped(), b"phone").unwrap();
    assert_eq!(opened.expose(), data_key().expose());
    let other_hub = HubOpeningKey::from_seed([3; KEY_LEN]);
    assert_eq!(other_hub.unwrap_key(&wrapped(), b"phone").unwrap_err(), SealError::Open);
    assert_eq!(hub().unwrap_key(&wrapped(), b"another phone").unwrap_err(), SealError::Open);
}

#[test]
fn keys_travel_as_base64url_of_one_length() {
    let text = serde_json::to_string(&wrapped()).unwrap();
    assert_eq!(text.len(), 108 + 2);
    assert_eq!(serde_json::from_str::<WrappedKey>(&text).unwrap(), wrapped());
    assert_eq!(WrappedKey::try_from(wrapped().as_bytes().as_slice()), Ok(wrapped()));
    let key = hub().sealing_key();
    assert_eq!(key.to_string().parse(), Ok(key.clone()));
    for bad in [&text[1..text.len() - 2], "", &key.to_string()] {
        assert_eq!(bad.parse::<WrappedKey>(), Err(SealError::Encoding), "{bad}");
    }
    assert_eq!(WrappedKey::try_from([1; 80].as_slice()), Err(SealError::Length(80)));
    assert_eq!(WrappedKey::try_from([2; 81].as_slice()), Err(SealError::Version(2)));
    assert!(serde_json::from_str::<HubSealingKey>("\"AAAA\"").is_err());
}

#[test]
fn a_useless_hub_key_is_refused_before_anything_is_wrapped_to_it() {
    assert_eq!(HubSealingKey::try_from([0; KEY_LEN].as_slice()), Err(SealError::HubKey));
    let mut small_order = [0; KEY_LEN];
    small_order[0] = 1;
    let small_order = HubSealingKey::try_from(small_order.as_slice()).unwrap();
    let answer = data_key().wrap_for_hub(&small_order, b"", &mut ephemeral());
    assert_eq!(answer, Err(SealError::HubKey));
}

#[test]
fn the_wrong_place_and_the_wrong_key_open_nothing() {
    let sealed = data_key().encrypt([5; NONCE_LEN], b"notes/1", b"plain").unwrap();
    assert_eq!(data_key().decrypt(b"notes/1", &sealed).unwrap(), b"plain");
    assert_eq!(data_key().decrypt(b"notes/2", &sealed), Err(SealError::Open));
    assert_eq!(DataKey::from_entropy([4; 32]).decrypt(b"notes/1", &sealed), Err(SealError::Open));
}

#[test]
fn a_later_format_is_told_from_damage() {
    let mut sealed = data_key().encrypt([5; NONCE_LEN], b"", b"plain").unwrap();
    sealed[0] = 2;
    assert_eq!(data_key().decrypt(b"", &sealed), Err(SealError::Version(2)));
    assert_eq!(data_key().decrypt(b"", &[]), Err(SealError::Length(0)));
    assert_eq!(data_key().decrypt(b"", &[1; 40]), Err(SealError::Length(40)));
}

#[test]
fn private_keys_do_not_print_themselves() {
    let printed = format!("{:?} {:?}", data_key(), hub());
    assert!(!printed.contains(&base64url::encode([2; 32])), "{printed}");
    assert!(printed.contains("DataKey(…)"), "{printed}");
}

proptest! {
    #[test]
    fn what_was_sealed_is_opened(
        key in any::<[u8; 32]>(), nonce in any::<[u8; 24]>(),
        aad in proptest::collection::vec(any::<u8>(), 0..50), plain in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let key = DataKey::from_entropy(key);
        let sealed = key.encrypt(nonce, &aad, &plain).unwrap();
        prop_assert_eq!(sealed.len(), 1 + NONCE_LEN + plain.len() + TAG_LEN);
        prop_assert_eq!(key.decrypt(&aad, &sealed).unwrap(), plain);
    }

    #[test]
    fn one_altered_bit_or_a_cut_is_refused(at in any::<Index>(), bit in 0..8_u8) {
        let sealed = data_key().encrypt([5; NONCE_LEN], b"aad", b"a note").unwrap();
        let at = at.index(sealed.len());
        prop_assert!(data_key().decrypt(b"aad", &sealed[..at]).is_err());
        let mut altered = sealed;
        altered[at] ^= 1_u8 << bit;
        prop_assert!(data_key().decrypt(b"aad", &altered).is_err());
    }

    #[test]
    fn an_altered_wrapped_key_is_refused(at in any::<Index>(), bit in 0..8_u8) {
        let mut bytes = *wrapped().as_bytes();
        bytes[at.index(WRAPPED_LEN)] ^= 1_u8 << bit;
        let opened = WrappedKey::try_from(bytes.as_slice()).and_then(|key| hub().unwrap_key(&key, b"phone"));
        // X25519 ignores the top bit of a public key (RFC 7748 §5), but HPKE hashes all of it.
        prop_assert!(opened.is_err());
    }
}

//! Signed messages against RFC 8037's vectors and against everything a forger may try.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::*;

fn key() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

fn sample() -> Jws {
    sign(&key(), Typ::Record, &json!({"id": 1, "text": "网吧"})).unwrap()
}

/// A JWS with any header at all, its signature by our key.
fn with_header(header: &str) -> Jws {
    let signed = format!("{}.{}", base64url::encode(header), base64url::encode(r#"{"id":1}"#));
    let signature = base64url::encode(key().sign(signed.as_bytes()));
    format!("{signed}.{signature}").parse().unwrap()
}

fn header(changes: &Value) -> Jws {
    let mut header = json!({"alg": "EdDSA", "kid": key().verifying_key().kid(), "typ": Typ::Record.as_str()});
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            header.as_object_mut().unwrap().remove(name);
        } else {
            header[name] = value.clone();
        }
    }
    with_header(&header.to_string())
}

fn verify(jws: &Jws) -> Result<Value, JwsError> {
    jws.verify(&key().verifying_key(), Typ::Record)
}

#[test]
fn the_example_of_rfc_8037_a4_is_signed_and_verified_to_the_letter() {
    let seed = base64url::decode_array("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let key = SigningKey::from_seed(seed);
    let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
        hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let parts = Parts::of(text).unwrap();
    assert_eq!(key.verifying_key().to_string(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(parts.payload, b"Example of Ed25519 signing");
    assert_eq!(key.sign(parts.signed.as_bytes()), parts.signature);
    assert!(key.verifying_key().accepts(parts.signed.as_bytes(), &parts.signature));
    // It is a good signature and still none of ours: its header names neither key nor kind.
    let jws: Jws = text.parse().unwrap();
    let answer = jws.verify::<Value>(&key.verifying_key(), Typ::Record);
    assert!(matches!(answer, Err(JwsError::Header(_))), "{answer:?}");
}

#[test]
fn what_was_signed_is_read_back() {
    assert_eq!(verify(&sample()).unwrap(), json!({"id": 1, "text": "网吧"}));
    assert_eq!(sample().unverified_payload::<Value>().unwrap()["id"], 1);
    assert_eq!(sample().hash(), Sha256Hash::of(sample().as_str().as_bytes()));
    let text = serde_json::to_string(&sample()).unwrap();
    assert_eq!(serde_json::from_str::<Jws>(&text).unwrap(), sample());
}

#[test]
fn any_header_but_ours_is_refused() {
    assert!(verify(&header(&json!({}))).is_ok());
    for (changes, name) in [
        (json!({"crit": ["exp"]}), "crit"),
        (json!({"jwk": {}}), "a key in the header"),
        (json!({"jku": "https://example.com"}), "a key's address"),
        (json!({"b64": false}), "an unencoded payload"),
        (json!({"cty": "json"}), "an unknown field"),
        (json!({"kid": null}), "no kid"),
        (json!({"typ": null}), "no typ"),
        (json!({"alg": null}), "no alg"),
        (json!({"kid": 1}), "a kid that is no text"),
    ] {
        let answer = verify(&header(&changes));
        assert!(matches!(answer, Err(JwsError::Header(_))), "{name}: {answer:?}");
    }
    for text in [r#"{"alg":"EdDSA","alg":"EdDSA","kid":"","typ":""}"#, "[]", "{}", "{", "null", "\u{feff}{}"]
    {
        let answer = verify(&with_header(text));
        assert!(matches!(answer, Err(JwsError::Header(_))), "{text}: {answer:?}");
    }
}

#[test]
fn any_other_algorithm_is_refused_by_name() {
    for alg in ["none", "None", "eddsa", "HS256", "ES256", "Ed25519", ""] {
        assert_eq!(verify(&header(&json!({ "alg": alg }))), Err(JwsError::Algorithm(alg.into())));
    }
}

#[test]
fn a_message_of_one_kind_is_worth_nothing_as_another() {
    for &signed in Typ::ALL {
        let jws = sign(&key(), signed, &1).unwrap();
        for &expected in Typ::ALL {
            let answer = jws.verify::<u8>(&key().verifying_key(), expected);
            assert_eq!(answer.is_ok(), signed == expected, "{signed} as {expected}: {answer:?}");
        }
    }
    let answer = verify(&header(&json!({"typ": "JWT"})));
    assert_eq!(answer, Err(JwsError::OtherType { expected: Typ::Record, found: "JWT".into() }));
}

#[test]
fn another_key_is_named_and_a_borrowed_name_does_not_help() {
    let mallory = SigningKey::from_seed([8; 32]);
    let jws = sign(&mallory, Typ::Record, &1).unwrap();
    let (expected, found) = (key().verifying_key().kid(), mallory.verifying_key().kid());
    assert_eq!(verify(&jws), Err(JwsError::OtherKey { expected: expected.clone(), found }));

    let lie = json!({"alg": "EdDSA", "kid": expected, "typ": Typ::Record.as_str()}).to_string();
    let signed = format!("{}.{}", base64url::encode(lie), base64url::encode("1"));
    let signature = base64url::encode(mallory.sign(signed.as_bytes()));
    let jws: Jws = format!("{signed}.{signature}").parse().unwrap();
    assert_eq!(verify(&jws), Err(JwsError::Signature));
}

#[test]
fn a_signature_has_one_spelling() {
    /// The order of the group, little-endian (RFC 8032 §5.1): S + L is the same number to a lax verifier.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let text = sample().to_string();
    let parts = Parts::of(&text).unwrap();
    let mut signature = parts.signature;
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    assert_ne!(signature, parts.signature);
    let jws: Jws = format!("{}.{}", parts.signed, base64url::encode(signature)).parse().unwrap();
    assert_eq!(verify(&jws), Err(JwsError::Signature));
}

#[test]
fn what_is_no_compact_jws_is_refused_when_read() {
    let text = sample().to_string();
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    for bad in [
        String::new(),
        "..".into(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{text}.{signature}"),
        format!("{text}="),
        format!("{text}\n"),
        format!(" {text}"),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}.{}", &signature[1..]),
        format!("{header}.{payload}.{signature}AA"),
        text.replace('.', " . "),
    ] {
        assert_eq!(bad.parse::<Jws>(), Err(JwsError::Malformed), "{bad:?}");
        assert!(serde_json::from_value::<Jws>(bad.clone().into()).is_err(), "{bad:?}");
    }
}

#[test]
fn too_long_is_refused_when_signed_and_when_read() {
    let long = "x".repeat(Jws::MAX);
    assert!(matches!(sign(&key(), Typ::Record, &long), Err(JwsError::TooLong { .. })));
    assert_eq!(long.parse::<Jws>(), Err(JwsError::Malformed));
    let longer = format!("{long}x");
    assert_eq!(longer.parse::<Jws>(), Err(JwsError::TooLong { length: Jws::MAX + 1 }));
    assert!(sign(&key(), Typ::Record, &"x".repeat(48_000)).is_ok());
}

#[test]
fn too_deep_is_refused_when_signed_and_when_read() {
    let deep: Value = serde_json::from_str(&format!("{}{}", "[".repeat(17), "]".repeat(17))).unwrap();
    assert_eq!(sign(&key(), Typ::Record, &deep), Err(JwsError::Payload(JsonError::TooDeep)));
    let header =
        json!({"alg": "EdDSA", "kid": key().verifying_key().kid(), "typ": Typ::Record.as_str()}).to_string();
    let signed = format!("{}.{}", base64url::encode(header), base64url::encode(deep.to_string()));
    let signature = base64url::encode(key().sign(signed.as_bytes()));
    let jws: Jws = format!("{signed}.{signature}").parse().unwrap();
    assert_eq!(verify(&jws), Err(JwsError::Payload(JsonError::TooDeep)));
}

#[test]
fn a_payload_of_another_shape_is_refused() {
    let answer = sample().verify::<Vec<u8>>(&key().verifying_key(), Typ::Record);
    assert!(matches!(answer, Err(JwsError::Payload(JsonError::Shape(_)))), "{answer:?}");
}

#[test]
fn a_message_prints_its_hash_and_not_its_content() {
    let printed = format!("{:?}", sample());
    assert!(printed.starts_with("Jws(") && !printed.contains("eyJ"), "{printed}");
}

proptest! {
    #[test]
    fn one_altered_byte_anywhere_is_refused(at in any::<Index>(), byte in any::<u8>()) {
        let mut bytes = sample().to_string().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let refused = String::from_utf8(bytes).map_or(true, |text| {
            text.parse::<Jws>().and_then(|jws| verify(&jws)).is_err()
        });
        prop_assert!(refused);
    }

    #[test]
    fn a_cut_or_repeated_message_is_refused(at in any::<Index>()) {
        let text = sample().to_string();
        let at = at.index(text.len());
        for bad in [text[..at].to_owned(), text[at + 1..].to_owned(), format!("{}{text}", &text[..=at])] {
            prop_assert!(bad.parse::<Jws>().and_then(|jws| verify(&jws)).is_err(), "{bad}");
        }
    }

    #[test]
    fn any_seed_and_any_text_are_signed_and_verified(seed in any::<[u8; 32]>(), text in ".{0,200}") {
        let key = SigningKey::from_seed(seed);
        let jws = sign(&key, Typ::Outbox, &text).unwrap();
        prop_assert_eq!(jws.verify::<String>(&key.verifying_key(), Typ::Outbox).unwrap(), text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[A-Za-z0-9_.=-]{0,300}") {
        if let Ok(jws) = text.parse::<Jws>() {
            prop_assert!(verify(&jws).is_err());
        }
    }
}

/// The sample is short enough to try all of it: every byte, every single bit.
#[test]
fn every_flipped_bit_is_refused() {
    let good = sample().to_string().into_bytes();
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << bit;
            if let Ok(text) = String::from_utf8(bytes) {
                assert!(text.parse::<Jws>().and_then(|jws| verify(&jws)).is_err(), "byte {at}, bit {bit}");
            }
        }
    }
}

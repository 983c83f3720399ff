//! Signed messages for another JOSE library to judge, and the other way round.
//!
//! Without arguments: prints one JSON object a line, `{name, jws, jwk, typ, expect}`, for
//! `tests/jose/verify.py`. With `--check`: reads such lines, made by it, from standard input.
//! Both ways every line is first judged here, and a wrong judgement ends the program with code 1.
//!
//! `expect` is `ok`; `bad`, which any JOSE library must refuse; or `ours`, which is sound or tolerable
//! JOSE to others and still refused here: a wrong kind, an unknown header, a second spelling.

use std::error::Error;
use std::io::BufRead as _;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD as BASE64URL};
use ed25519_dalek::Signer as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xuncha_core::wire::{Jws, SigningKey, Typ, VerifyingKey, sign};

const SEED: [u8; 32] = [7; 32];
const OTHER_SEED: [u8; 32] = [8; 32];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Ok,
    Bad,
    Ours,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    jws: String,
    jwk: Value,
    typ: String,
    expect: Expect,
}

impl Vector {
    /// Whether this library takes the message, as whatever kind it is meant to be.
    fn accepted(&self) -> bool {
        let key = self.jwk["x"].as_str().and_then(|x| x.parse::<VerifyingKey>().ok());
        let typ = Typ::ALL.iter().copied().find(|typ| typ.as_str() == self.typ);
        let (Some(key), Some(typ), Ok(jws)) = (key, typ, self.jws.parse::<Jws>()) else { return false };
        jws.verify::<Value>(&key, typ).is_ok()
    }

    fn judged_rightly(&self) -> bool {
        self.accepted() == (self.expect == Expect::Ok)
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let check = std::env::args().nth(1).is_some_and(|argument| argument == "--check");
    let vectors = if check { read()? } else { made()? };
    let mut failed = 0;
    for vector in &vectors {
        if !vector.judged_rightly() {
            eprintln!("{}: expected {:?}, judged otherwise", vector.name, vector.expect);
            failed += 1;
        }
        if !check {
            println!("{}", serde_json::to_string(vector)?);
        }
    }
    if check {
        println!("{} passed, {failed} failed", vectors.len() - failed);
    }
    // Input without a good message of some kind proves nothing of that kind.
    let good = |typ: &Typ| vectors.iter().any(|it| it.expect == Expect::Ok && it.typ == typ.as_str());
    Ok(if failed == 0 && Typ::ALL.iter().all(good) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read() -> Result<Vec<Vector>, Box<dyn Error>> {
    let lines = std::io::stdin().lock().lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

fn made() -> Result<Vec<Vector>, Box<dyn Error>> {
    let mut vectors = good()?;
    let forge = Forge::new()?;
    let record = |(name, jws, jwk): (&str, String, Value), expect| Vector {
        name: name.into(),
        jws,
        jwk,
        typ: Typ::Record.as_str().into(),
        expect,
    };
    vectors.extend(forge.bad()?.into_iter().map(|forged| record(forged, Expect::Bad)));
    vectors.extend(forge.ours().into_iter().map(|forged| record(forged, Expect::Ours)));
    Ok(vectors)
}

/// One message of each kind, and the smallest and largest. What they really say is in the golden files.
fn good() -> Result<Vec<Vector>, Box<dyn Error>> {
    let key = SigningKey::from_seed(SEED);
    let mut messages = vec![
        ("the smallest payload".to_owned(), Typ::Record, sign(&key, Typ::Record, &0)?),
        ("a payload of 40 kB".to_owned(), Typ::Record, sign(&key, Typ::Record, &"好".repeat(13_000))?),
    ];
    for &typ in Typ::ALL {
        messages.push((typ.to_string(), typ, sign(&key, typ, &sample())?));
    }
    let jwk = key.verifying_key().to_jwk();
    Ok(messages
        .into_iter()
        .map(|(name, typ, jws)| Vector {
            name,
            jws: jws.into(),
            jwk: jwk.clone(),
            typ: typ.as_str().into(),
            expect: Expect::Ok,
        })
        .collect())
}

fn sample() -> Value {
    json!({"v": 1, "venue": "示例网吧", "answers": [{"item": "wb_sign", "answer": "yes"}]})
}

type Forged = (&'static str, String, Value);

/// A good message of a record in its parts, to make bad ones of.
struct Forge {
    header: Value,
    header_text: String,
    payload: String,
    signature: Vec<u8>,
    jwk: Value,
    other: SigningKey,
}

impl Forge {
    fn new() -> Result<Self, Box<dyn Error>> {
        let key = SigningKey::from_seed(SEED);
        let text = String::from(sign(&key, Typ::Record, &sample())?);
        let [header_text, payload, signature] = text
            .split('.')
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .try_into()
            .map_err(|_| "not three parts")?;
        Ok(Self {
            header: serde_json::from_slice(&BASE64URL.decode(&header_text)?)?,
            header_text,
            payload,
            signature: BASE64URL.decode(signature)?,
            jwk: key.verifying_key().to_jwk(),
            other: SigningKey::from_seed(OTHER_SEED),
        })
    }

    fn text(&self, signature: &[u8]) -> String {
        format!("{}.{}.{}", self.header_text, self.payload, BASE64URL.encode(signature))
    }

    /// The good message with its signature altered.
    fn signature(&self, alter: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut signature = self.signature.clone();
        alter(&mut signature);
        self.text(&signature)
    }

    /// The good signature under another header or payload.
    fn transplanted(&self, header: &str, payload: &str) -> String {
        format!("{header}.{payload}.{}", BASE64URL.encode(&self.signature))
    }

    /// The header with one member set, or taken away by null.
    fn header_with(&self, member: &str, value: Value) -> String {
        let mut header = self.header.clone();
        if let (true, Some(members)) = (value.is_null(), header.as_object_mut()) {
            members.remove(member);
        } else {
            header[member] = value;
        }
        header.to_string()
    }

    /// Any header and payload, signed by the right key.
    fn signed(header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(payload));
        let signature = ed25519_dalek::SigningKey::from_bytes(&SEED).sign(signed.as_bytes());
        format!("{signed}.{}", BASE64URL.encode(signature.to_bytes()))
    }

    fn resigned(&self, member: &str, value: Value) -> String {
        Self::signed(&self.header_with(member, value), &sample().to_string())
    }

    /// What any JOSE library must refuse.
    fn bad(&self) -> Result<Vec<Forged>, Box<dyn Error>> {
        let (header, payload) = (&self.header_text, &self.payload);
        let encode = |text: &str| BASE64URL.encode(text);
        let good = self.text(&self.signature);
        let other_message = sign(&SigningKey::from_seed(SEED), Typ::Record, &json!({"v": 1}))?.to_string();
        let (_, other_signature) = other_message.rsplit_once('.').ok_or("no signature")?;
        let by_other = sign(&self.other, Typ::Record, &sample())?.to_string();
        let (_, signature_by_other) = by_other.rsplit_once('.').ok_or("no signature")?;
        let general = json!({"payload": payload, "signatures": [{"protected": header, "signature": BASE64URL.encode(&self.signature)}]});
        let texts = [
            (
                "payload altered",
                self.transplanted(header, &encode(&sample().to_string().replace("yes", "no"))),
            ),
            ("payload with a blank added", self.transplanted(header, &encode(&format!("{} ", sample())))),
            ("payload emptied", self.transplanted(header, "")),
            ("payload of another message", self.transplanted(header, &encode(r#"{"v":1}"#))),
            ("payload in another case", self.transplanted(header, &payload.to_ascii_uppercase())),
            ("kid altered", self.transplanted(&encode(&self.header_with("kid", "x".into())), payload)),
            ("kid removed", self.transplanted(&encode(&self.header_with("kid", Value::Null)), payload)),
            ("typ altered", self.transplanted(&encode(&self.header_with("typ", "JWT".into())), payload)),
            ("typ removed", self.transplanted(&encode(&self.header_with("typ", Value::Null)), payload)),
            ("header with a blank added", self.transplanted(&encode(&format!("{} ", self.header)), payload)),
            ("header emptied", self.transplanted("", payload)),
            ("header an array", Self::signed("[]", "{}")),
            ("header null", Self::signed("null", "{}")),
            ("header no JSON", Self::signed("{", "{}")),
            ("header no UTF-8", self.transplanted(&BASE64URL.encode([0xff, 0xfe]), payload)),
            ("first bit of R flipped", self.signature(|bytes| bytes[0] ^= 1)),
            ("last bit of R flipped", self.signature(|bytes| bytes[31] ^= 0x80)),
            ("first bit of S flipped", self.signature(|bytes| bytes[32] ^= 1)),
            ("last bit of S flipped", self.signature(|bytes| bytes[63] ^= 0x80)),
            ("R zero", self.signature(|bytes| bytes[..32].fill(0))),
            ("S zero", self.signature(|bytes| bytes[32..].fill(0))),
            ("R and S exchanged", self.signature(|bytes| bytes.rotate_left(32))),
            ("signature all zero", self.signature(|bytes| bytes.fill(0))),
            ("signature all ones", self.signature(|bytes| bytes.fill(0xff))),
            ("S plus the group's order", self.signature(|bytes| add_order(&mut bytes[32..]))),
            ("signature of 63 bytes", self.signature(|bytes| bytes.truncate(63))),
            ("signature of 65 bytes", self.signature(|bytes| bytes.push(0))),
            ("signature twice", self.signature(|bytes| bytes.extend(bytes.clone()))),
            ("signature empty", self.signature(Vec::clear)),
            ("signature of another message", format!("{header}.{payload}.{other_signature}")),
            ("signature by another key", format!("{header}.{payload}.{signature_by_other}")),
            (
                "alg none, no signature",
                format!("{}.{payload}.", encode(&self.header_with("alg", "none".into()))),
            ),
            ("alg none, signed", self.resigned("alg", "none".into())),
            ("alg None, signed", self.resigned("alg", "None".into())),
            ("alg HS256, signed", self.resigned("alg", "HS256".into())),
            ("alg ES256, signed", self.resigned("alg", "ES256".into())),
            ("alg a number, signed", self.resigned("alg", 1.into())),
            ("alg missing, signed", self.resigned("alg", Value::Null)),
            ("crit with an unknown extension, signed", self.resigned("crit", json!(["xuncha"]))),
            (
                "payload and signature exchanged",
                format!("{header}.{}.{payload}", BASE64URL.encode(&self.signature)),
            ),
            ("four parts", format!("{good}.{payload}")),
            ("two parts", format!("{header}.{payload}")),
            ("one part", header.clone()),
            ("no text", String::new()),
            ("other separators", good.replace('.', ",")),
            ("the general JSON form", general.to_string()),
            ("cut in the middle", good[..good.len() / 2].to_owned()),
        ];
        let mut forged: Vec<Forged> =
            texts.into_iter().map(|(name, jws)| (name, jws, self.jwk.clone())).collect();
        forged.push(("checked against another key", good, self.other.verifying_key().to_jwk()));
        Ok(forged)
    }

    /// What is refused here and may pass elsewhere.
    fn ours(&self) -> Vec<Forged> {
        let good = self.text(&self.signature);
        let (signed, _) = good.rsplit_once('.').unwrap_or_default();
        let header = self.header.to_string();
        let twice = header.replacen('{', r#"{"typ":"JWT","#, 1);
        let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
        let long = format!("\"{}\"", "x".repeat(Jws::MAX));
        let texts = [
            ("an unknown header member", self.resigned("cty", "json".into())),
            ("crit empty", self.resigned("crit", json!([]))),
            ("a key in the header", self.resigned("jwk", self.jwk.clone())),
            ("a key's address in the header", self.resigned("jku", "https://example.com/".into())),
            ("no kid", self.resigned("kid", Value::Null)),
            ("another key's kid", self.resigned("kid", self.other.verifying_key().kid().into())),
            ("no typ", self.resigned("typ", Value::Null)),
            ("another kind", self.resigned("typ", Typ::Receipt.as_str().into())),
            ("the kind in upper case", self.resigned("typ", Typ::Record.as_str().to_uppercase().into())),
            ("alg by its name of RFC 9864", self.resigned("alg", "Ed25519".into())),
            ("a header member twice", Self::signed(&twice, "{}")),
            ("a payload that is no JSON", Self::signed(&header, "{")),
            ("a payload with something after it", Self::signed(&header, "{} {}")),
            ("a payload with a byte order mark", Self::signed(&header, "\u{feff}{}")),
            ("a payload too deep", Self::signed(&header, &deep)),
            ("a message too long", Self::signed(&header, &long)),
            ("padding", format!("{good}==")),
            ("a line's end", format!("{good}\n")),
            ("a blank before", format!(" {good}")),
            ("trailing bits", with_trailing_bits(&good)),
            ("the other alphabet", format!("{signed}.{}", STANDARD_NO_PAD.encode(&self.signature))),
        ];
        let mut forged: Vec<Forged> =
            texts.into_iter().map(|(name, jws)| (name, jws, self.jwk.clone())).collect();
        forged.push(self.weak_key());
        forged
    }

    /// With the neutral point as key, R the same and S zero, a lax verifier takes any message.
    fn weak_key(&self) -> Forged {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": BASE64URL.encode(neutral), "alg": "EdDSA"});
        ("a weak key", self.text(&[neutral, [0; 32]].concat()), jwk)
    }
}

/// S + L is the same number modulo the group's order L (RFC 8032 §5.1); only one of the two is canonical.
fn add_order(s: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, order) in s.iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
}

/// 64 bytes leave four unused bits in the last letter; this sets the lowest of them.
fn with_trailing_bits(text: &str) -> String {
    let next = |letter| match letter {
        'A' => 'B',
        'Q' => 'R',
        'g' => 'h',
        _ => 'x',
    };
    let last = text.chars().last().map(next).unwrap_or_default();
    format!("{}{last}", &text[..text.len() - 1])
}

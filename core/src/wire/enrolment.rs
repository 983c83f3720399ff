//! Enrolment: how a phone becomes a device of a member, by a one-time code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{HubSealingKey, Jws, VerifyingKey};
use crate::domain::{DeviceId, Member, Name, Station, Timestamp, half_width};

/// A one-time code: nine random digits and a check digit, shown as `123 456 7897`. Digits only, so
/// that it can be read over the phone and typed on any keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnrolCode(String);

/// A text that is no enrolment code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// Not ten digits.
    #[error("an enrolment code has ten digits; this has {0}")]
    Length(usize),
    /// A digit is wrong or two are swapped.
    #[error("a digit of the enrolment code is mistyped: compare it with the card")]
    CheckDigit,
}

impl EnrolCode {
    /// How long a code is valid, in milliseconds: three days.
    pub const VALID_MS: i64 = 3 * 24 * 3_600_000;

    /// A code from random bits.
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let digits = format!("{:09}", random % 1_000_000_000);
        let check = luhn(&digits);
        Self(format!("{digits}{check}"))
    }

    /// The ten digits without blanks, as stored and sent.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnrolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", &self.0[..3], &self.0[3..6], &self.0[6..])
    }
}

impl FromStr for EnrolCode {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let text: String = text.chars().map(as_latin).collect();
        let digits: String = text.chars().filter(char::is_ascii_digit).take(20).collect();
        let foreign = text.chars().any(|c| !c.is_ascii_digit() && !c.is_whitespace() && c != '-');
        if digits.len() != 10 || foreign {
            return Err(NotACode::Length(digits.len()));
        }
        if luhn(&digits[..9]).to_string() == digits[9..] {
            Ok(Self(digits))
        } else {
            Err(NotACode::CheckDigit)
        }
    }
}

impl TryFrom<String> for EnrolCode {
    type Error = NotACode;
    fn try_from(text: String) -> Result<Self, NotACode> {
        text.parse()
    }
}

impl From<EnrolCode> for String {
    fn from(code: EnrolCode) -> Self {
        code.0
    }
}

/// Luhn's check digit (ISO/IEC 7812-1): finds every mistyped digit and most swaps.
fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(i, digit)| match (i % 2, digit * 2) {
            (0, doubled) if doubled > 9 => doubled - 9,
            (0, doubled) => doubled,
            _ => digit,
        })
        .sum();
    (10 - sum % 10) % 10
}

/// A letter, digit or mark as a Chinese keyboard writes it, as it stands on the card.
fn as_latin(c: char) -> char {
    match c {
        '。' => '.',
        _ => half_width(c),
    }
}

/// What the QR on an enrolment card says: where the hub is, which key it must have, and the code.
/// Travels as `xuncha://enrol?hub=…&key=…&code=…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolLink {
    /// The hub's address, without a trailing slash.
    pub hub: String,
    /// Thumbprint (RFC 7638) of the hub's signing key, so that a false hub is found out.
    pub key: Option<String>,
    /// The code.
    pub code: EnrolCode,
}

/// A text that is no enrolment link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotALink {
    /// Some other QR.
    #[error("this QR code is not an enrolment card of xuncha")]
    NotOurs,
    /// The hub's address is missing or not http(s).
    #[error("the enrolment card does not name a hub")]
    NoHub,
    /// What was typed is no address of a hub.
    #[error("what was typed is not the address of a hub")]
    NoAddress,
    /// The code is missing or wrong.
    #[error(transparent)]
    Code(#[from] NotACode),
}

impl EnrolLink {
    /// The card whose code is typed instead of scanned, with the address that is printed on it, as people type that: with
    /// the marks of a Chinese keyboard, with capitals, without `https://`.
    ///
    /// # Errors
    /// [`NotALink::NoAddress`] if it is none.
    pub fn typed(address: &str, code: EnrolCode) -> Result<Self, NotALink> {
        let address: String = address.chars().map(as_latin).filter(|c| !c.is_whitespace()).collect();
        let (scheme, host) = match address.split_once(':') {
            Some((scheme, host)) if scheme.eq_ignore_ascii_case("http") => ("http", host),
            Some((scheme, host)) if scheme.eq_ignore_ascii_case("https") => ("https", host),
            _ => ("https", address.as_str()),
        };
        let host = host.trim_matches('/');
        let is_host = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || ".-_:[]/".contains(c));
        if !is_host || host.contains("//") {
            return Err(NotALink::NoAddress);
        }
        Ok(Self { hub: format!("{scheme}://{host}"), key: None, code })
    }
}

impl fmt::Display for EnrolLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xuncha://enrol?hub={}", self.hub)?;
        if let Some(key) = &self.key {
            write!(f, "&key={key}")?;
        }
        write!(f, "&code={}", self.code.digits())
    }
}

impl FromStr for EnrolLink {
    type Err = NotALink;
    fn from_str(text: &str) -> Result<Self, NotALink> {
        let query = text.trim().strip_prefix("xuncha://enrol?").ok_or(NotALink::NotOurs)?;
        if query.len() > 1_000 {
            return Err(NotALink::NotOurs);
        }
        let field = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let hub = field("hub").unwrap_or_default().trim_end_matches('/');
        if !(hub.starts_with("https://") || hub.starts_with("http://")) {
            return Err(NotALink::NoHub);
        }
        let code = field("code").unwrap_or_default().parse()?;
        Ok(Self { hub: hub.to_owned(), key: field("key").map(str::to_owned), code })
    }
}

/// What kind of phone enrols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Platform {
    /// The Android app.
    Android,
    /// The iOS app.
    Ios,
    /// `xuncha field`: a phone without a screen.
    Cli,
}

/// A phone asks to become a device (`POST /api/v1/enrol`). Asking again with the same code and key
/// gives the same device and a new token: a lost answer does not burn the code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The one-time code.
    pub code: EnrolCode,
    /// The phone's new signing key.
    pub key: VerifyingKey,
    /// What kind of phone it is.
    pub platform: Platform,
    /// What its owner would know it by.
    pub label: Name,
}

/// The phone is a device now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolAnswer {
    /// The device's id.
    pub device: DeviceId,
    /// Whose it is.
    pub member: Member,
    /// Their station.
    pub station: Station,
    /// Bearer token for the API; a secret.
    pub token: String,
    /// The key the hub signs receipts and heads with.
    pub hub_key: VerifyingKey,
    /// The key to wrap data keys to.
    pub hub_sealing_key: HubSealingKey,
    /// The hub's clock as it answered.
    pub hub_time: Timestamp,
    /// The station's signed log head, the first that the phone remembers.
    pub head: Jws,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_code_reads_back_and_every_mistyped_digit_is_found(random: u64, at in 0usize..10, by in 1u8..10) {
            let code = EnrolCode::from_random(random);
            prop_assert_eq!(code.to_string().parse(), Ok(code.clone()));
            let mut digits: Vec<u8> = code.digits().bytes().collect();
            digits[at] = (digits[at] - b'0' + by) % 10 + b'0';
            let wrong = String::from_utf8(digits).unwrap();
            prop_assert_eq!(wrong.parse::<EnrolCode>(), Err(NotACode::CheckDigit));
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in ".{0,80}") {
            let _ = text.parse::<EnrolLink>();
            let _ = format!("xuncha://enrol?{text}").parse::<EnrolLink>();
            let _ = text.parse::<EnrolCode>();
        }
    }

    #[test]
    fn an_address_is_read_as_people_type_it_and_what_is_none_is_told_apart() {
        let code = EnrolCode::from_random(7);
        let typed = |address: &str| EnrolLink::typed(address, code.clone()).map(|link| link.hub);
        for (address, hub) in [
            ("https://hub.example:8443", "https://hub.example:8443"),
            (" http://10.0.0.7:8080/ ", "http://10.0.0.7:8080"),
            ("hub.example", "https://hub.example"),
            ("hub.example:8443", "https://hub.example:8443"),
            ("Https://hub.example/xuncha/", "https://hub.example/xuncha"),
            ("HTTP://10.0.0.7", "http://10.0.0.7"),
            ("ｈｔｔｐｓ：／／ｈｕｂ．example", "https://hub.example"),
            ("https：//hub。example：8443", "https://hub.example:8443"),
            ("http:/hub. example", "http://hub.example"),
        ] {
            assert_eq!(typed(address), Ok(hub.to_owned()), "{address}");
        }
        for address in
            ["", "  ", "https://", "ftp://hub.example", "hub.example?code=1", "站长&key=x", "a@b.example"]
        {
            assert_eq!(typed(address), Err(NotALink::NoAddress), "{address}");
        }
    }

    #[test]
    fn a_code_is_read_from_a_chinese_keyboard_too() {
        let code = EnrolCode::from_random(7);
        let wide: String = code.to_string().chars().map(wide).collect();
        assert_eq!(wide.parse(), Ok(code));
    }

    fn wide(c: char) -> char {
        if c == ' ' { '\u{3000}' } else { char::from_u32(u32::from(c) + 0xFEE0).unwrap() }
    }

    #[test]
    fn a_card_reads_back_and_a_payment_code_is_told_apart() {
        let link = EnrolLink {
            hub: "https://hub.example:8443".to_owned(),
            key: Some("abc".to_owned()),
            code: EnrolCode::from_random(7),
        };
        assert_eq!(link.to_string().parse(), Ok(link));
        assert_eq!("https://pay.example/1".parse::<EnrolLink>(), Err(NotALink::NotOurs));
        assert_eq!("xuncha://enrol?hub=file:///x&code=1".parse::<EnrolLink>(), Err(NotALink::NoHub));
    }
}

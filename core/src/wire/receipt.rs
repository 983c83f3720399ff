//! What the hub signs: that it has a record, that it has a photo, how a station's log stands.
//!
//! Nothing on a phone is let go before its receipt was verified here against what the phone sent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Jws, JwsError, Sha256Hash, Signed, Typ, V1, VerifyingKey};
use crate::domain::{PhotoId, RecordId, StationId, Timestamp};

/// The hub's word that it has a record, for good, and where in the station's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this message.
    pub v: V1,
    /// The record.
    pub record: RecordId,
    /// The hash of the record's JWS as it arrived ([`Jws::hash`]).
    pub sha256: Sha256Hash,
    /// The station in whose log it stands.
    pub station: StationId,
    /// Its position in that log, counted from 0.
    pub log_index: u64,
    /// When the hub took it, by the hub's clock.
    pub received_at: Timestamp,
}

impl Signed for Receipt {
    const TYP: Typ = Typ::Receipt;
}

impl Receipt {
    /// The number that people call this receipt by.
    #[must_use]
    pub fn number(&self) -> ReceiptNumber {
        let station = self.station.uuid();
        let hash = Sha256Hash::of_parts(&[station.as_bytes(), self.sha256.as_bytes()]);
        let [first, second, ..] = *hash.as_bytes();
        ReceiptNumber {
            position: self.log_index.saturating_add(1),
            mark: u16::from_be_bytes([first, second]) % 10_000,
        }
    }
}

/// The hub's word that it has a photo, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoReceipt {
    /// Version of this message.
    pub v: V1,
    /// The photo.
    pub photo: PhotoId,
    /// The hash of the photo file.
    pub sha256: Sha256Hash,
    /// The length of the photo file, in bytes.
    pub bytes: u64,
    /// When the hub had all of it, by the hub's clock.
    pub received_at: Timestamp,
}

impl Signed for PhotoReceipt {
    const TYP: Typ = Typ::PhotoReceipt;
}

/// How a station's log stands. Phones remember the last one they saw and ask that the next one
/// begins with it ([`super::merkle::verify_consistency`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeHead {
    /// Version of this message.
    pub v: V1,
    /// The station whose log it is.
    pub station: StationId,
    /// The number of leaves.
    pub size: u64,
    /// The root of the tree (RFC 6962 §2.1).
    pub root: Sha256Hash,
    /// When the hub signed it, by the hub's clock.
    pub at: Timestamp,
}

impl Signed for TreeHead {
    const TYP: Typ = Typ::Head;
}

/// The bytes of a record's leaf in the log: version (1 byte, 0x01), the record's hash (32 bytes), the
/// moment it arrived (8 bytes, big-endian, milliseconds since 1970). Hashes only: content can be erased
/// and the log still verifies.
#[must_use]
pub fn leaf_bytes(record_sha256: &Sha256Hash, received_at: Timestamp) -> [u8; 41] {
    let mut leaf = [0; 41];
    leaf[0] = 1;
    leaf[1..33].copy_from_slice(record_sha256.as_bytes());
    leaf[33..].copy_from_slice(&received_at.millis().to_be_bytes());
    leaf
}

/// Why a receipt is not the one waited for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is not signed by the hub, or not a receipt.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// It is for another record or photo.
    #[error("the receipt is for {found}, not for {expected}: keep what was sent and send it again")]
    OtherId {
        /// The id of what was sent.
        expected: String,
        /// The id in the receipt.
        found: String,
    },
    /// It is for the same id with other bytes.
    #[error("the hub has other bytes under this id than were sent: keep them and tell the station head")]
    OtherContent,
}

/// The receipt in `jws`, if `hub` signed it and it is for this very record.
pub fn verify_receipt(
    jws: &Jws,
    hub: &VerifyingKey,
    record: RecordId,
    sha256: Sha256Hash,
) -> Result<Receipt, ReceiptError> {
    let receipt = Receipt::verify(jws, hub)?;
    same_id(&record, &receipt.record)?;
    if receipt.sha256 == sha256 { Ok(receipt) } else { Err(ReceiptError::OtherContent) }
}

/// The receipt in `jws`, if `hub` signed it and it is for this very photo.
pub fn verify_photo_receipt(
    jws: &Jws,
    hub: &VerifyingKey,
    photo: PhotoId,
    sha256: Sha256Hash,
    bytes: u64,
) -> Result<PhotoReceipt, ReceiptError> {
    let receipt = PhotoReceipt::verify(jws, hub)?;
    same_id(&photo, &receipt.photo)?;
    let same = receipt.sha256 == sha256 && receipt.bytes == bytes;
    if same { Ok(receipt) } else { Err(ReceiptError::OtherContent) }
}

fn same_id<T: PartialEq + fmt::Display>(expected: &T, found: &T) -> Result<(), ReceiptError> {
    if expected == found {
        return Ok(());
    }
    Err(ReceiptError::OtherId { expected: expected.to_string(), found: found.to_string() })
}

/// A receipt's number as people read it out: `0042-5179-34`. Digits only, three groups: the position in
/// the station's log counted from 1 (at least four digits), four digits drawn from the hash of station
/// and record, which tell receipts of different stations or contents apart, and two check digits (ISO
/// 7064 MOD 97-10), which find every mistaken digit and every two neighbours exchanged.
///
/// It names a receipt; it proves nothing. The signed [`Receipt`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptNumber {
    position: u64,
    mark: u16,
}

impl ReceiptNumber {
    /// The position in the station's log, counted from 0 ([`Receipt::log_index`]).
    #[must_use]
    pub const fn log_index(self) -> u64 {
        self.position.saturating_sub(1)
    }

    fn check(self) -> u64 {
        let body = u128::from(self.position) * 10_000 + u128::from(self.mark);
        // The remainder is below 97.
        98 - u64::try_from(body * 100 % 97).unwrap_or(0)
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:04}-{:02}", self.position, self.mark, self.check())
    }
}

/// A text that is no receipt number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a receipt number: a digit was misheard or left out, ask for it again")]
pub struct NotAReceiptNumber(pub String);

/// Takes it as people type it: with any blanks, dashes or none, with full-width digits, without the
/// zeros in front.
impl FromStr for ReceiptNumber {
    type Err = NotAReceiptNumber;
    fn from_str(text: &str) -> Result<Self, NotAReceiptNumber> {
        parse_number(text).ok_or_else(|| NotAReceiptNumber(text.chars().take(40).collect()))
    }
}

fn parse_number(text: &str) -> Option<ReceiptNumber> {
    let mut value = 0_u128;
    for letter in text.chars().filter(|letter| !letter.is_whitespace() && !"-–—-_".contains(*letter)) {
        let digit = match letter {
            '０'..='９' => u32::from(letter) - u32::from('０'),
            _ => letter.to_digit(10)?,
        };
        value = value.checked_mul(10)?.checked_add(digit.into())?;
    }
    let (body, check) = (value / 100, value % 100);
    let number = ReceiptNumber {
        position: u64::try_from(body / 10_000).ok().filter(|position| *position > 0)?,
        mark: u16::try_from(body % 10_000).ok()?,
    };
    (u128::from(number.check()) == check).then_some(number)
}

#[cfg(test)]
mod tests;

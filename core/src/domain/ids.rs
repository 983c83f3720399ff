//! Identifiers: one newtype over `UUIDv7` (RFC 9562 §5.7) for each thing that has one, so that a
//! venue's id can never stand where a member's is meant. Time and randomness come from outside.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// A text that is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an identifier (a UUID is expected)")]
pub struct NotAnId(pub String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: the millisecond it is made in, then 74 random bits.
            #[must_use]
            pub fn mint(at: Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(at.millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The id as UUID, for stores and libraries that speak UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId(text.chars().take(64).collect()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

ids! {
    /// A care station (关爱工作站).
    StationId,
    /// A person who works with xuncha.
    MemberId,
    /// A place that is checked (场所).
    VenueId,
    /// A school (学校).
    SchoolId,
    /// An enrolled phone: one signing key, one chain of records.
    DeviceId,
    /// An inspection that is being made.
    DraftId,
    /// A sealed fact: an inspection or a check-in.
    RecordId,
    /// A photo that belongs to a record.
    PhotoId,
    /// An entry of a station's ledger.
    DutyEntryId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_version_7_uuid_that_sorts_by_time() {
        let early = RecordId::mint(Timestamp::from_millis(1_000), [0xff; 10]);
        let late = RecordId::mint(Timestamp::from_millis(2_000), [0; 10]);
        assert_eq!(early.uuid().get_version_num(), 7);
        assert!(early < late);
        assert_eq!(early.to_string().parse(), Ok(early));
        assert!("abc".parse::<RecordId>().is_err());
    }
}

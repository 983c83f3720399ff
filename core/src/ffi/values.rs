//! Ids, codes, texts, times and positions: on the other side plain texts and numbers. What comes back
//! is checked by the type's own rule, and the error is the core's.

use crate::domain::{
    AgeBand, AgeBands, ChoiceCode, DeviceId, DraftId, ItemId, MemberId, Metres, Month, Name, Note, PhotoId,
    PlacardCode, RawPosition, RawValues, RecordId, StationId, Timestamp, VenueId,
};
use crate::field::FieldErrorCode;
use crate::wire::{EnrolCode, EnrolLink, ReceiptNumber};

use super::BookError;

/// A checked value, or the error that the call then ends with.
fn checked<T, E: ToString>(value: Result<T, E>, code: FieldErrorCode) -> uniffi::Result<T> {
    value.map_err(|why| BookError::bad_value(code, why).into())
}

/// Types that are a text on the other side, each with the code of a text that is none.
macro_rules! texts {
    ($($name:ident: $code:ident,)+) => {$(
        uniffi::custom_type!($name, String, {
            lower: |value| value.to_string(),
            try_lift: |text| checked(text.parse::<$name>(), FieldErrorCode::$code),
        });
    )+};
}

texts! {
    VenueId: UnknownVenue,
    MemberId: UnknownMember,
    StationId: NotFound,
    DeviceId: NotFound,
    DraftId: NotFound,
    RecordId: NotFound,
    PhotoId: NotFound,
    ItemId: WrongAnswer,
    ChoiceCode: WrongAnswer,
    Month: NotFound,
    EnrolCode: WrongCard,
    EnrolLink: WrongCard,
    ReceiptNumber: NotFound,
}

/// Texts that people enter.
macro_rules! entered {
    ($($name:ident: $code:ident,)+) => {$(
        uniffi::custom_type!($name, String, {
            lower: |value| value.into(),
            try_lift: |text| checked($name::new(&text), FieldErrorCode::$code),
        });
    )+};
}

entered! {
    Name: BadText,
    Note: BadText,
    PlacardCode: WrongPlacard,
}

// Milliseconds since 1970-01-01T00:00Z.
uniffi::custom_type!(Timestamp, i64, {
    lower: |moment| moment.millis(),
    try_lift: |millis| Ok(Timestamp::from_millis(millis)),
});

uniffi::custom_type!(Metres, f64, {
    lower: |length| length.0,
    try_lift: |metres| checked(Metres::try_from(metres), FieldErrorCode::BadFix),
});

uniffi::custom_type!(RawPosition, RawValues, {
    lower: |at| RawValues { datum: at.datum(), lat: at.lat(), lon: at.lon() },
    try_lift: |at| checked(RawPosition::try_from(at), FieldErrorCode::BadFix),
});

uniffi::custom_type!(AgeBands, Vec<AgeBand>, {
    remote,
    lower: |bands| bands.into_iter().collect(),
    try_lift: |bands| Ok(bands.into_iter().collect()),
});

//! How our types lie in columns: ids and hashes as bytes, moments in milliseconds, months and days as
//! numbers, things as JSON.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;
use xuncha_core::domain::{
    DeviceId, DutyEntryId, MemberId, Month, PhotoId, RecordId, SchoolId, Sha256Hash, StationId, Timestamp,
    VenueId,
};

use super::StoreError;

/// What lies in a column of bytes.
pub trait Key {
    /// Its bytes.
    fn key(&self) -> Vec<u8>;
}

macro_rules! keys {
    ($($id:ty),+) => {$(
        impl Key for $id {
            fn key(&self) -> Vec<u8> {
                self.uuid().as_bytes().to_vec()
            }
        }
    )+};
}

keys!(StationId, MemberId, VenueId, SchoolId, DeviceId, RecordId, PhotoId, DutyEntryId);

impl Key for Sha256Hash {
    fn key(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

impl Key for Uuid {
    fn key(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

/// Reading columns as our types.
pub trait RowExt {
    /// A whole number.
    fn int(&self, column: &str) -> Result<i64, StoreError>;
    /// A whole number that may be missing.
    fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError>;
    /// A number with a fraction that may be missing.
    fn opt_float(&self, column: &str) -> Result<Option<f64>, StoreError>;
    /// A text.
    fn text(&self, column: &str) -> Result<String, StoreError>;
    /// A text that may be missing.
    fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError>;
    /// Bytes.
    fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError>;
    /// Bytes that may be missing.
    fn opt_bytes(&self, column: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// An id.
    fn id<T: From<Uuid>>(&self, column: &str) -> Result<T, StoreError> {
        Uuid::from_slice(&self.bytes(column)?).map(T::from).map_err(|_| damaged(column))
    }

    /// An id that may be missing.
    fn opt_id<T: From<Uuid>>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let id = self.opt_bytes(column)?.map(|bytes| Uuid::from_slice(&bytes).map(T::from));
        id.transpose().map_err(|_| damaged(column))
    }

    /// A hash.
    fn hash(&self, column: &str) -> Result<Sha256Hash, StoreError> {
        let bytes = self.bytes(column)?.try_into().map_err(|_| damaged(column))?;
        Ok(Sha256Hash::from_bytes(bytes))
    }

    /// A hash that may be missing.
    fn opt_hash(&self, column: &str) -> Result<Option<Sha256Hash>, StoreError> {
        let Some(bytes) = self.opt_bytes(column)? else { return Ok(None) };
        let bytes = bytes.try_into().map_err(|_| damaged(column))?;
        Ok(Some(Sha256Hash::from_bytes(bytes)))
    }

    /// A number that can't be negative.
    fn count(&self, column: &str) -> Result<u64, StoreError> {
        self.int(column)?.try_into().map_err(|_| damaged(column))
    }

    /// A moment.
    fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// A moment that may be missing.
    fn opt_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_millis))
    }

    /// A thing kept as JSON.
    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        let text = self.text(column)?;
        serde_json::from_str(&text).map_err(|error| StoreError::Row(format!("{column}: {error}")))
    }

    /// A thing kept as JSON that may be missing.
    fn opt_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let Some(text) = self.opt_text(column)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| StoreError::Row(format!("{column}: {error}")))
    }
}

fn damaged(column: &str) -> StoreError {
    StoreError::Row(format!("{column} holds what it should not"))
}

impl RowExt for AnyRow {
    fn int(&self, column: &str) -> Result<i64, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn opt_float(&self, column: &str) -> Result<Option<f64>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn opt_bytes(&self, column: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.try_get(column)?)
    }
}

/// A month as its column has it: year × 12 + month − 1.
#[must_use]
pub fn month_number(month: Month) -> i64 {
    use chrono::Datelike as _;
    let first = month.first_day();
    i64::from(first.year()) * 12 + i64::from(first.month0())
}

/// The month of a column.
pub fn month_of_number(number: i64) -> Result<Month, StoreError> {
    let year = i32::try_from(number.div_euclid(12)).ok();
    let month = u32::try_from(number.rem_euclid(12)).ok();
    year.zip(month).and_then(|(year, month)| Month::new(year, month + 1)).ok_or_else(|| damaged("month"))
}

/// A day as its column has it: days since 1970-01-01.
#[must_use]
pub fn day_number(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

/// The day of a column.
pub fn day_of_number(number: i64) -> Result<NaiveDate, StoreError> {
    let days = chrono::TimeDelta::try_days(number).ok_or_else(|| damaged("day"))?;
    NaiveDate::default().checked_add_signed(days).ok_or_else(|| damaged("day"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn months_and_days_come_back_from_their_numbers(days in 0_i64..80_000) {
            let day = day_of_number(days).unwrap();
            prop_assert_eq!(day_number(day), days);
            let month = Month::of(day);
            prop_assert_eq!(month_of_number(month_number(month)).unwrap(), month);
            prop_assert_eq!(month_number(month.next()), month_number(month) + 1);
        }
    }
}

//! Whose phone it is, for screens that need no more of the first one.

use serde::Serialize;

use super::{FieldBook, Me};
use crate::domain::Role;
use crate::field::FieldError;

/// Whose phone it is, and what they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that a screen asks by itself")]
pub struct MemberPage {
    /// Their name.
    pub name: String,
    /// What they are, in words.
    pub role_label: String,
    /// The station.
    pub station_name: String,
    /// Whether they make inspections.
    pub may_inspect: bool,
    /// Whether they check in on patrol.
    pub may_check_in: bool,
    /// Whether they answer for the station's coverage and review its records.
    pub is_head: bool,
    /// Whether the nearest venues come first once it is known where they stand.
    pub nearest_first: bool,
    /// The month that it is, such as `2026-11`.
    pub month: String,
}

/// Which of the app's places a member has besides those of everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct OwnPlaces {
    /// 签到.
    pub check_in: bool,
    /// 本月检查 of the whole station.
    pub coverage: bool,
}

impl OwnPlaces {
    pub(super) fn of(me: &Me) -> Self {
        Self { check_in: me.member.role.may_check_in(), coverage: me.member.role == Role::Head }
    }
}

impl FieldBook {
    /// Whose phone it is, and what they do.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn member(&self) -> Result<MemberPage, FieldError> {
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            Ok(MemberPage {
                name: me.member.name.to_string(),
                role_label: me.member.role.label(self.locale()).to_owned(),
                station_name: Self::station_name(conn, &me)?,
                may_inspect: me.member.role.may_inspect(),
                may_check_in: me.member.role.may_check_in(),
                is_head: me.member.role == Role::Head,
                nearest_first: me.member.role.goes_by_the_nearest(),
                month: self.true_now(conn)?.month().to_string(),
            })
        })
    }
}

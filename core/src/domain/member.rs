//! Stations and the people who work with them.

use serde::{Deserialize, Serialize};

use super::{Locale, MemberId, Name, StationId};

/// A care station (关爱工作站): one in every household-register police station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Its id.
    pub id: StationId,
    /// Its name.
    pub name: Name,
    /// The sub-bureau (分局) it belongs to.
    pub sub_bureau: Name,
}

/// What a person may do. Scope (which stations) is decided beside it, by hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Role {
    /// 五老志愿者: inspects venues.
    Volunteer,
    /// 社区民警: checks in on patrol, sees urgent findings.
    Police,
    /// 教导员: head of the station, reviews and answers for coverage.
    Head,
    /// Supervisor of a sub-bureau or the city: reads.
    Supervisor,
    /// Runs the hub.
    Admin,
}

impl Role {
    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Volunteer => locale.pick("志愿者", "Volunteer"),
            Self::Police => locale.pick("社区民警", "Community police"),
            Self::Head => locale.pick("教导员", "Station head"),
            Self::Supervisor => locale.pick("督导", "Supervisor"),
            Self::Admin => locale.pick("系统管理员", "Administrator"),
        }
    }

    /// Whether this person's phone may seal an inspection.
    #[must_use]
    pub const fn may_inspect(self) -> bool {
        matches!(self, Self::Volunteer | Self::Head | Self::Police)
    }

    /// Whether this person's phone may check in at a venue.
    #[must_use]
    pub const fn may_check_in(self) -> bool {
        matches!(self, Self::Police | Self::Head)
    }
}

/// A person who works with xuncha.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// The station they belong to.
    pub station: StationId,
    /// Their name, as the station writes it.
    pub name: Name,
    /// What they may do.
    pub role: Role,
    /// Whether they still serve.
    pub active: bool,
}

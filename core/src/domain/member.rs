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

/// How far a role reaches in the hierarchy city → sub-bureau → station, from the member's own station up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Their own station.
    Station,
    /// The sub-bureau (分局) that their station belongs to.
    SubBureau,
    /// The city (市局).
    City,
}

/// What a person may do, and how far it reaches ([`Role::scope`]).
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
    /// 分局督导: reads of every station of their sub-bureau.
    SubBureauSupervisor,
    /// 市局督导: reads of every station of the city.
    Supervisor,
    /// Runs the hub.
    Admin,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Volunteer, Self::Police, Self::Head, Self::SubBureauSupervisor, Self::Supervisor, Self::Admin];

    /// How far it reaches.
    #[must_use]
    pub const fn scope(self) -> Scope {
        match self {
            Self::Volunteer | Self::Police | Self::Head => Scope::Station,
            Self::SubBureauSupervisor => Scope::SubBureau,
            Self::Supervisor | Self::Admin => Scope::City,
        }
    }

    /// Its code in messages, files and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Volunteer => "volunteer",
            Self::Police => "police",
            Self::Head => "head",
            Self::SubBureauSupervisor => "sub_bureau_supervisor",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Volunteer => locale.pick("志愿者", "Volunteer"),
            Self::Police => locale.pick("社区民警", "Community police"),
            Self::Head => locale.pick("教导员", "Station head"),
            Self::SubBureauSupervisor => locale.pick("分局督导", "Sub-bureau supervisor"),
            Self::Supervisor => locale.pick("市局督导", "City supervisor"),
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

    /// Whether the venues nearest to where they stand come first: on patrol one goes by them. A head's list stays in
    /// the order of need.
    #[must_use]
    pub const fn goes_by_the_nearest(self) -> bool {
        matches!(self, Self::Police)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_travels_by_its_code_and_a_supervisor_is_still_of_the_city() {
        for role in Role::ALL {
            let travels = serde_json::to_value(role).unwrap();
            assert_eq!(travels, role.code());
            assert_eq!(serde_json::from_value::<Role>(travels).unwrap(), role);
        }
        let old: Role = serde_json::from_str("\"supervisor\"").unwrap();
        assert_eq!(old.scope(), Scope::City);
    }
}

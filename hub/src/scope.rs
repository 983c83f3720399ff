//! Who may do what, and where. The one place where it is decided, for the API and the dashboard alike.
//!
//! A person sits somewhere in the hierarchy city → sub-bureau → station ([`Seat`]); what they ask for is
//! about an [`Area`] of it; how the area lies to the seat is a [`Relation`]; and [`may`] says yes or no.

use std::collections::BTreeSet;

use sqlx::AnyConnection;
use xuncha_core::domain::{Member, Name, Role, Scope, StationId};

use crate::store::{Key as _, RowExt as _, StoreError};

/// What somebody may want to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Look at coverage, venues, records, photos and the log.
    Read,
    /// Look at what a venue brings along from the station it was moved from.
    ReadEarlier,
    /// Take figures, records and lists away as files.
    Export,
    /// Approve and return records, and mark alerts as seen.
    Review,
    /// Write down what was done about a finding: handed over, mended, rechecked, closed.
    FollowUp,
    /// Add, amend and strike out entries of the ledger.
    KeepLedger,
    /// Hand out enrolment cards, list and revoke phones.
    KeepDevices,
    /// Add, change and deactivate volunteers and community police.
    KeepMembers,
    /// The same for those who lead, supervise or administer, and give people such a role.
    Appoint,
    /// Give somebody a new password, and end what they are signed in by.
    ResetPasswords,
    /// Add, change, suspend and close venues and schools.
    KeepPlaces,
    /// Give a venue or school to another station.
    MovePlaces,
    /// Say what is expected: how often, how far apart, how near.
    SetPolicy,
    /// Take in what a phone exported to a stick, and give its answer back.
    TakeHandover,
    /// Take lists over from files.
    Import,
    /// The same for any station, of stations themselves, and of those who lead.
    ImportForAll,
    /// See who did and looked at what.
    ReadAudit,
    /// Set what holds for all stations: statutory days, checklists.
    KeepRules,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Read,
        Self::ReadEarlier,
        Self::Export,
        Self::Review,
        Self::FollowUp,
        Self::KeepLedger,
        Self::KeepDevices,
        Self::KeepMembers,
        Self::Appoint,
        Self::ResetPasswords,
        Self::KeepPlaces,
        Self::MovePlaces,
        Self::SetPolicy,
        Self::TakeHandover,
        Self::Import,
        Self::ImportForAll,
        Self::ReadAudit,
        Self::KeepRules,
    ];
}

/// A part of the hierarchy that something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area<'a> {
    /// All of it.
    City,
    /// A sub-bureau with its stations.
    SubBureau(&'a Name),
    /// One station.
    Station(StationId),
}

/// How an area lies to somebody's seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It is the very one they sit in.
    In,
    /// It contains it.
    Above,
    /// Neither contains the other.
    Beside,
    /// It is contained in it.
    Below,
}

/// Whether a role may do something in an area that lies so to its seat. Nobody reaches above or beside
/// their seat; what is below is theirs like what is in it.
#[must_use]
pub const fn may(role: Role, operation: Operation, relation: Relation) -> bool {
    use Operation as Op;
    if matches!(relation, Relation::Above | Relation::Beside) {
        return false;
    }
    match operation {
        Op::Read => true,
        // They were sealed for another station: for those who have to know the venue's past.
        Op::ReadEarlier => !matches!(role, Role::Volunteer),
        Op::Export => !matches!(role, Role::Volunteer | Role::Police),
        Op::FollowUp => matches!(role, Role::Police | Role::Head | Role::Admin),
        Op::Review
        | Op::KeepLedger
        | Op::KeepDevices
        | Op::KeepMembers
        | Op::KeepPlaces
        | Op::SetPolicy
        | Op::TakeHandover
        | Op::Import => matches!(role, Role::Head | Role::Admin),
        Op::Appoint
        | Op::ResetPasswords
        | Op::MovePlaces
        | Op::ImportForAll
        | Op::ReadAudit
        | Op::KeepRules => {
            matches!(role, Role::Admin)
        }
    }
}

/// Where somebody sits: their station, or what of the hierarchy their role spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seat {
    /// At a station.
    Station {
        /// Which.
        station: StationId,
        /// The sub-bureau it belongs to.
        sub_bureau: Name,
    },
    /// Over a sub-bureau.
    SubBureau {
        /// Which.
        name: Name,
        /// The stations that belong to it now.
        stations: BTreeSet<StationId>,
    },
    /// Over the city.
    City,
}

impl Seat {
    /// Where a member sits as the hierarchy stands now.
    pub async fn of(db: &mut AnyConnection, member: &Member) -> Result<Self, StoreError> {
        let scope = member.role.scope();
        if scope == Scope::City {
            return Ok(Self::City);
        }
        let rows = sqlx::query(
            "SELECT s.station_id, s.sub_bureau FROM stations s \
             JOIN stations own ON own.sub_bureau = s.sub_bureau WHERE own.station_id = $1",
        )
        .bind(member.station.key())
        .fetch_all(db)
        .await?;
        let first = rows.first().ok_or_else(|| StoreError::Row("a member has no station".to_owned()))?;
        let name = Name::new(&first.text("sub_bureau")?).map_err(|e| StoreError::Row(e.to_string()))?;
        if scope == Scope::Station {
            return Ok(Self::Station { station: member.station, sub_bureau: name });
        }
        let stations = rows.iter().map(|row| row.id("station_id")).collect::<Result<_, _>>()?;
        Ok(Self::SubBureau { name, stations })
    }

    /// How an area lies to it.
    #[must_use]
    pub fn relation(&self, area: Area<'_>) -> Relation {
        match (self, area) {
            (Self::City, Area::City) => Relation::In,
            (Self::City, _) => Relation::Below,
            (_, Area::City) => Relation::Above,
            (Self::SubBureau { name, .. }, Area::SubBureau(other)) if name == other => Relation::In,
            (Self::SubBureau { stations, .. }, Area::Station(id)) if stations.contains(&id) => {
                Relation::Below
            }
            (Self::Station { sub_bureau, .. }, Area::SubBureau(other)) if sub_bureau == other => {
                Relation::Above
            }
            (Self::Station { station, .. }, Area::Station(id)) if *station == id => Relation::In,
            _ => Relation::Beside,
        }
    }
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::Timestamp;

    use super::*;

    const ROLES: &str = "volunteer police head sub_bureau_supervisor supervisor admin";

    /// Who may do it where they sit and below, in the order of [`ROLES`]; above and beside nobody may.
    const TABLE: [(Operation, [bool; 6]); 18] = {
        const Y: bool = true;
        const N: bool = false;
        [
            (Operation::Read, [Y, Y, Y, Y, Y, Y]),
            (Operation::ReadEarlier, [N, Y, Y, Y, Y, Y]),
            (Operation::Export, [N, N, Y, Y, Y, Y]),
            (Operation::Review, [N, N, Y, N, N, Y]),
            (Operation::FollowUp, [N, Y, Y, N, N, Y]),
            (Operation::KeepLedger, [N, N, Y, N, N, Y]),
            (Operation::KeepDevices, [N, N, Y, N, N, Y]),
            (Operation::KeepMembers, [N, N, Y, N, N, Y]),
            (Operation::Appoint, [N, N, N, N, N, Y]),
            (Operation::ResetPasswords, [N, N, N, N, N, Y]),
            (Operation::KeepPlaces, [N, N, Y, N, N, Y]),
            (Operation::MovePlaces, [N, N, N, N, N, Y]),
            (Operation::SetPolicy, [N, N, Y, N, N, Y]),
            (Operation::TakeHandover, [N, N, Y, N, N, Y]),
            (Operation::Import, [N, N, Y, N, N, Y]),
            (Operation::ImportForAll, [N, N, N, N, N, Y]),
            (Operation::ReadAudit, [N, N, N, N, N, Y]),
            (Operation::KeepRules, [N, N, N, N, N, Y]),
        ]
    };

    fn station(number: u8) -> StationId {
        StationId::mint(Timestamp::from_millis(1_000), [number; 10])
    }

    fn seat(scope: Scope) -> Seat {
        let east = Name::new("东城分局").unwrap();
        match scope {
            Scope::Station => Seat::Station { station: station(1), sub_bureau: east },
            Scope::SubBureau => Seat::SubBureau { name: east, stations: [station(1), station(2)].into() },
            Scope::City => Seat::City,
        }
    }

    /// Stations 1 and 2 are of the east, 3 of the west.
    fn relations(scope: Scope) -> [(Area<'static>, Relation); 6] {
        use Relation::{Above, Below, Beside, In};
        let name = |text: &str| &*Box::leak(Box::new(Name::new(text).unwrap()));
        let areas = [
            Area::City,
            Area::SubBureau(name("东城分局")),
            Area::SubBureau(name("西城分局")),
            Area::Station(station(1)),
            Area::Station(station(2)),
            Area::Station(station(3)),
        ];
        let lie = match scope {
            Scope::Station => [Above, Above, Beside, In, Beside, Beside],
            Scope::SubBureau => [Above, In, Beside, Below, Below, Beside],
            Scope::City => [In, Below, Below, Below, Below, Below],
        };
        std::array::from_fn(|at| (areas[at], lie[at]))
    }

    #[test]
    fn every_role_may_do_just_what_the_table_says_in_above_beside_and_below() {
        assert_eq!(TABLE.map(|(operation, _)| operation), Operation::ALL);
        assert_eq!(Role::ALL.map(Role::code).join(" "), ROLES);
        for (operation, allowed) in TABLE {
            for (role, allowed) in Role::ALL.into_iter().zip(allowed) {
                for relation in [Relation::In, Relation::Above, Relation::Beside, Relation::Below] {
                    let within = matches!(relation, Relation::In | Relation::Below);
                    let expected = allowed && within;
                    assert_eq!(
                        may(role, operation, relation),
                        expected,
                        "{role:?} {operation:?} {relation:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn areas_lie_in_above_beside_and_below_a_seat_as_the_hierarchy_says() {
        for scope in [Scope::Station, Scope::SubBureau, Scope::City] {
            for (area, relation) in relations(scope) {
                assert_eq!(seat(scope).relation(area), relation, "{scope:?} {area:?}");
            }
        }
    }
}

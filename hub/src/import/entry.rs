//! Each kind of thing as a row, and a row as the thing.

use std::fmt;

use chrono::NaiveDate;
use uuid::Uuid;
use xuncha_core::domain::{
    Address, Locale, Member, Name, Outline, PlacardCode, School, Shape, Station, StationId, Venue, VenueLife,
    Wgs84,
};

use super::cell::{self, Cells, Given};
use super::{Column, Reason};
use crate::members;
use crate::scope::Operation;

/// What a file lists. Later kinds name things of earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Care stations.
    Stations,
    /// The people who work with them.
    Members,
    /// Places that are checked.
    Venues,
    /// Schools.
    Schools,
    /// The statutory days of a year, which are set as a whole; see [`super::statutory`].
    StatutoryDays,
}

impl Kind {
    /// What people call them.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Stations => locale.pick("工作站", "stations"),
            Self::Members => locale.pick("人员", "members"),
            Self::Venues => locale.pick("场所", "venues"),
            Self::Schools => locale.pick("学校", "schools"),
            Self::StatutoryDays => locale.pick("法定节假日", "statutory days"),
        }
    }
}

impl Kind {
    /// Those that list things, in the order they are imported in.
    pub const ALL: [Self; 4] = [Self::Stations, Self::Members, Self::Venues, Self::Schools];

    /// What programs call them.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.label(Locale::En)
    }

    /// The kind that a code names.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether their lists have positions.
    #[must_use]
    pub const fn has_positions(self) -> bool {
        matches!(self, Self::Venues | Self::Schools)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label(Locale::En))
    }
}

/// Something that a table can list.
pub trait Entry: Clone + PartialEq {
    /// What a list of them is.
    const KIND: Kind;

    /// Its id.
    fn uuid(&self) -> Uuid;

    /// The station it belongs to; itself for a station.
    fn station(&self) -> StationId;

    /// Its name.
    fn name(&self) -> &Name;

    /// What tells it apart from others of its kind where no id is given.
    fn key(&self) -> Key;

    /// It as a row: a cell for each column of its kind, its id first. Positions are in WGS-84.
    fn cells(&self) -> Vec<(Column, String)>;
}

/// A thing with what other lists call it.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed<T> {
    /// The thing.
    pub thing: T,
    /// What other lists call it.
    pub code: Option<String>,
}

impl<T: Entry> Filed<T> {
    /// It as a row, its code after its id.
    #[must_use]
    pub fn cells(&self) -> Vec<(Column, String)> {
        let mut cells = self.thing.cells();
        cells.insert(1, (Column::Code, self.code.clone().unwrap_or_default()));
        cells
    }
}

/// What tells a thing apart where no id is given: its station (none for a station), its name, and for
/// a venue its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub(super) station: Option<StationId>,
    pub(super) name: Name,
    pub(super) kind: Option<String>,
}

/// How a row becomes a thing.
pub(super) trait Read: Entry {
    /// What the row is told apart by, as far as it can be read; refusals are for [`Read::read`] to note.
    fn key_of(cells: &mut Cells<'_>, station: Option<StationId>) -> Option<Key> {
        match cells.given(Column::Name, Name::new) {
            Given::Value(name) => Some(Key { station, name, kind: None }),
            Given::Absent | Given::Empty => None,
        }
    }

    /// Whether only an administrator may make, change or end it.
    fn needs_an_administrator(&self) -> bool {
        false
    }

    /// Whether it gives up what it is by becoming another.
    fn steps_down(&self, _new: &Self) -> bool {
        false
    }

    /// It under the name of another, for a row that means that one by the name of its double.
    #[must_use]
    fn called_as(self, _other: &Self) -> Self {
        self
    }

    /// Gives a new thing that says nothing of its first day one, if it is of a kind that has one; that day.
    fn begin(&mut self, _day: NaiveDate) -> Option<NaiveDate> {
        None
    }

    /// The thing that the row means, with what it does not say taken from what is on file. `None` if a
    /// cell was refused.
    fn read(cells: &mut Cells<'_>, on_file: Option<&Self>, id: Uuid, station: StationId) -> Option<Self>;
}

impl Entry for Station {
    const KIND: Kind = Kind::Stations;

    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    fn station(&self) -> StationId {
        self.id
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn key(&self) -> Key {
        Key { station: None, name: self.name.clone(), kind: None }
    }

    fn cells(&self) -> Vec<(Column, String)> {
        vec![
            (Column::Id, self.id.to_string()),
            (Column::Name, self.name.to_string()),
            (Column::SubBureau, self.sub_bureau.to_string()),
        ]
    }
}

impl Read for Station {
    fn key_of(cells: &mut Cells<'_>, _station: Option<StationId>) -> Option<Key> {
        match cells.given(Column::Name, Name::new) {
            Given::Value(name) => Some(Key { station: None, name, kind: None }),
            Given::Absent | Given::Empty => None,
        }
    }

    fn read(cells: &mut Cells<'_>, on_file: Option<&Self>, id: Uuid, _station: StationId) -> Option<Self> {
        let name = cells.required(Column::Name, on_file.map(|old| old.name.clone()), Name::new);
        let on_file = on_file.map(|old| old.sub_bureau.clone());
        let sub_bureau = cells.required(Column::SubBureau, on_file, Name::new);
        Some(Self { id: id.into(), name: name?, sub_bureau: sub_bureau? })
    }
}

impl Entry for Member {
    const KIND: Kind = Kind::Members;

    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    fn station(&self) -> StationId {
        self.station
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn key(&self) -> Key {
        Key { station: Some(self.station), name: self.name.clone(), kind: None }
    }

    fn cells(&self) -> Vec<(Column, String)> {
        vec![
            (Column::Id, self.id.to_string()),
            (Column::Station, self.station.to_string()),
            (Column::Name, self.name.to_string()),
            (Column::Role, self.role.code().to_owned()),
            (Column::Active, if self.active { "yes" } else { "no" }.to_owned()),
        ]
    }
}

impl Read for Member {
    fn needs_an_administrator(&self) -> bool {
        members::operation(self.role) == Operation::Appoint
    }

    fn steps_down(&self, new: &Self) -> bool {
        members::steps_down(self, new)
    }

    fn read(cells: &mut Cells<'_>, on_file: Option<&Self>, id: Uuid, station: StationId) -> Option<Self> {
        let name = cells.required(Column::Name, on_file.map(|old| old.name.clone()), Name::new);
        let role = cells.required(Column::Role, on_file.map(|old| old.role), cell::role);
        let active = cells.given(Column::Active, cell::yes_no).or_keep(on_file.map(|old| old.active));
        Some(Self { id: id.into(), station, name: name?, role: role?, active: active.unwrap_or(true) })
    }
}

impl Entry for Venue {
    const KIND: Kind = Kind::Venues;

    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    fn station(&self) -> StationId {
        self.station
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn key(&self) -> Key {
        let kind = Some(self.kind.code().to_owned());
        Key { station: Some(self.station), name: self.name.clone(), kind }
    }

    fn cells(&self) -> Vec<(Column, String)> {
        let degrees = |of: fn(Wgs84) -> f64| self.position.map(|at| of(at).to_string()).unwrap_or_default();
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let suspended = self.life.suspended.iter().map(|range| format!("{}..{}", range.from(), range.to()));
        vec![
            (Column::Id, self.id.to_string()),
            (Column::Station, self.station.to_string()),
            (Column::Name, self.name.to_string()),
            (Column::Kind, self.kind.to_string()),
            (Column::Address, self.address.to_string()),
            (Column::Latitude, degrees(Wgs84::lat)),
            (Column::Longitude, degrees(Wgs84::lon)),
            (Column::Placard, self.placard.as_ref().map(ToString::to_string).unwrap_or_default()),
            (Column::OpenedOn, day(self.life.opened_on)),
            (Column::ClosedOn, day(self.life.closed_on)),
            (Column::Suspended, suspended.collect::<Vec<_>>().join("; ")),
        ]
    }
}

impl Read for Venue {
    fn called_as(self, other: &Self) -> Self {
        Self { name: other.name.clone(), kind: other.kind.clone(), ..self }
    }

    fn begin(&mut self, day: NaiveDate) -> Option<NaiveDate> {
        if self.life.opened_on.is_some() {
            return None;
        }
        // One that closed before was there on its last day at most.
        self.life.opened_on = Some(self.life.closed_on.map_or(day, |last| day.min(last)));
        self.life.opened_on
    }

    fn key_of(cells: &mut Cells<'_>, station: Option<StationId>) -> Option<Key> {
        match (cells.given(Column::Name, Name::new), cells.given(Column::Kind, cell::kind)) {
            (Given::Value(name), Given::Value(kind)) => {
                Some(Key { station, name, kind: Some(kind.code().to_owned()) })
            }
            _ => None,
        }
    }

    fn read(cells: &mut Cells<'_>, on_file: Option<&Self>, id: Uuid, station: StationId) -> Option<Self> {
        let name = cells.required(Column::Name, on_file.map(|old| old.name.clone()), Name::new);
        let kind = cells.required(Column::Kind, on_file.map(|old| old.kind.clone()), cell::kind);
        let address = cells.given(Column::Address, Address::new);
        let address = address.or_keep(on_file.map(|old| old.address.clone()));
        for column in [Column::Boundary, Column::Gates] {
            if !cells.text(column).is_empty() && cells.text(Column::Latitude).is_empty() {
                cells.refuse(column, Reason::Geometry("a venue is one point".to_owned()));
            }
        }
        let position = cells.position().or_keep(on_file.and_then(|old| old.position));
        let placard = cells.given(Column::Placard, PlacardCode::new);
        let placard = placard.or_keep(on_file.and_then(|old| old.placard.clone()));
        let life = life(cells, on_file.map(|old| &old.life));
        if cells.is_bad() {
            return None;
        }
        let address = address.or_else(|| Address::new("").ok())?;
        Some(Self { id: id.into(), station, name: name?, kind: kind?, address, position, placard, life })
    }
}

fn life(cells: &mut Cells<'_>, on_file: Option<&VenueLife>) -> VenueLife {
    // An empty cell is a list that does not know the day: it clears none, so a list can come again.
    let opened_on = match cells.given(Column::OpenedOn, cell::day) {
        Given::Value(day) => Some(day),
        Given::Absent | Given::Empty => on_file.and_then(|life| life.opened_on),
    };
    let closed_on = cells.given(Column::ClosedOn, cell::day).or_keep(on_file.and_then(|life| life.closed_on));
    let suspended = cells.given(Column::Suspended, cell::days);
    let suspended = suspended.or_keep(on_file.map(|life| life.suspended.clone())).unwrap_or_default();
    if opened_on.zip(closed_on).is_some_and(|(opened, closed)| closed < opened) {
        cells.refuse(Column::ClosedOn, Reason::ClosedBeforeOpened);
    }
    VenueLife { opened_on, closed_on, suspended }
}

impl Entry for School {
    const KIND: Kind = Kind::Schools;

    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    fn station(&self) -> StationId {
        self.station
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn key(&self) -> Key {
        Key { station: Some(self.station), name: self.name.clone(), kind: None }
    }

    fn cells(&self) -> Vec<(Column, String)> {
        let points =
            self.outline.points().iter().map(|at| format!("{} {}", written(at.lat()), written(at.lon())));
        let points = points.collect::<Vec<_>>().join("; ");
        let (gates, boundary) = match self.outline.shape() {
            Shape::Gates => (points, String::new()),
            Shape::Boundary => (String::new(), points),
        };
        vec![
            (Column::Id, self.id.to_string()),
            (Column::Station, self.station.to_string()),
            (Column::Name, self.name.to_string()),
            (Column::Level, self.level.code().to_owned()),
            (Column::Gates, gates),
            (Column::Boundary, boundary),
            (Column::ClosedOn, self.closed_on.map(|day| day.to_string()).unwrap_or_default()),
        ]
    }
}

impl Read for School {
    fn called_as(self, other: &Self) -> Self {
        Self { name: other.name.clone(), ..self }
    }

    fn read(cells: &mut Cells<'_>, on_file: Option<&Self>, id: Uuid, station: StationId) -> Option<Self> {
        let name = cells.required(Column::Name, on_file.map(|old| old.name.clone()), Name::new);
        let level = cells.required(Column::Level, on_file.map(|old| old.level), cell::level);
        let outline = outline(cells, on_file.map(|old| &old.outline));
        let closed_on =
            cells.given(Column::ClosedOn, cell::day).or_keep(on_file.and_then(|old| old.closed_on));
        Some(Self { id: id.into(), station, name: name?, level: level?, outline: outline?, closed_on })
    }
}

/// A boundary, gates, or a single gate in latitude and longitude.
fn outline(cells: &mut Cells<'_>, on_file: Option<&Outline>) -> Option<Outline> {
    let (column, made) = match (cells.positions(Column::Boundary), cells.positions(Column::Gates)) {
        (Given::Value(_), Given::Value(_)) => {
            cells.refuse(Column::Gates, Reason::TwoOutlines);
            return None;
        }
        (Given::Value(corners), _) => (Column::Boundary, Outline::boundary(corners)),
        (_, Given::Value(gates)) => (Column::Gates, Outline::gates(gates)),
        (Given::Empty, _) | (_, Given::Empty) if cells.text(Column::Latitude).is_empty() => {
            // No school is without one, and a workbook leaves empty what is too long for a cell.
            if on_file.is_none() {
                cells.refuse(Column::Boundary, Reason::NoOutline);
            }
            return on_file.cloned();
        }
        _ => match cells.position() {
            Given::Value(gate) => (Column::Latitude, Outline::gates(vec![gate])),
            Given::Absent if on_file.is_some() => return on_file.cloned(),
            Given::Absent | Given::Empty => {
                if !cells.is_bad() {
                    cells.refuse(Column::Boundary, Reason::NoOutline);
                }
                return None;
            }
        },
    };
    let made = made.map_err(|why| cells.refuse(column, Reason::Outline(why))).ok()?;
    Some(on_file.filter(|old| is_written_as(old, &made)).cloned().unwrap_or(made))
}

/// Degrees as lists have them, to the centimetre: more digits say nothing, and fill the cells of a workbook.
fn written(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// Whether a list has both outlines alike: what is exported and imported again must not change.
fn is_written_as(one: &Outline, other: &Outline) -> bool {
    let points = |outline: &Outline| -> Vec<[f64; 2]> {
        outline.points().iter().map(|at| [written(at.lat()), written(at.lon())]).collect()
    };
    one.shape() == other.shape() && points(one) == points(other)
}

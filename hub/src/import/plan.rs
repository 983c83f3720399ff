//! Rows against what is on file: what an import would do, row by row.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;
use xuncha_core::domain::{Datum, MemberId, Station, StationId};

use super::alike::Alike;
use super::cell::{self, Cells, Given};
use super::entry::{Entry, Filed, Key, Kind, Read};
use super::on_file::{OnFile, Upserts};
use super::outcome::{FieldChange, ImportPlan, Outcome, PlannedRow};
use super::sheet::{Format, Sheet};
use super::{Column, Reason};
use crate::places::{Heir, HeirReason};
use crate::search::plain;

/// What holds for all files of an import where a row says nothing else.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The datum of positions. Without it GeoJSON is in WGS-84 (RFC 7946) and CSV must say.
    pub datum: Option<Datum>,
    /// The station, by name or id, of rows that name none.
    pub station: Option<String>,
    /// The first day of a new venue whose row names none: the day of the import, as the desk's form has it. The
    /// months before a list was handed in are nobody's to have missed. Without it such a venue was always there.
    pub first_day: Option<NaiveDate>,
    /// What may be written.
    pub reach: Reach,
    /// Whoever imports: nobody gives up what they are by a list.
    pub own: Option<MemberId>,
}

/// How far whoever imports may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Everything: the command line and administrators.
    #[default]
    All,
    /// One station's venues, schools, volunteers and police: its head.
    Station(StationId),
}

impl Reach {
    /// Why a row that makes `new` of `old` is out of reach, if it is.
    fn refuses<T: Read>(self, old: Option<&T>, new: &T) -> Option<(Column, Reason)> {
        let Self::Station(own) = self else { return None };
        if T::KIND == Kind::Stations || new.station() != own {
            return Some((Column::Station, Reason::OutOfReach));
        }
        let is_above = new.needs_an_administrator() || old.is_some_and(T::needs_an_administrator);
        (is_above && old != Some(new)).then_some((Column::Role, Reason::RoleOutOfReach))
    }
}

/// Plans an import of some files, in the order of their kinds whatever the order given. `mint` gives
/// the ids of new things.
#[must_use]
pub fn plan(
    sheets: &[(Kind, Sheet)],
    on_file: &OnFile,
    settings: &Settings,
    mint: &mut dyn FnMut() -> Uuid,
) -> ImportPlan {
    let mut rows = Vec::new();
    let mut stations = Register::of(&on_file.stations);
    let new_stations = Pass { sheets, settings, stations: None }.run(&mut stations, mint, &mut rows);
    let pass = Pass { sheets, settings, stations: Some(&stations) };
    let heirs: HashMap<Uuid, Heir<Uuid>> =
        on_file.heirs.iter().map(|heir| (heir.old, heir.clone())).collect();
    let mut venues = Register { heirs: heirs.clone(), ..Register::of(&on_file.venues) };
    let mut schools = Register { heirs, ..Register::of(&on_file.schools) };
    let upserts = Upserts {
        stations: new_stations,
        members: pass.run(&mut Register::of(&on_file.members), mint, &mut rows),
        venues: pass.run(&mut venues, mint, &mut rows),
        schools: pass.run(&mut schools, mint, &mut rows),
        heirs: Vec::new(),
    };
    ImportPlan { rows, upserts }
}

/// Where a row stands.
#[derive(Debug, Clone)]
struct Place {
    file: Arc<str>,
    line: u64,
}

/// The things of one kind as they will be after the rows read so far.
struct Register<T> {
    things: HashMap<Uuid, Filed<T>>,
    by_key: HashMap<Key, Vec<Uuid>>,
    by_code: HashMap<(Option<StationId>, String), Uuid>,
    /// By their names as [`plain`] has them.
    by_plain: HashMap<(Option<StationId>, String), Vec<Uuid>>,
    /// Those that a row of this import means.
    meant: HashMap<Uuid, Place>,
    /// Those that ended, each with what it goes on as.
    heirs: HashMap<Uuid, Heir<Uuid>>,
}

impl<T: Entry> Register<T> {
    fn of(things: &[Filed<T>]) -> Self {
        let mut register = Self {
            things: HashMap::new(),
            by_key: HashMap::new(),
            by_code: HashMap::new(),
            by_plain: HashMap::new(),
            meant: HashMap::new(),
            heirs: HashMap::new(),
        };
        for thing in things {
            register.put(thing.clone());
        }
        register
    }

    fn put(&mut self, filed: Filed<T>) {
        let id = filed.thing.uuid();
        if let Some(old) = self.things.get(&id) {
            let key = old.thing.key();
            if let Some(code) = &old.code {
                self.by_code.remove(&(key.station, code.clone()));
            }
            self.by_plain.entry(by_plain(&key)).or_default().retain(|other| *other != id);
            self.by_key.entry(key).or_default().retain(|other| *other != id);
        }
        let key = filed.thing.key();
        if let Some(code) = &filed.code {
            self.by_code.insert((key.station, code.clone()), id);
        }
        self.by_plain.entry(by_plain(&key)).or_default().push(id);
        self.by_key.entry(key).or_default().push(id);
        self.things.insert(id, filed);
    }

    fn coded(&self, station: Option<StationId>, code: &str) -> Option<&Filed<T>> {
        self.things.get(self.by_code.get(&(station, code.to_owned()))?)
    }

    /// What a double is a double of, if that is of the same station; anything else itself.
    fn original<'s>(&'s self, filed: &'s Filed<T>) -> Meant<'s, T> {
        let here =
            |heir: &&Heir<Uuid>| heir.reason == HeirReason::Merged && heir.heir_station == heir.station;
        let double = self.heirs.get(&filed.thing.uuid()).filter(here);
        let original = double.and_then(|double| self.things.get(&double.heir));
        Meant { filed: original.unwrap_or(filed), by_double: original.is_some() }
    }

    fn ended(&self, filed: &Filed<T>) -> bool {
        self.heirs.contains_key(&filed.thing.uuid())
    }

    /// Another that a new one may be: of the same station, with a name that is written but a little differently.
    fn alike(&self, new: &T) -> Option<Alike> {
        let ids = self.by_plain.get(&by_plain(&new.key())).map(Vec::as_slice).unwrap_or_default();
        let mut others = ids.iter().filter(|id| **id != new.uuid()).filter_map(|id| self.things.get(id));
        let other = others.find(|other| !self.ended(other))?;
        let at = self.meant.get(&other.thing.uuid()).map(|place| (place.file.clone(), place.line));
        Some(Alike { name: other.thing.name().to_string(), at })
    }

    /// Those of a key that are not told apart from it by two different codes.
    fn called<'s>(&'s self, key: &Key, code: Option<&str>) -> impl Iterator<Item = &'s Filed<T>> {
        let ids = self.by_key.get(key).map(Vec::as_slice).unwrap_or_default();
        ids.iter()
            .filter_map(|id| self.things.get(id))
            .filter(move |other| code.zip(other.code.as_deref()).is_none_or(|(code, other)| code == other))
    }
}

fn by_plain(key: &Key) -> (Option<StationId>, String) {
    (key.station, plain(key.name.as_str()))
}

impl Register<Station> {
    fn find(&self, text: &str) -> Result<StationId, Reason> {
        let by_id = text.parse().ok().filter(|id: &StationId| self.things.contains_key(&id.uuid()));
        let by_code = || self.coded(None, text).map(|station| station.thing.id);
        if let Some(id) = by_id.or_else(by_code) {
            return Ok(id);
        }
        let mut named = self.things.values().filter(|station| station.thing.name.as_str() == text);
        match (named.next(), named.count()) {
            (Some(station), 0) => Ok(station.thing.id),
            (Some(_), others) => Err(Reason::Ambiguous(others + 1)),
            (None, _) => Err(Reason::UnknownStation),
        }
    }

    /// The station, where there is no other that could be meant.
    fn only(&self) -> Option<StationId> {
        match self.things.len() {
            1 => self.things.values().next().map(|station| station.thing.id),
            _ => None,
        }
    }
}

/// One kind's pass over the files.
struct Pass<'a> {
    sheets: &'a [(Kind, Sheet)],
    settings: &'a Settings,
    /// The stations that rows can name; `None` while the stations themselves are read.
    stations: Option<&'a Register<Station>>,
}

impl Pass<'_> {
    /// Plans all rows of the kind `T` and gives what they write.
    fn run<T: Read>(
        &self,
        register: &mut Register<T>,
        mint: &mut dyn FnMut() -> Uuid,
        rows: &mut Vec<PlannedRow>,
    ) -> Vec<Filed<T>> {
        let mut upserts = Vec::new();
        for (_, sheet) in self.sheets.iter().filter(|(kind, _)| *kind == T::KIND) {
            let by_format = (sheet.format == Format::GeoJson).then_some(Datum::Wgs84);
            let datum = self.settings.datum.or(by_format);
            let file: Arc<str> = sheet.name.as_str().into();
            for row in &sheet.rows {
                let place = Place { file: file.clone(), line: row.line };
                let mut cells = Cells::of(row, datum);
                let planned = self.row(&mut cells, register, mint);
                let name = cells.text(Column::Name).to_owned();
                let (mut first_day, mut alike) = (None, None);
                let (outcome, values) = match planned {
                    Ok(Planned { filed, outcome, begun }) if !cells.is_bad() => {
                        first_day = begun;
                        if outcome == Outcome::New {
                            alike = register.alike(&filed.thing);
                        }
                        let values = self.values(&filed);
                        register.meant.insert(filed.thing.uuid(), place);
                        register.put(filed.clone());
                        if outcome != Outcome::Unchanged {
                            upserts.push(filed);
                        }
                        (outcome, values)
                    }
                    refused => {
                        if refused.is_err() {
                            name_the_rest::<T>(&mut cells);
                        }
                        (Outcome::Bad(cells.into_bad()), row.given())
                    }
                };
                let file = file.clone();
                rows.push(PlannedRow {
                    file,
                    line: row.line,
                    kind: T::KIND,
                    name,
                    outcome,
                    first_day,
                    alike,
                    values,
                });
            }
        }
        upserts
    }

    /// What will be on file of a thing, its id apart.
    fn values<T: Read>(&self, filed: &Filed<T>) -> Vec<(Column, String)> {
        let own = |(column, text): &(Column, String)| *column != Column::Id && !text.is_empty();
        let station = |(column, text)| match column {
            Column::Station => (column, self.station_name(filed.thing.station())),
            _ => (column, text),
        };
        filed.cells().into_iter().filter(own).map(station).collect()
    }

    fn station_name(&self, id: StationId) -> String {
        let station = self.stations.and_then(|all| all.things.get(&id.uuid()));
        station.map(|station| station.thing.name.to_string()).unwrap_or_default()
    }

    /// The thing that a row means, as it would be after it.
    fn row<T: Read>(
        &self,
        cells: &mut Cells<'_>,
        register: &Register<T>,
        mint: &mut dyn FnMut() -> Uuid,
    ) -> Result<Planned<T>, Refused> {
        let id = cells.given(Column::Id, |text| Uuid::try_parse(text).map_err(|_| not_an_id(text)));
        let id = id.or_keep(None);
        let by_id = id.and_then(|id| register.things.get(&id));
        let mut code = cells.given(Column::Code, cell::code).or_keep(None);
        let station = self.station(cells, by_id.map(|filed| filed.thing.station()))?;
        let meant = match id {
            Some(_) => by_id.map(|filed| Meant { filed, by_double: false }),
            None => found(cells, register, station, code.as_deref())?,
        };
        let on_file = meant.as_ref().map(|meant| meant.filed);
        let id = id.or(on_file.map(|filed| filed.thing.uuid())).unwrap_or_else(mint);
        let old = on_file.map(|filed| &filed.thing);
        let mut thing = T::read(cells, old, id, station.unwrap_or_else(|| id.into())).ok_or(Refused)?;
        if let Some(double) = meant.as_ref().filter(|meant| meant.by_double) {
            // What its double was called is not its name.
            thing = thing.called_as(&double.filed.thing);
            code.clone_from(&double.filed.code);
        }
        let begun = self.settings.first_day.filter(|_| old.is_none()).and_then(|day| thing.begin(day));
        code = code.or_else(|| on_file?.code.clone());
        let filed = Filed { thing, code };
        let (thing, code) = (&filed.thing, filed.code.as_deref());
        let others = |other: &Filed<T>| other.thing.uuid() != id && !register.ended(other);
        if let Some(first) = register.meant.get(&id) {
            cells.refuse(Column::Name, Reason::SameAs { file: first.file.to_string(), line: first.line });
        } else if let Some(heir) = register.heirs.get(&id) {
            // It ended and stays as it is, whoever has its name by now.
            if on_file != Some(&filed) {
                cells.refuse(Column::Name, self.goes_on(heir, register));
            }
        } else if old.is_some_and(|old| old.station() != thing.station()) {
            cells.refuse(Column::Station, Reason::OtherStation);
        } else if code.and_then(|code| register.coded(station, code)).is_some_and(others) {
            cells.refuse(Column::Code, Reason::CodeTaken);
        } else if register.called(&thing.key(), code).any(others) {
            cells.refuse(Column::Name, Reason::NameTaken);
        } else if self.settings.own.is_some_and(|own| own.uuid() == id)
            && old.is_some_and(|old| old.steps_down(thing))
        {
            cells.refuse(Column::Role, Reason::OwnRole);
        } else if let Some((column, reason)) = self.settings.reach.refuses(old, thing) {
            cells.refuse(column, reason);
        }
        let outcome = on_file.map_or(Outcome::New, |old| changed(old, &filed));
        Ok(Planned { filed, outcome, begun })
    }

    /// Why a row can't change what goes on as another.
    fn goes_on<T: Read>(&self, heir: &Heir<Uuid>, register: &Register<T>) -> Reason {
        match heir.reason {
            HeirReason::Merged => {
                let other = register.things.get(&heir.heir);
                Reason::Double(other.map(|other| other.thing.name().to_string()).unwrap_or_default())
            }
            HeirReason::Moved => Reason::Moved(self.station_name(heir.heir_station)),
        }
    }

    /// The station of a row; `None` while the stations themselves are read.
    fn station(
        &self,
        cells: &mut Cells<'_>,
        on_file: Option<StationId>,
    ) -> Result<Option<StationId>, Refused> {
        let Some(stations) = self.stations else { return Ok(None) };
        if let Given::Value(station) = cells.given(Column::Station, |text| stations.find(text)) {
            return Ok(Some(station));
        }
        if cells.refused(Column::Station) {
            return Err(Refused);
        }
        let by_setting = self.settings.station.as_ref().map(|text| stations.find(text));
        let station = by_setting.unwrap_or_else(|| on_file.or(stations.only()).ok_or(Reason::Missing));
        station.map(Some).map_err(|reason| {
            cells.refuse(Column::Station, reason);
            Refused
        })
    }
}

/// What is on file for a row without an id.
fn found<'a, T: Read>(
    cells: &mut Cells<'_>,
    register: &'a Register<T>,
    station: Option<StationId>,
    code: Option<&str>,
) -> Result<Option<Meant<'a, T>>, Refused> {
    if let Some(filed) = code.and_then(|code| register.coded(station, code)) {
        return Ok(Some(register.original(filed)));
    }
    let Some(key) = T::key_of(&mut cells.scratch(), station) else { return Ok(None) };
    let mut called: Vec<_> = register.called(&key, code).map(|filed| register.original(filed)).collect();
    // One that ended is meant only where none goes on under its name.
    if called.iter().any(|meant| !register.ended(meant.filed)) {
        called.retain(|meant| !register.ended(meant.filed));
    }
    called.sort_by_key(|meant| (meant.filed.thing.uuid(), meant.by_double));
    called.dedup_by_key(|meant| meant.filed.thing.uuid());
    match called.len() {
        0 | 1 => Ok(called.pop()),
        several => {
            cells.refuse(Column::Name, Reason::Ambiguous(several));
            Err(Refused)
        }
    }
}

/// What is on file for a row.
struct Meant<'a, T> {
    filed: &'a Filed<T>,
    /// Whether the row calls it by the name or code of its double.
    by_double: bool,
}

/// What a row makes.
struct Planned<T> {
    filed: Filed<T>,
    outcome: Outcome,
    /// The first day that it was given.
    begun: Option<NaiveDate>,
}

/// A row that means nothing; its cells know why.
struct Refused;

/// Names the other bad cells of a row whose station or thing is not known, so that a list is mended in one go.
fn name_the_rest<T: Read>(cells: &mut Cells<'_>) {
    let mut rest = cells.scratch();
    let nobody = Uuid::nil();
    // What the row would make is nobody's; only the refusals met on the way are of use.
    let _ = T::read(&mut rest, None, nobody, nobody.into());
    cells.add_bad(rest.into_bad());
}

fn not_an_id(text: &str) -> Reason {
    Reason::Id(xuncha_core::domain::NotAnId(text.chars().take(64).collect()))
}

fn changed<T: Entry>(old: &Filed<T>, new: &Filed<T>) -> Outcome {
    let fields = old.cells().into_iter().zip(new.cells());
    let changes = fields.filter(|((_, from), (_, to))| from != to);
    let changes: Vec<_> = changes.map(|((column, from), (_, to))| FieldChange { column, from, to }).collect();
    if changes.is_empty() { Outcome::Unchanged } else { Outcome::Changed(changes) }
}

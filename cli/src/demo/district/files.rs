//! The district as the files that a station would hand in: lists in CSV, one with Chinese headers and
//! the positions of a map service (GCJ-02), and maps in GeoJSON.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use xuncha_core::domain::{Role, SchoolLevel, VenueKind, Wgs84};

use super::{Campus, District, Patch, Place};

/// Where the files are.
#[derive(Debug, Clone)]
pub struct Files {
    /// Stations, CSV with English headers.
    pub stations: PathBuf,
    /// Members, CSV with Chinese headers.
    pub members: PathBuf,
    /// Internet cafés, CSV with Chinese headers, positions in GCJ-02.
    pub cafes: PathBuf,
    /// Game arcades, GeoJSON.
    pub arcades: PathBuf,
    /// Schools, GeoJSON: polygons and gates.
    pub schools: PathBuf,
}

impl District {
    /// Writes the district's files into a folder.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn write(&self, folder: &Path) -> Result<Files> {
        let file = |name: &str, content: String| {
            let path = folder.join(name);
            fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
            anyhow::Ok(path)
        };
        let of = |kind: VenueKind| self.venues().filter(move |(_, venue)| venue.kind == kind);
        let name = |station: usize| self.stations[station].name.as_str();
        let arcades = of(VenueKind::GameArcade).map(|(station, venue)| arcade(venue, name(station)));
        let schools = self
            .stations
            .iter()
            .flat_map(|patch| patch.schools.iter().map(|campus| school(campus, &patch.name)));
        Ok(Files {
            stations: file(
                "stations.csv",
                table(
                    &["name", "sub_bureau"],
                    self.stations.iter().map(|patch| vec![patch.name.clone(), "云浦分局".to_owned()]),
                )?,
            )?,
            members: file(
                "人员.csv",
                table(&["工作站", "姓名", "身份"], self.stations.iter().flat_map(members))?,
            )?,
            cafes: file(
                "网吧.csv",
                table(
                    &[
                        "工作站",
                        "场所名称",
                        "类型",
                        "地址",
                        "纬度",
                        "经度",
                        "标牌",
                        "开业日期",
                        "停业日期",
                        "暂停",
                    ],
                    of(VenueKind::InternetCafe).map(|(station, venue)| cafe(venue, name(station))),
                )?,
            )?,
            arcades: file("arcades.geojson", collection(arcades))?,
            schools: file("schools.geojson", collection(schools))?,
        })
    }
}

/// A table as Excel writes it: with a byte order mark.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(format!("\u{feff}{}", String::from_utf8(writer.into_inner()?)?))
}

fn members(patch: &Patch) -> Vec<Vec<String>> {
    let role = |role| match role {
        Role::Volunteer => "志愿者",
        Role::Police => "社区民警",
        Role::Head => "教导员",
        Role::SubBureauSupervisor => "分局督导",
        Role::Supervisor => "市局督导",
        Role::Admin => "管理员",
    };
    let row =
        |person: &super::Person| vec![patch.name.clone(), person.name.clone(), role(person.role).to_owned()];
    patch.people.iter().map(row).collect()
}

/// All of them were there before the months that are shown.
const FIRST_DAY: &str = "2020-01-01";

fn cafe(venue: &Place, station: &str) -> Vec<String> {
    let shown = venue.at.to_gcj02();
    let until = venue.shut_from.map(|day| format!("{day}..{}", day + chrono::Days::new(30)));
    vec![
        station.to_owned(),
        venue.name.clone(),
        "网吧".to_owned(),
        venue.address.clone(),
        format!("{:.6}", shown.lat()),
        format!("{:.6}", shown.lon()),
        venue.placard.clone(),
        FIRST_DAY.to_owned(),
        venue.closed_on.map(|day| day.to_string()).unwrap_or_default(),
        until.unwrap_or_default(),
    ]
}

fn arcade(venue: &Place, station: &str) -> Value {
    json!({
        "type": "Feature",
        "properties": {
            "station": station, "name": venue.name, "kind": venue.kind.code(), "address": venue.address,
            "placard": venue.placard, "opened_on": FIRST_DAY,
        },
        "geometry": { "type": "Point", "coordinates": lon_lat(&venue.at) },
    })
}

fn school(campus: &Campus, station: &str) -> Value {
    let mut points: Vec<_> = campus.points.iter().map(lon_lat).collect();
    let geometry = if campus.is_boundary {
        points.extend(points.first().copied());
        json!({ "type": "Polygon", "coordinates": [points] })
    } else {
        json!({ "type": "MultiPoint", "coordinates": points })
    };
    let level = match campus.level {
        SchoolLevel::Primary => "primary",
        SchoolLevel::Kindergarten => "kindergarten",
        _ => "junior",
    };
    json!({
        "type": "Feature",
        "properties": { "station": station, "name": campus.name, "level": level },
        "geometry": geometry,
    })
}

fn lon_lat(at: &Wgs84) -> [f64; 2] {
    [at.lon(), at.lat()]
}

fn collection(features: impl Iterator<Item = Value>) -> String {
    let collection = json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() });
    format!("{collection:#}\n")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use xuncha_core::domain::{Datum, Month, distance};
    use xuncha_hub::import::{Format, Kind, OnFile, Settings, Sheet, plan};

    use super::*;

    #[test]
    fn the_files_are_imported_whole_and_each_venue_is_where_it_was_put() {
        let folder = tempfile::tempdir().unwrap();
        let district = District::new(1, Month::new(2026, 11).unwrap()).unwrap();
        let files = district.write(folder.path()).unwrap();
        let read = |path: &Path, format| Sheet::read("x", format, &fs::read(path).unwrap()).unwrap();
        let mut last = 0;
        let mut mint = || {
            last += 1;
            Uuid::from_u128(last)
        };
        let csv = [
            (Kind::Stations, read(&files.stations, Format::Csv)),
            (Kind::Members, read(&files.members, Format::Csv)),
            (Kind::Venues, read(&files.cafes, Format::Csv)),
        ];
        let gcj02 = Settings { datum: Some(Datum::Gcj02), ..Settings::default() };
        let first = plan(&csv, &OnFile::default(), &gcj02, &mut mint);
        let maps = [
            (Kind::Venues, read(&files.arcades, Format::GeoJson)),
            (Kind::Schools, read(&files.schools, Format::GeoJson)),
        ];
        let second = plan(&maps, &first.upserts, &Settings::default(), &mut mint);
        assert_eq!(first.counts(), [3 + 12 + 12, 0, 0, 0], "{:#?}", first.rows);
        assert_eq!(second.counts(), [6 + 9, 0, 0, 0], "{:#?}", second.rows);
        let imported = first.upserts.venues.iter().chain(&second.upserts.venues);
        for filed in imported {
            let (_, made) = district.venues().find(|(_, v)| v.name == filed.thing.name.as_str()).unwrap();
            assert!(distance(filed.thing.position.unwrap(), made.at).0 < 0.5, "{}", made.name);
        }
    }
}

use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;
use xuncha_core::domain::{
    Address, Datum, Locale, Member, NEVER, Name, Outline, PlacardCode, Role, School, SchoolLevel, Shape,
    Station, Timestamp, Venue, VenueId, VenueKind, VenueLife, Wgs84, distance,
};

use super::*;
use crate::export::harmless;
use crate::places::{Heir, HeirReason};

/// Ids that are told apart, the same in each run.
fn mint() -> impl FnMut() -> Uuid {
    let mut last = 0_u8;
    move || {
        last += 1;
        VenueId::mint(Timestamp::from_millis(1_000), [last; 10]).uuid()
    }
}

fn csv(kind: Kind, text: &str) -> (Kind, Sheet) {
    (kind, Sheet::read("list.csv", Format::Csv, text.as_bytes()).unwrap())
}

fn geojson(kind: Kind, text: &str) -> (Kind, Sheet) {
    (kind, Sheet::read("map.geojson", Format::GeoJson, text.as_bytes()).unwrap())
}

const STATIONS: &str = "name,sub_bureau\n柳岸工作站,东城分局\n桥头工作站,东城分局\n";

fn with_stations() -> OnFile {
    let made = plan(&[csv(Kind::Stations, STATIONS)], &OnFile::default(), &Settings::default(), &mut mint());
    assert_eq!(made.counts(), [2, 0, 0, 0]);
    made.upserts
}

/// What is on file after an import.
fn after(mut on_file: OnFile, made: &Upserts) -> OnFile {
    fn put<T: Entry>(things: &mut Vec<Filed<T>>, new: &[Filed<T>]) {
        things.retain(|old| new.iter().all(|new| new.thing.uuid() != old.thing.uuid()));
        things.extend_from_slice(new);
    }
    put(&mut on_file.stations, &made.stations);
    put(&mut on_file.members, &made.members);
    put(&mut on_file.venues, &made.venues);
    put(&mut on_file.schools, &made.schools);
    on_file
}

fn gcj02() -> Settings {
    Settings { datum: Some(Datum::Gcj02), ..Settings::default() }
}

#[test]
fn a_list_with_chinese_headers_a_mark_and_gcj02_positions_is_taken() {
    let list = "\u{feff}工作站,场所名称,类型,地址,纬度,经度,停业日期,备注\r\n\
                柳岸工作站,星河网吧,网吧,柳岸路1号,32.0584,118.7965,,x\r\n\
                桥头工作站,\"乐,园\",游戏机室,,,,2026/11/30,\r\n";
    let sheet = csv(Kind::Venues, list);
    assert_eq!(sheet.1.ignored, ["备注"]);
    let made = plan(&[sheet], &with_stations(), &gcj02(), &mut mint());
    assert_eq!(made.counts(), [2, 0, 0, 0], "{:?}", made.rows);
    let venue = &made.upserts.venues[0].thing;
    let raw = Wgs84::new(32.0584, 118.7965).unwrap();
    let moved = distance(venue.position.unwrap(), raw).0;
    assert!((100.0..700.0).contains(&moved), "GCJ-02 was taken for WGS-84: {moved} m");
    assert_eq!(made.upserts.venues[1].thing.life.closed_on.unwrap().to_string(), "2026-11-30");
    assert_eq!(made.upserts.venues[1].thing.name.as_str(), "乐,园");
}

#[test]
fn each_bad_cell_is_named_with_line_column_value_and_reason() {
    let list = "name,station,kind,latitude,longitude,opened_on,closed_on\n\
                甲,无此站,café,32.05,,昨天,\n\
                ,柳岸工作站,网吧,118.79,32.05,,\n\
                丙,柳岸工作站,café,32.05,,昨天,\n\
                丁,柳岸工作站,网吧,,,2026-11-02,2026-11-01\n\
                戊,柳岸工作站,网吧,3.205,118.79,,,多出\n";
    let made = plan(&[csv(Kind::Venues, list)], &with_stations(), &gcj02(), &mut mint());
    assert_eq!(made.counts(), [0, 0, 0, 5]);
    assert_eq!(made.upserts, OnFile::default());
    let said: Vec<_> = made
        .rows
        .iter()
        .flat_map(|row| match &row.outcome {
            Outcome::Bad(cells) => cells.iter().map(|cell| format!("{} {cell}", row.line)).collect(),
            _ => vec![],
        })
        .collect();
    let expected = [
        "2 station “无此站”: no such station",
        "2 kind “café”: not a kind of venue",
        "2 longitude “”: latitude and longitude belong together",
        "2 opened_on “昨天”: not a day",
        "3 name “”: must not be empty",
        "3 latitude “118.79”: latitude 118.79 is not between -90 and 90; are latitude and longitude swapped?",
        "4 kind “café”: not a kind of venue",
        "4 longitude “”: latitude and longitude belong together",
        "4 opened_on “昨天”: not a day",
        "5 closed_on “2026-11-01”: it closed before it opened",
        "6 the row has 8 cells, the header names 7",
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said} / {expected}");
    }
}

#[test]
fn several_in_one_cell_are_parted_by_the_signs_of_either_keyboard() {
    let days =
        ["2026-11-01..2026-11-03; 2026-11-09..2026-11-10", "2026-11-01..2026-11-03；2026-11-09..2026-11-10"];
    let gates = ["32.05 118.79; 32.06 118.8", "32.05，118.79；32.06\u{3000}118.8"];
    for (days, gates) in days.into_iter().zip(gates) {
        let venues = format!("name,station,kind,suspended\n甲,柳岸工作站,网吧,{days}\n");
        let schools = format!("name,station,level,gates,datum\n乙,柳岸工作站,小学,\"{gates}\",wgs84\n");
        let sheets = [csv(Kind::Venues, &venues), csv(Kind::Schools, &schools)];
        let made = plan(&sheets, &with_stations(), &gcj02(), &mut mint());
        assert_eq!(made.counts(), [2, 0, 0, 0], "{:#?}", made.rows);
        assert_eq!(made.upserts.venues[0].thing.life.suspended.len(), 2);
        assert_eq!(made.upserts.schools[0].thing.outline.points().len(), 2);
    }
}

#[test]
fn a_position_in_csv_without_a_datum_is_refused_and_a_column_can_say_it() {
    let list = "name,station,kind,lat,lon,datum\n甲,柳岸工作站,网吧,32.05,118.79,\n乙,柳岸工作站,网吧,32.05,118.79,GPS\n";
    let made = plan(&[csv(Kind::Venues, list)], &with_stations(), &Settings::default(), &mut mint());
    let Outcome::Bad(cells) = &made.rows[0].outcome else { panic!("{:?}", made.rows) };
    assert_eq!(cells[0].reason, Reason::NoDatum);
    assert_eq!(made.upserts.venues[0].thing.position, Some(Wgs84::new(32.05, 118.79).unwrap()));
}

#[test]
fn outlines_of_schools_come_from_polygons_and_gates_and_a_bad_feature_is_a_bad_row() {
    let map = r#"{"type":"FeatureCollection","features":[
      {"type":"Feature","properties":{"名称":"柳岸小学","station":"柳岸工作站","level":"小学"},
       "geometry":{"type":"Polygon","coordinates":[[[118.79,32.05],[118.792,32.05],[118.792,32.052],[118.79,32.05]]]}},
      {"type":"Feature","properties":{"name":"桥头中学","station":"桥头工作站","level":"junior"},
       "geometry":{"type":"MultiPoint","coordinates":[[118.8,32.06],[118.801,32.06]]}},
      {"type":"Feature","properties":{"name":"无处小学","station":"桥头工作站","level":"primary"},"geometry":null},
      {"type":"Feature","properties":{"name":"线","station":"桥头工作站","level":"primary"},
       "geometry":{"type":"LineString","coordinates":[[118.8,32.06],[118.801,32.06]]}},
      {"type":"Feature","geometry":{"type":"Blob"}}]}"#;
    let made = plan(&[geojson(Kind::Schools, map)], &with_stations(), &Settings::default(), &mut mint());
    assert_eq!(made.counts(), [2, 0, 0, 3], "{:#?}", made.rows);
    let shapes: Vec<_> = made.upserts.schools.iter().map(|school| school.thing.outline.shape()).collect();
    assert_eq!(shapes, [Shape::Boundary, Shape::Gates]);
    assert_eq!(made.upserts.schools[0].thing.outline.points()[0], Wgs84::new(32.05, 118.79).unwrap());
}

#[test]
fn an_export_with_ids_renames_and_a_missing_column_keeps_what_is_on_file() {
    let first = "name,station,kind,address,placard\n甲网吧,柳岸工作站,网吧,一号,P1\n";
    let base = with_stations();
    let made = plan(&[csv(Kind::Venues, first)], &base, &gcj02(), &mut mint());
    let base = after(base, &made.upserts);
    let id = base.venues[0].thing.id;
    let again = format!("id,name,station,kind,address\n{id},乙网吧,柳岸工作站,网吧,\n");
    let made = plan(&[csv(Kind::Venues, &again)], &base, &gcj02(), &mut mint());
    let Outcome::Changed(changes) = &made.rows[0].outcome else { panic!("{:?}", made.rows) };
    let columns: Vec<_> = changes.iter().map(|change| change.column).collect();
    assert_eq!(columns, [Column::Name, Column::Address]);
    assert_eq!(made.upserts.venues[0].thing.placard.as_ref().unwrap().as_str(), "P1");
    assert_eq!(made.upserts.venues[0].thing.id, id);
}

#[test]
fn one_name_twice_asks_for_an_id_and_moving_to_another_station_is_refused() {
    let base = with_stations();
    let first = "name,station,role\n李明远,柳岸工作站,volunteer\n";
    let made = plan(&[csv(Kind::Members, first)], &base, &gcj02(), &mut mint());
    let mut base = after(base, &made.upserts);
    let id = base.members[0].thing.id;
    let moved = format!("id,name,station,role\n{id},李明远,桥头工作站,民警\n");
    let made = plan(&[csv(Kind::Members, &moved)], &base, &gcj02(), &mut mint());
    let Outcome::Bad(cells) = &made.rows[0].outcome else { panic!("{:?}", made.rows) };
    assert_eq!(cells[0].reason, Reason::OtherStation);
    let mut twin = base.members[0].clone();
    twin.thing.id = Uuid::from_u128(7).into();
    base.members.push(twin);
    let made = plan(&[csv(Kind::Members, first)], &base, &gcj02(), &mut mint());
    let Outcome::Bad(cells) = &made.rows[0].outcome else { panic!("{:?}", made.rows) };
    assert_eq!(cells[0].reason, Reason::Ambiguous(2));
}

#[test]
fn a_code_tells_two_of_one_name_apart_and_renames() {
    let base = with_stations();
    let list = "code,name,station,kind\nA1,星河网吧,柳岸工作站,网吧\nA2,星河网吧,柳岸工作站,网吧\n";
    let made = plan(&[csv(Kind::Venues, list)], &base, &gcj02(), &mut mint());
    assert_eq!(made.counts(), [2, 0, 0, 0], "{:#?}", made.rows);
    let base = after(base, &made.upserts);
    let again = "许可证号,名称,工作站,类型\nA2,银河网吧,柳岸工作站,网吧\n,星河网吧,柳岸工作站,网吧\nA1,银河网吧,柳岸工作站,网吧\n";
    let made = plan(&[csv(Kind::Venues, again)], &base, &gcj02(), &mut mint());
    assert_eq!(made.counts(), [0, 1, 1, 1], "{:#?}", made.rows);
    let Outcome::Changed(changes) = &made.rows[0].outcome else { panic!("{:?}", made.rows) };
    assert_eq!((changes[0].column, changes[0].to.as_str()), (Column::Name, "银河网吧"));
    assert_eq!(made.upserts.venues[0].thing.id, base.venues[1].thing.id);
    let Outcome::Bad(cells) = &made.rows[2].outcome else { panic!("{:?}", made.rows) };
    assert!(matches!(cells[0].reason, Reason::SameAs { line: 3, .. }));
}

#[test]
fn a_new_venue_without_a_first_day_begins_with_the_import_and_the_list_can_come_again() {
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let on = |text: &str| Settings { first_day: Some(day(text)), ..gcj02() };
    let list = "name,station,kind,opened_on,closed_on\n\
                甲网吧,柳岸工作站,网吧,,\n\
                乙网吧,柳岸工作站,网吧,2020-03-01,\n\
                丙网吧,柳岸工作站,网吧,,2024-05-31\n";
    let lists = [list, "name,station,kind\n甲网吧,柳岸工作站,网吧\n"];
    for (list, rows) in lists.into_iter().zip([3, 1]) {
        let base = with_stations();
        let made = plan(&[csv(Kind::Venues, list)], &base, &on("2026-11-29"), &mut mint());
        let given: Vec<_> = made.rows.iter().map(|row| row.first_day).collect();
        let expected = [Some(day("2026-11-29")), None, Some(day("2024-05-31"))];
        assert_eq!(given, expected[..rows]);
        assert_eq!(made.upserts.venues[0].thing.life.opened_on, expected[0]);
        let mut said = Vec::new();
        report(&[], &made.rows, Locale::En, &mut said).unwrap();
        assert!(String::from_utf8(said).unwrap().contains("to be checked from 2026-11-29 on"));
        // A month later it is on file as it is.
        let base = after(base, &made.upserts);
        let again = plan(&[csv(Kind::Venues, list)], &base, &on("2026-12-29"), &mut mint());
        assert_eq!(again.counts(), [0, 0, rows, 0], "{:#?}", again.rows);
    }
    // One that is on file without a first day was always there, and stays so.
    let mut ids = mint();
    let made = plan(&[csv(Kind::Venues, lists[1])], &with_stations(), &gcj02(), &mut ids);
    let base = after(with_stations(), &made.upserts);
    let again = plan(&[csv(Kind::Venues, list)], &base, &on("2026-12-29"), &mut ids);
    assert_eq!((again.counts(), again.rows[0].first_day), ([2, 0, 1, 0], None));
}

/// Two venues of one name, of which the second is a double of the first.
fn with_a_double() -> OnFile {
    let base = with_stations();
    let list = "code,name,station,kind\nA1,星河网吧,柳岸工作站,网吧\nA2,星河网吧,柳岸工作站,网吧\n";
    let made = plan(&[csv(Kind::Venues, list)], &base, &gcj02(), &mut mint());
    let mut base = after(base, &made.upserts);
    base.venues[1].thing.life = VenueLife::never();
    let [heir, old] = [0, 1].map(|at| base.venues[at].thing.id.uuid());
    let (station, reason) = (base.venues[0].thing.station, HeirReason::Merged);
    base.heirs.push(Heir { station, old, heir_station: station, heir, reason });
    base
}

#[test]
fn a_row_that_calls_a_venue_by_the_name_or_code_of_its_double_means_the_venue() {
    let base = with_a_double();
    let heir = base.venues[0].clone();
    for list in [
        "name,station,kind,address\n星河网吧,柳岸工作站,网吧,柳岸路2号\n",
        "code,name,station,kind,address\nA2,星河网咖,柳岸工作站,网吧,柳岸路2号\n",
    ] {
        let made = plan(&[csv(Kind::Venues, list)], &base, &gcj02(), &mut mint());
        assert_eq!(made.counts(), [0, 1, 0, 0], "{:#?}", made.rows);
        let [changed] = made.upserts.venues.as_slice() else { panic!("{:#?}", made.upserts.venues) };
        let address = changed.thing.address.clone();
        let thing = Venue { address: address.clone(), ..heir.thing.clone() };
        assert_eq!(address.as_str(), "柳岸路2号");
        assert_eq!(*changed, Filed { thing, code: heir.code.clone() });
    }
    let both = "code,name,station,kind\nA2,星河网吧,柳岸工作站,网吧\nA1,星河网吧,柳岸工作站,网吧\n";
    let made = plan(&[csv(Kind::Venues, both)], &base, &gcj02(), &mut mint());
    let Outcome::Bad(cells) = &made.rows[1].outcome else { panic!("{:#?}", made.rows) };
    assert_eq!(cells[0].reason, Reason::SameAs { file: "list.csv".to_owned(), line: 2 });
}

#[test]
fn the_id_of_a_double_names_the_double_which_stays_as_it_is() {
    let base = with_a_double();
    let id = base.venues[1].thing.id;
    let list = |closed: &str| format!("id,name,closed_on\n{id},星河网吧,{closed}\n");
    let made = plan(&[csv(Kind::Venues, &list("1970-01-01"))], &base, &gcj02(), &mut mint());
    assert_eq!(made.counts(), [0, 0, 1, 0], "an export reads as unchanged: {:#?}", made.rows);
    let made = plan(&[csv(Kind::Venues, &list(""))], &base, &gcj02(), &mut mint());
    let Outcome::Bad(cells) = &made.rows[0].outcome else { panic!("{:#?}", made.rows) };
    assert_eq!(cells[0].reason, Reason::Double("星河网吧".to_owned()));
}

#[test]
fn a_list_of_schools_brings_no_double_back_either() {
    let base = with_stations();
    let list = |code: &str| {
        format!(
            "code,name,station,level,gates,closed_on,datum\n{code},柳岸小学,柳岸工作站,小学,32.05 118.79,,wgs84\n"
        )
    };
    let first = plan(&[csv(Kind::Schools, &list("B1"))], &base, &gcj02(), &mut mint());
    let mut base = after(base, &first.upserts);
    let mut double = base.schools[0].clone();
    double.thing.id = Uuid::from_u128(7).into();
    double.thing.closed_on = NEVER;
    double.code = Some("B2".to_owned());
    let (heir, station) = (base.schools[0].thing.id.uuid(), double.thing.station);
    let (old, reason) = (double.thing.id.uuid(), HeirReason::Merged);
    base.heirs.push(Heir { station, old, heir_station: station, heir, reason });
    base.schools.push(double);
    for code in ["B1", "B2", ""] {
        let made = plan(&[csv(Kind::Schools, &list(code))], &base, &gcj02(), &mut mint());
        assert_eq!(made.counts(), [0, 0, 1, 0], "{code}: {:#?}", made.rows);
    }
}

#[test]
fn the_same_thing_twice_is_refused_once() {
    let list = "name,station,role\n王秀兰,柳岸工作站,volunteer\n王秀兰,柳岸工作站,head\n";
    let made = plan(&[csv(Kind::Members, list)], &with_stations(), &gcj02(), &mut mint());
    let Outcome::Bad(cells) = &made.rows[1].outcome else { panic!("{:?}", made.rows) };
    assert_eq!(cells[0].reason, Reason::SameAs { file: "list.csv".to_owned(), line: 2 });
    assert_eq!(made.upserts.members.len(), 1);
}

#[test]
fn files_that_are_no_table_are_refused_as_a_whole() {
    let read = |format, bytes: &[u8]| Sheet::read("x", format, bytes).map(|sheet| sheet.len());
    assert_eq!(read(Format::Csv, b"\xb3\xa1\xcb"), Err(BadSheet::NotText));
    assert_eq!(Format::of_name("名单.XLS"), Err(BadSheet::OldExcel));
    assert_eq!(read(Format::Csv, b""), Err(BadSheet::Empty));
    assert_eq!(read(Format::Csv, b"name,\xe5\x90\x8d\xe7\xa7\xb0\nx,y"), Err(BadSheet::Twice(Column::Name)));
    for rows in [
        "a,b,\"c",
        "a,b,\"c\nd,e,f\ng,h,i\n",
        "a,b,\"c\nd,e,\"f\"\ng,h,i\n",
        "a,\"b,c\nd,e,f\ng,\"h\",i\n",
        "\"a\n\n\n\n\n\n\",b,c\n",
    ] {
        let text = format!("name,kind,remark\nx,y,z\n{rows}");
        assert_eq!(read(Format::Csv, text.as_bytes()), Err(BadSheet::OpenQuote(3)), "{rows}");
    }
    for rows in
        ["a,\"b\nb\",\"c \"\"d\"\"\"", "a 15\" screen,b,c\"", "\"a,\nb\",\"\",\"\"\r\n", "a,\"b\n2\"\n"]
    {
        let text = format!("name,kind,remark\n{rows}");
        assert_eq!(read(Format::Csv, text.as_bytes()), Ok(1), "{rows}");
    }
    assert!(matches!(read(Format::Csv, b"nmae,role\nx,y"), Err(BadSheet::NoName { .. })));
    assert!(matches!(read(Format::GeoJson, b"<html>"), Err(BadSheet::NotGeoJson(_))));
    assert!(matches!(read(Format::GeoJson, b"{\"type\":\"Feature\"}"), Err(BadSheet::NotGeoJson(_))));
    assert_eq!(read(Format::Csv, b"name\n\n,\n"), Ok(0));
}

fn a_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z0-9 ;.,\"-]{0,12}",
        ".{0,6}",
        Just("柳岸工作站".to_owned()),
        Just("网吧".to_owned()),
        Just("32.05".to_owned()),
        Just("118.79".to_owned()),
        Just("2026-11-01..2026-11-05".to_owned()),
        Just("yes".to_owned()),
    ]
}

fn a_table() -> impl Strategy<Value = String> {
    let columns = proptest::sample::subsequence(Column::ALL.to_vec(), 1..19);
    columns.prop_flat_map(|columns| {
        let width = columns.len();
        prop::collection::vec(prop::collection::vec(a_cell(), width), 0..8).prop_map(move |rows| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(columns.iter().map(|column| column.name())).unwrap();
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            String::from_utf8(writer.into_inner().unwrap()).unwrap()
        })
    })
}

/// A thing as an export lists it.
fn exported<T: Entry>(filed: &Filed<T>) -> (Kind, Sheet) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(filed.cells().iter().map(|(column, _)| column.name())).unwrap();
    let cells = filed.cells().into_iter().map(|(_, cell)| harmless(cell.into()).into_owned());
    writer.write_record(cells).unwrap();
    csv(T::KIND, &String::from_utf8(writer.into_inner().unwrap()).unwrap())
}

fn a_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Stations), Just(Kind::Members), Just(Kind::Venues), Just(Kind::Schools)]
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,200}") {
        for format in [Format::Csv, Format::GeoJson, Format::Xlsx] {
            let _ = Sheet::read("x", format, &bytes);
            let _ = Sheet::read("x", format, text.as_bytes());
        }
    }

    #[test]
    fn every_row_is_accounted_for_and_what_was_carried_out_is_unchanged_the_next_time(
        table in a_table(), kind in a_kind(),
    ) {
        let Ok(sheet) = Sheet::read("t.csv", Format::Csv, table.as_bytes()) else { return Ok(()) };
        let rows = sheet.len();
        let base = with_stations();
        let mut sheets = [(kind, sheet)];
        let first = plan(&sheets, &base, &gcj02(), &mut mint());
        prop_assert_eq!(first.counts().iter().sum::<usize>(), rows);
        let [new, changed, _, bad] = first.counts();
        let made = &first.upserts;
        let written = made.stations.len() + made.members.len() + made.venues.len() + made.schools.len();
        prop_assert_eq!(written, new + changed);
        // Without the bad rows: one that could not be a new thing may be a good change of another by now.
        let refused = |row: &PlannedRow| matches!(row.outcome, Outcome::Bad(_)).then_some(row.line);
        let bad_lines: BTreeSet<u64> = first.rows.iter().filter_map(refused).collect();
        sheets[0].1.rows.retain(|row| !bad_lines.contains(&row.line));
        let second = plan(&sheets, &after(base, made), &gcj02(), &mut mint());
        prop_assert_eq!(second.counts(), [0, 0, rows - bad, 0], "{:#?}", second.rows);
        prop_assert_eq!(&second.upserts, &OnFile::default());
    }

    #[test]
    fn the_order_of_rows_decides_nothing(names in prop::collection::btree_set("[a-d]{1,3}", 1..8), seed: u64) {
        let mut names: Vec<_> = names.into_iter().collect();
        let list = |names: &[String]| {
            let rows = names.iter().map(|name| format!("{name},柳岸工作站,网吧,32.05,118.79\n"));
            format!("name,station,kind,lat,lon\n{}", rows.collect::<String>())
        };
        let facts = |names: &[String]| {
            let made = plan(&[csv(Kind::Venues, &list(names))], &with_stations(), &gcj02(), &mut mint());
            made.upserts.venues.iter().map(|venue| format!("{:?}", &venue.thing.cells()[1..])).collect::<BTreeSet<_>>()
        };
        let in_order = facts(&names);
        let turn = usize::try_from(seed % 7).unwrap() % names.len();
        names.rotate_left(turn);
        prop_assert_eq!(facts(&names), in_order);
    }

    #[test]
    fn what_an_export_writes_an_import_reads_as_unchanged(
        places in prop::collection::vec((20.0..40.0f64, 100.0..120.0f64), 1..6),
    ) {
        let rows = places.iter().enumerate().map(|(i, (lat, lon))| format!("馆{i},柳岸工作站,网吧,{lat},{lon}\n"));
        let list = format!("name,station,kind,lat,lon\n{}", rows.collect::<String>());
        let base = with_stations();
        let base = after(base.clone(), &plan(&[csv(Kind::Venues, &list)], &base, &gcj02(), &mut mint()).upserts);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(base.venues[0].cells().iter().map(|(column, _)| column.name())).unwrap();
        for venue in &base.venues {
            writer.write_record(venue.cells().iter().map(|(_, cell)| cell)).unwrap();
        }
        let export = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let wgs84 = Settings { datum: Some(Datum::Wgs84), ..Settings::default() };
        let made = plan(&[csv(Kind::Venues, &export)], &base, &wgs84, &mut mint());
        prop_assert_eq!(made.counts(), [0, 0, places.len(), 0], "{:#?}", made.rows);
    }
    #[test]
    fn no_text_of_any_column_is_another_one_after_an_export(
        texts in prop::array::uniform4("['=+@-]{0,3}[0-9a-z甲][-=@',\" ]{0,2}[0-9a-z乙]"),
    ) {
        let [name, code, address, placard] = texts;
        let (name, code) = (Name::new(&name).unwrap(), Some(code));
        let (mut mint, at) = (mint(), Wgs84::new(32.05, 118.79).unwrap());
        let station = Station { id: mint().into(), name: name.clone(), sub_bureau: name.clone() };
        let member = Member {
            id: mint().into(), station: station.id, name: name.clone(), role: Role::Volunteer, active: true,
        };
        let venue = Venue {
            id: mint().into(),
            station: station.id,
            name: name.clone(),
            kind: VenueKind::InternetCafe,
            address: Address::new(&address).unwrap(),
            position: Some(at),
            placard: PlacardCode::new(&placard).ok(),
            life: VenueLife::default(),
        };
        let outline = Outline::gates(vec![at]).unwrap();
        let school = School {
            id: mint().into(), station: station.id, name, level: SchoolLevel::Primary, outline, closed_on: None,
        };
        let base = OnFile {
            stations: vec![Filed { thing: station, code: code.clone() }],
            members: vec![Filed { thing: member, code: code.clone() }],
            venues: vec![Filed { thing: venue, code: code.clone() }],
            schools: vec![Filed { thing: school, code }],
            heirs: Vec::new(),
        };
        let sheets = [
            exported(&base.stations[0]),
            exported(&base.members[0]),
            exported(&base.venues[0]),
            exported(&base.schools[0]),
        ];
        let wgs84 = Settings { datum: Some(Datum::Wgs84), ..Settings::default() };
        let made = plan(&sheets, &base, &wgs84, &mut mint);
        prop_assert_eq!(made.counts(), [0, 0, 4, 0], "{:#?}", made.rows);
    }
}

//! A book as version 1 of the schema wrote it, which every later version must open with all in it.
//!
//! The file is never rewritten. `XUNCHA_GOLDEN=write` writes one that is missing, as for a new version.

use std::fmt::Write as _;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::answer;
use crate::field::FieldBook;
use crate::field::testing::{Phone, arcade, cafe, companion, fix_at, picture, police, volunteer};

fn kept() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/field/book.v1.sql")
}

/// All of a database as statements, as `sqlite3 .dump` writes it.
fn dump(conn: &Connection) -> String {
    let mut sql = String::new();
    let mut schema = conn
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
        .unwrap();
    let mut rows = schema.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (kind, name, text): (String, String, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        writeln!(sql, "{text};").unwrap();
        if kind == "table" {
            dump_rows(conn, &name, &mut sql);
        }
    }
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    writeln!(sql, "PRAGMA user_version = {version};").unwrap();
    sql
}

fn dump_rows(conn: &Connection, table: &str, sql: &mut String) {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table} ORDER BY rowid")).unwrap();
    let width = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let value = |column| match row.get_ref(column).unwrap() {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => format!("'{}'", std::str::from_utf8(text).unwrap().replace('\'', "''")),
            ValueRef::Blob(blob) => format!("x'{}'", hex::encode(blob)),
        };
        let values: Vec<String> = (0..width).map(value).collect();
        writeln!(sql, "INSERT INTO {table} VALUES({});", values.join(",")).unwrap();
    }
}

/// A book with a bit of everything.
fn write_golden() -> String {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[companion().id], Some(&fix_at(&cafe(), phone.now()))).unwrap();
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    phone.add_photo(draft, None, &picture()).unwrap();
    let received = phone.finish(draft).unwrap().record;
    phone.receive(received);
    phone.enrol(&police());
    phone.check_in(arcade().id, None, None, None).unwrap();
    phone.enrol(&volunteer());
    let draft = phone.start(arcade().id, &[], None).unwrap();
    phone.answer(draft, &answer("yj_exit", "no")).unwrap();
    phone.close();
    dump(&Connection::open(phone.path().join("store/book.db")).unwrap())
}

#[test]
fn a_book_of_version_1_opens_with_all_in_it() {
    if !kept().exists() && std::env::var_os("XUNCHA_GOLDEN").is_some_and(|wish| wish == "write") {
        std::fs::create_dir_all(kept().parent().unwrap()).unwrap();
        std::fs::write(kept(), write_golden()).unwrap();
    }
    let sql = std::fs::read_to_string(kept()).expect("the golden file is there");
    let mut phone = Phone::new();
    phone.close();
    let store = phone.path().join("store");
    std::fs::remove_dir_all(&store).unwrap();
    std::fs::create_dir(&store).unwrap();
    let conn = Connection::open(store.join("book.db")).unwrap();
    conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; BEGIN; {sql} COMMIT;")).unwrap();
    drop(conn);
    phone.reopen();

    assert_eq!(phone.status().unwrap().damage, None);
    let history = phone.history(None, 10).unwrap().lines;
    assert_eq!(history.len(), 2);
    assert!(history.iter().all(|line| phone.record(line.record).unwrap().content.is_some()));
    assert!(history.iter().any(|line| line.state.text.starts_with("已收到，回执号 ")));
    let draft = phone.drafts().unwrap().remove(0);
    assert_eq!((draft.answered, draft.readable), (1, true));
    assert_eq!(phone.home().unwrap().venues.len(), 2);
    let saved = phone.finish(draft.draft).unwrap();
    assert_eq!(saved.findings.len(), 1);
    let check = phone.self_check().unwrap();
    assert_eq!(check.records_verified, 3);
}

#[test]
fn a_migrated_book_has_the_schema_of_a_new_one() {
    let schema = |conn: &Connection| {
        let mut statement =
            conn.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<rusqlite::Result<Vec<(String, String)>>>().unwrap()
    };
    let old = tempfile::tempdir().unwrap();
    std::fs::create_dir(old.path().join("store")).unwrap();
    let conn = Connection::open(old.path().join("store/book.db")).unwrap();
    let sql = std::fs::read_to_string(kept()).expect("the golden file is there");
    conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; BEGIN; {sql} COMMIT;")).unwrap();
    drop(conn);
    let mut phone = Phone::new();
    drop(FieldBook::open(old.path(), &phone.tools).unwrap());
    phone.close();
    let open = |dir: &std::path::Path| Connection::open(dir.join("store/book.db")).unwrap();
    assert_eq!(schema(&open(old.path())), schema(&open(phone.path())));
}

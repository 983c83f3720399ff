//! Rows read from the bare pages of a database file, for when the tree that leads to them is damaged:
//! leaf pages of tables are told by their first byte, and each holds whole rows by itself (SQLite's
//! file format, <https://www.sqlite.org/fileformat2.html>, §1.6, §2, §4.1).
//!
//! What table a row is of is not written on its page, and a page given up earlier may hold rows that
//! were deleted since. Whoever uses this checks what comes out.

use rusqlite::types::Value;

/// The page size SQLite gives every file that is not told another.
pub(super) const PAGE: usize = 4096;
const TABLE_LEAF: u8 = 0x0d;
/// No row of ours comes near it; a length beyond is damage.
const LONGEST_ROW: usize = 16 * 1024 * 1024;
const WAL_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A row as it lies on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawRow {
    pub(super) rowid: i64,
    pub(super) values: Vec<Value>,
}

/// The pages of a file, with those of its log in place of older ones.
pub(super) struct Pages(Vec<Vec<u8>>);

impl Pages {
    /// Puts together a file and its log. Frames after the last commit never happened.
    pub(super) fn of(file: &[u8], wal: &[u8]) -> Self {
        let mut pages: Vec<Vec<u8>> = file.chunks(PAGE).map(<[u8]>::to_vec).collect();
        let salt = wal.get(16..24);
        let frames = wal.get(WAL_HEADER..).unwrap_or_default().chunks_exact(FRAME_HEADER + PAGE);
        // A log is written over from its beginning: frames with another salt are of an earlier round.
        let frames: Vec<&[u8]> = frames.take_while(|frame| frame.get(8..16) == salt).collect();
        let committed =
            frames.iter().rposition(|frame| u32_at(frame, 4) != Some(0)).map_or(0, |last| last + 1);
        for frame in &frames[..committed] {
            let Some(number) = u32_at(frame, 0).and_then(|number| usize::try_from(number).ok()) else {
                continue;
            };
            // No more new pages than the log has frames.
            if (1..=pages.len() + frames.len()).contains(&number) {
                if pages.len() < number {
                    pages.resize(number, Vec::new());
                }
                pages[number - 1] = frame[FRAME_HEADER..].to_vec();
            }
        }
        Self(pages)
    }

    /// Every row of every leaf page that can be read.
    pub(super) fn rows(&self) -> impl Iterator<Item = RawRow> + '_ {
        self.0.iter().enumerate().flat_map(move |(index, page)| {
            let start = if index == 0 { 100 } else { 0 };
            let leaf = page.get(start) == Some(&TABLE_LEAF);
            let cells = u16_at(page, start + 3).filter(|_| leaf).unwrap_or(0);
            (0..cells).filter_map(move |cell| {
                let at = u16_at(page, start + 8 + 2 * cell)?;
                self.row(page.get(at..)?)
            })
        })
    }

    fn row(&self, cell: &[u8]) -> Option<RawRow> {
        let (length, cell) = varint(cell)?;
        let (rowid, cell) = varint(cell)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= LONGEST_ROW)?;
        Some(RawRow { rowid, values: values(&self.payload(cell, length)?)? })
    }

    /// A row's bytes: on its page as far as they fit, the rest in a chain of pages of their own.
    fn payload(&self, cell: &[u8], length: usize) -> Option<Vec<u8>> {
        let most = PAGE - 35;
        if length <= most {
            return cell.get(..length).map(<[u8]>::to_vec);
        }
        let least = (PAGE - 12) * 32 / 255 - 23;
        let fitting = least + (length - least) % (PAGE - 4);
        let local = if fitting <= most { fitting } else { least };
        let mut payload = cell.get(..local)?.to_vec();
        let mut next = u32_at(cell, local)?;
        while payload.len() < length {
            let page = self.0.get(usize::try_from(next).ok()?.checked_sub(1)?)?;
            let wanted = (length - payload.len()).min(PAGE - 4);
            payload.extend_from_slice(page.get(4..4 + wanted)?);
            next = u32_at(page, 0)?;
        }
        Some(payload)
    }
}

/// The values of a row: a header of types, then the values one after the other.
fn values(payload: &[u8]) -> Option<Vec<Value>> {
    let (header, _) = varint(payload)?;
    let (header, mut body) = payload.split_at_checked(usize::try_from(header).ok()?)?;
    let (_, mut types) = varint(header)?;
    let mut values = Vec::new();
    while !types.is_empty() {
        let (kind, rest) = varint(types)?;
        types = rest;
        let mut take = |length: usize| {
            let (taken, rest) = body.split_at_checked(length)?;
            body = rest;
            Some(taken)
        };
        values.push(match kind {
            0 => Value::Null,
            1..=4 => Value::Integer(integer(take(usize::try_from(kind).ok()?)?)),
            5 => Value::Integer(integer(take(6)?)),
            6 => Value::Integer(integer(take(8)?)),
            7 => Value::Real(f64::from_be_bytes(take(8)?.try_into().ok()?)),
            8 | 9 => Value::Integer(kind - 8),
            12.. => {
                let bytes = take(usize::try_from((kind - 12) / 2).ok()?)?.to_vec();
                if kind % 2 == 0 { Value::Blob(bytes) } else { Value::Text(String::from_utf8(bytes).ok()?) }
            }
            _ => return None,
        });
    }
    Some(values)
}

/// A big-endian number with sign, of 1 to 8 bytes.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |number, byte| number << 8 | i64::from(*byte))
}

/// A number of 1 to 9 bytes, seven bits each and eight in the ninth.
fn varint(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut number = 0_i64;
    for (index, byte) in bytes.iter().take(8).enumerate() {
        number = number << 7 | i64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[index + 1..]));
        }
    }
    let last = bytes.get(8)?;
    Some((number << 8 | i64::from(*last), &bytes[9..]))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 2)?;
    Some(usize::from(bytes[0]) << 8 | usize::from(bytes[1]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::{Connection, params_from_iter};

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            (-300i64..300).prop_map(Value::Integer),
            any::<f64>().prop_filter("NaN is stored as NULL", |real| !real.is_nan()).prop_map(Value::Real),
            ".{0,40}".prop_map(Value::Text),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Blob),
            (0usize..20_000, any::<u8>()).prop_map(|(length, byte)| Value::Blob(vec![byte; length])),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_row_that_sqlite_wrote_is_read_from_the_bare_pages(
            rows in prop::collection::vec(prop::collection::vec(value(), 3), 0..40),
            in_log in 0usize..40,
        ) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("x.db");
            let conn = Connection::open(&path).unwrap();
            conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a ANY, b ANY, c ANY) STRICT;").unwrap();
            for (index, row) in rows.iter().enumerate() {
                if index == rows.len().saturating_sub(in_log) {
                    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
                }
                conn.execute("INSERT INTO t VALUES (?1, ?2, ?3)", params_from_iter(row)).unwrap();
            }
            let file = std::fs::read(&path).unwrap();
            let wal = std::fs::read(dir.path().join("x.db-wal")).unwrap_or_default();
            let mut found: Vec<RawRow> =
                Pages::of(&file, &wal).rows().filter(|row| row.values.len() == 3).collect();
            found.sort_by_key(|row| row.rowid);
            let expected: Vec<RawRow> =
                (1..).zip(rows).map(|(rowid, values)| RawRow { rowid, values }).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_bytes_make_it_panic_or_never_end(
            file in prop::collection::vec(any::<u8>(), 0..9_000),
            wal in prop::collection::vec(any::<u8>(), 0..9_000),
            leaf in any::<bool>(),
        ) {
            let mut file = file;
            if let Some(first) = file.get_mut(PAGE).filter(|_| leaf) {
                *first = TABLE_LEAF;
            }
            let _ = Pages::of(&file, &wal).rows().count();
        }
    }
}

//! Records, a row each, in the order of their stations' logs, read page by page. Those of a month are the ones that
//! count in it, found by its index.

use sqlx::any::AnyRow;
use xuncha_core::domain::{Locale, Month, Review, StationId, Visit, VisitKind};
use xuncha_core::wire::{Receipt, V1};

use super::cell::{Cell, Header, Line, point};
use super::table::Table;
use super::{Ask, ExportError, Names};
use crate::store::{Key as _, Proof, RowExt as _, Sql, Store, StoreError, month_number};

/// The end of a query for the records that are read at once. Their number stands in the text: PostgreSQL takes one
/// that is bound for a tenth of what there is, and then goes through all of a station's log for a month.
const PAGE: &str = " ORDER BY r.log_index LIMIT 500";

pub(super) const HEADERS: [Header; 19] = [
    ("station", "工作站"),
    ("happened_at", "时间"),
    ("kind", "种类"),
    ("venue", "场所名称"),
    ("venue_id", "场所标识"),
    ("member", "记录人"),
    ("companions", "同行"),
    ("findings", "发现"),
    ("grade", "到场"),
    ("reasons", "到场依据"),
    ("photos", "照片"),
    ("review", "审核"),
    ("reason", "退回原因"),
    ("corrects", "更正"),
    ("record", "记录标识"),
    ("received_at", "收到时间"),
    ("receipt", "回执号"),
    ("sha256", "SHA-256"),
    ("erased", "内容已删除"),
];

/// A record with what the hub keeps beside it.
struct Row {
    visit: Visit,
    receipt: Receipt,
    /// None once its content was erased, or if it can't be read.
    proof: Option<Proof>,
    /// Whether the hub erased its content, by a word that it signed; what is gone without one is lost.
    is_erased: bool,
}

/// Goes over the records that are asked for; what is written leaves page by page.
pub(super) async fn write(store: &Store, ask: &Ask, table: &mut Table) -> Result<(), ExportError> {
    for station in &ask.stations {
        let names = Names::of(store, station.id).await?;
        // While one page is written, the next is read.
        let ahead = |from| tokio::spawn(page(store.clone(), station.id, ask.month, from));
        let mut reading = ahead(0);
        loop {
            let rows = reading.await??;
            let Some(last) = rows.last() else { break };
            reading = ahead(i64::try_from(last.receipt.log_index).unwrap_or(i64::MAX).saturating_add(1));
            for row in &rows {
                table.row(&line(row, station.name.as_str(), &names, ask.locale))?;
            }
            table.send().await?;
        }
    }
    Ok(())
}

fn line(row: &Row, station: &str, names: &Names, locale: Locale) -> Line {
    let Row { visit, receipt, proof, is_erased } = row;
    let venue = names.venue(visit.venue);
    let companions: Vec<_> = visit.companions.iter().map(|id| names.member(*id)).collect();
    let findings: Vec<_> =
        visit.findings.iter().map(|finding| format!("{} {:?}", finding.item, finding.severity)).collect();
    let reasons: Vec<_> =
        proof.iter().flat_map(|proof| &proof.reasons).map(|reason| reason.sentence(locale)).collect();
    let photos = proof.as_ref().map_or(0, |proof| proof.photos);
    let reason = match &visit.review {
        Review::Returned { reason } => Some(reason.to_string()),
        Review::Pending | Review::Approved => None,
    };
    let cells = vec![
        station.into(),
        visit.moment().into(),
        kind(visit.kind, locale),
        venue.map(|venue| venue.name.to_string()).into(),
        visit.venue.to_string().into(),
        names.member(visit.member).into(),
        companions.into(),
        findings.into(),
        Cell::coded(visit.grade.code(), visit.grade.label(locale)),
        reasons.into(),
        photos.into(),
        review(&visit.review, locale),
        reason.into(),
        visit.corrects.map(|id| id.to_string()).into(),
        visit.record.to_string().into(),
        receipt.received_at.into(),
        receipt.number().to_string().into(),
        receipt.sha256.to_string().into(),
        (*is_erased).into(),
    ];
    Line { cells, geometry: venue.and_then(|venue| venue.position).map(point) }
}

fn kind(kind: VisitKind, locale: Locale) -> Cell {
    match kind {
        VisitKind::Inspection => Cell::coded("inspection", locale.pick("检查", "Inspection")),
        VisitKind::CheckIn => Cell::coded("check_in", locale.pick("签到", "Check-in")),
    }
}

/// Where a review stands.
pub(super) fn review(review: &Review, locale: Locale) -> Cell {
    match review {
        Review::Pending => Cell::coded("pending", locale.pick("待审核", "Pending")),
        Review::Approved => Cell::coded("approved", locale.pick("已审核", "Approved")),
        Review::Returned { .. } => Cell::coded("returned", locale.pick("已退回", "Returned")),
    }
}

async fn page(
    store: Store,
    station: StationId,
    month: Option<Month>,
    from: i64,
) -> Result<Vec<Row>, StoreError> {
    let rows = select(station, month, from).fetch_all(&mut *store.read().await?).await?;
    rows.iter().map(|row| read(row, station)).collect()
}

fn select(station: StationId, month: Option<Month>, from: i64) -> Sql {
    // Of a record from before its proof was kept, the content is read.
    let mut query = Sql::new(
        "SELECT r.record_id, r.log_index, r.sha256, r.received_at, v.body AS visit, v.proof, \
         CASE WHEN v.proof IS NULL THEN (SELECT jws FROM payloads p \
            WHERE p.station_id = r.station_id AND p.record_id = r.record_id) END AS jws, \
         CASE WHEN v.proof IS NULL THEN (SELECT body FROM extracts x \
            WHERE x.station_id = r.station_id AND x.record_id = r.record_id) END AS extract, \
         CASE WHEN v.proof IS NULL THEN (SELECT at FROM erasures e \
            WHERE e.station_id = r.station_id AND e.subject_id = r.record_id AND e.what = 'content') END AS erased_at \
         FROM records r JOIN visits v ON v.station_id = r.station_id AND v.record_id = r.record_id \
         WHERE r.station_id = ",
    );
    query.bind(station.key()).push(" AND r.log_index >= ").bind(from);
    if let Some(month) = month {
        query.push(" AND v.month = ").bind(month_number(month));
    }
    query.push(PAGE);
    query
}

fn read(row: &AnyRow, station: StationId) -> Result<Row, StoreError> {
    let record = row.id("record_id")?;
    Ok(Row {
        visit: row.json("visit")?,
        receipt: Receipt {
            v: V1,
            record,
            sha256: row.hash("sha256")?,
            station,
            log_index: row.count("log_index")?,
            received_at: row.time("received_at")?,
        },
        proof: Proof::read(record, row)?,
        is_erased: row.opt_int("erased_at")?.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::Timestamp;

    use super::*;
    use crate::store::testing::with_postgres;

    async fn plan(store: &Store, station: StationId, month: Option<Month>) -> String {
        let mut db = store.read().await.unwrap();
        select(station, month, 0).plan(&mut db).await.join("\n")
    }

    fn november() -> Month {
        "2026-11".parse().unwrap()
    }

    #[tokio::test]
    async fn a_month_is_read_by_its_index_and_all_of_a_station_by_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let station = StationId::mint(Timestamp::from_millis(1_000), [1; 10]);
        let month = plan(&store, station, Some(november())).await;
        assert!(month.contains("visits_by_month") && !month.contains("records_by_log"), "{month}");
        let all = plan(&store, station, None).await;
        assert!(all.contains("records_by_log") && !all.contains("SCAN"), "{all}");
    }

    /// Three years of some stations, a hundred visits a month each, written in turn as they come; who made them and
    /// where is left out.
    async fn fill(store: &Store) -> StationId {
        let mut tx = store.begin().await.unwrap();
        let records = "INSERT INTO records (station_id, record_id, log_index, sha256, received_at, device_id, seq) \
            SELECT decode(md5('station ' || s), 'hex'), decode(md5(s || ' ' || n), 'hex'), n, ''::bytea, n, ''::bytea, n \
            FROM generate_series(1, 20) s, generate_series(0, 3599) n ORDER BY n, s";
        let visits = "INSERT INTO visits (station_id, record_id, venue_id, member_id, kind, moment, month, root_id, \
            review, body, found_good, proof, change_no) \
            SELECT station_id, record_id, decode(md5('venue ' || log_index % 80), 'hex'), ''::bytea, 'inspection', \
            log_index, $1 - 35 + log_index / 100, record_id, 'approved', repeat('x', 300), '', '', log_index FROM records";
        for (query, month) in [
            ("SET LOCAL session_replication_role = replica", None),
            (records, None),
            (visits, Some(month_number(november()))),
            ("ANALYZE records, visits", None),
        ] {
            let query = sqlx::query(query);
            let query = if let Some(month) = month { query.bind(month) } else { query };
            query.execute(&mut *tx).await.unwrap();
        }
        let row = sqlx::query("SELECT station_id FROM records LIMIT 1").fetch_one(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        row.id("station_id").unwrap()
    }

    #[tokio::test]
    async fn postgres_reads_a_month_by_the_same_index() {
        with_postgres(async |store| {
            let station = fill(store).await;
            let month = plan(store, station, Some(november())).await;
            assert!(month.contains("visits_by_month") && !month.contains("records_by_log"), "{month}");
        })
        .await;
    }
}

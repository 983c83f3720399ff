//! Records, a row each, in the order of their stations' logs, read page by page.

use std::collections::HashMap;
use std::io::Write;

use sqlx::any::AnyRow;
use xuncha_core::domain::{MemberId, Review, StationId, Venue, VenueId, Visit, VisitKind};
use xuncha_core::wire::{Fact, Jws, Receipt, Record, V1};
use xuncha_hub::import::on_file;
use xuncha_hub::store::{Key as _, RowExt as _, Store, StoreError};

use super::Source;
use super::table::{Cell, Header, Line, Table, point};
use crate::failure::Failure;
use crate::output::Out;

/// Records read at once.
const PAGE: i64 = 500;

/// What ids are called.
struct Names {
    members: HashMap<MemberId, String>,
    venues: HashMap<VenueId, Venue>,
}

/// A record with what the hub keeps beside it.
struct Row {
    visit: Visit,
    receipt: Receipt,
    /// None once it was erased.
    record: Option<Record>,
}

pub(super) async fn write<W: Write>(
    source: &Source<'_>,
    table: &mut Table<W>,
    out: Out,
) -> Result<(), Failure> {
    let on_file = on_file(source.store).await?;
    let names = Names {
        members: on_file.members.into_iter().map(|f| (f.thing.id, f.thing.name.to_string())).collect(),
        venues: on_file.venues.into_iter().map(|filed| (filed.thing.id, filed.thing)).collect(),
    };
    for station in &source.stations {
        let mut next = 0;
        loop {
            let rows = page(source.store, station.id, next).await?;
            let Some(last) = rows.last() else { break };
            next = i64::try_from(last.receipt.log_index).unwrap_or(i64::MAX).saturating_add(1);
            let month =
                |row: &&Row| source.args.month.is_none_or(|month| row.visit.moment().month() == month);
            for row in rows.iter().filter(month) {
                table.row(line(row, station.name.as_str(), &names, out))?;
            }
        }
    }
    Ok(())
}

fn line(row: &Row, station: &str, names: &Names, out: Out) -> Line {
    let locale = out.locale();
    let Row { visit, receipt, record } = row;
    let venue = names.venues.get(&visit.venue);
    let member = |id: &MemberId| names.members.get(id).cloned().unwrap_or_else(|| id.to_string());
    let companions: Vec<_> = visit.companions.iter().map(member).collect();
    let findings: Vec<_> =
        visit.findings.iter().map(|finding| format!("{} {:?}", finding.item, finding.severity)).collect();
    let (kind, kind_word) = match visit.kind {
        VisitKind::Inspection => ("inspection", out.pick("检查", "Inspection")),
        VisitKind::CheckIn => ("check_in", out.pick("签到", "Check-in")),
    };
    let (review, review_word, reason) = match &visit.review {
        Review::Pending => ("pending", out.pick("待审核", "Pending"), None),
        Review::Approved => ("approved", out.pick("已审核", "Approved"), None),
        Review::Returned { reason } => ("returned", out.pick("已退回", "Returned"), Some(reason.to_string())),
    };
    let evidence = record.as_ref().map(|record| match &record.fact {
        Fact::Inspection(inspection) => &inspection.evidence,
        Fact::CheckIn(check_in) => &check_in.evidence,
    });
    let reasons: Vec<_> = evidence
        .iter()
        .flat_map(|evidence| &evidence.reasons)
        .map(|reason| reason.sentence(locale))
        .collect();
    let photos = record.as_ref().map_or(0, |record| match &record.fact {
        Fact::Inspection(inspection) => inspection.photos.len(),
        Fact::CheckIn(_) => 0,
    });
    let grade = serde_json::to_value(visit.grade).unwrap_or_default();
    let cells: Vec<(Header, Cell)> = vec![
        (("station", "工作站"), station.into()),
        (("happened_at", "时间"), local(visit.moment()).into()),
        (("kind", "种类"), Cell::coded(kind, kind_word)),
        (("venue", "场所名称"), venue.map(|venue| venue.name.to_string()).into()),
        (("venue_id", "场所标识"), visit.venue.to_string().into()),
        (("member", "记录人"), member(&visit.member).into()),
        (("companions", "同行"), companions.into()),
        (("findings", "发现"), findings.into()),
        (("grade", "到场"), Cell::coded(grade, visit.grade.label(locale))),
        (("reasons", "到场依据"), reasons.into()),
        (("photos", "照片"), photos.into()),
        (("review", "审核"), Cell::coded(review, review_word)),
        (("reason", "退回原因"), reason.into()),
        (("corrects", "更正"), visit.corrects.map(|id| id.to_string()).into()),
        (("record", "记录标识"), visit.record.to_string().into()),
        (("received_at", "收到时间"), local(receipt.received_at).into()),
        (("receipt", "回执号"), receipt.number().to_string().into()),
        (("sha256", "SHA-256"), receipt.sha256.to_string().into()),
        (("erased", "内容已删除"), record.is_none().into()),
    ];
    Line { cells, geometry: venue.and_then(|venue| venue.position).map(point) }
}

/// A moment as tables take it, Asia/Shanghai.
fn local(moment: xuncha_core::domain::Timestamp) -> String {
    moment.shanghai().format("%Y-%m-%d %H:%M:%S").to_string()
}

async fn page(store: &Store, station: StationId, from: i64) -> Result<Vec<Row>, StoreError> {
    let mut db = store.read().await?;
    let rows = sqlx::query(
        "SELECT r.record_id, r.log_index, r.sha256, r.received_at, v.body AS visit, p.jws FROM records r \
         JOIN visits v ON v.station_id = r.station_id AND v.record_id = r.record_id \
         LEFT JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id \
         WHERE r.station_id = $1 AND r.log_index >= $2 ORDER BY r.log_index LIMIT $3",
    )
    .bind(station.key())
    .bind(from)
    .bind(PAGE)
    .fetch_all(&mut *db)
    .await?;
    rows.iter().map(|row| read(row, station)).collect()
}

fn read(row: &AnyRow, station: StationId) -> Result<Row, StoreError> {
    let damaged = |error: xuncha_core::wire::JwsError| StoreError::Row(format!("jws: {error}"));
    let jws = row.opt_text("jws")?.map(|text| text.parse::<Jws>()).transpose().map_err(damaged)?;
    Ok(Row {
        visit: row.json("visit")?,
        receipt: Receipt {
            v: V1,
            record: row.id("record_id")?,
            sha256: row.hash("sha256")?,
            station,
            log_index: row.count("log_index")?,
            received_at: row.time("received_at")?,
        },
        record: jws.map(|jws| jws.unverified_payload()).transpose().map_err(damaged)?,
    })
}

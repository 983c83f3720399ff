//! `xuncha import`: stations, members, venues and schools from files.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use xuncha_core::domain::{Datum, Locale};
use xuncha_hub::HubError;
use xuncha_hub::app::make_private;
use xuncha_hub::import::{
    self, Encoding, Format, Heading as _, ImportPlan, Job, Kind, OnFile, Outcome, Planned, PlannedRow, Reach,
    Settings, Sheet,
};
use xuncha_hub::store::Store;
use xuncha_hub::world::World;

use super::{DataArgs, block_on, write_whole};
use crate::clock::ClockArgs;
use crate::failure::{FAILED, Failure};
use crate::output::Out;

/// Bring stations, members, venues and schools in from CSV, Excel and GeoJSON
///
/// Reads lists, says of each row whether it is new, changed, unchanged or bad, and writes them all at
/// once. If any row is bad nothing is written, unless --skip-bad says so; --dry-run never writes.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct ImportArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,

    /// List of stations: name, sub_bureau
    #[arg(long, value_name = "FILE")]
    stations: Vec<PathBuf>,
    /// List of people: station, name, role (volunteer, police, head, sub_bureau_supervisor, supervisor, admin), active
    #[arg(long, value_name = "FILE")]
    members: Vec<PathBuf>,
    /// List of venues: station, name, kind, address, latitude, longitude, …
    #[arg(long, value_name = "FILE")]
    venues: Vec<PathBuf>,
    /// List of schools: station, name, level, with a boundary or gates
    #[arg(long, value_name = "FILE")]
    schools: Vec<PathBuf>,

    /// Datum of the positions in these files
    #[arg(long, value_enum)]
    datum: Option<DatumArg>,
    /// Station, by name, code or id, of rows that name none
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// Say what would be done and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave bad rows out and write the others
    #[arg(long)]
    skip_bad: bool,
    /// Write each row with its values and what becomes of it to this CSV, for whoever mends the list
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

const HELP: &str = "\
Columns, by their English or Chinese headers, in any order:
  stations  name 名称*, sub_bureau 分局*
  members   station 工作站*, name 姓名*, role 身份* (志愿者, 民警, 教导员, 分局督导, 市局督导, 管理员), active 在岗
  venues    station 工作站*, name 场所名称*, kind 类型* (网吧, 游戏机室, 电竞酒店), address 地址,
            latitude 纬度, longitude 经度, datum 坐标系, placard 标牌, opened_on 开业日期,
            closed_on 停业日期, suspended 暂停 (2026-11-01..2026-11-10; …)
  schools   station 工作站*, name 学校名称*, level 学段* (小学, 初中, 高中, 中职, 特殊教育, 幼儿园),
            boundary 边界 or gates 校门 (lat lon; lat lon; …), or latitude and longitude of the gate
  all       id, code 编号: see below                                        (* must be there)
CSV is UTF-8 or GB18030, which is found out and said. Of an Excel workbook (.xlsx) the first sheet that is
not empty is read, and the others are named. In GeoJSON the properties are the columns; a venue is
a Point, a school a Polygon (boundary) or MultiPoint (gates).

Datums: GeoJSON is WGS-84 unless told otherwise. For CSV and Excel say it: --datum gcj02 for positions from
Amap or Tencent maps, bd09 for Baidu, wgs84 for GPS. A column “datum” says it for a single row.

Which row is which thing: by id if the row has one (exports do); else by code within the station; else
by name within the station, and kind for a venue. So importing a list again changes only what changed.
A column that the file lacks leaves what is on file; an empty cell clears it, a venue's first day apart.
Nothing is ever deleted. A new venue without opened_on is to be checked from the day of the import on.

Examples:
  xuncha import --data DIR --stations stations.csv --members 人员.csv --dry-run
  xuncha import --data DIR --venues 网吧.csv --datum gcj02 --station 柳岸工作站
  xuncha import --data DIR --venues 场所.xlsx --datum bd09 --dry-run --report 明细.csv
  xuncha import --data DIR --schools schools.geojson --json | jq '.rows[] | select(.outcome == \"bad\")'

Exit codes: 0 all is well; 1 a row is bad (with --skip-bad: the others were written).";

/// A datum, as the option names it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum DatumArg {
    /// GPS, and phones' own positions
    Wgs84,
    /// Amap, Tencent
    Gcj02,
    /// Baidu
    Bd09,
    /// Tianditu, official surveys
    Cgcs2000,
}

impl From<DatumArg> for Datum {
    fn from(datum: DatumArg) -> Self {
        match datum {
            DatumArg::Wgs84 => Self::Wgs84,
            DatumArg::Gcj02 => Self::Gcj02,
            DatumArg::Bd09 => Self::Bd09,
            DatumArg::Cgcs2000 => Self::Cgcs2000,
        }
    }
}

/// Reads, plans and, if it may, carries out an import.
///
/// # Errors
/// If a file cannot be read as a table at all, or the database fails; nothing is written then.
pub fn run(args: &ImportArgs, out: Out) -> Result<ExitCode, Failure> {
    let world = args.clock.world()?;
    let settings = Settings {
        datum: args.datum.map(Into::into),
        station: args.station.clone(),
        first_day: Some(world.clock.now().day()),
        reach: Reach::All,
        own: None,
    };
    let waiting = out.progress(0, out.pick("读取名单", "reading the lists"));
    let sheets = args.read();
    waiting.finish_and_clear();
    let job = Job::new(sheets?, settings, &world);
    let planning = out.progress(0, out.pick("逐行核对", "looking at each row"));
    let planned = block_on(async {
        let Some(store) = args.store().await? else {
            return Ok((job.plan(OnFile::default()).await?.plan, false));
        };
        let seen = job.look(&store).await?;
        planning.finish_and_clear();
        if args.dry_run || !args.may_write(&seen.plan) {
            return Ok((seen.plan, false));
        }
        let bar = out.progress(0, out.pick("正在写入", "writing"));
        let carried_out = args.carry_out(&store, &job, seen, &world).await;
        bar.finish_and_clear();
        let told = carried_out?;
        store.close().await;
        Ok(told)
    });
    planning.finish_and_clear();
    let (plan, written) = planned?;
    let sheets = job.sheets();
    if let Some(file) = &args.report {
        let cannot = || format!("cannot write {}", file.display());
        write_whole(file, |to| {
            Ok(import::report(sheets, &plan.rows, out.locale(), to).with_context(cannot)?)
        })?;
    }
    out.show(&to_json(args, sheets, &plan, written), |text| tell(text, args, sheets, &plan, written, out))?;
    Ok(ExitCode::from(if plan.has_bad_rows() { FAILED } else { 0 }))
}

impl ImportArgs {
    fn may_write(&self, plan: &ImportPlan) -> bool {
        self.skip_bad || !plan.has_bad_rows()
    }

    /// Carries out what the files mean now, which may be another thing than a moment ago; gives that, and whether it
    /// was written.
    async fn carry_out(
        &self,
        store: &Store,
        job: &Job,
        seen: Planned,
        world: &World,
    ) -> Result<(ImportPlan, bool), HubError> {
        let mut tx = store.begin().await?;
        let plan = job.plan_in(&mut tx, seen).await?;
        let write = self.may_write(&plan);
        if write {
            import::apply(&mut tx, world, None, &plan.upserts).await?;
            tx.commit().await?;
        }
        Ok((plan, write))
    }

    fn read(&self) -> Result<Vec<(Kind, Sheet)>, Failure> {
        let kinds = [
            (Kind::Stations, &self.stations),
            (Kind::Members, &self.members),
            (Kind::Venues, &self.venues),
            (Kind::Schools, &self.schools),
        ];
        let files = kinds.iter().flat_map(|(kind, files)| files.iter().map(move |file| (*kind, file)));
        let sheets: Vec<_> =
            files.map(|(kind, file)| Ok((kind, sheet(file)?))).collect::<Result<_, Failure>>()?;
        if sheets.is_empty() {
            return Err(Failure::usage(
                "nothing to import: name a file by --stations, --members, --venues or --schools",
            ));
        }
        Ok(sheets)
    }

    /// The database; made if it is missing, but not for a dry run.
    async fn store(&self) -> Result<Option<Store>, Failure> {
        let config = self.data.config()?;
        if config.database_url.is_none() && !config.database_file().is_file() {
            if self.dry_run {
                return Ok(None);
            }
            make_private(&config.data)?;
            return Ok(Some(Store::open_file(&config.database_file()).await?));
        }
        self.data.open().await.map(Some)
    }
}

fn sheet(file: &Path) -> Result<Sheet, Failure> {
    let name = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let bad = |error| Failure::coded("bad_file", format!("{name}: {error}"));
    let format = Format::of_name(&name).map_err(bad)?;
    Sheet::read(&name, format, &bytes).map_err(bad)
}

fn to_json(args: &ImportArgs, sheets: &[(Kind, Sheet)], plan: &ImportPlan, written: bool) -> Value {
    let [new, changed, unchanged, bad] = plan.counts();
    let files = sheets.iter().map(|(_, sheet)| {
        let encoding = sheet.encoding.map(|encoding| encoding.to_string());
        json!({
            "file": sheet.name, "encoding": encoding,
            "ignored_columns": sheet.ignored, "ignored_sheets": sheet.ignored_sheets,
        })
    });
    json!({
        "dry_run": args.dry_run,
        "written": written,
        "new": new,
        "changed": changed,
        "unchanged": unchanged,
        "bad": bad,
        "files": files.collect::<Vec<_>>(),
        "rows": plan.rows.iter().map(row_to_json).collect::<Vec<_>>(),
    })
}

fn row_to_json(row: &PlannedRow) -> Value {
    let (outcome, changes, bad) = match &row.outcome {
        Outcome::New => ("new", Vec::new(), Vec::new()),
        Outcome::Unchanged => ("unchanged", Vec::new(), Vec::new()),
        Outcome::Changed(changes) => {
            let change = |change: &import::FieldChange| json!({ "column": change.column.name(), "from": change.from, "to": change.to });
            ("changed", changes.iter().map(change).collect(), Vec::new())
        }
        Outcome::Bad(cells) => {
            let cell = |cell: &import::BadCell| {
                let column = cell.column.map(import::Column::name);
                json!({ "column": column, "value": cell.value, "reason": cell.reason.to_string() })
            };
            ("bad", Vec::new(), cells.iter().map(cell).collect())
        }
    };
    let values: Map<String, Value> =
        row.values.iter().map(|(column, text)| (column.name().to_owned(), text.as_str().into())).collect();
    json!({
        "file": &*row.file, "line": row.line, "kind": row.kind.to_string(), "name": row.name,
        "outcome": outcome, "first_day": row.first_day,
        "alike": row.alike.as_ref().map(|alike| alike.sentence(xuncha_core::domain::Locale::En)), "changes": changes, "bad": bad, "values": values,
    })
}

fn tell(
    text: &mut String,
    args: &ImportArgs,
    sheets: &[(Kind, Sheet)],
    plan: &ImportPlan,
    written: bool,
    out: Out,
) -> std::fmt::Result {
    for (_, sheet) in sheets {
        for sentence in sheet.not_read(out.locale()) {
            writeln!(text, "{}: {sentence}", sheet.name)?;
        }
        if let Some(encoding) = sheet.encoding.filter(|encoding| *encoding != Encoding::Utf8) {
            writeln!(text, "{}: {} {encoding}", sheet.name, out.pick("按此编码读取", "read as"))?;
        }
    }
    for row in &plan.rows {
        tell_row(text, row, args.dry_run, out)?;
    }
    let [new, changed, unchanged, bad] = plan.counts();
    let counts = match out.locale() {
        Locale::ZhHans => format!("新增 {new} 行，变更 {changed} 行，不变 {unchanged} 行，有误 {bad} 行。"),
        Locale::En => format!("{new} new, {changed} changed, {unchanged} unchanged, {bad} bad."),
    };
    let end = match (written, args.dry_run) {
        (true, _) => out.pick("已写入。", "Written."),
        (false, true) => out.pick("这是试运行，什么也没有写入。", "A dry run: nothing was written."),
        (false, false) => out.pick(
            "什么也没有写入。改正后再导入，或用 --skip-bad 跳过有误的行。",
            "Nothing was written. Mend the bad rows and import again, or leave them out with --skip-bad.",
        ),
    };
    writeln!(text, "{counts} {end}")
}

fn tell_row(text: &mut String, row: &PlannedRow, all: bool, out: Out) -> std::fmt::Result {
    let at = format!("{}:{}", row.file, row.line);
    match &row.outcome {
        Outcome::Bad(cells) => {
            let bad = row.outcome.label(out.locale());
            for cell in cells {
                let column = cell.column.map_or("", |column| column.title(out.locale()));
                let (value, reason) = (&cell.value, cell.reason.sentence(out.locale()));
                match cell.column {
                    Some(_) => writeln!(text, "{at}: {bad} {column} “{value}”: {reason}")?,
                    None => writeln!(text, "{at}: {bad} {reason}")?,
                }
            }
        }
        Outcome::Changed(changes) => {
            for change in changes {
                let (from, to) = (&change.from, &change.to);
                let word = out.pick("变更", "changed");
                writeln!(text, "{at}: {word} {} {}: “{from}” → “{to}”", row.name, change.column)?;
            }
        }
        Outcome::New if all => {
            write!(text, "{at}: {} {}", out.pick("新增", "new"), row.name)?;
            let alike = row.alike.as_ref().map(|alike| alike.sentence(out.locale()));
            let begins = row.first_day.map(|day| import::begins(day, out.locale()));
            for told in [alike, begins].into_iter().flatten() {
                write!(text, " ({told})")?;
            }
            writeln!(text)?;
        }
        Outcome::Unchanged if all => writeln!(text, "{at}: {} {}", out.pick("不变", "unchanged"), row.name)?,
        Outcome::New | Outcome::Unchanged => {}
    }
    Ok(())
}

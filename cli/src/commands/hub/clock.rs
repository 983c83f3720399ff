//! `xuncha hub clock`: the hub's clock beside what was written by it.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use xuncha_core::domain::Timestamp;
use xuncha_hub::time::{clocks, note_ran_ahead};

use super::open;
use crate::clock::ClockArgs;
use crate::commands::{DataArgs, block_on};
use crate::failure::{FAILED, Failure};
use crate::output::Out;

/// Options of `xuncha hub clock`.
#[derive(Debug, Args)]
pub struct HubClockArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// The clock is right now; what was written later than now was written while it ran ahead
    #[arg(long)]
    is_right: bool,
}

pub(super) fn clock(args: &HubClockArgs, out: Out) -> Result<ExitCode, Failure> {
    let clocks = block_on(async {
        let app = open(&args.data, &args.clock).await?;
        let mut found = clocks(&app).await?;
        if args.is_right && found.agree() {
            note_ran_ahead(&app.store, app.world.clock.now()).await?;
            found = clocks(&app).await?;
        }
        app.store.close().await;
        Ok(found)
    })?;
    let value = json!({
        "now": clocks.now, "newest": clocks.newest, "behind_ms": clocks.behind_ms,
        "database": clocks.database, "ahead_ms": clocks.ahead_ms,
    });
    let shown = |at: Timestamp| at.shanghai().format("%Y-%m-%d %H:%M:%S").to_string();
    out.show(&value, |text| {
        writeln!(text, "{} {}", out.pick("现在：", "now:"), shown(clocks.now))?;
        let newest = clocks.newest.map_or_else(|| "–".to_owned(), shown);
        writeln!(text, "{} {newest}", out.pick("最近一次收到记录：", "the last record arrived:"))?;
        if let Some(database) = clocks.database {
            writeln!(text, "{} {}", out.pick("数据库的时间：", "the database's clock:"), shown(database))?;
        }
        let told = match (clocks.ahead_ms, clocks.behind_ms) {
            (Some(_), _) => out.pick(
                "时钟比数据库的快，手机的记录暂不接收，留在手机上。请先校准这台机器的时钟；如果是数据库的机器慢了，请校准那一台。",
                "The clock runs ahead of the database's: records are not taken and stay on the phones. Set this \
                 machine's clock, or the database's if that is the one that is wrong.",
            ),
            (None, None) => out.pick("时钟可以使用。", "The clock is taken for right."),
            (None, Some(_)) => out.pick(
                "时钟慢了，手机的记录暂不接收，留在手机上。请先校准时钟；如果现在是准的，而以前快了，请加 --is-right。",
                "The clock is behind: records are not taken and stay on the phones. Set it; if it is right now and ran \
                 ahead before, say so with --is-right.",
            ),
        };
        writeln!(text, "{told}")
    })?;
    let wrong = clocks.behind_ms.or(clocks.ahead_ms).is_some();
    Ok(ExitCode::from(if wrong { FAILED } else { 0 }))
}

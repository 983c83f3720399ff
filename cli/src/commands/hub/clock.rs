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
        if args.is_right {
            note_ran_ahead(&app.store, app.world.clock.now()).await?;
        }
        let clocks = clocks(&app).await?;
        app.store.close().await;
        Ok(clocks)
    })?;
    let value = json!({ "now": clocks.now, "newest": clocks.newest, "behind_ms": clocks.behind_ms });
    let shown = |at: Timestamp| at.shanghai().format("%Y-%m-%d %H:%M:%S").to_string();
    out.show(&value, |text| {
        writeln!(text, "{} {}", out.pick("现在：", "now:"), shown(clocks.now))?;
        let newest = clocks.newest.map_or_else(|| "–".to_owned(), shown);
        writeln!(text, "{} {newest}", out.pick("最近一次收到记录：", "the last record arrived:"))?;
        let told = match clocks.behind_ms {
            None => out.pick("时钟可以使用。", "The clock is taken for right."),
            Some(_) => out.pick(
                "时钟慢了，手机的记录暂不接收，留在手机上。请先校准时钟；如果现在是准的，而以前快了，请加 --is-right。",
                "The clock is behind: records are not taken and stay on the phones. Set it; if it is right now and ran \
                 ahead before, say so with --is-right.",
            ),
        };
        writeln!(text, "{told}")
    })?;
    Ok(ExitCode::from(if clocks.behind_ms.is_some() { FAILED } else { 0 }))
}

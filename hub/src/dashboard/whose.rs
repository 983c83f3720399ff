//! Whose figures and files: all that the visitor sees, a sub-bureau's, or one station's.

use maud::{Markup, html};
use xuncha_core::domain::{Locale, Station, StationId};

use super::error::PageResult;
use super::look::percent;
use super::visitor::Visitor;
use crate::app::App;
use crate::store::reference;

/// The stations that a visitor may read of.
pub(super) async fn stations(app: &App, visitor: &Visitor) -> PageResult<Vec<Station>> {
    let mut db = app.store.snapshot().await?;
    let all = reference::stations(&mut db).await?.into_iter();
    Ok(all.filter(|station| visitor.caller.may_read(station.id)).collect())
}

/// As an address says it; nothing for all of them.
pub(super) fn query(station: Option<&str>, sub_bureau: Option<&str>) -> Option<String> {
    let some = |name: &str, value: Option<&str>| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{name}={}", percent(value)))
    };
    some("station", station).or_else(|| some("sub_bureau", sub_bureau))
}

/// For a form of those who oversee stations.
pub(super) fn select(
    all: &[Station],
    only: Option<StationId>,
    sub_bureau: Option<&str>,
    l: Locale,
) -> Markup {
    let mut bureaus: Vec<&str> = all.iter().map(|station| station.sub_bureau.as_str()).collect();
    bureaus.sort_unstable();
    bureaus.dedup();
    html! {
        select name="station" aria-label=(l.pick("工作站", "Station")) {
            option value="" { (l.pick("全部工作站", "All stations")) }
            @for station in all { option value=(station.id) selected[only == Some(station.id)] { (station.name) } }
        }
        @if bureaus.len() > 1 { select name="sub_bureau" aria-label=(l.pick("分局", "Sub-bureau")) {
            option value="" { (l.pick("全部分局", "All sub-bureaus")) }
            @for bureau in bureaus { option value=(bureau) selected[sub_bureau == Some(bureau)] { (bureau) } }
        } }
    }
}

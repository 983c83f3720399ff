//! How many findings stand where at every station, for those who supervise.

use maud::{Markup, html};
use xuncha_core::domain::{FollowUpStage, Locale};

use crate::follow_ups::StationSums;

/// The page.
pub(super) fn page(stations: &[StationSums], l: Locale) -> Markup {
    html! {
        div.head { div {
            h1 { (l.pick("各站问题与整改", "Findings of all stations")) }
            p.quiet { (stations.len()) " " (l.pick("个工作站 · 未办结的全部，已办结的近十二个月", "stations · all that is not closed; of what is closed, twelve months")) }
        } }
        div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("工作站", "Station")) }
                th.number scope="col" { (l.pick("紧急未办结", "Urgent, not closed")) }
                th.number scope="col" { (l.pick("已逾期", "Overdue")) }
                @for stage in STAGES { th.number scope="col" { (stage.label(l)) } }
            } }
            tbody { @for row in stations {
                @let sums = &row.sums;
                tr {
                    th scope="row" {
                        a href={ "/findings?station=" (row.station.id) } { (row.station.name) }
                        span.quiet { (row.station.sub_bureau) }
                    }
                    (number(sums.urgent)) (number(sums.overdue))
                    @for count in [sums.open, sums.handed_over, sums.mended, sums.rechecked, sums.closed] { (number(count)) }
                }
            } }
        } }
    }
}

const STAGES: [FollowUpStage; 5] = [
    FollowUpStage::Open,
    FollowUpStage::HandedOver,
    FollowUpStage::Mended,
    FollowUpStage::Rechecked,
    FollowUpStage::Closed,
];

fn number(count: u64) -> Markup {
    html! { td.number { @if count == 0 { span.not { "0" } } @else { (count) } } }
}

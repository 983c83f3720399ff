//! What is expected of a venue in a month, and by whose word: its own, its kind's, the station's, or the default.

use maud::{Markup, html};
use xuncha_core::domain::{Locale, Policy, PolicyFor, PolicyFrom, VenueKind};

use crate::dashboard::look::dates;

/// The panel; `entry` is the policy that holds, nothing where the default does.
pub(super) fn view(entry: Option<&PolicyFrom>, kind: &VenueKind, l: Locale) -> Markup {
    let default = Policy::default();
    let policy = entry.map_or(&default, |entry| &entry.policy);
    html! {
        section.panel {
            h2 { (l.pick("适用的要求", "What is expected here")) }
            p.quiet { (whose(entry, kind, l)) }
            dl {
                dt { (l.pick("每月", "A month")) } dd { (policy.visits_per_month) " " (l.pick("次", "visits")) }
                dt { (l.pick("间隔", "Apart")) } dd { (policy.min_gap_days) " " (l.pick("天", "days")) }
                dt { (l.pick("民警签到", "Police check-ins")) }
                dd { @if policy.check_ins_count { (l.pick("计入次数", "count")) } @else { (l.pick("不计入次数", "do not count")) } }
                dt { (l.pick("到场距离", "On site within")) } dd { (policy.on_site_radius.text(l)) }
                dt { (l.pick("近学校 / 幼儿园", "Near school / kindergarten")) }
                dd { (policy.near_school.text(l)) " / " (policy.near_kindergarten.text(l)) }
                @if *kind == VenueKind::InternetCafe {
                    dt { (l.pick("网吧营业时间", "Café hours")) }
                    dd { (policy.cafe_hours.opens_text()) "–" (policy.cafe_hours.closes_text()) }
                }
            }
        }
    }
}

fn whose(entry: Option<&PolicyFrom>, kind: &VenueKind, l: Locale) -> String {
    let Some(entry) = entry else {
        return l
            .pick("默认要求，本站没有另行设置。", "The default: the station has set nothing else.")
            .to_owned();
    };
    let whose = match entry.venues {
        PolicyFor::Venue(_) => l.pick("这个场所单独的要求", "This venue's own").to_owned(),
        PolicyFor::Kind(_) => format!("{}{}", l.pick("全部", "Of every "), kind.label(l)),
        PolicyFor::Station => l.pick("全站的要求", "The whole station's").to_owned(),
    };
    format!("{whose}{}{}", l.pick("，自 ", ", from "), dates::month(entry.from, l))
}

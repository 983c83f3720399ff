//! Where a venue or school goes on as another: the forms by which it moves to another station or turns out to
//! be a double, and what its page says of it then.

use std::fmt::Display;

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Month, Station, StationId};

use super::field::Wrong;
use crate::dashboard::look::csrf;
use crate::dashboard::visitor::Visitor;
use crate::places::{BadMove, Heir, HeirReason, Heritable, may_move};

/// What the form of a double says: the one that stays, and the months that are over and that they agreed to change.
#[derive(Deserialize)]
pub(super) struct Merge<Id> {
    pub into: Id,
    #[serde(default)]
    pub agreed: String,
}

/// It, for some others to choose from, each with the words by which it is told apart.
pub(super) fn merge_form<Id: Display>(
    action: &str,
    others: &[(Id, String)],
    warning: &str,
    visitor: &Visitor,
) -> Markup {
    let l = visitor.locale;
    html! {
        section.panel {
            h2 { (l.pick("重复登记", "On file twice")) }
            details {
                summary { (l.pick("并入另一条…", "Merge into another…")) }
                form method="post" action={ (action) (visitor.scope()) } {
                    (csrf(&visitor.csrf))
                    div.field { label for="into" { (l.pick("保留的那一条", "The one that stays")) }
                        select #into name="into" { @for (id, words) in others { option value=(id) { (words) } } } }
                    p.quiet { (warning) }
                    button.button.warn type="submit" { (l.pick("确认合并", "Merge")) }
                }
            }
        }
    }
}

/// What one goes on as, and what goes on as it, each with a link to where `path` says it is.
pub(super) fn heir_list<Id: Heritable>(
    id: Id,
    heirs: &[Heir<Id>],
    visitor: &Visitor,
    path: impl Fn(Id) -> String,
) -> Markup {
    let l = visitor.locale;
    html! {
        @if !heirs.is_empty() {
            ul.plain { @for heir in heirs {
                @let ended = heir.old == id;
                @let (station, other) = if ended { (heir.heir_station, heir.heir) } else { (heir.station, heir.old) };
                @let words = match (heir.reason, ended) {
                    (HeirReason::Merged, true) => l.pick("已并入另一条登记", "merged into another entry"),
                    (HeirReason::Merged, false) => l.pick("并入了一条重复登记", "a double was merged into it"),
                    (HeirReason::Moved, true) => l.pick("已移交其他工作站", "moved to another station"),
                    (HeirReason::Moved, false) => l.pick("由其他工作站移交", "moved here from another station"),
                };
                li { @if visitor.caller.may_read(station) { a href={ (path(other)) "?station=" (station) } { (words) } }
                    @else { (words) } }
            } }
        }
    }
}

/// What the form of one that moves says.
#[derive(Deserialize)]
pub(super) struct Moved {
    pub to: StationId,
    pub first_day: NaiveDate,
}

impl Moved {
    /// Why something that closes on a day, if it does, can't move so.
    pub(super) fn wrong(&self, closed_on: Option<NaiveDate>, today: NaiveDate) -> Option<Wrong> {
        may_move(self.first_day, closed_on, today).err().map(|bad| {
            let zh = match bad {
                BadMove::MonthIsOver => "已过去的月份不再改动：最早从本月起移交。",
                BadMove::Closed => "在那之前已停业或停办：请先恢复，再移交。",
            };
            Wrong::new(zh, format!("Not moved: {bad}."))
        })
    }
}

/// It, for some stations to choose from.
pub(super) fn move_form(action: &str, stations: &[Station], today: NaiveDate, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! {
        form method="post" action={ (action) (visitor.scope()) } {
            (csrf(&visitor.csrf))
            div.field { label for="to" { (l.pick("接收的工作站", "To")) }
                select #to name="to" { @for station in stations {
                    option value=(station.id) { (station.sub_bureau) " · " (station.name) }
                } } }
            div.field { label for="first_day" { (l.pick("从这天起由对方负责", "Theirs from this day on")) }
                input #first_day type="date" name="first_day" value=(today) min=(Month::of(today).first_day()) required; }
            button.button.warn type="submit" { (l.pick("确认移交", "Move")) }
        }
    }
}

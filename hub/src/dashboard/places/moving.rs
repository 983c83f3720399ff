//! The form by which a venue or school goes to another station.

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Station, StationId};

use crate::dashboard::look::csrf;
use crate::dashboard::visitor::Visitor;

/// What it says.
#[derive(Deserialize)]
pub(super) struct Moved {
    pub to: StationId,
    pub first_day: NaiveDate,
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
                input #first_day type="date" name="first_day" value=(today) required; }
            button.button.warn type="submit" { (l.pick("确认移交", "Move")) }
        }
    }
}

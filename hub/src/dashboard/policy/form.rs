//! What is expected as a form: of which venues, from which month on, and what.

use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{
    DateRange, Locale, Metres, Month, NEIGHBOUR_REACH, OpeningHours, Policy, PolicyFor, Severity, VenueKind,
};

use super::vacations::Vacations;
use super::{Known, Wrong};
use crate::dashboard::look::csrf;
use crate::dashboard::look::overtaken::{Field, seen};
use crate::dashboard::visitor::Visitor;
use crate::policies::in_place_of;
use crate::seen::Seen;

/// A policy as the form has it. `venues` is [`PolicyFor::key`].
#[derive(Debug, Deserialize)]
pub(super) struct Fields {
    pub(super) venues: String,
    pub(super) from: Month,
    visits_per_month: String,
    min_gap_days: String,
    #[serde(default)]
    check_ins_count: String,
    on_site_radius: String,
    near_school: String,
    near_kindergarten: String,
    opens: String,
    closes: String,
    hours_severity: Severity,
    /// The entry that it was filled from.
    #[serde(default)]
    pub(super) seen: Seen,
    /// Always the station's, whose venues the rest may be for.
    #[serde(flatten)]
    vacations: Vacations,
}

/// What is said where check-ins count.
const COUNT: &str = "true";

impl Fields {
    /// With what is expected of some venues from a month on: what was set for them, else what holds for them too.
    pub(super) fn of(known: &Known, venues: &PolicyFor, from: Month) -> Self {
        let policy = known.expected(venues, from);
        Self {
            venues: venues.key(),
            from,
            visits_per_month: policy.visits_per_month.to_string(),
            min_gap_days: policy.min_gap_days.to_string(),
            check_ins_count: policy.check_ins_count.to_string(),
            on_site_radius: policy.on_site_radius.0.to_string(),
            near_school: policy.near_school.0.to_string(),
            near_kindergarten: policy.near_kindergarten.0.to_string(),
            opens: policy.cafe_hours.opens_text(),
            closes: policy.cafe_hours.closes_text(),
            hours_severity: policy.hours_severity,
            seen: Seen::of(in_place_of(&known.history, venues, from)),
            vacations: Vacations::of(&known.vacations(from)),
        }
    }

    pub(super) fn in_words(&self, l: Locale) -> Vec<Field> {
        let counted = if self.check_ins_count == COUNT {
            l.pick("计入次数", "count")
        } else {
            l.pick("不计入次数", "do not count")
        };
        vec![
            (l.pick("每月次数", "Visits a month"), self.visits_per_month.clone()),
            (l.pick("两次至少间隔（天）", "Days apart at least"), self.min_gap_days.clone()),
            (l.pick("民警签到", "Police check-ins"), counted.to_owned()),
            (l.pick("多近算到场（米）", "On site within (m)"), self.on_site_radius.clone()),
            (l.pick("近学校（米）", "Near a school (m)"), self.near_school.clone()),
            (l.pick("近幼儿园（米）", "Near a kindergarten (m)"), self.near_kindergarten.clone()),
            (l.pick("网吧营业时间", "Café hours"), format!("{}–{}", self.opens, self.closes)),
            (l.pick("不在规定时间营业", "Open at other hours"), self.hours_severity.label(l).to_owned()),
            (l.pick("学校放假", "School vacations"), self.vacations.in_words(l)),
        ]
    }

    /// The policy, or what is wrong; `stand` are the vacations of the station.
    pub(super) fn read(&self, venues: &PolicyFor, stand: &[DateRange], l: Locale) -> Result<Policy, String> {
        let vacations = self.vacations.read(stand, l)?;
        if !venues.is_station() && vacations != stand {
            let why = l.pick(
                "学校放假是全站的，请在“全站”的要求里修改。",
                "School vacations are the whole station's: change them in what is expected of the whole station.",
            );
            return Err(why.to_owned());
        }
        self.policy(vacations).map_err(|(zh, en)| l.pick(zh, en).to_owned())
    }

    fn policy(&self, vacations: Vec<DateRange>) -> Result<Policy, Wrong> {
        let length = |typed: &str| {
            // Farther than that a station does not know the schools of its neighbours.
            let wrong = ("距离应是 0 到 1000 米。", "A distance is 0 to 1000 metres.");
            let metres = typed.trim().parse().ok().and_then(|metres: f64| Metres::try_from(metres).ok());
            metres.filter(|metres| *metres <= NEIGHBOUR_REACH).ok_or(wrong)
        };
        let wrong = (
            "每月 1 到 31 次，间隔 0 到 30 天，并且二月里也要排得下。",
            "1 to 31 visits, 0 to 30 days apart, and all must fit into a February.",
        );
        let number = |typed: &str| typed.trim().parse::<u8>().map_err(|_| wrong);
        let hours = OpeningHours::new(&self.opens, &self.closes);
        let policy = Policy {
            visits_per_month: number(&self.visits_per_month)?,
            min_gap_days: number(&self.min_gap_days)?,
            check_ins_count: self.check_ins_count == COUNT,
            on_site_radius: length(&self.on_site_radius)?,
            near_school: length(&self.near_school)?,
            near_kindergarten: length(&self.near_kindergarten)?,
            cafe_hours: hours
                .map_err(|_| ("营业时间应写成 08:00 到 24:00。", "Hours are written 08:00 to 24:00."))?,
            hours_severity: self.hours_severity,
            vacations,
        };
        policy.checked().map_err(|_| wrong)
    }
}

/// The form.
pub(super) fn form(visitor: &Visitor, known: &Known, fields: &Fields) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let set = known.history.iter().filter_map(|entry| match &entry.venues {
        PolicyFor::Kind(kind) => Some(kind),
        PolicyFor::Station | PolicyFor::Venue(_) => None,
    });
    let mut kinds: Vec<&VenueKind> = known.venues.iter().map(|venue| &venue.kind).chain(set).collect();
    kinds.sort();
    kinds.dedup();
    let number = |id: &'static str, label: &'static str, value: &str, max: u16| {
        html! {
            div { label for=(id) { (label) } input id=(id) name=(id) type="number" min="0" max=(max) step="any" required value=(value); }
        }
    };
    html! {
        section.panel.form.no-print #set {
            h2 { (l.pick("设置要求", "Set what is expected")) }
            form method="post" action={ "/policy" (scope) } {
                (csrf(&visitor.csrf)) (seen(&fields.seen))
                div.row.field {
                    div { label for="venues" { (l.pick("对象", "For")) }
                        select #venues name="venues" {
                            option value="" selected[fields.venues.is_empty()] { (l.pick("全站", "the whole station")) }
                            @for kind in kinds { option value=(kind.code()) selected[fields.venues == kind.code()] { (l.pick("全部", "every ")) (kind.label(l)) } }
                            @for venue in &known.venues { option value=(venue.id) selected[fields.venues == venue.id.to_string()] { (venue.name) } }
                        } }
                    div { label for="from" { (l.pick("从哪个月起", "From the month")) }
                        input #from name="from" type="month" required min=(known.this_month) value=(fields.from); }
                }
                div.row.field {
                    (number("visits_per_month", l.pick("每月次数", "Visits a month"), &fields.visits_per_month, 31))
                    (number("min_gap_days", l.pick("两次至少间隔（天）", "Days apart at least"), &fields.min_gap_days, 30))
                    div { label for="check_ins_count" { (l.pick("民警签到", "Police check-ins")) }
                        select #check_ins_count name="check_ins_count" {
                            option value="false" selected[fields.check_ins_count != COUNT] { (l.pick("不计入次数", "do not count")) }
                            option value=(COUNT) selected[fields.check_ins_count == COUNT] { (l.pick("计入次数", "count")) }
                        } }
                }
                div.row.field {
                    (number("on_site_radius", l.pick("多近算到场（米）", "On site within (m)"), &fields.on_site_radius, 1000))
                    (number("near_school", l.pick("近学校（米）", "Near a school (m)"), &fields.near_school, 1000))
                    (number("near_kindergarten", l.pick("近幼儿园（米）", "Near a kindergarten (m)"), &fields.near_kindergarten, 1000))
                }
                div.row.field {
                    div { label for="opens" { (l.pick("网吧营业从", "Cafés open")) } input #opens name="opens" required maxlength="5" size="6" value=(fields.opens); }
                    div { label for="closes" { (l.pick("到", "until")) } input #closes name="closes" required maxlength="5" size="6" value=(fields.closes); }
                    div { label for="hours_severity" { (l.pick("不在规定时间营业", "Open at other hours")) }
                        select #hours_severity name="hours_severity" { @for severity in [Severity::N, Severity::R, Severity::S] {
                            option value=(severity.code()) selected[severity == fields.hours_severity] { (severity.label(l)) }
                        } } }
                }
                (fields.vacations.rows(l))
                button.button type="submit" { (l.pick("保存", "Save")) }
            }
        }
    }
}

//! How findings are handled, as a form: by when, to whom, and under which numbers.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use xuncha_core::domain::{Contact, Handling, Locale, Route, Severity, Usual};

use super::{Known, Wrong, fields_now, page};
use crate::app::AppState;
use crate::dashboard::error::PageResult;
use crate::dashboard::look::overtaken::{Field, overtaken, seen, words};
use crate::dashboard::look::{bad, csrf};
use crate::dashboard::visitor::{Posted, Visitor};
use crate::follow_ups::set_handling;
use crate::seen::{Kept, Seen};

/// The field that says what was shown.
const SEEN: &str = "seen";

/// What the form holds, by the names of its fields.
pub(super) type Fields = HashMap<String, String>;

const fn letter(severity: Severity) -> &'static str {
    match severity {
        Severity::S => "s",
        Severity::R => "r",
        Severity::N => "n",
    }
}

fn days(severity: Severity) -> String {
    format!("days_{}", letter(severity))
}

fn to(severity: Severity) -> String {
    format!("to_{}", letter(severity))
}

fn contact(route: Route) -> String {
    format!("contact_{}", route.code())
}

/// The form as it stands.
pub(super) fn fields(handling: &Handling) -> Fields {
    let mut fields = Fields::new();
    for severity in Severity::ALL {
        let usual = handling.usual(severity);
        fields.insert(days(severity), usual.days.to_string());
        fields.insert(to(severity), usual.to.code().to_owned());
    }
    for (route, number) in &handling.contacts {
        fields.insert(contact(*route), number.to_string());
    }
    fields.insert(SEEN.to_owned(), Seen::of(Some(handling)).to_string());
    fields
}

/// The same in words.
fn in_words(fields: &Fields, l: Locale) -> Vec<Field> {
    let typed = |name: &str| fields.get(name).map_or("", |text| text.trim());
    let to_whom = |code: &str| Route::ALL.into_iter().find(|route| route.code() == code);
    let usual = Severity::ALL.into_iter().map(|severity| {
        let days = typed(&days(severity)).to_owned();
        let to = to_whom(typed(&to(severity))).map_or("", |route| route.label(l));
        (severity.label(l), format!("{days} {} {to}", l.pick("天 →", "days →")))
    });
    let numbers = Route::ALL.into_iter().map(|route| (route.label(l), typed(&contact(route)).to_owned()));
    usual.chain(numbers).collect()
}

fn read(fields: &Fields) -> Result<Handling, Wrong> {
    let typed = |name: &str| fields.get(name).map_or("", |text| text.trim());
    let usual = |severity| {
        let days = typed(&days(severity)).parse().ok().filter(|days| *days <= Handling::MAX_DAYS);
        let to = Route::ALL.into_iter().find(|route| route.code() == typed(&to(severity)));
        let wrong = ("期限应是 0 到 90 天。", "0 to 90 days may be usual.");
        days.zip(to).map(|(days, to)| Usual { days, to }).ok_or(wrong)
    };
    let numbers = Route::ALL.into_iter().map(|route| (route, contact(route)));
    let numbers = numbers.filter(|(_, field)| !typed(field).is_empty());
    let numbers = numbers.map(|(route, field)| Ok((route, Contact::new(typed(&field))?)));
    Ok(Handling {
        urgent: usual(Severity::S)?,
        report: usual(Severity::R)?,
        note: usual(Severity::N)?,
        contacts: numbers
            .collect::<Result<_, xuncha_core::domain::BadText>>()
            .map_err(|_| ("联系电话最多 40 个字。", "A number to call has at most 40 characters."))?,
    })
}

pub(super) async fn set(
    State(app): State<AppState>,
    Posted { visitor, form: typed }: Posted<Fields>,
) -> PageResult<Response> {
    let l = visitor.locale;
    let mut known = Known::load(&app, &visitor).await?;
    let handling = match read(&typed) {
        Ok(handling) => handling,
        Err(wrong) => {
            known.handling = typed;
            let told = bad(l.pick(wrong.0, wrong.1));
            return Ok(page(&visitor, &known, &fields_now(&known), &told).into_response());
        }
    };
    let seen = typed.get(SEEN).map_or_else(Seen::default, |mark| mark.as_str().into());
    if set_handling(&app, &visitor.caller, visitor.station.id, &handling, &seen).await? == Kept::Done {
        return Ok(Redirect::to(&visitor.at("/policy", "done=kept")).into_response());
    }
    let known = Known::load(&app, &visitor).await?;
    let told = overtaken(words(l), &in_words(&known.handling, l), &in_words(&typed, l), l);
    Ok(page(&visitor, &known, &fields_now(&known), &told).into_response())
}

pub(super) fn form(visitor: &Visitor, fields: &Fields) -> Markup {
    let l = visitor.locale;
    let typed = |name: &str| fields.get(name).map_or("", String::as_str);
    html! {
        section.panel.form.no-print {
            h2 { (l.pick("问题的处置", "How findings are handled")) }
            p.quiet { (l.pick("保存后对全站未办结的问题生效；记下一步时另定的期限不变。电话印在交接单上，不填就印全国统一的号码。",
                "Holds for all findings of the station that are not settled; a day that was set with a step stays. Numbers are printed on the hand-over slip; without one, that of the whole country is.")) }
            form method="post" action={ "/policy/findings" (visitor.scope()) } {
                (csrf(&visitor.csrf)) (seen(&typed(SEEN).into()))
                @for severity in Severity::ALL { div.row.field {
                    @let (days, to) = (days(severity), to(severity));
                    div { label for=(days) { (severity.label(l)) (l.pick("：几天内处理（0 是当天）", ": days to act (0: the same day)")) }
                        input id=(days) name=(days) type="number" min="0" max=(Handling::MAX_DAYS) required value=(typed(&days)); }
                    div { label for=(to) { (severity.label(l)) (l.pick("：一般转交给", ": usually handed over to")) }
                        select id=(to) name=(to) { @for route in Route::ALL {
                            option value=(route.code()) selected[typed(&to) == route.code()] { (route.label(l)) }
                        } } }
                } }
                div.row.field { @for route in Route::ALL {
                    @let field = contact(route);
                    div { label for=(field) { (route.label(l)) (l.pick("电话", ": number")) }
                        input id=(field) name=(field) maxlength=(Contact::MAX) placeholder=[route.number()] value=(typed(&field)); }
                } }
                button.button type="submit" { (l.pick("保存处理要求", "Save the handling")) }
            }
        }
    }
}

//! What is told to somebody whose change came too late: that nothing of it was kept, and where it differs from what stands
//! now. Their form is drawn again with the latter.

use maud::{Markup, html};
use xuncha_core::domain::Locale;

use super::bad;
use crate::seen::Seen;

/// A field in words: what it is called, and what it holds.
pub(crate) type Field = (&'static str, String);

/// That somebody was faster.
pub(crate) const fn words(l: Locale) -> &'static str {
    l.pick(
        "别人刚刚改过这一条，您的修改没有保存。请看新的内容后再改。",
        "Somebody has just changed it; your change was not kept. Look at what stands now and change it again.",
    )
}

/// The answer, with each field of which something else was typed than stands now.
pub(crate) fn overtaken(words: &str, now: &[Field], typed: &[Field], l: Locale) -> Markup {
    let differ = || now.iter().zip(typed).filter(|(now, typed)| now.1 != typed.1);
    html! {
        (bad(words))
        @if differ().next().is_some() { div.sheet { table {
            caption { (l.pick("您填写的与现在的不同之处", "Where what you typed differs")) }
            thead { tr {
                th scope="col" { (l.pick("项目", "Field")) }
                th scope="col" { (l.pick("现在是", "Stands now")) }
                th scope="col" { (l.pick("您填写的", "You typed")) }
            } }
            tbody { @for ((name, now), (_, typed)) in differ() { tr {
                th scope="row" { (name) }
                td { (value(now)) }
                td { (value(typed)) }
            } } }
        } } }
    }
}

fn value(text: &str) -> Markup {
    html! { @if text.is_empty() { span.not { "—" } } @else { (text) } }
}

/// The hidden field that says what a form shows.
pub(crate) fn seen(mark: &Seen) -> Markup {
    html! { input type="hidden" name="seen" value=(mark); }
}

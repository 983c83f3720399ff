//! Asking once more before days are changed in a month that is over: what the station had then counts anew.

use std::collections::BTreeSet;

use maud::{Markup, html};
use xuncha_core::domain::{Locale, Month};

use crate::dashboard::look::{csrf, dates};
use crate::dashboard::visitor::Visitor;

/// What a form carries back of the months that its sender was asked about; empty if there were none.
pub(super) fn agreed(months: &BTreeSet<Month>) -> String {
    months.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// The question, with a form that sends what was typed once more, and that it is meant so.
pub(super) fn ask(
    visitor: &Visitor,
    action: &str,
    typed: &[(&str, &str)],
    months: &BTreeSet<Month>,
) -> Markup {
    let l = visitor.locale;
    let over = dates::months(months, l);
    html! {
        section.panel role="alert" {
            p.told.due { i.sign aria-hidden="true" { "!" }
                @match l {
                    Locale::ZhHans => { "还没有保存：会改变 " (over) " 的覆盖进度，这些月份已经过去。" }
                    Locale::En => { "Not saved yet: it changes the coverage of " (over) ", which is over." }
                } }
            form method="post" action={ (action) (visitor.scope()) } {
                (csrf(&visitor.csrf))
                @for (name, value) in typed { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="agreed" value=(agreed(months));
                button.button.warn type="submit" { (l.pick("确认保存", "Save it so")) }
            }
            p.quiet { (l.pick("日期填错了？在下面改正后重新保存。", "Is a day wrong? Mend it below and save again.")) }
        }
    }
}

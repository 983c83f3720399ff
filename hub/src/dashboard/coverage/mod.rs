//! Coverage.

mod query;
mod view;
#[cfg(test)]
pub(super) fn draw(l: xuncha_core::domain::Locale) -> maud::Markup {
    view::page(&view::tests::sample(), l)
}

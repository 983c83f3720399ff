//! Records, coverage and findings as files.

use std::borrow::Cow;

/// A text that a table program would run as a formula gets an apostrophe before it.
#[must_use]
pub fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    if is_formula { format!("'{text}").into() } else { text }
}

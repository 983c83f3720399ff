//! Advice and labels of values that are not part of a page.

use crate::domain::{AgeBand, Locale};
use crate::field::FieldErrorCode;
use crate::field::sync::SyncAlert;
use crate::wire::{EnrolCode, EnrolLink, RefusalCode};

use super::BookError;

#[uniffi::export]
impl FieldErrorCode {
    /// The code as text, for the log.
    #[uniffi::method(name = "text")]
    fn code_text(&self) -> String {
        self.code().to_owned()
    }

    /// What to do about it, in words that a volunteer of 75 understands.
    #[uniffi::method(name = "advice")]
    fn advice_text(&self, locale: Locale) -> String {
        self.advice(locale).to_owned()
    }
}

#[uniffi::export]
impl RefusalCode {
    /// What to do, in words a volunteer understands.
    #[uniffi::method(name = "advice")]
    fn advice_text(&self, locale: Locale) -> String {
        self.advice(locale).to_owned()
    }
}

#[uniffi::export]
impl SyncAlert {
    /// A stable code.
    #[uniffi::method(name = "code")]
    fn code_text(&self) -> String {
        self.code().to_owned()
    }

    /// What it means and what to do, in words a volunteer understands.
    #[uniffi::method(name = "advice")]
    fn advice_text(&self, locale: Locale) -> String {
        self.advice(locale)
    }
}

#[uniffi::export]
impl AgeBand {
    /// What people call it.
    #[uniffi::method(name = "label")]
    fn label_text(&self, locale: Locale) -> String {
        self.label(locale).to_owned()
    }
}

/// The language of a platform's tag (`zh-Hans-CN`, `en_GB`): English for English, Chinese for all else.
#[uniffi::export]
fn locale_of(tag: &str) -> Locale {
    Locale::of_tag(tag)
}

/// The card whose code was typed instead of scanned, with the address of the hub that is printed on it.
#[uniffi::export]
fn typed_card(hub: &str, code: EnrolCode) -> Result<EnrolLink, BookError> {
    EnrolLink::typed(hub, code).map_err(|error| crate::field::FieldError::from(error).into())
}

/// The address of the hub that a card leads to, to be shown before it is asked.
#[uniffi::export]
#[allow(clippy::unnecessary_wraps, reason = "a text that is no card is told as an error while it crosses")]
fn hub_of_card(card: EnrolLink) -> Result<String, BookError> {
    Ok(card.hub)
}

//! The two languages of the program, Chinese first, and texts that exist in both. Questions,
//! severities and reasons come from here, so that phone, hub and export say the same.

use serde::{Deserialize, Serialize};

/// A language a person reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Locale {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-Hans")]
    ZhHans,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Locale {
    /// The nearest locale to a language tag of a platform (BCP 47, `zh-Hans-CN`, `en_GB`): English
    /// for English, Chinese for everything else.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        match tag.split(['-', '_']).next() {
            Some(language) if language.eq_ignore_ascii_case("en") => Self::En,
            _ => Self::ZhHans,
        }
    }

    /// The tag, as serialised: `zh-Hans` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::En => "en",
        }
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::ZhHans => zh,
            Self::En => en,
        }
    }
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// In simplified Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Localized {
    /// The text in a language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        locale.pick(&self.zh, &self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_tag_finds_its_locale_and_chinese_is_the_fallback() {
        assert_eq!(Locale::of_tag("en_GB"), Locale::En);
        assert_eq!(Locale::of_tag("EN"), Locale::En);
        for tag in ["zh-Hans-CN", "zh-TW", "ug", "", "enochian"] {
            assert_eq!(Locale::of_tag(tag), Locale::ZhHans, "{tag}");
        }
    }

    #[test]
    fn a_locale_is_serialised_as_its_tag() {
        for locale in [Locale::ZhHans, Locale::En] {
            assert_eq!(serde_json::to_value(locale).unwrap(), locale.tag());
        }
    }
}

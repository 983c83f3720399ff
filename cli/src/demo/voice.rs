//! How the demo speaks: one line a thing, in the reader's language, with colour where it is a terminal.

use std::io::{self, IsTerminal as _, Write as _};

use unicode_width::UnicodeWidthStr as _;
use xuncha_core::domain::Locale;

/// What a line is about; a sign and a colour stand for it, and never the colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It went well.
    Well,
    /// Something happens.
    Plain,
    /// Something goes wrong, as it is meant to here.
    Accident,
    /// Something is wrong that must not be.
    Wrong,
}

impl Mark {
    const fn sign(self) -> &'static str {
        // None of these is wider in a Chinese terminal than in another.
        match self {
            Self::Well => "✓",
            Self::Plain => " ",
            Self::Accident => "!",
            Self::Wrong => "✗",
        }
    }

    const fn ink(self) -> Ink {
        match self {
            Self::Well => Ink::Green,
            Self::Plain => Ink::None,
            Self::Accident => Ink::Yellow,
            Self::Wrong => Ink::Red,
        }
    }
}

/// A colour of a terminal's own palette, so that it fits its background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// As it comes.
    None,
    /// For what stands out.
    Bold,
    /// For what may be overlooked.
    Dim,
    /// For what is well.
    Green,
    /// For what wants attention.
    Yellow,
    /// For what is wrong.
    Red,
}

/// Where the demo speaks to and how.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    locale: Locale,
    on_stderr: bool,
    coloured: bool,
}

impl Voice {
    /// Speaks to standard output, or to standard error where standard output is for programs.
    #[must_use]
    pub fn new(locale: Locale, on_stderr: bool) -> Self {
        let terminal = if on_stderr { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { locale, on_stderr, coloured: terminal && !plain }
    }

    /// The language it speaks.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// The one of two texts that is in the language.
    #[must_use]
    pub const fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.locale.pick(zh, en)
    }

    /// A chapter begins.
    pub fn chapter(&self, title: &str) {
        self.raw(&format!("\n{}\n", self.paint(Ink::Bold, title)));
    }

    /// A line of its own.
    pub fn say(&self, mark: Mark, text: &str) {
        self.raw(&format!("  {} {text}\n", self.paint(mark.ink(), mark.sign())));
    }

    /// A line with the moment it tells of before it.
    pub fn at(&self, moment: &str, mark: Mark, text: &str) {
        let moment = self.paint(Ink::Dim, &pad(moment, 13));
        self.raw(&format!("  {} {moment}{text}\n", self.paint(mark.ink(), mark.sign())));
    }

    /// Text as it is.
    pub fn raw(&self, text: &str) {
        // A reader that went away is no reason to leave phones and hub standing.
        let _ = if self.on_stderr {
            io::stderr().write_all(text.as_bytes())
        } else {
            io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush())
        };
    }

    /// Text in a colour, if there are colours.
    #[must_use]
    pub fn paint(&self, ink: Ink, text: &str) -> String {
        let code = match ink {
            _ if !self.coloured => return text.to_owned(),
            Ink::None => return text.to_owned(),
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Green => "32",
            Ink::Yellow => "33",
            Ink::Red => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Blanks behind a text up to a width, as terminals count it: a Chinese character is two wide.
#[must_use]
pub fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{:blanks$}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_places() {
        assert_eq!(pad("网吧", 6), "网吧  ");
        assert_eq!(pad("café", 6), "café  ");
        assert_eq!(pad("已达标", 4), "已达标");
    }

    #[test]
    fn signs_are_one_wide_in_any_terminal() {
        for mark in [Mark::Well, Mark::Plain, Mark::Accident, Mark::Wrong] {
            assert_eq!((mark.sign().width(), mark.sign().width_cjk()), (1, 1), "{mark:?}");
        }
    }
}

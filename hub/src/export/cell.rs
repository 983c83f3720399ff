//! What stands in a row: values with their types for programs and workbooks, words for people.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};
use xuncha_core::domain::{Locale, Outline, Shape, Timestamp, Wgs84};

/// A column: what programs and English tables call it, and what Chinese tables call it.
pub type Header = (&'static str, &'static str);

/// A value with its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// There is none.
    Nothing,
    /// A text, or a code.
    Text(String),
    /// A count.
    Whole(u64),
    /// A measure.
    Number(f64),
    /// Yes or no.
    Yes(bool),
    /// A day.
    Day(NaiveDate),
    /// A moment; tables have it in Asia/Shanghai.
    Moment(Timestamp),
    /// Several texts.
    Many(Vec<String>),
}

/// A cell: for programs a value with stable codes, for people words.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub(super) value: Value,
    words: Option<Cow<'static, str>>,
}

impl Cell {
    /// An empty one.
    pub const NOTHING: Self = Self { value: Value::Nothing, words: None };

    /// A code with the word for it.
    pub fn coded(code: impl Into<String>, word: impl Into<Cow<'static, str>>) -> Self {
        Self { value: Value::Text(code.into()), words: Some(word.into()) }
    }

    /// As programs read it.
    #[must_use]
    pub fn json(&self) -> Json {
        match &self.value {
            Value::Nothing => Json::Null,
            Value::Text(text) => text.as_str().into(),
            Value::Whole(number) => (*number).into(),
            Value::Number(number) => (*number).into(),
            Value::Yes(yes) => (*yes).into(),
            Value::Day(day) => day.to_string().into(),
            Value::Moment(at) => local(*at).into(),
            Value::Many(texts) => texts.as_slice().into(),
        }
    }

    /// As people read it.
    #[must_use]
    pub fn words(&self, locale: Locale) -> Cow<'_, str> {
        if let Some(words) = &self.words {
            return words.as_ref().into();
        }
        match &self.value {
            Value::Nothing => "".into(),
            Value::Text(text) => text.as_str().into(),
            Value::Whole(number) => number.to_string().into(),
            Value::Number(number) => number.to_string().into(),
            Value::Yes(yes) => if *yes { locale.pick("是", "yes") } else { locale.pick("否", "no") }.into(),
            Value::Day(day) => day.to_string().into(),
            Value::Moment(at) => local(*at).into(),
            Value::Many(texts) => texts.join("; ").into(),
        }
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self { value, words: None }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned()).into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Value::Text(text).into()
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Value::Whole(number).into()
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Value::Yes(yes).into()
    }
}

impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Value::Day(day).into()
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Value::Moment(at).into()
    }
}

impl From<Vec<String>> for Cell {
    fn from(texts: Vec<String>) -> Self {
        Value::Many(texts).into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NOTHING, Into::into)
    }
}

/// A row, and where it stands on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its cells, in the order of the headers.
    pub cells: Vec<Cell>,
    /// A geometry of GeoJSON.
    pub geometry: Option<Json>,
}

/// A moment as tables take it, Asia/Shanghai.
fn local(at: Timestamp) -> String {
    at.shanghai().format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A point, longitude first as RFC 7946 wants it.
pub(crate) fn point(at: Wgs84) -> Json {
    json!({ "type": "Point", "coordinates": [at.lon(), at.lat()] })
}

/// A boundary or gates.
pub(crate) fn outline(outline: &Outline) -> Json {
    let mut points: Vec<_> = outline.points().iter().map(|at| [at.lon(), at.lat()]).collect();
    match outline.shape() {
        Shape::Gates => json!({ "type": "MultiPoint", "coordinates": points }),
        Shape::Boundary => {
            points.extend(points.first().copied());
            json!({ "type": "Polygon", "coordinates": [points] })
        }
    }
}

/// What a table program takes for: this is a text.
const GUARD: char = '\'';

/// A text that a table program would run as a formula gets an apostrophe before it. So does one that looks as if it
/// had got it already: [`unguarded`] gives each back as it was.
#[must_use]
pub fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_formula(text.trim_start_matches(GUARD)) { format!("{GUARD}{text}").into() } else { text }
}

/// The text that [`harmless`] was given.
#[must_use]
pub fn unguarded(text: &str) -> &str {
    let guarded = |rest: &&str| is_formula(rest.trim_start_matches(GUARD));
    text.strip_prefix(GUARD).filter(guarded).unwrap_or(text)
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_made_harmless_and_numbers_stay() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".into()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("@SUM(A1)".into()), "'@SUM(A1)");
        assert_eq!(harmless("-32.5".into()), "-32.5");
        assert_eq!(harmless("蓝鲸网吧".into()), "蓝鲸网吧");
    }

    #[test]
    fn what_was_made_harmless_comes_back_and_no_other_apostrophe_goes() {
        for text in
            ["@Home网吧", "'@Home网吧", "''=1", "-32.5", "'-32.5", "'68网吧", "'", "", "=", "'+", "甲'="]
        {
            assert_eq!(unguarded(&harmless(text.into())), text);
        }
        assert_eq!(unguarded("'68网吧"), "'68网吧");
    }

    #[test]
    fn a_moment_is_told_in_shanghai() {
        let cell = Cell::from(Timestamp::from_millis(1_794_794_400_000));
        assert_eq!(cell.words(Locale::ZhHans), "2026-11-16 10:00:00");
        assert_eq!(cell.json(), "2026-11-16 10:00:00");
    }
}

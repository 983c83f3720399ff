//! Reading what people type into the forms of places, and saying what is wrong with it.

use maud::{Markup, html};
use xuncha_core::domain::{Datum, Locale, RawPosition, Wgs84};

use crate::import::WITHIN;

/// What is wrong with a form, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    zh: String,
    en: String,
}

impl Wrong {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    pub(super) fn words(&self, l: Locale) -> &str {
        l.pick(&self.zh, &self.en)
    }
}

/// Which datum the numbers are in: as it was chosen, since a form that is shown again holds the numbers as they were
/// typed. What is on file is in WGS-84.
pub(super) fn datum_choice(chosen: &str, l: Locale) -> Markup {
    html! {
        div.field {
            label for="datum" { (l.pick("上面的经纬度来自", "The numbers above are from")) }
            select #datum name="datum" { @for datum in Datum::ALL {
                option value=(datum.code()) selected[datum.code() == chosen] { (datum.label(l)) }
            } }
        }
    }
}

/// Numbers as they were typed, with the datum if they are not in that of what is on file.
pub(super) fn position_in_words(numbers: &str, code: &str, l: Locale) -> String {
    match datum(code) {
        Ok(datum) if datum != Datum::Wgs84 && !numbers.trim().is_empty() => {
            format!("{} {}", numbers.trim(), datum.label(l))
        }
        _ => numbers.trim().to_owned(),
    }
}

/// The datum of its code.
fn datum(code: &str) -> Result<Datum, Wrong> {
    let known = Datum::ALL.into_iter().find(|known| known.code() == code);
    known.ok_or_else(|| Wrong::new("请选择坐标来源。", "Choose where the numbers are from."))
}

fn at(lat: &str, lon: &str, datum: Datum) -> Result<Wgs84, Wrong> {
    let wrong = || {
        let (zh, en) = ("不是有效的纬度和经度", "are no latitude and longitude");
        Wrong::new(format!("“{lat} {lon}”{zh}。"), format!("“{lat} {lon}” {en}."))
    };
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
    Ok(RawPosition::new(datum, number(lat)?, number(lon)?).map_err(|_| wrong())?.wgs84())
}

/// A position, or none if both fields are empty.
pub(super) fn position(lat: &str, lon: &str, code: &str) -> Result<Option<Wgs84>, Wrong> {
    match (lat.trim(), lon.trim()) {
        ("", "") => Ok(None),
        (lat, lon) => at(lat, lon, datum(code)?).map(Some),
    }
}

/// Points, one a line: latitude, then longitude.
pub(super) fn points(text: &str, code: &str) -> Result<Vec<Wgs84>, Wrong> {
    let datum = datum(code)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let points = lines.map(|line| {
        let parts: Vec<&str> = line.split(WITHIN).filter(|part| !part.is_empty()).collect();
        match parts[..] {
            [lat, lon] => at(lat, lon, datum),
            _ => Err(Wrong::new(
                format!("“{line}”应是一个纬度和一个经度。"),
                format!("“{line}” must be a latitude and a longitude."),
            )),
        }
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_in_the_datum_it_is_said_to_be_in() {
        let same = position(" 32.05", "118.78 ", "wgs84").unwrap().unwrap();
        assert_eq!((same.lat(), same.lon()), (32.05, 118.78));
        let amap = position("32.05", "118.78", "gcj02").unwrap().unwrap();
        assert!((amap.lat() - 32.05).abs() > 0.001);
        assert_eq!(position("", " ", "wgs84"), Ok(None));
        for (lat, lon, code) in
            [("32.05", "", "wgs84"), ("x", "1", "wgs84"), ("99", "1", "wgs84"), ("1", "1", "")]
        {
            assert!(position(lat, lon, code).is_err(), "{lat} {lon} {code}");
        }
    }

    #[test]
    fn points_stand_one_a_line() {
        assert_eq!(
            points("32.05 118.78\n\n32.06,118.79\n32.07，118.79\n32.08　118.79", "wgs84").unwrap().len(),
            4
        );
        let wrong = points("32.05 118.78 7", "wgs84").unwrap_err();
        assert!(wrong.words(Locale::ZhHans).contains("32.05 118.78 7"));
    }
}

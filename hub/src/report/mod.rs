//! The month report (月报) of a station, a sub-bureau or the city: tables with last month beside each figure
//! and a note that says how it was counted. The same tables go to the page, to PDF and to a workbook.
//!
//! # Layout
//! - `figures`: what is counted of each station, by queries over all of them. `sections`: the tables that say it.
//! - [`pdf`]: the report on A4, without a browser.

mod figures;
pub mod pdf;
mod sections;

use xuncha_core::domain::{Locale, Month, Station, Timestamp};

use crate::dashboard::look::dates;
use crate::store::{Store, StoreError};
use figures::Figures;

/// A report, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose, and of which month.
    pub title: String,
    /// As of when, and what stands beside it.
    pub about: String,
    /// Its tables.
    pub sections: Vec<Section>,
}

/// A table with what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows: a text a column.
    pub rows: Vec<Vec<String>>,
    /// How each marked figure was counted.
    pub notes: Vec<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands over it.
    pub title: String,
    /// Its share of the width, among those of the others.
    pub share: u16,
    /// Whether it holds numbers, which stand to the right.
    pub number: bool,
}

/// What stations together are called: one by its name, those of one sub-bureau by its.
#[must_use]
pub fn scope_name(stations: &[Station], locale: Locale) -> String {
    match stations {
        [only] => only.name.to_string(),
        [first, rest @ ..] if rest.iter().all(|station| station.sub_bureau == first.sub_bureau) => {
            first.sub_bureau.to_string()
        }
        _ => locale.pick("全市", "The city").to_owned(),
    }
}

/// The report of some stations as it stands now.
pub async fn report(
    store: &Store,
    stations: &[Station],
    month: Month,
    now: Timestamp,
    locale: Locale,
) -> Result<Report, StoreError> {
    // While one month is counted, the other is read.
    let of = |month| figures::of_stations(store, stations, month, now.day());
    let (this, before) = tokio::try_join!(of(month), of(month.previous()))?;
    let this: Vec<_> = stations.iter().zip(this).collect();
    let mut last = Figures::default();
    for told in before {
        last.add(told.figures);
    }
    let about = match locale {
        Locale::ZhHans => format!(
            "数据截至 {}（已收到的记录）；上月为{}整月，现在重新计算。",
            dates::moment(now, locale),
            dates::month(month.previous(), locale)
        ),
        Locale::En => format!(
            "As of {}, from the records received by then; last month is the whole of {}, counted anew now.",
            dates::moment(now, locale),
            dates::month(month.previous(), locale)
        ),
    };
    let (name, of) = (scope_name(stations, locale), dates::month(month, locale));
    Ok(Report {
        title: match locale {
            Locale::ZhHans => format!("{name} {of}月报"),
            Locale::En => format!("{name}: report of {of}"),
        },
        about,
        sections: sections::all(&this, &last, locale),
    })
}

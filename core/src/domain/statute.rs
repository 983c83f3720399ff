//! The law that checklists cite, by article number only, with the version that was read. Compare
//! with the official database before a release.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Locale;

/// A statute, by the abbreviation the checklists use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Statute {
    /// 互联网上网服务营业场所管理条例.
    #[serde(rename = "网")]
    InternetCafes,
    /// 娱乐场所管理条例.
    #[serde(rename = "娱")]
    Entertainment,
    /// 未成年人保护法.
    #[serde(rename = "未")]
    Minors,
    /// No statute: what stations here ask of a venue.
    #[serde(rename = "local")]
    Local,
}

impl Statute {
    /// Its full name.
    #[must_use]
    pub const fn name(self, locale: Locale) -> &'static str {
        match self {
            Self::InternetCafes => locale.pick(
                "互联网上网服务营业场所管理条例",
                "Regulations on the Administration of Internet Access Service Business Premises",
            ),
            Self::Entertainment => {
                locale.pick("娱乐场所管理条例", "Regulations on the Administration of Entertainment Venues")
            }
            Self::Minors => locale.pick("未成年人保护法", "Law on the Protection of Minors"),
            Self::Local => locale.pick("本地要求", "local practice"),
        }
    }

    /// The day of the version that the article numbers refer to; `None` where there is no statute.
    #[must_use]
    pub fn version(self) -> Option<NaiveDate> {
        let (year, month, day) = match self {
            Self::InternetCafes => (2024, 12, 6),
            Self::Entertainment => (2020, 11, 29),
            Self::Minors => (2024, 4, 26),
            Self::Local => return None,
        };
        NaiveDate::from_ymd_opt(year, month, day)
    }
}

/// Articles of one statute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The statute.
    pub statute: Statute,
    /// Its articles, ascending; none for [`Statute::Local`].
    pub articles: Vec<u16>,
}

impl Basis {
    /// The citation as people write it: `《未成年人保护法》(2024-04-26)第58、123条`.
    #[must_use]
    pub fn cite(&self, locale: Locale) -> String {
        let name = self.statute.name(locale);
        let Some(version) = self.statute.version() else { return name.to_owned() };
        let articles: Vec<String> = self.articles.iter().map(u16::to_string).collect();
        match locale {
            Locale::ZhHans => format!("《{name}》({version})第{}条", articles.join("、")),
            Locale::En => format!("{name} ({version}), art. {}", articles.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_names_statute_version_and_articles() {
        let basis = Basis { statute: Statute::Minors, articles: vec![58, 123] };
        assert_eq!(basis.cite(Locale::ZhHans), "《未成年人保护法》(2024-04-26)第58、123条");
        assert_eq!(basis.cite(Locale::En), "Law on the Protection of Minors (2024-04-26), art. 58, 123");
        let local = Basis { statute: Statute::Local, articles: vec![] };
        assert_eq!(local.cite(Locale::ZhHans), "本地要求");
    }
}

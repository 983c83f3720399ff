//! The columns of a table and the headers they go by.

use std::borrow::Cow;
use std::fmt;

use xuncha_core::domain::Locale;

use super::cell;
use super::outcome::Heading;

/// What a column holds. Its first name is the one that exports write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The id of the thing, as exports write it. Needed only to rename something.
    Id,
    /// What other lists call it: a licence number, a number of the bureau. Told apart within a station.
    Code,
    /// The station by its name, code or id.
    Station,
    /// The name.
    Name,
    /// The sub-bureau of a station.
    SubBureau,
    /// What a member may do.
    Role,
    /// Whether a member still serves.
    Active,
    /// The kind of a venue.
    Kind,
    /// A postal address.
    Address,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// The datum of this row's positions.
    Datum,
    /// What a venue's printed QR placard says.
    Placard,
    /// First day a venue is to be checked.
    OpenedOn,
    /// Last day a venue is to be checked or a school is there.
    ClosedOn,
    /// Days on which a venue was shut: `2026-11-01..2026-11-10`, several parted by `;`.
    Suspended,
    /// The kind of a school.
    Level,
    /// Gates of a school: `lat lon`, several parted by `;`.
    Gates,
    /// Corners of a school's campus in order: `lat lon; lat lon; lat lon`.
    Boundary,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Id,
        Self::Code,
        Self::Station,
        Self::Name,
        Self::SubBureau,
        Self::Role,
        Self::Active,
        Self::Kind,
        Self::Address,
        Self::Latitude,
        Self::Longitude,
        Self::Datum,
        Self::Placard,
        Self::OpenedOn,
        Self::ClosedOn,
        Self::Suspended,
        Self::Level,
        Self::Gates,
        Self::Boundary,
    ];

    /// The headers it goes by: first in English, then in Chinese, then others in use.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id", "标识"],
            Self::Code => &["code", "编号", "代码", "许可证号"],
            Self::Station => &["station", "工作站", "关爱工作站", "所属工作站", "派出所"],
            Self::Name => &["name", "名称", "姓名", "场所名称", "学校名称"],
            Self::SubBureau => &["sub_bureau", "分局", "sub-bureau", "所属分局"],
            Self::Role => &["role", "身份", "角色"],
            Self::Active => &["active", "在岗", "在职"],
            Self::Kind => &["kind", "类型", "类别", "场所类型", "type"],
            Self::Address => &["address", "地址"],
            Self::Latitude => &["latitude", "纬度", "lat"],
            Self::Longitude => &["longitude", "经度", "lon", "lng"],
            Self::Datum => &["datum", "坐标系"],
            Self::Placard => &["placard", "标牌", "标牌码"],
            Self::OpenedOn => &["opened_on", "开业日期"],
            Self::ClosedOn => &["closed_on", "停业日期", "关闭日期"],
            Self::Suspended => &["suspended", "暂停", "暂停营业"],
            Self::Level => &["level", "学段", "办学类型"],
            Self::Gates => &["gates", "校门"],
            Self::Boundary => &["boundary", "边界", "校园边界"],
        }
    }

    /// The name that exports write and messages use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.names()[0]
    }

    /// What Chinese exports and people call it.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        self.names()[1]
    }

    /// The column that a header names, in either language, in any case, with blanks around it.
    #[must_use]
    pub fn of_header(header: &str) -> Option<Self> {
        let header = header.trim().to_lowercase().replace(' ', "_");
        Self::ALL.into_iter().find(|column| column.names().contains(&header.as_str()))
    }
}

impl Heading for Column {
    const NAME: Self = Self::Name;

    fn title(self, locale: Locale) -> &'static str {
        locale.pick(self.chinese(), self.name())
    }

    fn words(self, text: &str, l: Locale) -> Cow<'_, str> {
        let word = match self {
            Self::Kind => cell::kind(text).map(|kind| kind.label(l).to_owned()),
            Self::Role => cell::role(text).map(|role| role.label(l).to_owned()),
            Self::Level => cell::level(text).map(|level| level.label(l).to_owned()),
            Self::Active => cell::yes_no(text)
                .map(|yes| if yes { l.pick("是", "yes") } else { l.pick("否", "no") }.to_owned()),
            _ => return text.into(),
        };
        word.map_or(text.into(), Cow::from)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_header_leads_to_one_column_only() {
        let names: Vec<_> = Column::ALL.iter().flat_map(|column| column.names()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for column in Column::ALL {
            assert!(column.names().iter().all(|name| Column::of_header(name) == Some(column)));
        }
        assert_eq!(Column::of_header("  Opened On "), Some(Column::OpenedOn));
        assert_eq!(Column::of_header("备注"), None);
    }
}

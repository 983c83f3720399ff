//! The reasons that a cell, a row or a file as a whole is refused for, in both languages.

use xuncha_core::domain::{BadOutline, BadPosition, BadRange, BadText, Locale, NotAnId, Outline};

use super::{BadSheet, Column};

/// Why a cell, or a row as a whole, is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Reason {
    /// Nothing where something is needed.
    #[error("must not be empty")]
    Missing,
    /// A text that is too long, or has strange characters.
    #[error(transparent)]
    Text(#[from] BadText),
    /// Not an id.
    #[error(transparent)]
    Id(#[from] NotAnId),
    /// Not a kind of venue.
    #[error("not a kind of venue: use 网吧, 游戏机室, 电竞酒店, or a code of a–z, 0–9 and _")]
    Kind,
    /// None of the roles.
    #[error(
        "not a role: use volunteer/志愿者, police/民警, head/站长, sub_bureau_supervisor/分局督导, supervisor/市局督导, admin/管理员"
    )]
    Role,
    /// None of the levels.
    #[error(
        "not a kind of school: use primary/小学, junior/初中, senior/高中, vocational/中职, special/特殊教育, kindergarten/幼儿园"
    )]
    Level,
    /// Neither yes nor no.
    #[error("must be yes/是 or no/否")]
    YesNo,
    /// Not a day.
    #[error("not a day: write it as 2026-11-24")]
    Day,
    /// A day of a file of statutory days that is nothing that such a day can be.
    #[error("write statutory, off or work")]
    DayKind,
    /// A statutory day of no festival of the law.
    #[error("the law has no such festival")]
    Festival,
    /// Not a range of days.
    #[error("not a range of days: write it as 2026-11-01..2026-11-10, several parted by ;")]
    Days,
    /// A range that ends before it begins.
    #[error(transparent)]
    Range(#[from] BadRange),
    /// It closed before it opened.
    #[error("it closed before it opened")]
    ClosedBeforeOpened,
    /// Not a number.
    #[error("not a number of degrees: write it as 32.0584")]
    Number,
    /// Numbers that are no position on Earth.
    #[error("{0}")]
    Position(BadPosition),
    /// A position far from China.
    #[error("lies outside of China: is a digit missing, or are latitude and longitude swapped?")]
    OutsideChina,
    /// Latitude without longitude, or the other way round.
    #[error("latitude and longitude belong together: fill in both or none")]
    HalfAPosition,
    /// A position without a datum.
    #[error(
        "in which datum? Say it with --datum, or in a column “datum”: wgs84 (GPS), gcj02 (Amap, Tencent), bd09 (Baidu), cgcs2000 (Tianditu)"
    )]
    NoDatum,
    /// None of the datums.
    #[error("not a datum: use wgs84, gcj02, bd09 or cgcs2000")]
    Datum,
    /// Not pairs of numbers.
    #[error("not a list of positions: write it as “32.05 118.77; 32.06 118.77”, latitude first")]
    Pairs,
    /// Positions that are no campus.
    #[error("{0}")]
    Outline(BadOutline),
    /// A school that is nowhere.
    #[error("a school needs a boundary or gates: without one nothing can be near it")]
    NoOutline,
    /// Both a boundary and gates.
    #[error("a boundary and gates cannot both be given: the boundary is the better one")]
    TwoOutlines,
    /// A geometry that is no position and no outline.
    #[error("the geometry cannot be read: {0}")]
    Geometry(String),
    /// More cells than the header names.
    #[error("the row has {row} cells, the header names {header}: is there a comma in a text without quotes?")]
    SurplusCells {
        /// Cells of the row.
        row: usize,
        /// Columns of the header.
        header: usize,
    },
    /// A formula that failed.
    #[error("“{0}” is the error {1} of Excel: mend the formula there, or type the value")]
    ExcelError(Column, String),
    /// Two properties of a feature with the same meaning.
    #[error("two properties mean “{0}”: delete one")]
    PropertyTwice(Column),
    /// No such station.
    #[error("no such station, neither on file nor among the stations imported with it")]
    UnknownStation,
    /// A row of another station than the one that whoever imports leads.
    #[error("is another station than yours: a head imports for the own station only")]
    OutOfReach,
    /// A role that only an administrator gives or takes.
    #[error("only an administrator gives or takes this role")]
    RoleOutOfReach,
    /// Whoever imports would leave, or have another role.
    #[error("is yourself: nobody takes their own role away")]
    OwnRole,
    /// Several things have the name.
    #[error("{0} on file go by this name: give the id or code of the one that is meant")]
    Ambiguous(usize),
    /// The same thing twice in one import.
    #[error("the same as line {line} of {file}: delete one")]
    SameAs {
        /// The file of the other row.
        file: String,
        /// The other row.
        line: u64,
    },
    /// Another thing has the name.
    #[error("another one of this name is on file: give both a code, or another name")]
    NameTaken,
    /// Another thing has the code.
    #[error("another one of this code is on file")]
    CodeTaken,
    /// It belongs to another station.
    #[error(
        "is on file for another station; records stay with their station, so close it there and enter it here as new"
    )]
    OtherStation,
    /// It was on file twice; this is what it is a double of.
    #[error("was merged into “{0}”: take the row out, and change the row of that one")]
    Double(String),
    /// Another station sees to it now.
    #[error("was moved to {0}, which sees to it now: take the row out here, and import it there")]
    Moved(String),
}

impl Reason {
    /// The reason in words.
    #[must_use]
    pub fn sentence(&self, locale: Locale) -> String {
        match locale {
            Locale::En => self.to_string(),
            Locale::ZhHans => self.chinese(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Missing => "不能为空".to_owned(),
            Self::Text(error) => text(error),
            Self::Id(_) => "标识不对：请保留导出时的原样，或清空".to_owned(),
            Self::Kind => "没有这种场所类型：请填 网吧、游戏机室、电竞酒店".to_owned(),
            Self::Role => "没有这种身份：请填 志愿者、民警、教导员、督导、管理员".to_owned(),
            Self::Level => "没有这种学段：请填 小学、初中、高中、中职、特殊教育、幼儿园".to_owned(),
            Self::YesNo => "请填 是 或 否".to_owned(),
            Self::Day => "不是日期：请写成 2026-11-24".to_owned(),
            Self::DayKind => "请填法定、放假或上班".to_owned(),
            Self::Festival => "法定节假日里没有这个节日".to_owned(),
            Self::Days => "不是日期范围：请写成 2026-11-01..2026-11-10，多段用 ; 隔开".to_owned(),
            Self::Range(_) => "结束日期早于开始日期：请对调".to_owned(),
            Self::ClosedBeforeOpened => "停业日期早于开业日期".to_owned(),
            Self::Number => "不是度数：请写成 32.0584".to_owned(),
            Self::Position(BadPosition::Latitude(_)) => {
                "纬度应在 -90 到 90 之间：经纬度是否写反？".to_owned()
            }
            Self::Position(BadPosition::Longitude(_)) => "经度应在 -180 到 180 之间".to_owned(),
            Self::OutsideChina => "位置不在国内：是否少写一位，或经纬度写反？".to_owned(),
            Self::HalfAPosition => "纬度和经度要么都填，要么都不填".to_owned(),
            Self::NoDatum => {
                "没有说明坐标系：请选择，或加一列“坐标系”：wgs84（GPS）、gcj02（高德、腾讯）、bd09（百度）、cgcs2000（天地图）"
                    .to_owned()
            }
            Self::Datum => "没有这种坐标系：请填 wgs84、gcj02、bd09 或 cgcs2000".to_owned(),
            Self::Pairs => "不是位置：请写成 32.05 118.77; 32.06 118.77，纬度在前".to_owned(),
            Self::Outline(error) => outline(error),
            Self::NoOutline => "学校要有边界或校门，否则无法计算距离".to_owned(),
            Self::TwoOutlines => "边界和校门只填一种：边界更好".to_owned(),
            Self::Geometry(why) => format!("图形无法读取：{why}"),
            Self::SurplusCells { row, header } => {
                format!("这一行有 {row} 格，标题只有 {header} 格：文字里是否有逗号没有加引号？")
            }
            Self::ExcelError(column, error) => {
                format!("“{}”是 Excel 的公式错误 {error}：请改好公式，或直接填写", column.chinese())
            }
            Self::PropertyTwice(column) => format!("有两个属性都表示“{}”：请删去一个", column.chinese()),
            Self::UnknownStation => "没有这个工作站".to_owned(),
            Self::OutOfReach => "是别的工作站：您只能导入本站的".to_owned(),
            Self::RoleOutOfReach => "这种身份只有系统管理员可以授予或收回".to_owned(),
            Self::OwnRole => "这是您本人：不能取消或更改自己的身份".to_owned(),
            Self::Ambiguous(count) => format!("有 {count} 个同名的：请填标识或编号"),
            Self::SameAs { file, line } => format!("与 {file} 第 {line} 行重复：请删去一行"),
            Self::NameTaken => "已有同名的：请都填上编号，或改名".to_owned(),
            Self::CodeTaken => "已有相同编号的".to_owned(),
            Self::Double(other) => format!("已并入“{other}”：请删去这一行，改那一行"),
            Self::Moved(station) => format!("已移交给{station}：请在这里删去这一行，由那边导入"),
            Self::OtherStation => "已登记在别的工作站：记录不能移走，请在那边停业、在这边新增".to_owned(),
        }
    }
}

impl BadSheet {
    /// Why a file is no table, as the desk says it.
    #[must_use]
    pub fn sentence(&self, l: Locale) -> String {
        if l == Locale::En {
            return self.to_string();
        }
        match self {
            Self::NotText => {
                "文件既不是 UTF-8 也不是 GB18030 文字：请在 Excel 里另存为工作簿（.xlsx）。".to_owned()
            }
            Self::Damaged(line) => {
                format!("文件是 UTF-8 文字，但第 {line} 行有损坏的字节：请重新输入这一行，或重新保存文件。")
            }
            Self::OldExcel => "这是旧格式的 Excel 文件：请打开后另存为工作簿（.xlsx）。".to_owned(),
            Self::NotAWorkbook(_) => "这个文件不是 Excel 工作簿，或已损坏。".to_owned(),
            Self::Bomb => "工作簿展开后超过 512 MB：请只保存清单，另存为 CSV。".to_owned(),
            Self::TooLong(bytes) => format!("文件有 {bytes} 字节，太大：请分成几个。"),
            Self::Empty => "文件是空的：第一行应是标题。".to_owned(),
            Self::Twice(column) => format!("“{}”这一列出现了两次：请删去一列。", column.chinese()),
            Self::NoName { found, .. } => format!("缺少“名称”这一列。文件里有：{found}"),
            Self::OpenQuote(line) => {
                format!(
                    "第 {line} 行起有一格的引号没有配对，后面的各行会被当成这一格的文字：请补上或删去引号。"
                )
            }
            Self::NotGeoJson(_) => "这个文件不是 GeoJSON 要素集合。".to_owned(),
        }
    }
}

fn text(error: &BadText) -> String {
    match error {
        BadText::Empty { .. } => "不能为空".to_owned(),
        BadText::TooLong { len, max, .. } => format!("有 {len} 个字，最多 {max} 个"),
        BadText::Control { .. } => "含有看不见的控制字符：请重新输入".to_owned(),
    }
}

fn outline(error: &BadOutline) -> String {
    match error {
        BadOutline::Points { found, min } => {
            format!("轮廓要有 {min} 到 {} 个不同的点，这里有 {found} 个", Outline::MAX_POINTS)
        }
        BadOutline::Crossed => "边界自相交叉，或各点在一条线上：请沿校园画一圈".to_owned(),
        BadOutline::TooWide(metres) => format!("各点相距 {metres:.0} 米，太远：坐标系或数字顺序是否有误？"),
    }
}

//! Kinds of venues: an open list. The law names new ones as they appear (e-sports hotels in 2023),
//! and a station must be able to keep them before the program knows their name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::code::{MAX_CODE, is_code};
use super::{Locale, NotACode};

/// What sort of place it is. Travels as its code (`internet_cafe`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum VenueKind {
    /// 网吧: internet access service premises.
    InternetCafe,
    /// 游戏机室: game and amusement machines.
    GameArcade,
    /// 电竞酒店: a hotel with gaming rooms.
    EsportsHotel,
    /// A kind that this version has no name for.
    Other(OtherKind),
}

/// The code of a kind that is none of the known ones; comes out of [`VenueKind::from_str`] only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherKind(String);

impl VenueKind {
    /// The code it travels as.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::InternetCafe => "internet_cafe",
            Self::GameArcade => "game_arcade",
            Self::EsportsHotel => "esports_hotel",
            Self::Other(OtherKind(code)) => code,
        }
    }

    /// What people call it; the bare code for a kind without a name.
    #[must_use]
    pub fn label(&self, locale: Locale) -> &str {
        match self {
            Self::InternetCafe => locale.pick("网吧", "Internet café"),
            Self::GameArcade => locale.pick("游戏机室", "Game arcade"),
            Self::EsportsHotel => locale.pick("电竞酒店", "E-sports hotel"),
            Self::Other(OtherKind(code)) => code,
        }
    }
}

impl FromStr for VenueKind {
    type Err = NotACode;
    fn from_str(code: &str) -> Result<Self, NotACode> {
        match code {
            "internet_cafe" => Ok(Self::InternetCafe),
            "game_arcade" => Ok(Self::GameArcade),
            "esports_hotel" => Ok(Self::EsportsHotel),
            other if is_code(other) => Ok(Self::Other(OtherKind(other.to_owned()))),
            bad => Err(NotACode(bad.chars().take(MAX_CODE).collect())),
        }
    }
}

impl TryFrom<String> for VenueKind {
    type Error = NotACode;
    fn try_from(code: String) -> Result<Self, NotACode> {
        code.parse()
    }
}

impl From<VenueKind> for String {
    fn from(kind: VenueKind) -> Self {
        kind.code().to_owned()
    }
}

impl fmt::Display for VenueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_nobody_thought_of_is_kept_by_its_code() {
        let kind: VenueKind = "escape_room".parse().unwrap();
        assert_eq!(kind.code(), "escape_room");
        assert_eq!(kind.label(Locale::ZhHans), "escape_room");
        assert_eq!(serde_json::to_value(&kind).unwrap(), "escape_room");
        assert!("Escape Room".parse::<VenueKind>().is_err());
    }

    #[test]
    fn the_known_kinds_survive_their_codes_and_have_names() {
        for kind in [VenueKind::InternetCafe, VenueKind::GameArcade, VenueKind::EsportsHotel] {
            assert_eq!(kind.code().parse(), Ok(kind.clone()));
            assert_ne!(kind.label(Locale::ZhHans), kind.label(Locale::En));
        }
    }
}

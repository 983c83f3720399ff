//! Statutory days: on them, and only on them, minors may use game machines (娱23).

use serde::{Deserialize, Serialize};

/// What a day is for the rule on minors at game machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayType {
    /// A statutory holiday (法定节假日): minors may use the machines.
    Statutory,
    /// A rest day around a statutory one (调休放假, 相邻周末): practice differs.
    ShiftedRest,
    /// Any other day, also a weekend that is worked to make up for one (调休上班).
    Ordinary,
    /// The year's arrangement is not known, and this day may be a rest day or not.
    Unknown,
}

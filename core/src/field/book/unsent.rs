//! What the hub does not have, as the first screen and the outbox tell it.

use serde::Serialize;

/// What the hub does not have, for sign and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum UnsentShown {
    /// There is a receipt for everything.
    Nothing,
    /// Something waits for a line.
    Waiting,
    /// Something was refused, and somebody has to look.
    Refused,
}

/// What the hub does not have, in figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsent {
    pub(super) records_waiting: u64,
    pub(super) photos_waiting: u64,
    pub(super) records_refused: u64,
    pub(super) photos_refused: u64,
}

impl Unsent {
    pub(super) const fn shown(self) -> UnsentShown {
        match (self.records_refused + self.photos_refused, self.records_waiting + self.photos_waiting) {
            (0, 0) => UnsentShown::Nothing,
            (0, _) => UnsentShown::Waiting,
            _ => UnsentShown::Refused,
        }
    }
}

//! The version a message says it has.

use serde::{Deserialize, Serialize};

/// Version 1 of a message: the field `v`, always the number 1. A later version is refused here rather
/// than half understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct V1;

impl From<V1> for u64 {
    fn from(_: V1) -> Self {
        1
    }
}

impl TryFrom<u64> for V1 {
    type Error = String;
    fn try_from(version: u64) -> Result<Self, String> {
        if version == 1 {
            Ok(Self)
        } else {
            Err(format!("version {version} is not known here: this program reads version 1, update it"))
        }
    }
}

//! stub
use super::{Name, SchoolId, StationId};
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct School {
    pub id: SchoolId,
    pub station: StationId,
    pub name: Name,
}

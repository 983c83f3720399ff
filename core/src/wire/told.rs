//! A record as the hub tells of it to whoever reviews it.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Record;
use crate::domain::{Checklist, ItemId, PhotoId, Sha256Hash, Visit};

/// A record with all that is known of it. Fields of a later hub are skipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldRecord {
    /// Its visit, with where its review stands.
    pub visit: Visit,
    /// What was sealed; none once its content was erased, or where the hub can't read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Whether the hub can't read what was sealed, though nobody erased it: its database is damaged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreadable: bool,
    /// Whether its positions were erased.
    #[serde(default)]
    pub positions_erased: bool,
    /// The checklist that it was made by: whoever reads it may not have heard of that version. One that a later program
    /// writes in another form is read as none.
    #[serde(default, deserialize_with = "if_readable", skip_serializing_if = "Option::is_none")]
    pub checklist: Option<Checklist>,
    /// The photos that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<ToldPhoto>,
}

/// A photo that a record names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldPhoto {
    /// Its id.
    pub id: PhotoId,
    /// The item it was taken for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// SHA-256 of the JPEG as the phone made it.
    pub sha256: Sha256Hash,
    /// The length of that in bytes.
    pub bytes: u64,
    /// Where it is.
    pub whereabouts: Whereabouts,
}

/// Where a photo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Whereabouts {
    /// Still with the phone that took it.
    OnItsWay,
    /// With the hub.
    Here,
    /// It was with the hub, and was erased.
    Erased,
}

fn if_readable<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Checklist>, D::Error> {
    let told = Option::<Value>::deserialize(input)?;
    Ok(told.and_then(|told| serde_json::from_value(told).ok()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::VenueKind;

    #[test]
    fn a_list_that_this_program_cannot_read_hides_nothing_of_the_record() {
        let visit = json!({
            "record": "01990000-0000-7000-8000-000000000001", "venue": "01990000-0000-7000-8000-000000000002",
            "kind": "inspection", "happened_at": "2026-11-24T06:12:03.120Z",
            "member": "01990000-0000-7000-8000-000000000003", "review": {"state": "pending"}, "grade": "near",
        });
        let told = |checklist: Value| {
            let told = json!({"visit": visit, "checklist": checklist, "of_a_later_hub": 1});
            serde_json::from_value::<ToldRecord>(told).unwrap()
        };
        let known = Checklist::default_for(&VenueKind::InternetCafe).unwrap();
        let mut later = serde_json::to_value(known).unwrap();
        assert_eq!(told(later.clone()).checklist.as_ref(), Some(known));
        later["items"][0]["of_a_later_program"] = json!(1);
        assert_eq!(told(later).checklist, None);
        assert_eq!(told(Value::Null).checklist, None);
    }
}

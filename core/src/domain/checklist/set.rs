//! All checklists that are known: those that come with the program, and those that a city puts in force from a
//! day on before a new version of the program does.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Checklist;
use crate::domain::{ChecklistCode, ChecklistRef, Item, ItemId, VenueKind};

/// A checklist that is in force from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistFrom {
    /// The first day on which visits are made by it.
    pub from: NaiveDate,
    /// The checklist.
    pub checklist: Checklist,
}

/// Every version of every checklist: the program's own, in force ever since, and those put in force later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checklists {
    kept: Vec<(NaiveDate, Arc<Checklist>)>,
}

/// Why a checklist is not put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotNewer {
    /// Its version is there already, or an even newer one.
    #[error("version {0} is already known: the next version must be greater")]
    Version(u16),
    /// It would begin before the version that it is to follow.
    #[error("the version before it holds only from {0} on")]
    Before(NaiveDate),
    /// Its kinds of venues have another checklist.
    #[error("{0} has another checklist: a kind of venue has one only")]
    Kind(VenueKind),
}

impl Checklists {
    /// The program's own with these beside them.
    #[must_use]
    pub fn with(kept: Vec<ChecklistFrom>) -> Self {
        Self { kept: kept.into_iter().map(|kept| (kept.from, Arc::new(kept.checklist))).collect() }
    }

    /// All of them with the day from which each is in force; the program's own have none.
    pub fn all(&self) -> impl Iterator<Item = (Option<NaiveDate>, &Checklist)> {
        self.shared().map(|(from, list)| (from, &**list))
    }

    fn shared(&self) -> impl Iterator<Item = (Option<NaiveDate>, &Arc<Checklist>)> {
        let own = Checklist::defaults().unwrap_or_default().iter().map(|list| (None, list));
        own.chain(self.kept.iter().map(|(from, list)| (Some(*from), list)))
    }

    /// The one that a record was made with.
    #[must_use]
    pub fn find(&self, code: &ChecklistCode, version: u16) -> Option<&Arc<Checklist>> {
        self.shared().map(|(_, list)| list).find(|list| list.code == *code && list.version == version)
    }

    /// The newest for a kind of venue that is in force on a day; `None` for a kind that has none.
    #[must_use]
    pub fn in_force(&self, kind: &VenueKind, day: NaiveDate) -> Option<&Arc<Checklist>> {
        let holds = |from: Option<NaiveDate>| from.is_none_or(|from| from <= day);
        let lists = self.shared().filter(|(from, list)| holds(*from) && list.venue_kinds.contains(kind));
        lists.map(|(_, list)| list).max_by_key(|list| list.version)
    }

    /// The one that an inspection was made by: what its record names; where nobody can read that any more, what was
    /// in force for such a venue on its day.
    #[must_use]
    pub fn made_by(
        &self,
        named: Option<&ChecklistRef>,
        kind: &VenueKind,
        day: NaiveDate,
    ) -> Option<&Arc<Checklist>> {
        let named = named.and_then(|named| self.find(&named.code, named.version));
        named.or_else(|| self.in_force(kind, day))
    }

    /// An item as a list asks it: a later version may ask it the other way round, or not any more. Where that list has
    /// none, as the newest that has it.
    #[must_use]
    pub fn item<'a>(&'a self, by: Option<&'a Checklist>, id: &ItemId) -> Option<&'a Item> {
        let newest = || {
            let lists = self.all().filter_map(|(_, list)| Some((list.version, list.item(id)?)));
            lists.max_by_key(|(version, _)| *version).map(|(_, item)| item)
        };
        by.and_then(|list| list.item(id)).or_else(newest)
    }

    /// Whether a checklist may be put in force beside these.
    ///
    /// # Errors
    /// [`NotNewer`] says why not.
    pub fn may_follow(&self, next: &ChecklistFrom) -> Result<(), NotNewer> {
        let list = &next.checklist;
        let same = || self.all().filter(|(_, known)| known.code == list.code);
        if let Some((_, newest)) = same().max_by_key(|(_, known)| known.version)
            && newest.version >= list.version
        {
            return Err(NotNewer::Version(newest.version));
        }
        if let Some(later) = same().filter_map(|(from, _)| from).find(|from| *from > next.from) {
            return Err(NotNewer::Before(later));
        }
        let others = self.all().filter(|(_, known)| known.code != list.code);
        let taken =
            others.flat_map(|(_, known)| &known.venue_kinds).find(|kind| list.venue_kinds.contains(kind));
        taken.map_or(Ok(()), |kind| Err(NotNewer::Kind(kind.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, number).unwrap()
    }

    fn next(version: u16, from: NaiveDate) -> ChecklistFrom {
        let own = Checklist::default_for(&VenueKind::InternetCafe).unwrap();
        ChecklistFrom { from, checklist: Checklist { version, ..own.clone() } }
    }

    #[test]
    fn a_version_is_in_force_from_its_day_on_and_the_old_one_is_still_found() {
        let lists = Checklists::with(vec![next(2, day(10)), next(3, day(20))]);
        let version = |day| lists.in_force(&VenueKind::InternetCafe, day).unwrap().version;
        assert_eq!([9, 10, 19, 20, 31].map(|number| version(day(number))), [1, 2, 2, 3, 3]);
        assert_eq!(lists.in_force(&VenueKind::GameArcade, day(31)).unwrap().version, 1);
        let code = &next(2, day(10)).checklist.code;
        assert_eq!(
            [1, 2, 3, 4].map(|version| lists.find(code, version).is_some()),
            [true, true, true, false]
        );
    }

    #[test]
    fn an_item_is_asked_as_by_the_list_that_the_record_names_else_as_on_its_day() {
        let mut other = next(2, day(10));
        other.checklist.items[0].question.zh = "反过来问？".to_owned();
        let gone = other.checklist.items.pop().unwrap().id;
        let lists = Checklists::with(vec![other]);
        let asked = |named: Option<u16>, day| {
            let named = named.map(|version| next(version, day).checklist.reference());
            let by = lists.made_by(named.as_ref(), &VenueKind::InternetCafe, day);
            let by = by.map(|list| &**list);
            (
                lists.item(by, &by.unwrap().items[0].id).unwrap().question.zh == "反过来问？",
                by.unwrap().version,
            )
        };
        assert_eq!(asked(Some(1), day(12)), (false, 1), "a phone that had not heard of the new one");
        assert_eq!(asked(None, day(9)), (false, 1));
        assert_eq!(asked(None, day(12)), (true, 2));
        assert_eq!(asked(Some(7), day(12)), (true, 2), "nobody knows that version");
        let by = lists.made_by(None, &VenueKind::InternetCafe, day(12)).map(|list| &**list);
        assert_eq!(lists.item(by, &gone).unwrap().id, gone, "as the newest that has it");
    }

    #[test]
    fn only_a_greater_version_that_begins_no_earlier_and_takes_no_other_list_s_venues_may_follow() {
        let lists = Checklists::with(vec![next(2, day(10))]);
        assert_eq!(lists.may_follow(&next(3, day(10))), Ok(()));
        assert_eq!(lists.may_follow(&next(2, day(11))), Err(NotNewer::Version(2)));
        assert_eq!(lists.may_follow(&next(3, day(9))), Err(NotNewer::Before(day(10))));
        let mut taken = next(3, day(10));
        taken.checklist.venue_kinds.push(VenueKind::GameArcade);
        assert_eq!(lists.may_follow(&taken), Err(NotNewer::Kind(VenueKind::GameArcade)));
    }
}

//! What a venue brings along from the station it was moved from: its records and what is still open there, to be
//! read by the station that looks after it now. They stay where they were sealed, and are acted upon there.

use maud::{Markup, html};
use sqlx::AnyConnection;
use xuncha_core::domain::{Checklists, FollowUp, Station, StationId, VenueId};

use super::{HISTORY, visit};
use crate::dashboard::error::PageResult;
use crate::dashboard::items;
use crate::dashboard::look::{dates, signs};
use crate::dashboard::record::{Told, told};
use crate::dashboard::visitor::{Names, Visitor};
use crate::follow_ups::{self, Within, about_minors};
use crate::places::{self, HeirReason};
use crate::store::{StoreError, reference};

/// A venue as it was kept by another station.
pub(super) struct Earlier {
    station: Station,
    venue: VenueId,
    /// The newest first.
    history: Vec<Told>,
    open: Vec<FollowUp>,
    names: Names,
}

impl Earlier {
    /// Every station that a venue was moved from, the last first.
    pub(super) async fn of(
        db: &mut AnyConnection,
        station: StationId,
        venue: VenueId,
    ) -> PageResult<Vec<Self>> {
        let mut all = Vec::new();
        let mut at = Some((station, venue));
        while let Some((station, venue)) = at {
            at = moved_from(db, station, venue).await?;
            if let Some((station, venue)) = at {
                all.extend(Self::load(db, station, venue).await?);
            }
        }
        Ok(all)
    }

    async fn load(db: &mut AnyConnection, id: StationId, venue: VenueId) -> PageResult<Option<Self>> {
        let Some(station) = reference::station(db, id).await? else { return Ok(None) };
        let mut open = follow_ups::load(db, id, Within::Venue(venue)).await?;
        open.retain(|found| !found.stage.is_settled());
        let history = told(db, id, venue, HISTORY).await?;
        Ok(Some(Self { station, venue, history, open, names: Names::of(db, id).await? }))
    }

    /// Whether it tells of minors.
    pub(super) fn about_minors(&self, lists: &Checklists) -> bool {
        self.open.iter().any(|found| about_minors(lists, &found.finding.item))
            || self.history.iter().any(|told| told.about_minors(lists))
    }

    pub(super) fn view(&self, visitor: &Visitor) -> Markup {
        let (l, lists) = (visitor.locale, &visitor.lists);
        html! {
            section.panel {
                h2 { (l.pick("移交前：", "Before it was moved here: ")) (self.station.name) }
                @if !self.open.is_empty() {
                    h3 { (l.pick("当时未办结的问题，由原站办结", "Still open, for that station to close")) }
                    ul.plain { @for found in &self.open { li {
                        (signs::severity(found.finding.severity, l)) " "
                        (items::question(lists.item(&found.finding.item), &found.finding.item, l))
                        span.quiet-inline { " " (dates::moment(found.found_at, l)) " · " (found.stage.label(l)) }
                    } } }
                }
                @if self.history.is_empty() { p.empty { (l.pick("没有记录。", "There are no records.")) } }
                ul.history { @for told in &self.history { li { (visit(told, &self.names, None, visitor)) } } }
                @if visitor.caller.may_read(self.station.id) {
                    p { a href={ "/venues/" (self.venue) "?station=" (self.station.id) } {
                        (l.pick("以前的登记和记录 ›", "Its earlier entry and records ›"))
                    } }
                }
            }
        }
    }
}

async fn moved_from(
    db: &mut AnyConnection,
    station: StationId,
    venue: VenueId,
) -> Result<Option<(StationId, VenueId)>, StoreError> {
    let heirs = places::heirs(db, station, venue).await?;
    let moved = heirs.into_iter().find(|heir| heir.heir == venue && heir.reason == HeirReason::Moved);
    Ok(moved.map(|heir| (heir.station, heir.old)))
}

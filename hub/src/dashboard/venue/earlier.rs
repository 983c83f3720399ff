//! What a venue brings along from the station it was moved from: its records and what is still open there, to be
//! read by the station that looks after it now. They stay where they were sealed, and are acted upon there.

use maud::{Markup, html};
use sqlx::AnyConnection;
use xuncha_core::domain::{Checklists, FollowUp, Station, StationId, Venue, VenueId};

use super::history::older;
use super::visit;
use crate::app::App;
use crate::dashboard::error::PageResult;
use crate::dashboard::items;
use crate::dashboard::look::{dates, signs};
use crate::dashboard::record::{Stretch, note_look_at, stretch};
use crate::dashboard::visitor::{Names, Visitor};
use crate::follow_ups::{self, MadeBy, Within, about_minors};
use crate::places::{self, came_from};
use crate::store::reference;

/// A venue as it was kept by another station.
pub(super) struct Earlier {
    station: Station,
    venue: Venue,
    /// The how manieth it is, from the last back.
    back: usize,
    history: Stretch,
    open: Vec<FollowUp>,
    made_by: MadeBy,
    names: Names,
}

impl Earlier {
    /// All that a venue was at other stations, the last first.
    pub(super) async fn of(
        db: &mut AnyConnection,
        lists: &Checklists,
        station: StationId,
        venue: VenueId,
    ) -> PageResult<Vec<Self>> {
        let mut all = Vec::new();
        for (at, (station, venue)) in came_from(db, station, venue).await?.into_iter().enumerate() {
            all.extend(Self::load(db, lists, station, venue, at + 1).await?);
        }
        Ok(all)
    }

    async fn load(
        db: &mut AnyConnection,
        lists: &Checklists,
        id: StationId,
        venue: VenueId,
        back: usize,
    ) -> PageResult<Option<Self>> {
        let Some(station) = reference::station(db, id).await? else { return Ok(None) };
        let mut open = follow_ups::load(db, id, Within::Venue(venue)).await?;
        open.retain(|found| !found.stage.is_settled());
        let made_by = MadeBy::of(db, id, lists, &open).await?;
        let history = stretch(db, id, venue, None).await?;
        let venue = places::venue(db, id, venue).await?;
        Ok(Some(Self { station, venue, back, history, open, made_by, names: Names::of(db, id).await? }))
    }

    /// Writes down at that station that somebody looks at it, if it tells of minors.
    pub(super) async fn note_look(&self, app: &App, visitor: &Visitor) -> PageResult<()> {
        if !self.about_minors(&visitor.lists) {
            return Ok(());
        }
        note_look_at(app, visitor, self.station.id, &self.venue.id.to_string()).await
    }

    fn about_minors(&self, lists: &Checklists) -> bool {
        self.open.iter().any(|found| about_minors(lists, &found.finding.item))
            || self.history.visits.iter().any(|told| told.about_minors(lists))
    }

    /// What the page of the venue that it is now says of it.
    pub(super) fn view(&self, now: &Venue, visitor: &Visitor) -> Markup {
        let (l, lists) = (visitor.locale, &visitor.lists);
        html! {
            section.panel {
                h2 { (l.pick("移交前：", "Before it was moved here: ")) (self.station.name)
                    @if self.venue.name != now.name { " · " (self.venue.name) }
                }
                @if !self.open.is_empty() {
                    h3 { (l.pick("当时未办结的问题，由原站办结", "Still open, for that station to close")) }
                    ul.plain { @for found in &self.open { li {
                        (signs::severity(found.finding.severity, l)) " "
                        (items::question(self.made_by.item(lists, found), &found.finding.item, l))
                        span.quiet-inline { " " (dates::moment(found.found_at, l)) " · " (found.stage.label(l)) }
                    } } }
                }
                @if self.history.visits.is_empty() { p.empty { (l.pick("没有记录。", "There are no records.")) } }
                ul.history { @for told in &self.history.visits { li { (visit(told, &self.venue.kind, &self.names, None, visitor)) } } }
                (older(now.id, self.back, self.history.older, visitor))
                @if visitor.caller.may_read(self.station.id) {
                    p { a href={ "/venues/" (self.venue.id) "?station=" (self.station.id) } {
                        (l.pick("以前的登记和记录 ›", "Its earlier entry and records ›"))
                    } }
                }
            }
        }
    }
}

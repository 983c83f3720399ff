//! The first screen: what is to be done, in order of need, and what waits.

use rusqlite::Connection;
use serde::Serialize;

use super::draft_page::DraftLine;
use super::lines::VenueLine;
use super::standing::{Standing, standings_by_need};
use super::status::must_enrol;
use super::unsent::UnsentShown;
use super::{FieldBook, Notice, NoticeCode, words};
use crate::domain::{
    CoverageState, Finding, Fix, FollowUp, FollowUpStage, Handling, Locale, Month, RecordId, Role, Severity,
    VenueId, Visit, distance, follow_ups as ways, vacation_near,
};
use crate::field::FieldError;
use crate::field::store::{follow_ups, found_good, reference, visits};

/// The most urgent findings that the first screen shows.
const URGENT: usize = 50;

/// The first screen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that a screen asks by itself")]
pub struct HomePage {
    /// Whose phone it is.
    pub member_name: String,
    /// What they are, in words.
    pub role_label: String,
    /// Whether they make inspections.
    pub may_inspect: bool,
    /// Whether they check in on patrol.
    pub may_check_in: bool,
    /// Whether they answer for the station's coverage and review its records.
    pub is_head: bool,
    /// Whether the nearest venues come first once it is known where they stand.
    pub nearest_first: bool,
    /// The station.
    pub station_name: String,
    /// The month, such as `2026-11`.
    pub month: String,
    /// Venues that have their visits.
    pub met: u64,
    /// Venues that need visits at all.
    pub total: u64,
    /// The same in words.
    pub progress: String,
    /// That schools have vacation, or soon will, in words.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub vacation: Option<String>,
    /// The venues: for volunteers by need, for the police the nearest first.
    pub venues: Vec<VenueLine>,
    /// Inspections under way.
    pub drafts: Vec<DraftLine>,
    /// Urgent findings of the patch, however old, the latest first; for the police and the head. If there are
    /// more than fit on a screen, a notice says so.
    pub urgent: Vec<UrgentLine>,
    /// What the hub does not have, in words.
    pub waiting: String,
    /// The same for sign and colour.
    pub unsent: UnsentShown,
    /// Whether the phone must be enrolled again before anything can be sealed or sent.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub must_enrol: bool,
    /// What somebody has to know.
    pub notices: Vec<Notice>,
}

/// An urgent finding that stood at a venue's last inspection and was not closed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct UrgentLine {
    /// The venue.
    pub venue: VenueId,
    /// Its name.
    pub venue_name: String,
    /// The record that tells of it.
    pub record: RecordId,
    /// The question that was answered badly.
    pub question: String,
    /// What was answered, in words, as far as it is known here.
    pub answer: Option<String>,
    /// A word for how grave it is.
    pub severity_label: String,
    /// When, in words.
    pub when: String,
}

impl FieldBook {
    /// The first screen.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn home(&self) -> Result<HomePage, FieldError> {
        self.home_page(None)
    }

    /// The first screen as seen from a place: with distances, and for the police the nearest first.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn home_at(&self, fix: &Fix) -> Result<HomePage, FieldError> {
        self.home_page(Some(fix))
    }

    fn home_page(&self, fix: Option<&Fix>) -> Result<HomePage, FieldError> {
        let locale = self.locale();
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            let now = self.true_now(conn)?;
            let month = now.month();
            let venues = standings_by_need(conn, me.device.station, month, now.day())?;
            let met = venues.iter().filter(|venue| venue.state == CoverageState::Met).count() as u64;
            let total = venues.iter().filter(|venue| venue.state != CoverageState::Exempt).count() as u64;
            let mut urgent = if matches!(me.member.role, Role::Police | Role::Head) {
                self.urgent(conn, &venues)?
            } else {
                Vec::new()
            };
            let held = self.held(conn)?;
            let unsent = held.unsent();
            let mut notices = self.notices(conn, &held)?;
            if urgent.len() > URGENT {
                urgent.truncate(URGENT);
                notices.push(Notice::of(NoticeCode::MoreUrgent, locale));
            }
            Ok(HomePage {
                member_name: me.member.name.to_string(),
                role_label: me.member.role.label(locale).to_owned(),
                may_inspect: me.member.role.may_inspect(),
                may_check_in: me.member.role.may_check_in(),
                is_head: me.member.role == Role::Head,
                nearest_first: me.member.role.goes_by_the_nearest(),
                station_name: Self::station_name(conn, &me)?,
                month: month.to_string(),
                met,
                total,
                progress: progress(month, met, total, locale),
                vacation: vacation_near(&reference::policies(conn)?, now.day())
                    .map(|vacation| words::vacation(vacation, locale)),
                urgent,
                venues: self.venue_lines(&venues, fix, me.member.role.goes_by_the_nearest()),
                waiting: words::unsent(unsent, locale),
                unsent: unsent.shown(),
                must_enrol: must_enrol(&notices),
                drafts: held.drafts,
                notices,
            })
        })
    }

    /// Venues that stand in the order of need, with their distances; the nearest first if that is asked for.
    pub(super) fn venue_lines(
        &self,
        venues: &[Standing],
        fix: Option<&Fix>,
        nearest_first: bool,
    ) -> Vec<VenueLine> {
        let locale = self.locale();
        let here = fix.map(|fix| fix.raw.wgs84());
        let mut lines: Vec<(f64, VenueLine)> = venues
            .iter()
            .map(|standing| {
                let metres = here.zip(standing.venue.position).map(|(here, there)| distance(here, there));
                let line = VenueLine {
                    distance: metres.map(|metres| metres.text(locale)),
                    ..VenueLine::of(standing, locale)
                };
                (metres.map_or(f64::INFINITY, |metres| metres.0), line)
            })
            .collect();
        if nearest_first {
            // Stable: without a fix, and among venues without a position, need decides.
            lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        lines.into_iter().map(|(_, line)| line).collect()
    }

    /// What was ever found urgent, and nobody has closed or found good since.
    fn urgent(&self, conn: &Connection, venues: &[Standing]) -> Result<Vec<UrgentLine>, FieldError> {
        let locale = self.locale();
        let found_urgent = visits::venues_found_urgent(conn)?;
        let lists = self.rules.checklists(conn)?;
        let mut urgent = Vec::new();
        for Standing { venue, .. } in
            venues.iter().filter(|standing| found_urgent.contains(&standing.venue.id))
        {
            let now = stands_now(conn, venue.id, &visits::of_venue(conn, venue.id)?)?;
            urgent.extend(now.iter().filter(|way| is_urgent(way)).map(|way| {
                let Finding { item, severity, .. } = &way.finding;
                let mended = way.stage == FollowUpStage::Mended;
                let more =
                    if mended { locale.pick("，已整改待复查", ", mended: look again") } else { "" };
                let found_by = lists.in_force(&venue.kind, way.found_at.day());
                let found_by = found_by.map(|list| &**list);
                let answer = self.own_answer(conn, &lists, way.record, item);
                let line = UrgentLine {
                    venue: venue.id,
                    venue_name: venue.name.to_string(),
                    record: way.record,
                    question: words::question(&lists, found_by, item, locale),
                    answer: answer.or_else(|| words::only_bad_answer(&lists, found_by, item, locale)),
                    severity_label: format!("{}{more}", severity.label(locale)),
                    when: words::moment(way.found_at, locale),
                };
                (way.found_at, line)
            }));
        }
        urgent.sort_by_key(|(moment, _)| std::cmp::Reverse(*moment));
        Ok(urgent.into_iter().map(|(_, line)| line).collect())
    }
}

/// Where the findings of a venue stand, as far as these visits tell.
pub(super) fn stands_now(
    conn: &Connection,
    venue: VenueId,
    visits: &[Visit],
) -> Result<Vec<FollowUp>, FieldError> {
    if visits.iter().all(|visit| visit.findings.is_empty()) {
        return Ok(Vec::new());
    }
    let steps = follow_ups::of_venue(conn, venue)?;
    let looks = found_good::of_venue(conn, venue)?;
    // The phone shows no day by which something is due, so it is not told what is usual at its station.
    Ok(ways(visits, &steps, &Handling::default(), |record, item| looks.found_good(record, item)))
}

fn is_urgent(way: &FollowUp) -> bool {
    way.finding.severity == Severity::S && way.stage.wants_a_look()
}

fn progress(month: Month, met: u64, total: u64, locale: Locale) -> String {
    let month = words::month(month, locale);
    match locale {
        Locale::ZhHans => format!("{month}：{total} 个场所，已达标 {met} 个"),
        Locale::En => format!("{month}: {met} of {total} venues have their visits"),
    }
}

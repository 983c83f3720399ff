//! A venue: where it is, what is near, who went, what to look at again.

use chrono::NaiveDate;
use rusqlite::Connection;
use serde::Serialize;

use super::drafting::known_venue;
use super::home::stands_now;
use super::lines::{FindingLine, VenueLine, names, who_went};
use super::standing::Standing;
use super::{FieldBook, words};
use crate::domain::{
    DraftId, Grade, Policy, RecordId, ReferenceDistance, Review, Role, Venue, VenueId, Visit, VisitKind,
    Wgs84, policy_for,
};
use crate::field::FieldError;
use crate::field::store::{reference, visits};

/// How many visits the page shows.
const VISITS: usize = 10;
/// How many schools it shows, the nearest.
const SCHOOLS: usize = 3;

/// A venue's own screen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct VenuePage {
    /// The venue and where it stands this month.
    pub line: VenueLine,
    /// Degrees north in WGS-84, if its position is known.
    pub lat: Option<f64>,
    /// Degrees east in WGS-84, if its position is known.
    pub lon: Option<f64>,
    /// Whether it has a placard to scan.
    pub has_placard: bool,
    /// That it is closed or suspended today, in words.
    pub not_open: Option<String>,
    /// Whether the member makes inspections.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub may_inspect: bool,
    /// Whether the member checks in on patrol.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub may_check_in: bool,
    /// The member's inspection that is under way there: it is gone on with.
    pub under_way: Option<DraftId>,
    /// The schools nearest to it.
    pub schools: Vec<SchoolLine>,
    /// Its last visits, the latest first.
    pub visits: Vec<VisitLine>,
    /// What was found at its inspections and is to be looked at again: not what was closed or found good since.
    pub look_again: Vec<FindingLine>,
}

/// A school near a venue. Distances are references; nothing follows from them here.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct SchoolLine {
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub level_label: String,
    /// The distance in words, with its method, source and day.
    pub distance: String,
    /// The distance in metres.
    pub metres: f64,
    /// Whether it is near by the station's setting.
    pub is_near: bool,
}

/// A visit in a venue's history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct VisitLine {
    /// The record that tells of it.
    pub record: RecordId,
    /// When, in words.
    pub when: String,
    /// Inspection or check-in, in words.
    pub kind_label: String,
    /// Who went, the one who made the record first.
    pub people: Vec<String>,
    /// How well the place is proven.
    pub grade: Grade,
    /// The word for it.
    pub grade_label: String,
    /// How many findings.
    pub findings: u64,
    /// Where its review stands, in words, if it was reviewed.
    pub review: Option<String>,
    /// Whether only this phone knows it yet.
    pub unsent: bool,
}

impl FieldBook {
    /// A venue's own screen.
    ///
    /// # Errors
    /// Codes `unknown_venue`, `storage`.
    pub fn venue(&self, venue: VenueId) -> Result<VenuePage, FieldError> {
        let locale = self.locale();
        self.store.read(|conn| {
            let venue = known_venue(conn, venue)?;
            let now = self.true_now(conn)?;
            let policies = reference::policies(conn)?;
            let policy = policy_for(&policies, now.month(), venue.id, &venue.kind);
            let visits = visits::of_venue(conn, venue.id)?;
            let standing = Standing::of(venue, visits, &policy, now.month(), now.day());
            let (venue, visits) = (&standing.venue, &standing.visits);
            let found = stands_now(conn, venue.id, visits)?;
            let lists = self.rules.checklists(conn)?;
            let me = Self::me(conn).ok();
            let role = me.as_ref().map(|me| me.member.role);
            let under_way = me.map(|me| self.under_way(conn, &me, venue.id)).transpose()?.flatten();
            let not_open = locale.pick("今天不营业或已停业", "Not open today, or closed");
            Ok(VenuePage {
                line: VenueLine::of(&standing, locale),
                lat: venue.position.map(Wgs84::lat),
                lon: venue.position.map(Wgs84::lon),
                has_placard: venue.placard.is_some(),
                not_open: (!venue.life.active_on(now.day())).then(|| not_open.to_owned()),
                may_inspect: role.is_some_and(Role::may_inspect),
                may_check_in: role.is_some_and(Role::may_check_in),
                under_way: under_way.map(|draft| draft.row.id),
                schools: self.school_lines(conn, venue, &policy, now.day())?,
                visits: self.visit_lines(conn, visits)?,
                look_again: FindingLine::to_look_again(
                    &lists,
                    &venue.kind,
                    &found,
                    locale,
                    |record, item| self.own_answer(conn, &lists, record, item),
                ),
            })
        })
    }

    fn school_lines(
        &self,
        conn: &Connection,
        venue: &Venue,
        policy: &Policy,
        today: NaiveDate,
    ) -> Result<Vec<SchoolLine>, FieldError> {
        let locale = self.locale();
        let Some(at) = venue.position else { return Ok(Vec::new()) };
        let schools = reference::schools(conn)?.into_iter().filter(|school| school.open_on(today));
        let mut schools: Vec<_> = schools.map(|school| (school.distance_from(at), school)).collect();
        schools.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
        schools.truncate(SCHOOLS);
        Ok(schools
            .into_iter()
            .map(|(metres, school)| SchoolLine {
                name: school.name.to_string(),
                level_label: school.level.label(locale).to_owned(),
                distance: ReferenceDistance::computed(metres, today).text(locale),
                metres: metres.0,
                is_near: policy.is_near(school.level, metres),
            })
            .collect())
    }

    fn visit_lines(&self, conn: &Connection, visits: &[Visit]) -> Result<Vec<VisitLine>, FieldError> {
        let locale = self.locale();
        let names = names(conn)?;
        let lines = visits.iter().rev().take(VISITS).map(|visit| VisitLine {
            record: visit.record,
            when: words::moment(visit.moment(), locale),
            kind_label: match visit.kind {
                VisitKind::Inspection => locale.pick("检查", "Inspection"),
                VisitKind::CheckIn => locale.pick("签到", "Check-in"),
            }
            .to_owned(),
            people: who_went(&names, visit, locale),
            grade: visit.grade,
            grade_label: visit.grade.label(locale).to_owned(),
            findings: visit.findings.len() as u64,
            review: match &visit.review {
                Review::Pending => None,
                Review::Approved => Some(locale.pick("已审核通过", "Approved").to_owned()),
                Review::Returned { reason } => {
                    Some(format!("{}{reason}", locale.pick("已退回：", "Returned: ")))
                }
            },
            unsent: visit.received_at.is_none(),
        });
        Ok(lines.collect())
    }
}

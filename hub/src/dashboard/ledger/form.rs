//! The fields of an entry, as its form has them.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};
use maud::{Markup, html};
use sqlx::Row as _;
use xuncha_core::domain::{
    AgeBand, Children, Duty, DutyEntry, DutyEntryId, Locale, MemberId, Name, Note, RecordId, VenueId,
};

use super::Choices;
use crate::app::App;
use crate::dashboard::error::PageResult;
use crate::dashboard::look::overtaken::Field;
use crate::dashboard::visitor::Visitor;
use crate::members::members;
use crate::store::Key as _;

/// Why a form was not taken, in both languages.
pub(super) type Wrong = (&'static str, &'static str);

const BANDS: [(AgeBand, &str); 3] =
    [(AgeBand::Primary, "primary"), (AgeBand::Junior, "junior"), (AgeBand::Senior, "senior")];

/// An entry as it is typed.
#[derive(Debug, Default)]
pub(super) struct Fields {
    duty: String,
    day: String,
    title: String,
    text: String,
    members: Vec<String>,
    others: String,
    children: String,
    bands: Vec<String>,
    venue: String,
    record: String,
    /// Why it is amended or struck out.
    pub(super) reason: String,
    /// The version that was seen.
    pub(super) seen: u32,
}

impl Fields {
    /// A form for a day, about a record if one is named, and otherwise empty.
    pub(super) fn new(day: NaiveDate, record: Option<RecordId>) -> Self {
        let record = record.map(|id| id.to_string()).unwrap_or_default();
        Self { day: day.to_string(), record, ..Self::default() }
    }

    /// Of a form's pairs: several may have the same name.
    pub(super) fn of_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "duty" => fields.duty = value,
                "day" => fields.day = value,
                "title" => fields.title = value,
                "text" => fields.text = value,
                "member" => fields.members.push(value),
                "others" => fields.others = value,
                "children" => fields.children = value,
                "band" => fields.bands.push(value),
                "venue" => fields.venue = value,
                "record" => fields.record = value,
                "reason" => fields.reason = value,
                "seen" => fields.seen = value.parse().unwrap_or(0),
                _ => {}
            }
        }
        fields
    }

    /// As an entry has them.
    pub(super) fn of(entry: &DutyEntry, seen: u32) -> Self {
        let text = |id: Option<String>| id.unwrap_or_default();
        let band =
            |band: &AgeBand| BANDS.iter().find(|(known, _)| known == band).map_or("", |(_, code)| code);
        Self {
            duty: entry.duty.code().to_owned(),
            day: entry.day.to_string(),
            title: entry.title.to_string(),
            text: text(entry.text.as_ref().map(ToString::to_string)),
            members: entry.members.iter().map(ToString::to_string).collect(),
            others: if entry.others == 0 { String::new() } else { entry.others.to_string() },
            children: text(entry.children.as_ref().map(|children| children.count().to_string())),
            bands: entry.children.iter().flat_map(Children::bands).map(|it| band(it).to_owned()).collect(),
            venue: text(entry.venue.map(|id| id.to_string())),
            record: text(entry.record.map(|id| id.to_string())),
            reason: String::new(),
            seen,
        }
    }

    /// The entry, or what is wrong.
    pub(super) async fn read(
        &self,
        app: &App,
        visitor: &Visitor,
        id: DutyEntryId,
    ) -> PageResult<Result<DutyEntry, Wrong>> {
        let entry = match self.parse(visitor, id, app.world.clock.now().day()) {
            Ok(entry) => entry,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let mut db = app.store.snapshot().await?;
        let station = visitor.station.id;
        let known = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM venues WHERE station_id = $1 AND venue_id = $2), \
             (SELECT COUNT(*) FROM records WHERE station_id = $3 AND record_id = $4)",
        )
        .bind(station.key())
        .bind(entry.venue.map(|id| id.key()))
        .bind(station.key())
        .bind(entry.record.map(|id| id.key()))
        .fetch_one(&mut *db)
        .await?;
        let (venues, records): (i64, i64) = (known.try_get(0)?, known.try_get(1)?);
        if entry.venue.is_some() && venues == 0 {
            return Ok(Err(("没有这个场所。", "There is no such venue.")));
        }
        if entry.record.is_some() && records == 0 {
            return Ok(Err(("没有这条记录。", "There is no such record.")));
        }
        let own = members(&mut db, station).await?;
        if entry.members.iter().any(|id| own.iter().all(|member| member.id != *id)) {
            return Ok(Err(("没有这个人员。", "There is no such member.")));
        }
        Ok(Ok(entry))
    }

    fn parse(&self, visitor: &Visitor, id: DutyEntryId, today: NaiveDate) -> Result<DutyEntry, Wrong> {
        let optional = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let day: Option<NaiveDate> = self.day.trim().parse().ok();
        let day = day.filter(|day| *day <= today && day.year() >= 2000);
        let number = |text: &str, wrong| {
            let number = if text.trim().is_empty() { Ok(0) } else { text.trim().parse::<u16>() };
            number.ok().filter(|number| *number <= Children::MAX_COUNT).ok_or(wrong)
        };
        let counts = ("人数应是 0 到 10000。", "A number of people is 0 to 10 000.");
        let bands = self.bands.iter().filter_map(|code| BANDS.iter().find(|(_, known)| known == code));
        let bands: BTreeSet<AgeBand> = bands.map(|(band, _)| *band).collect();
        let count = number(&self.children, counts)?;
        if count == 0 && !bands.is_empty() {
            return Err(("选了年龄段，请填写孩子人数。", "Age bands need a number of children."));
        }
        let members = self.members.iter().map(|id| id.parse::<MemberId>());
        let text = optional(&self.text).map(|text| Note::new(&text)).transpose();
        let venue = optional(&self.venue).map(|id| id.parse::<VenueId>()).transpose();
        let record = optional(&self.record).map(|id| id.parse::<RecordId>()).transpose();
        Ok(DutyEntry {
            id,
            station: visitor.station.id,
            duty: Duty::of_code(&self.duty).ok_or(("请选择职责。", "Choose a duty."))?,
            day: day.ok_or(("日期应是今天或以前。", "The day is today or before."))?,
            title: Name::new(&self.title)
                .map_err(|_| ("请填写事项，不超过 100 字。", "Say what was done, in 100 characters."))?,
            text: text.map_err(|_| ("说明不超过 1000 字。", "The text has at most 1000 characters."))?,
            members: members
                .collect::<Result<BTreeSet<_>, _>>()
                .map_err(|_| ("没有这个人员。", "There is no such member."))?
                .into_iter()
                .collect(),
            others: number(&self.others, counts)?,
            children: Children::new(count, bands),
            record: record.map_err(|_| ("没有这条记录。", "There is no such record."))?,
            venue: venue.map_err(|_| ("没有这个场所。", "There is no such venue."))?,
        })
    }

    /// The same in words.
    pub(super) fn in_words(&self, choices: &Choices, l: Locale) -> Vec<Field> {
        let named = |list: Vec<&str>| list.join(l.pick("、", ", "));
        let members = choices.members.iter().filter(|member| self.members.contains(&member.id.to_string()));
        let bands = BANDS.iter().filter(|(_, code)| self.bands.iter().any(|band| band == code));
        let venue = choices.venues.iter().find(|venue| venue.id.to_string() == self.venue);
        vec![
            (l.pick("职责", "Duty"), Duty::of_code(&self.duty).map_or("", |duty| duty.label(l)).to_owned()),
            (l.pick("日期", "Day"), self.day.clone()),
            (l.pick("事项", "What was done"), self.title.clone()),
            (l.pick("说明", "More"), self.text.clone()),
            (
                l.pick("本站参加人", "Who of the station took part"),
                named(members.map(|one| one.name.as_str()).collect()),
            ),
            (l.pick("其他参加人数", "Others who took part"), self.others.clone()),
            (l.pick("孩子人数", "Children"), self.children.clone()),
            (
                l.pick("孩子的年龄段", "Their age bands"),
                named(bands.map(|(band, _)| band.label(l)).collect()),
            ),
            (l.pick("有关场所", "Venue"), venue.map_or_else(String::new, |venue| venue.name.to_string())),
            (l.pick("有关记录", "The record it is about"), self.record.clone()),
        ]
    }

    /// The form's fields.
    pub(super) fn show(&self, choices: &Choices, l: Locale) -> Markup {
        let chosen = |list: &[String], one: &str| list.iter().any(|known| known == one);
        let people = choices
            .members
            .iter()
            .filter(|member| member.active || chosen(&self.members, &member.id.to_string()));
        html! {
            div.row.field {
                div { label for="duty" { (l.pick("职责", "Duty")) }
                    select #duty name="duty" required { @for (number, duty) in (1..).zip(Duty::ALL) {
                        option value=(duty.code()) selected[self.duty == duty.code()] { (number) " " (duty.label(l)) }
                    } } }
                div { label for="day" { (l.pick("日期", "Day")) }
                    input #day type="date" name="day" required max=(choices.today) value=(self.day) placeholder="2026-11-05"; }
            }
            div.field { label for="title" { (l.pick("事项", "What was done")) }
                input.wide #title name="title" required maxlength="100" value=(self.title); }
            div.field { label for="text" { (l.pick("说明（可不填；不写孩子的姓名、学校）", "More, if any; no child's name or school")) }
                textarea #text name="text" maxlength="1000" { (self.text) } }
            fieldset.field { legend { (l.pick("本站参加人", "Who of the station took part")) }
                @for member in people { label.tick {
                    input type="checkbox" name="member" value=(member.id) checked[chosen(&self.members, &member.id.to_string())];
                    (member.name) " " span.quiet-inline { (member.role.label(l)) }
                } }
            }
            div.row.field {
                div { label for="others" { (l.pick("其他参加人数", "Others who took part")) }
                    input #others type="number" name="others" min="0" max=(Children::MAX_COUNT) value=(self.others); }
                div { label for="children" { (l.pick("孩子人数", "Children")) }
                    input #children type="number" name="children" min="0" max=(Children::MAX_COUNT) value=(self.children); }
            }
            fieldset.field { legend { (l.pick("孩子的年龄段", "Their age bands")) }
                @for (band, code) in BANDS { label.tick {
                    input type="checkbox" name="band" value=(code) checked[chosen(&self.bands, code)]; (band.label(l))
                } }
            }
            div.row.field {
                div { label for="venue" { (l.pick("有关场所（可不选）", "Venue, if any")) }
                    select #venue name="venue" {
                        option value="" { "—" }
                        @for venue in &choices.venues { option value=(venue.id) selected[self.venue == venue.id.to_string()] { (venue.name) } }
                    } }
                div { label for="record" { (l.pick("有关记录（可不填；在记录的页面点“记入台账”会自动填好）", "The record it is about, if any; “Enter in the ledger” on its page fills this in")) }
                    input #record name="record" maxlength="36" value=(self.record); }
            }
        }
    }
}

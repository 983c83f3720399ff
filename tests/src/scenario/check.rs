//! Compares what phones show and what the hub holds with what a story expects.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use xuncha_core::domain::{Locale, Month, RecordId};
use xuncha_core::wire::RefusalCode;

use super::deed::{
    CoverageSeen, Deed, DraftSeen, OutboxSeen, RecordSeen, ReportSeen, ReviewSeen, StatusSeen,
};
use super::phone::Phone;
use super::run::Run;
use super::story::{ExpectedCoverage, ExpectedVenue, Held, Looked, Shown};
use super::world::World;

/// The alerts that stories speak of; a phone may have others to tell.
const ALERTS: [&str; 4] = ["key_lost", "device_revoked", "forged_receipt", "log_rewritten"];

fn same<T: PartialEq + Debug>(what: &str, is: &T, should: &T) -> Result<()> {
    ensure!(is == should, "{what} is {is:?}, not {should:?}");
    Ok(())
}

/// What a phone must show.
pub async fn phone_shows(run: &mut Run, name: &str, shown: &Shown) -> Result<()> {
    let Run { world, phones, records } = run;
    let phone = phones.get_mut(name).with_context(|| format!("no phone {name}"))?;
    records_show(phone, records, shown).await?;
    if shown.item.is_some() || !shown.answered.is_empty() {
        draft_shows(phone, shown).await?;
    }
    let outbox: OutboxSeen = phone.tell(Deed::Outbox).await?;
    if let Some(waiting) = shown.waiting {
        same("records waiting", &outbox.records_waiting, &(waiting as u64))?;
    }
    if let Some(waiting) = shown.photos_waiting {
        same("photos waiting", &outbox.photos_waiting, &(waiting as u64))?;
    }
    if let Some(report) = &shown.report {
        let seen: ReportSeen = phone.tell(Deed::Settings).await?;
        same("the report", &seen.report.unwrap_or_else(|| "none".to_owned()), report)?;
    }
    if let Some(alerts) = &shown.alerts {
        let status: StatusSeen = phone.tell(Deed::Status).await?;
        let mut told: BTreeSet<String> = phone.alerts.iter().cloned().chain(status.notices).collect();
        told.retain(|alert| ALERTS.contains(&alert.as_str()));
        same("alerts", &told, &alerts.iter().cloned().collect::<BTreeSet<_>>())?;
    }
    match &shown.coverage {
        Some(expected) => coverage_shows(world, phone, expected).await,
        None => Ok(()),
    }
}

async fn records_show(phone: &mut Phone, ids: &BTreeMap<String, RecordId>, shown: &Shown) -> Result<()> {
    let Shown { records, refusals, reasons, findings, grades, .. } = shown;
    let named: BTreeSet<&String> = [records.keys(), refusals.keys(), reasons.keys(), grades.keys()]
        .into_iter()
        .flatten()
        .chain(findings.keys())
        .collect();
    for name in named {
        let record = *ids.get(name).with_context(|| format!("no record {name}"))?;
        let seen: RecordSeen = phone.tell(Deed::Record { record }).await?;
        if let Some(state) = records.get(name) {
            same(name, &seen.state, state).with_context(|| seen.text.clone())?;
        }
        if let Some(refusal) = refusals.get(name) {
            let code = RefusalCode::ALL.iter().find(|code| code.code() == refusal);
            let words = code.context("a refusal code")?.advice(Locale::ZhHans);
            ensure!(seen.text.contains(words), "{name}: {}", seen.text);
        }
        if let Some(reason) = reasons.get(name) {
            ensure!(seen.text.contains(reason), "{name}: {}", seen.text);
        }
        if let Some(expected) = findings.get(name) {
            let expected = expected.iter().map(|(item, severity)| (item.clone(), severity.to_lowercase()));
            let is = seen.findings.context("the record can be read")?;
            same(&format!("findings of {name}"), &is, &expected.collect())?;
        }
        if let Some(grade) = grades.get(name) {
            same(&format!("grade of {name}"), &seen.grade.context("the record can be read")?, grade)?;
        }
    }
    Ok(())
}

async fn draft_shows(phone: &mut Phone, shown: &Shown) -> Result<()> {
    let draft = phone.draft()?;
    let seen: DraftSeen = phone.tell(Deed::Draft { draft }).await?;
    if shown.item.is_some() {
        same("the question on the screen", &seen.item, &shown.item)?;
    }
    if !shown.answered.is_empty() {
        same("answers", &seen.answered, &shown.answered)?;
    }
    Ok(())
}

async fn coverage_shows(world: &World, phone: &mut Phone, expected: &ExpectedCoverage) -> Result<()> {
    let month = expected.month.parse::<Month>()?;
    let CoverageSeen { venues } = phone.tell(Deed::Coverage { month }).await?;
    for (name, expected) in &expected.venues {
        let id = world.venue(name)?.id.to_string();
        let seen = venues.get(&id).with_context(|| format!("{name} is not on the page"))?;
        same(&format!("state of {name}"), &seen.state, &expected.state)?;
        same(&format!("visits of {name}"), &seen.counted, &expected.counted)?;
        if let Some(required) = expected.required {
            same(&format!("visits needed by {name}"), &seen.required, &required)?;
        }
        if let Some(day) = &expected.last_day {
            let day: chrono::NaiveDate = day.parse()?;
            let words = day.format("%-m月%-d日").to_string();
            ensure!(seen.last_day.as_ref().is_some_and(|text| text.ends_with(&words)), "{:?}", seen.last_day);
        }
    }
    Ok(())
}

/// What a head must see of a record.
pub async fn head_sees(run: &mut Run, name: &str, looked: &Looked) -> Result<()> {
    let record = run.record(&looked.record)?;
    let phone = run.phones.get_mut(name).with_context(|| format!("no phone {name}"))?;
    let seen: ReviewSeen = match (phone.attempt(&Deed::LookAt { record }).await?, &looked.expect) {
        (Ok(told), None) => serde_json::from_value(told)?,
        (Err(refusal), Some(code)) => return same("the refusal", &refusal.code, code),
        (outcome, expect) => bail!("it ended with {outcome:?}, not {expect:?}"),
    };
    for (item, words) in &looked.answers {
        same(item, &seen.answers.get(item), &Some(words))?;
    }
    if let Some(findings) = &looked.findings {
        let findings = findings.iter().map(|(item, severity)| (item.clone(), severity.to_lowercase()));
        same("findings", &seen.findings, &findings.collect())?;
    }
    if let Some(photos) = looked.photos {
        same("photos", &seen.photos, &photos)?;
    }
    looked.waits.map_or(Ok(()), |waits| same("whether it waits", &seen.waits, &waits))
}

/// What the hub must hold.
pub async fn hub_holds(world: &World, held: &Held) -> Result<()> {
    let one = |counts: Vec<(String, usize)>| counts.first().map_or(0, |(_, count)| *count);
    if let Some(records) = held.records {
        let count = one(world.count("SELECT 'records', count(*) FROM records").await?);
        same("records on the hub", &count, &records)?;
        let count = one(world.count("SELECT 'payloads', count(*) FROM payloads").await?);
        same("payloads on the hub", &count, &records)?;
    }
    if let Some(photos) = held.photos {
        let query = "SELECT 'photos', count(*) FROM photos WHERE received_at IS NOT NULL";
        same("photos on the hub", &one(world.count(query).await?), &photos)?;
    }
    if let Some(reports) = held.reports {
        let query = "SELECT 'reports', count(*) FROM self_reports";
        same("reports of phones", &one(world.count(query).await?), &reports)?;
    }
    if let Some(alerts) = &held.alerts {
        let counts = world.count("SELECT kind, count(*) FROM alerts GROUP BY kind").await?;
        same("alerts for the head", &counts.into_iter().collect(), alerts)?;
    }
    if let Some(expected) = &held.coverage {
        let told = world.coverage(&expected.month).await?;
        for (name, expected) in &expected.venues {
            venue_holds(world, &told, name, expected).with_context(|| name.clone())?;
        }
    }
    Ok(())
}

fn venue_holds(world: &World, told: &Value, name: &str, expected: &ExpectedVenue) -> Result<()> {
    let id = world.venue(name)?.id.to_string();
    let rows = told["venues"].as_array().context("venues")?;
    let row = rows.iter().find(|row| row["venue"]["id"] == id.as_str()).context("it is on the page")?;
    let records = row["tally"]["records"].as_array().context("records")?;
    let with = |verdict: &str| records.iter().filter(|record| record["verdict"] == verdict).count();
    let state = row["coverage"]["state"].as_str().unwrap_or_default().to_owned();
    same("state", &state, &expected.state)?;
    same("visits", &(with("counts") as u64), &expected.counted)?;
    if let Some(required) = expected.required {
        same("visits needed", &row["tally"]["required"], &required.into())?;
    }
    if let Some(day) = &expected.last_day {
        same("last day", &row["coverage"]["last_day"], &day.as_str().into())?;
    }
    if let Some(check_ins) = expected.check_ins {
        same("check-ins", &with("check_in"), &check_ins)?;
    }
    Ok(())
}

//! Compares what phones show and what the hub holds with what a story expects.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xuncha_core::domain::{Answer, Locale, Month, RecordId};
use xuncha_core::field::FieldBook;

use super::run::Run;
use super::story::{ExpectedCoverage, ExpectedVenue, Held, Shown};
use super::world::World;

/// The alerts that stories speak of; a phone may have others to tell.
const ALERTS: [&str; 4] = ["key_lost", "device_revoked", "forged_receipt", "log_rewritten"];

fn same<T: PartialEq + Debug>(what: &str, is: &T, should: &T) -> Result<()> {
    ensure!(is == should, "{what} is {is:?}, not {should:?}");
    Ok(())
}

/// What a phone must show.
pub fn phone_shows(run: &Run, name: &str, shown: &Shown) -> Result<()> {
    let phone = run.phone(name)?;
    let book = phone.book()?;
    for (record, state) in &shown.records {
        let line = book.record(run.record(record)?)?.line.state;
        same(record, &code(&line.state)?, state).with_context(|| line.text)?;
    }
    for (record, refusal) in &shown.refusals {
        let code = xuncha_core::wire::RefusalCode::ALL.iter().find(|code| code.code() == refusal);
        let words = code.context("a refusal code")?.advice(Locale::ZhHans);
        let text = book.record(run.record(record)?)?.line.state.text;
        ensure!(text.contains(words), "{record}: {text}");
    }
    for (record, reason) in &shown.reasons {
        let text = book.record(run.record(record)?)?.line.state.text;
        ensure!(text.contains(reason), "{record}: {text}");
    }
    for (record, findings) in &shown.findings {
        same(&format!("findings of {record}"), &findings_of(book, run.record(record)?)?, findings)?;
    }
    for (record, grade) in &shown.grades {
        let content = book.record(run.record(record)?)?.content.context("the record can be read")?;
        same(&format!("grade of {record}"), &code(&content.evidence.grade)?, grade)
            .with_context(|| content.evidence.reasons.join(";"))?;
    }
    if shown.item.is_some() || !shown.answered.is_empty() {
        draft_shows(book, phone.draft()?, shown)?;
    }
    let outbox = book.outbox()?;
    if let Some(waiting) = shown.waiting {
        same("records waiting", &outbox.records_waiting, &(waiting as u64))?;
    }
    if let Some(waiting) = shown.photos_waiting {
        same("photos waiting", &outbox.photos_waiting, &(waiting as u64))?;
    }
    if let Some(alerts) = &shown.alerts {
        let mut told = phone.alerts.clone();
        for notice in book.status()?.notices {
            told.insert(code(&notice.code)?);
        }
        told.retain(|alert| ALERTS.contains(&alert.as_str()));
        same("alerts", &told, &alerts.iter().cloned().collect::<BTreeSet<_>>())?;
    }
    match &shown.coverage {
        Some(expected) => coverage_shows(run, book, expected),
        None => Ok(()),
    }
}

fn draft_shows(book: &FieldBook, draft: xuncha_core::domain::DraftId, shown: &Shown) -> Result<()> {
    let page = book.draft(draft)?;
    if let Some(item) = &shown.item {
        same("the question on the screen", &page.current.map(String::from), &Some(item.clone()))?;
    }
    if shown.answered.is_empty() {
        return Ok(());
    }
    let answered: BTreeMap<String, String> = page
        .items
        .into_iter()
        .filter_map(|item| match item.answer?.answer {
            Answer::Choice { choice, .. } => Some((item.item.into(), choice.into())),
            Answer::Text { text } => Some((item.item.into(), text.into())),
            Answer::NotLooked => None,
        })
        .collect();
    same("answers", &answered, &shown.answered)
}

fn findings_of(book: &FieldBook, record: RecordId) -> Result<BTreeMap<String, String>> {
    let content = book.record(record)?.content.context("the record can be read")?;
    let pair = |line: xuncha_core::field::book::FindingLine| Ok((line.item.into(), code(&line.severity)?));
    content.findings.into_iter().map(pair).collect()
}

fn coverage_shows(run: &Run, book: &FieldBook, expected: &ExpectedCoverage) -> Result<()> {
    let page = book.coverage(expected.month.parse::<Month>()?)?;
    for (name, expected) in &expected.venues {
        let id = run.world.venue(name)?.id;
        let line = page.lines.iter().map(|line| &line.venue).find(|line| line.venue == id);
        let line = line.with_context(|| format!("{name} is not on the page"))?;
        same(&format!("state of {name}"), &code(&line.state)?, &expected.state)?;
        same(&format!("visits of {name}"), &line.counted, &expected.counted)?;
        if let Some(required) = expected.required {
            same(&format!("visits needed by {name}"), &line.required, &required)?;
        }
        if let Some(day) = &expected.last_day {
            let day: chrono::NaiveDate = day.parse()?;
            let words = day.format("%-m月%-d日").to_string();
            ensure!(line.last_day.as_ref().is_some_and(|text| text.ends_with(&words)), "{:?}", line.last_day);
        }
    }
    Ok(())
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

/// The code by which a value travels.
fn code(value: &impl serde::Serialize) -> Result<String> {
    let value = serde_json::to_value(value)?;
    Ok(value.as_str().context("a code is a text")?.to_owned())
}

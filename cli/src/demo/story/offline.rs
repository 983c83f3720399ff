//! A month without signal: every visit is a process of a phone, started and ended where it happens.
//! And a phone whose process dies in the middle of an inspection.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use xuncha_core::domain::{AgeBand, Datum, Role, Timestamp};

use super::{Story, text_of};
use crate::commands::field::{AnswerInput, FixInput, Script, Step};
use crate::demo::district::{Planned, Purpose, Whereabouts, answers};
use crate::demo::process::Phone;

impl Story {
    /// Each phone does its visits one after the other; the phones work side by side.
    pub(super) async fn work_offline(&mut self) -> Result<()> {
        self.heading("三、没有信号的一个月", "3. A month without signal");
        let visits = self.district.visits();
        let mut working = tokio::task::JoinSet::new();
        for phone in self.phones.clone() {
            let own = visits.iter().filter(|visit| (visit.station, visit.by) == (phone.station, phone.by));
            let scripts = own.map(|visit| Ok((visit.at, self.script(visit)?))).collect::<Result<Vec<_>>>()?;
            working.spawn(async move {
                let mut saved = Vec::new();
                for (at, script) in scripts {
                    saved.push(work(&phone, at, &script).await?);
                }
                anyhow::Ok((phone, saved))
            });
        }
        let mut count = [0_usize; 2];
        while let Some(done) = working.join_next().await {
            let (phone, saved) = done??;
            count[usize::from(self.role(&phone) != Role::Volunteer)] += saved.len();
            for one in &saved {
                self.saved.push(text_of(&one["record"])?);
            }
            let findings: usize =
                saved.iter().filter_map(|one| one["findings"].as_array()).map(Vec::len).sum();
            let (owner, visits) = (&phone.owner, saved.len());
            self.tell(
                &format!("{owner}：{visits} 次，发现 {findings} 项，全部已保存在本机。"),
                &format!("{owner}: visits {visits}, findings {findings}, all saved on the phone."),
            );
        }
        let [inspections, check_ins] = count;
        self.tell(
            &format!("共 {inspections} 次检查、{check_ins} 次签到，还没有一条到服务器。"),
            &format!("{inspections} inspections and {check_ins} check-ins; not one has reached the hub."),
        );
        Ok(())
    }

    /// kill -9 in the middle of an inspection; the phone opens again on the same question.
    pub(super) async fn break_off(&mut self) -> Result<()> {
        self.heading("四、检查到一半，手机死机", "4. A phone dies in the middle of an inspection");
        let visit = self.district.broken_off();
        let phone = self.phone(visit.station, visit.by)?.clone();
        let script = self.script(&visit)?;
        let done = kill_after(&phone, visit.at, &script, 6).await?;
        self.killed += 1;
        let later = visit.at.plus_millis(90_000);
        let drafts = phone.json(later, &["drafts"]).await?;
        let draft = &drafts["drafts"][0];
        let (kept, told) = (draft["answered"].as_u64().unwrap_or(0), answers_among(&script, done));
        let (owner, venue) = (&phone.owner, &self.district.stations[visit.station].venues[visit.venue].name);
        self.tell(
            &format!("{owner}在{venue}：手机报出第 {told} 个回答已保存，随即 kill -9。重新打开：{kept} 个回答都在，停在同一题。"),
            &format!(
                "{owner} in {venue}: the phone said that answer {told} was saved, then kill -9. Opened again: {kept} answers are there, at the same question."
            ),
        );
        if usize::try_from(kept)? < told {
            bail!("{told} answers were said to be saved, {kept} are there");
        }
        // From the next step on; what was done once may be done again.
        let saved = resume(&phone, later, &script, done).await?;
        self.saved.push(text_of(&saved["record"])?);
        self.tell("接着做完，已保存在本机。", "Gone on with and finished; saved on the phone.");
        Ok(())
    }

    /// A visit as a script in a file.
    fn script(&self, visit: &Planned) -> Result<PathBuf> {
        let patch = &self.district.stations[visit.station];
        let place = &patch.venues[visit.venue];
        let fix = self.fix(visit)?;
        let steps = match visit.purpose {
            Purpose::CheckIn => {
                vec![Step::CheckIn { venue: place.name.clone(), fix, placard: None, note: None }]
            }
            Purpose::Inspect { found, photo } => {
                let companion = patch.people[1 - visit.by].name.clone();
                let mut steps = vec![Step::Start { venue: place.name.clone(), with: vec![companion], fix }];
                for (item, choice) in answers(&place.kind, found) {
                    let Some(choice) = choice else { continue };
                    let minors = item.id.as_str().ends_with("_minor") && found == Some(item.id.as_str());
                    steps.push(Step::Answer(AnswerInput {
                        draft: None,
                        item: item.id.clone(),
                        choice: Some(choice.parse()?),
                        text: None,
                        count: minors.then_some(2),
                        bands: if minors { [AgeBand::Junior].into() } else { BTreeSet::default() },
                        dissuaded: minors,
                        in_danger: false,
                        note: None,
                    }));
                    if photo && item.id.as_str().ends_with("_sign") {
                        let file = self.pictures[visit.venue % self.pictures.len()].clone();
                        steps.push(Step::Photo { draft: None, file, item: Some(item.id.clone()) });
                    }
                }
                steps.push(Step::Finish { draft: None });
                steps
            }
        };
        let name = format!("script-{}-{}-{}.json", visit.station, visit.by, visit.at.millis());
        let file = self.folder.join(name);
        fs::write(&file, serde_json::to_vec_pretty(&Script { steps })?)?;
        Ok(file)
    }

    /// What the phone's platform gives at the venue's door.
    fn fix(&self, visit: &Planned) -> Result<Option<FixInput>> {
        let at = self.district.stations[visit.station].venues[visit.venue].at;
        let raw = |lat, lon, datum| json!({ "lat": lat, "lon": lon, "datum": datum, "accuracy": 18.0 });
        // A hundred-thousandth of a degree is a metre.
        let fix = match visit.whereabouts {
            Whereabouts::None => return Ok(None),
            Whereabouts::Wgs84 => raw(at.lat() + 0.000_1, at.lon(), Datum::Wgs84),
            Whereabouts::Away => raw(at.lat() + 0.009, at.lon(), Datum::Wgs84),
            Whereabouts::Gcj02 => {
                let shown = at.to_gcj02();
                raw(shown.lat(), shown.lon() + 0.000_1, Datum::Gcj02)
            }
        };
        Ok(Some(serde_json::from_value(fix)?))
    }
}

/// Works through a visit's script in a process of its own and gives what was saved at its end.
async fn work(phone: &Phone, at: Timestamp, script: &PathBuf) -> Result<Value> {
    resume(phone, at, script, 0).await
}

/// The same from the step after `done` on.
async fn resume(phone: &Phone, at: Timestamp, script: &PathBuf, done: usize) -> Result<Value> {
    let mut command = phone.command(at, &["work", "--from", &(done + 1).to_string(), "--script"]);
    command.arg(script);
    let mut line =
        phone.program.json(command).await.with_context(|| format!("the work of {}", phone.owner))?;
    Ok(line["did"].take())
}

/// Starts a script and kills the process once `steps` steps were told of. Gives how many were.
async fn kill_after(phone: &Phone, at: Timestamp, script: &PathBuf, steps: usize) -> Result<usize> {
    let mut command = phone.command(at, &["work", "--pace", "40", "--script"]);
    command.arg(script).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let mut told = 0;
    while told < steps && lines.next_line().await?.is_some() {
        told += 1;
    }
    child.kill().await?;
    while lines.next_line().await?.is_some() {
        told += 1;
    }
    Ok(told)
}

/// How many of a script's first steps are answers.
fn answers_among(script: &PathBuf, steps: usize) -> usize {
    let read = fs::read(script).ok().and_then(|text| serde_json::from_slice::<Script>(&text).ok());
    let steps =
        read.map(|script| script.steps.into_iter().take(steps).collect::<Vec<_>>()).unwrap_or_default();
    steps.iter().filter(|step| matches!(step, Step::Answer(_))).count()
}

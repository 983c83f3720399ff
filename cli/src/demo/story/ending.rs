//! The month's table, the audit, the dashboard.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;
use xuncha_core::domain::{CoverageState, DeviceId, Locale, RecordId, Role, Sha256Hash, VenueKind};
use xuncha_hub::store::{RowExt as _, Store};

use super::{Story, text_of};
use crate::demo::audit::{Figures, OnHub, OnPhone, compare, resent_bytes};
use crate::demo::table::laid_out;

/// How the story ended: the figures, and what happened on the way.
#[derive(Debug, Clone, Serialize)]
pub(in crate::demo) struct Ended {
    #[serde(flatten)]
    figures: Figures,
    /// Photos that records name.
    photos: usize,
    /// Of these, whole at the hub.
    photos_received: usize,
    /// Photos at the hub that still say where they were taken.
    photos_with_exif: usize,
    /// Phones killed.
    killed: u32,
    /// Times the hub was killed and started again.
    hub_restarts: u32,
    cuts: u64,
    garbled: u64,
    pages: u64,
    repeated: u64,
    resent_bytes: u64,
    /// Whether `xuncha verify` found nothing wrong.
    verified: bool,
    seconds: f64,
}

impl Ended {
    pub(in crate::demo) fn is_clean(&self) -> bool {
        self.figures.is_clean()
            && self.verified
            && self.photos == self.photos_received
            && self.photos_with_exif == 0
    }
}

/// A photo as a phone knows it.
type Photo = String;

impl Story {
    pub(super) async fn end(&mut self, took: Duration) -> Result<Ended> {
        self.coverage().await?;
        self.heading(
            "七、核对：手机上的每一条，和服务器上的每一条",
            "7. Audit: every record of the phones against every record of the hub",
        );
        let (on_phones, photos) = self.on_phones().await?;
        let on_hub = on_hub(&self.hub.data()).await?;
        let figures = compare(&self.saved, &on_phones, &on_hub);
        let jpegs = jpegs(&self.hub.data().join("photos"))?;
        let counts = self.proxy.counts();
        let ended = Ended {
            photos: photos.len(),
            photos_received: photos.iter().filter(|photo| jpegs.iter().any(|(id, _)| id == *photo)).count(),
            photos_with_exif: jpegs
                .iter()
                .filter(|(_, jpeg)| jpeg.windows(6).any(|w| w == b"Exif\0\0"))
                .count(),
            figures,
            killed: self.killed,
            hub_restarts: self.restarts,
            cuts: counts.cuts,
            garbled: counts.garbled,
            pages: counts.pages,
            repeated: counts.repeated,
            resent_bytes: resent_bytes(&self.proxy.seen()),
            verified: self.verify().await?,
            seconds: (took.as_secs_f64() * 10.0).round() / 10.0,
        };
        self.tell_figures(&ended);
        Ok(ended)
    }

    async fn coverage(&self) -> Result<()> {
        self.heading("六、这个月的覆盖", "6. The month's coverage");
        let month = self.district.month.to_string();
        let now = self.now().to_string();
        let mut command =
            self.program.command(["export", "coverage", "--month", &month, "--now", &now, "--data"]);
        command.arg(self.hub.data());
        let mut rows = self.program.lines(command).await?;
        rows.sort_by_key(|row| urgency(row["state"].as_str().unwrap_or_default()));
        let heads = match self.out.locale() {
            Locale::ZhHans => ["状态", "场所", "类型", "次数", "最晚", "工作站"],
            Locale::En => ["State", "Venue", "Kind", "Visits", "By", "Station"],
        };
        let mut table = vec![heads.map(str::to_owned).to_vec()];
        let locale = self.out.locale();
        for row in &rows {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let state: CoverageState = state_of(row)?;
            let kind: VenueKind = text("kind").parse()?;
            table.push(vec![
                format!("{} {}", sign(state), state.label(locale)),
                text("venue"),
                kind.label(locale).to_owned(),
                format!("{}/{}", row["counted"], row["required"]),
                state.last_day_words(locale).unwrap_or_default(),
                text("station"),
            ]);
        }
        for line in laid_out(&table).lines() {
            self.line(&format!("  {line}"));
        }
        Ok(())
    }

    /// The records and photos of all phones, asked of each phone.
    async fn on_phones(&self) -> Result<(Vec<OnPhone>, Vec<Photo>)> {
        let (mut records, mut photos) = (Vec::new(), Vec::new());
        for phone in &self.phones {
            let history = phone.json(self.now(), &["history", "-n", "200"]).await?;
            for line in history["lines"].as_array().context("the lines of a history")? {
                let record = text_of(&line["record"])?;
                let page = phone.json(self.now(), &["record", "--record", &record]).await?;
                records.push(OnPhone {
                    sha256: text_of(&page["sha256"])?,
                    received: page["receipt"].is_string() && line["state"]["state"] == "received",
                    record,
                });
                let named = page["photos"].as_array().into_iter().flatten();
                photos.extend(named.map(|photo| text_of(&photo["id"])).collect::<Result<Vec<_>>>()?);
            }
        }
        Ok((records, photos))
    }

    async fn verify(&self) -> Result<bool> {
        let mut command = self.program.command(["verify", "--data"]);
        let output = command.arg(self.hub.data()).output().await?;
        let report: Value = serde_json::from_slice(&output.stdout)?;
        if report["ok"] != true {
            self.line(&format!("{report:#}"));
        }
        Ok(report["ok"] == true)
    }

    fn tell_figures(&self, ended: &Ended) {
        let Figures { recorded, received, lost, doubled, altered } = ended.figures;
        let zh = self.out.locale() == Locale::ZhHans;
        let words: [(&str, &str, String); 9] = [
            ("手机记录", "recorded by phones", recorded.to_string()),
            ("服务器收到", "received by the hub", received.to_string()),
            ("丢失", "lost", lost.to_string()),
            ("重复", "doubled", doubled.to_string()),
            ("改动", "altered", altered.to_string()),
            ("照片", "photos", format!("{}/{}", ended.photos_received, ended.photos)),
            ("照片里的位置信息", "photos that tell a position", ended.photos_with_exif.to_string()),
            ("重传字节", "bytes sent again", ended.resent_bytes.to_string()),
            (
                "xuncha verify",
                "xuncha verify",
                self.out
                    .pick(
                        if ended.verified { "全部相符" } else { "有不符" },
                        if ended.verified { "all is well" } else { "something is wrong" },
                    )
                    .to_owned(),
            ),
        ];
        let rows: Vec<_> = words
            .into_iter()
            .map(|(cn, en, value)| vec![if zh { cn } else { en }.to_owned(), value])
            .collect();
        for line in laid_out(&rows).lines() {
            self.line(&format!("  {line}"));
        }
        let (killed, restarts, seconds) = (ended.killed, ended.hub_restarts, ended.seconds);
        self.tell(
            &format!("杀死 {killed} 部手机的进程、{restarts} 次服务器，{seconds} 秒。"),
            &format!("{killed} phones and the hub {restarts} time(s) killed; {seconds} s."),
        );
    }

    /// The dashboard's address and a sign-in.
    pub(super) async fn leave_up(&self) -> Result<()> {
        let head = self.district.stations[0].people(Role::Head).next().context("a head")?;
        let now = self.now().to_string();
        let words = ["hub", "password", "--generate", "--member", &head.name, "--now", &now];
        let made = self.hub.json(&words, &self.hub.data()).await?;
        self.heading("看板", "The dashboard");
        let (address, password) =
            (format!("http://127.0.0.1:{}/", self.hub.port), text_of(&made["password"])?);
        self.line(&format!("  {address}"));
        let station = &self.district.stations[0].name;
        self.tell(
            &format!("登录：{}（{station}教导员），密码 {password}。按 Ctrl-C 结束。", head.name),
            &format!("Sign in as {} (head of {station}), password {password}. Ctrl-C ends.", head.name),
        );
        Ok(())
    }
}

/// The state of an exported row, whose last day stands in a cell of its own.
fn state_of(row: &Value) -> Result<CoverageState> {
    let mut state = serde_json::json!({ "state": row["state"] });
    if !row["last_day"].is_null() {
        state["last_day"] = row["last_day"].clone();
    }
    Ok(serde_json::from_value(state)?)
}

/// Colour is never the only sign, and here there is none.
const fn sign(state: CoverageState) -> &'static str {
    match state {
        CoverageState::Met => "✓",
        CoverageState::OnTrack { .. } => "·",
        CoverageState::Due { .. } => "○",
        CoverageState::Late { .. } => "!",
        CoverageState::Missed => "×",
        CoverageState::Exempt => "–",
    }
}

fn urgency(state: &str) -> usize {
    ["missed", "late", "due", "on_track", "met", "exempt"].iter().position(|one| *one == state).unwrap_or(6)
}

/// What lies in the hub's store, read straight from its tables.
async fn on_hub(data: &Path) -> Result<Vec<OnHub>> {
    let store = Store::open_file(&data.join("hub.db")).await?;
    let mut db = store.read().await?;
    let rows = sqlx::query(
        "SELECT r.record_id, r.device_id, r.seq, p.jws FROM records r \
         LEFT JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id",
    )
    .fetch_all(&mut *db)
    .await?;
    let records = rows.iter().map(|row| {
        let jws = row.opt_text("jws")?.unwrap_or_default();
        Ok(OnHub {
            record: row.id::<RecordId>("record_id")?.to_string(),
            sha256: Sha256Hash::of(jws.as_bytes()).to_string(),
            chain: (row.id::<DeviceId>("device_id")?.to_string(), row.count("seq")?),
        })
    });
    let records = records.collect::<Result<_>>()?;
    drop(db);
    store.close().await;
    Ok(records)
}

/// The photos on the hub's shelf by their ids.
fn jpegs(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for station in fs::read_dir(folder)? {
        let station = station?;
        if !station.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(station.path())? {
            let path = file?.path();
            let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            found.push((id, fs::read(&path)?));
        }
    }
    Ok(found)
}

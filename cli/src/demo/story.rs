//! What happens, told as it happens.
//!
//! - this file: the cast and the order of things. `offline`: a month without signal, and a phone that
//!   dies in an inspection. `upload`: handing over on a bad network. `ending`: the table and the audit.

mod ending;
mod offline;
mod upload;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use chrono::NaiveTime;
use serde_json::Value;
use xuncha_core::domain::{Locale, Month, Role, Timestamp, distance};

use super::district::{District, NEAR_SCHOOL_M};
use super::process::{Hub, Phone, Program};
use super::proxy::{Faults, Proxy};
use super::{DemoArgs, Seeded, asked_to_stop, picture};
use crate::failure::Failure;
use crate::output::Out;

pub(super) use ending::Ended;

/// Everything that takes part.
struct Story {
    out: Out,
    folder: PathBuf,
    district: District,
    program: Program,
    hub: Hub,
    proxy: Proxy,
    phones: Vec<Phone>,
    pictures: Vec<PathBuf>,
    /// What it is at `begun`.
    start: Timestamp,
    begun: Instant,
    /// The records that phones said were saved, as they said it.
    saved: Vec<String>,
    /// Phones killed.
    killed: u32,
    /// Times the hub was killed and started again.
    restarts: u32,
}

/// Tells the story and gives what the audit found.
pub(super) async fn tell(args: &DemoArgs, folder: &Path, out: Out) -> Result<Ended, Failure> {
    let begun = Instant::now();
    let mut story = Story::begin(args.seed, folder, out).await?;
    story.enrol().await?;
    story.work_offline().await?;
    story.break_off().await?;
    story.upload().await?;
    let ended = story.end(begun.elapsed()).await?;
    if out.is_json() {
        out.print(&format!("{}\n", serde_json::to_string(&ended)?))?;
    }
    if !args.exit {
        story.leave_up().await?;
        asked_to_stop().await?;
    }
    Ok(ended)
}

impl Story {
    /// Makes the district, imports it, starts the hub.
    async fn begin(seed: u64, folder: &Path, out: Out) -> Result<Self> {
        let month = Month::of(Timestamp::from(chrono::Utc::now()).day());
        let district = District::new(seed, month)?;
        let afternoon = NaiveTime::from_hms_opt(15, 0, 0).context("three o'clock")?;
        let start = Timestamp::at_shanghai(district.today, afternoon);
        let program = Program::this(folder, out.locale())?;
        let hub = Hub::new(&program, folder);
        let upstream = std::net::SocketAddr::from(([127, 0, 0, 1], 9));
        let mut story = Self {
            out,
            folder: folder.to_owned(),
            program,
            proxy: Proxy::start(upstream, Faults::NONE, seed).await?,
            hub,
            phones: Vec::new(),
            pictures: Vec::new(),
            start,
            begun: Instant::now(),
            saved: Vec::new(),
            killed: 0,
            restarts: 0,
            district,
        };
        story.title(seed);
        story.take_pictures(seed)?;
        story.import().await?;
        story.hub.start(story.now()).await?;
        story.proxy.set_upstream(([127, 0, 0, 1], story.hub.port).into());
        story.tell(
            &format!("服务器启动，地址 http://127.0.0.1:{}，手机经由一段不好的网络到达它。", story.hub.port),
            &format!(
                "The hub runs at http://127.0.0.1:{}; phones reach it over a bad network.",
                story.hub.port
            ),
        );
        Ok(story)
    }

    /// The moment it is in the story: time goes on as outside, from another day.
    fn now(&self) -> Timestamp {
        self.start.plus_millis(i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(0))
    }

    fn tell(&self, zh: &str, en: &str) {
        self.line(&format!("  {}", self.out.pick(zh, en)));
    }

    fn heading(&self, zh: &str, en: &str) {
        self.line(&format!("\n{}", self.out.pick(zh, en)));
    }

    /// The story goes where people read it: with `--json`, standard output is for the figures.
    fn line(&self, text: &str) {
        if self.out.is_json() {
            self.out.say(text);
        } else {
            // Whoever stopped reading does not stop the story.
            let _ = self.out.print(&format!("{text}\n"));
        }
    }

    fn title(&self, seed: u64) {
        let today = self.district.today;
        self.line(self.out.pick("巡查 xuncha · 演示", "xuncha 巡查 · demo"));
        self.tell(
            &format!("人、场所、学校都是编造的（种子 {seed}）。故事里今天是 {today}。"),
            &format!("People, venues and schools are made up (seed {seed}). In the story today is {today}."),
        );
    }

    fn take_pictures(&mut self, seed: u64) -> Result<()> {
        let mut chance = Seeded::new(seed);
        for number in 0..3 {
            let path = self.folder.join(format!("picture-{number}.jpg"));
            fs::write(&path, picture::picture(&mut chance)?)?;
            self.pictures.push(path);
        }
        Ok(())
    }

    async fn import(&self) -> Result<()> {
        self.heading("一、导入", "1. Import");
        let files = self.district.write(&self.folder)?;
        let data = self.hub.data();
        let text = |path: &Path| path.display().to_string();
        let lists =
            ["--stations", &text(&files.stations), "--members", &text(&files.members)].map(str::to_owned);
        let cafes = ["--venues", &text(&files.cafes), "--datum", "gcj02"].map(str::to_owned);
        let maps = ["--venues", &text(&files.arcades), "--schools", &text(&files.schools)].map(str::to_owned);
        let mut rows = 0;
        for words in [lists.to_vec(), cafes.to_vec(), maps.to_vec()] {
            let words: Vec<_> = std::iter::once("import").chain(words.iter().map(String::as_str)).collect();
            let told = self.hub.json(&words, &data).await?;
            rows += told["new"].as_u64().unwrap_or(0);
        }
        let stations = self.district.stations.len();
        self.tell(
            &format!("{stations} 个工作站，共 {rows} 行：人员和网吧来自 CSV（网吧坐标为 GCJ-02），游艺厅和学校来自 GeoJSON。"),
            &format!(
                "{stations} stations, {rows} rows: people and cafés from CSV (cafés in GCJ-02), arcades and schools from GeoJSON."
            ),
        );
        let (venue, school) = (&self.district.stations[0].venues[0], &self.district.stations[0].schools[0]);
        let metres = school.points.iter().map(|at| distance(*at, venue.at).0).fold(f64::INFINITY, f64::min);
        self.tell(
            &format!("{}离{}校园约 {NEAR_SCHOOL_M:.0} 米（参考距离；到最近的角 {metres:.0} 米）。", venue.name, school.name),
            &format!(
                "{} lies about {NEAR_SCHOOL_M:.0} m from the campus of {} (reference distance; {metres:.0} m to the nearest corner).",
                venue.name, school.name
            ),
        );
        Ok(())
    }

    /// Cards for everybody who goes out, and for one head; each phone enrols and fetches its station.
    async fn enrol(&mut self) -> Result<()> {
        self.heading("二、登记手机", "2. Enrol the phones");
        let data = self.hub.data();
        for (station, patch) in self.district.stations.iter().enumerate() {
            for (by, person) in patch.people.iter().enumerate() {
                if person.role == Role::Head && station > 0 {
                    continue;
                }
                let (url, now) = (self.proxy.url(), self.now().to_string());
                let words = ["hub", "enrol-code", "--member", &person.name, "--hub", &url, "--now", &now];
                let card = self.hub.json(&words, &data).await?;
                let phone = Phone {
                    owner: person.name.clone(),
                    station,
                    by,
                    dir: self.folder.join(format!("phone-{station}-{by}")),
                    program: self.program.clone(),
                };
                let link = text_of(&card["link"])?;
                phone.json(self.now(), &["enrol", "--link", &link, "--label", &person.name]).await?;
                phone.json(self.now(), &["sync"]).await?;
                self.phones.push(phone);
            }
        }
        let locale = self.out.locale();
        let roles = [Role::Volunteer, Role::Police, Role::Head].map(|role| {
            let of_role = |phone: &&Phone| self.role(phone) == role;
            let label = role.label(locale);
            let count = self.phones.iter().filter(of_role).count();
            match locale {
                Locale::ZhHans => format!("{label} {count} 部"),
                Locale::En => format!("{label}: {count}"),
            }
        });
        self.tell(
            &format!("{}。每部手机是一个单独的进程。", roles.join("、")),
            &format!("{}. Each phone is a process of its own.", roles.join(", ")),
        );
        self.proxy.set_online(false);
        Ok(())
    }

    fn role(&self, phone: &Phone) -> Role {
        self.district.stations[phone.station].people[phone.by].role
    }

    fn phone(&self, station: usize, by: usize) -> Result<&Phone> {
        let found = self.phones.iter().find(|phone| (phone.station, phone.by) == (station, by));
        found.context("nobody enrolled that phone")
    }
}

fn text_of(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("a text was expected, not {value}"))
}

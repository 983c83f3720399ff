//! Coverage of a whole city, 157 stations and 13 000 venues, as its page is asked for again and again while
//! records come in: before each request a station takes one more.

use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect;
use xuncha_core::domain::{Member, Role, Timestamp};
use xuncha_core::wire::RecordAnswer;
use xuncha_hub::dashboard::{password, percent};
use xuncha_hub::world::World;
use xuncha_hub::{App, Config};

use super::report::{Figure, Goal};
use crate::client::client;
use crate::database::Engine;
use crate::device::{Answer, Device};
use crate::founding::Founding;
use crate::hub::Hub;

const STATIONS: u16 = 157;
pub(super) const VENUES: usize = 83;
/// Requests that do not count: until each of the hub's connections to the database knows its statements, and the hub has
/// looked through every station for what is to be erased, as it does at its start and once a day.
const WARM: usize = 200;
/// Seconds that a page may take the hub; one of the bounds between which it counts.
const SOON: &str = "0.005";
pub(super) const PASSWORD: &str = "量一量城市的覆盖要多久";

/// Milliseconds from request to whole page over loopback.
pub async fn page(engine: Engine) -> Result<Vec<Option<Figure>>> {
    let folder = tempfile::tempdir()?;
    let database = engine.create().await?;
    let mut hub = Hub::new(folder.path(), database.clone());
    let mut config = Config::new(hub.data());
    config.database_url = database;
    let app = App::open(config, World::real()).await?;
    let stations = found(&app, VENUES).await?;
    password::set(&app, admin_of(&stations)?, PASSWORD, None).await?;
    app.store.close().await;
    hub.start()?;
    let asked = ask(&hub, &stations, 40).await?;
    let of = "of a city, 157 stations and 13 000 venues";
    Ok(vec![
        Figure::of(&format!("coverage page {of}, {engine:?}"), "ms", asked.pages, Goal::AtMost, 5.0),
        Figure::of(
            &format!("the day's first {of}, {engine:?}"),
            "ms",
            vec![asked.first],
            Goal::AtMost,
            500.0,
        ),
    ])
}

/// How long pages took, in milliseconds.
pub(super) struct Asked {
    /// The very first, for which every station has to be summed.
    pub(super) first: f64,
    /// Each of the others, for which one station has.
    pub(super) pages: Vec<f64>,
    /// How many hundredths of those the hub had ready within [`SOON`], by its own figures.
    pub(super) soon: f64,
}

/// Asks so many times for the city's page as its administrator.
pub(super) async fn ask(hub: &Hub, stations: &[Founding], times: usize) -> Result<Asked> {
    let admin = admin_of(stations)?;
    let inspects = |member: &&Member| member.role.may_inspect();
    let volunteer = stations[0].members.iter().find(inspects).context("somebody inspects")?;
    let link = hub.card(volunteer.id)?;
    let mut device = Device::enrol(hub.url(), link.code, [1; 32]).await?;
    let mut venues = stations[0].venues.iter().cycle();
    let cookie = sign_in(hub, admin).await?;
    let (client, url) = (client(), format!("{}/coverage", hub.url()));
    let (mut first, mut pages, mut warm) = (0.0, Vec::new(), Answered::default());
    for run in 0..=WARM + times {
        if run == WARM + 1 {
            warm = Answered::of_pages(hub).await?;
        }
        let venue = venues.next().context("the first station has venues")?.id;
        let now: Timestamp = chrono::Utc::now().into();
        let record = device.inspect(venue, now, run as u64)?;
        let Answer::Read(push) = device.push_sealed(&[record]).await? else {
            bail!("a push was turned away")
        };
        ensure!(matches!(push.answers[..], [RecordAnswer::Accepted { .. }]), "{:?}", push.answers);
        let begun = Instant::now();
        let answer = client.get(&url).header(COOKIE, &cookie).send().await?.error_for_status()?;
        let page = answer.bytes().await?;
        let took = begun.elapsed().as_secs_f64() * 1_000.0;
        ensure!(page.len() > usize::from(STATIONS) * 50, "{}", String::from_utf8_lossy(&page));
        match run {
            0 => first = took,
            run if run > WARM => pages.push(took),
            _ => {}
        }
    }
    let all = Answered::of_pages(hub).await?;
    let (soon, counted) = (all.soon - warm.soon, all.all - warm.all);
    #[allow(clippy::cast_precision_loss)] // a thousand pages
    let soon = soon as f64 * 100.0 / counted as f64;
    ensure!(counted == times as u64, "the hub counts {counted} pages of {times}");
    Ok(Asked { first, pages, soon })
}

/// How many pages of coverage the hub answered, and how many of them within [`SOON`]: from the figures that Prometheus
/// reads of it.
#[derive(Default)]
struct Answered {
    soon: u64,
    all: u64,
}

impl Answered {
    async fn of_pages(hub: &Hub) -> Result<Self> {
        let figures = client().get(format!("{}/metrics", hub.url())).send().await?.text().await?;
        let figure = |start: &str| {
            let line = figures.lines().find_map(|line| line.strip_prefix(start));
            line.with_context(|| format!("no figure {start}"))?.trim().parse().context("a figure is a number")
        };
        let of = r#"route="/coverage",method="GET""#;
        Ok(Self {
            soon: figure(&format!(r#"xuncha_request_seconds_bucket{{{of},le="{SOON}"}}"#))?,
            all: figure(&format!("xuncha_request_seconds_count{{{of}}}"))?,
        })
    }
}

/// The cookie of somebody who signed in at the desk.
async fn sign_in(hub: &Hub, member: &Member) -> Result<String> {
    _ = client();
    let desk = reqwest::Client::builder().redirect(redirect::Policy::none()).build()?;
    let form = format!("name={}&password={}&next=", percent(member.name.as_str()), percent(PASSWORD));
    let request = desk.post(format!("{}/sign-in", hub.url())).body(form);
    let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
    ensure!(
        answer.headers().get(LOCATION).is_some_and(|to| to == "/coverage"),
        "{} at sign-in",
        answer.status()
    );
    let cookie = answer.headers().get(SET_COOKIE).context("a session's cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Who looks after the city: the leader of its first station.
pub(super) fn admin_of(stations: &[Founding]) -> Result<&Member> {
    let first = stations.first().and_then(|station| station.members.first());
    first.context("the first station has the admin")
}

/// Writes a city of 157 stations with so many venues each.
pub(super) async fn found(app: &App, venues: usize) -> Result<Vec<Founding>> {
    let now: Timestamp = chrono::Utc::now().into();
    let mut stations = Vec::new();
    for number in 0..STATIONS {
        let name = format!("第{number}派出所关爱工作站");
        let mut founding = Founding::new(&name, &format!("第{}分局", number / 13), now, number)?;
        let role = if number == 0 { Role::Admin } else { Role::Head };
        founding.member("负责人", role, now)?;
        founding.member("志愿者", Role::Volunteer, now)?;
        for venue in 0..venues {
            founding.cafe(&name_of(venue), now)?;
        }
        founding.write(app).await?;
        stations.push(founding);
    }
    Ok(stations)
}

/// Names of a few thousand kinds, so that what is typed finds some and not all.
fn name_of(number: usize) -> String {
    const PARTS: [&str; 16] = [
        "蓝鲸", "银杏", "极昼", "双子", "北风", "流火", "青藤", "远山", "白塔", "星河", "晨光", "柳岸",
        "飞鱼", "长桥", "红叶", "松涛",
    ];
    let part = |by: usize| PARTS[number / by % PARTS.len()];
    format!("{}{}网吧{number}", part(1), part(PARTS.len()))
}

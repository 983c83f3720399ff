//! kill -9 of phone and hub, two hundred times each, in every phase of their work: how often each was hit is
//! counted and told, and one that never was fails the test. `photos`: half of the hub's, while a photo comes.

mod photos;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use sqlx::Row as _;
use tokio::task::JoinHandle;
use xuncha_core::domain::{RecordId, Timestamp};
use xuncha_core::field::FieldBook;
use xuncha_core::wire::{Jws, RecordAnswer, verify_receipt};
use xuncha_hub::store::Store;
use xuncha_tests::audit::Holdings;
use xuncha_tests::chance::Chance;
use xuncha_tests::database::Engine;
use xuncha_tests::device::{Answer, Device};
use xuncha_tests::hub::Hub;
use xuncha_tests::station::Site;

const KILLS: usize = 200;

/// What a phone's process promised before it was killed.
#[derive(Default)]
struct Promised {
    saved: BTreeSet<RecordId>,
    received: BTreeSet<RecordId>,
}

/// In which phases of the work the kills hit.
type Hits = BTreeMap<&'static str, usize>;

/// Tells them, whether the test's output is shown or not.
fn tell(who: &str, hits: &Hits) {
    let _ = writeln!(std::io::stderr(), "{who} was killed in these phases: {hits:?}");
}

/// The phases of a phone's work, as its process names them.
const PHASES: [&str; 5] = ["draft", "finish", "push", "photo", "pull"];

/// Lets a phone's process work until it has entered a phase so often, kills it a moment later, and reads its
/// promises. Gives the phase that it died in.
fn work_and_die(
    folder: &Path,
    seed: u64,
    aim: (&str, usize),
    pause: Duration,
    promised: &mut Promised,
) -> &'static str {
    let mut child = Command::new(env!("CARGO_BIN_EXE_phone"))
        .arg(folder)
        .arg(seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let (phase, times) = aim;
    let (mut entered, mut last) = (0, "opening");
    for line in BufReader::new(out).lines() {
        let line = line.unwrap();
        match line.split_once(' ') {
            Some(("saved", id)) => drop(promised.saved.insert(id.parse().unwrap())),
            Some(("received", id)) => drop(promised.received.insert(id.parse().unwrap())),
            Some(("phase", name)) => {
                last = PHASES.into_iter().find(|phase| *phase == name).unwrap();
                entered += usize::from(name == phase);
                if name == phase && entered == times {
                    std::thread::sleep(pause);
                    child.kill().unwrap();
                }
            }
            _ => assert_eq!(line, "open"),
        }
    }
    assert!(entered >= times, "the phone stopped by itself");
    child.wait().unwrap();
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_killed_two_hundred_times_keeps_every_promise() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 5).await.unwrap();
    let home = folder.path().join("phone");
    drop(site.phone(&home, site.volunteers[0], None).await.unwrap());
    let mut chance = Chance::new(1);
    let (mut promised, mut hits) = (Promised::default(), Hits::new());
    for seed in 0..KILLS {
        let aim = (PHASES[seed % PHASES.len()], 1 + chance.below(4));
        let pause = Duration::from_micros(chance.below(3_000) as u64);
        *hits.entry(work_and_die(&home, seed as u64, aim, pause, &mut promised)).or_default() += 1;
    }
    tell("a phone", &hits);
    assert!(PHASES.iter().all(|phase| hits.contains_key(phase)), "{hits:?}");

    let book = FieldBook::open(&home.join("data"), &Site::tools(&home).unwrap()).unwrap();
    let report = book.sync(None).await.unwrap();
    assert_eq!((report.stuck, report.records_waiting, report.photos_waiting), (None, 0, 0), "{report:?}");
    assert_eq!(book.self_check().unwrap().issues, []);
    let holdings = Holdings::of(&site).await.unwrap();
    assert!(
        promised.saved.len() > KILLS / 4,
        "only {} were saved: the phone hardly worked",
        promised.saved.len()
    );
    assert!(!promised.received.is_empty());
    for record in promised.saved.iter().chain(&promised.received) {
        holdings.must_have(*record, Some(&book.record(*record).unwrap().sha256)).unwrap();
    }
    assert_eq!(
        holdings.must_have_all_of(&book).unwrap(),
        holdings.len(),
        "the hub has none that the phone has not"
    );
    site.hub.must_verify().unwrap();
}

/// What the hub said of a batch.
struct Signed {
    records: Vec<RecordId>,
    /// How many of them it had before.
    had: usize,
}

/// Pushes a batch; gives what the hub signed for, or why there was no answer.
async fn push(
    device: &mut Device,
    site: &Site,
    unanswered: &mut Vec<Jws>,
    number: &mut u64,
) -> anyhow::Result<Signed> {
    while unanswered.len() < 5 {
        *number += 1;
        let venue = site.venues[usize::try_from(*number).unwrap() % site.venues.len()];
        let now: Timestamp = chrono::Utc::now().into();
        unanswered.push(device.inspect(venue, now.plus_millis(-3_600_000), *number).unwrap());
    }
    let Answer::Read(push) = device.push_sealed(unanswered).await? else { bail!("turned away") };
    let mut signed = Signed { records: Vec::new(), had: 0 };
    for (answer, sent) in push.answers.iter().zip(unanswered.iter()) {
        let (id, receipt) = match answer {
            RecordAnswer::Accepted { id, receipt } => (id, receipt),
            RecordAnswer::AlreadyHad { id, receipt } => {
                signed.had += 1;
                (id, receipt)
            }
            RecordAnswer::Refused { .. } => panic!("{answer:?}"),
        };
        verify_receipt(receipt, &device.hub_key, *id, sent.hash()).unwrap();
        signed.records.push(*id);
    }
    unanswered.clear();
    Ok(signed)
}

/// Waits until something is written to the hub's database, or the hub stands still.
async fn until_it_wrote(store: &Store) {
    let changes = async || {
        let mut db = store.read().await.ok()?;
        let query = "SELECT CAST(SUM(changes) AS BIGINT) FROM stations";
        sqlx::query(query).fetch_one(&mut *db).await.ok()?.try_get::<i64, _>(0).ok()
    };
    let begun = Instant::now();
    let mut before = changes().await;
    while begun.elapsed() < Duration::from_secs(10) {
        let now = changes().await;
        if before.is_some() && now > before {
            return;
        }
        before = before.or(now);
    }
}

/// What a kill hit: the hub before its commit, or after it and before its answer had come; or it was at rest.
const COMMIT: [&str; 2] = ["before the commit", "after the commit"];

/// kill -9 of a hub once something has happened.
fn kill_when(hub: &Hub, happened: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let pid = i32::try_from(hub.pid().unwrap()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    tokio::spawn(async move {
        happened.await;
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    })
}

async fn a_hub_killed_two_hundred_times(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::build(folder.path(), engine.create().await.unwrap(), 1, 7).await.unwrap();
    let mut device = site.device(site.volunteers[0], 9).await.unwrap();
    let store = Arc::new(site.store().await.unwrap());
    let mut chance = Chance::new(2);
    let (mut receipted, mut unanswered, mut number) = (Vec::new(), Vec::new(), 0);
    // As long as the first push takes on this machine, so that kills fall before, into and after one.
    let begun = Instant::now();
    receipted.extend(push(&mut device, &site, &mut unanswered, &mut number).await.unwrap().records);
    let usual = usize::try_from(begun.elapsed().as_micros()).unwrap().min(100_000);
    let mut hits = Hits::new();
    for kill in 0..KILLS / 2 {
        let moment = Duration::from_micros(1_000 + chance.below(3 * usual) as u64);
        // Every other one as soon as a commit is seen.
        let watched = (kill % 2 == 1).then(|| store.clone());
        let killer = kill_when(&site.hub, async move {
            match watched {
                Some(store) => until_it_wrote(&store).await,
                None => tokio::task::spawn_blocking(move || std::thread::sleep(moment)).await.unwrap(),
            }
        });
        let unheard = loop {
            match push(&mut device, &site, &mut unanswered, &mut number).await {
                Ok(signed) => receipted.extend(signed.records),
                Err(error) => break error,
            }
        };
        killer.await.unwrap();
        site.hub.kill();
        site.hub.start().unwrap();
        device.lead_to(site.hub.url());
        let signed = push(&mut device, &site, &mut unanswered, &mut number).await.unwrap();
        assert!(
            signed.had == 0 || signed.had == signed.records.len(),
            "a batch is taken whole or not at all"
        );
        let refused = unheard.downcast_ref().is_some_and(reqwest::Error::is_connect);
        let hit = if refused { "at rest" } else { COMMIT[usize::from(signed.had > 0)] };
        *hits.entry(hit).or_default() += 1;
        receipted.extend(signed.records);
    }
    assert!(COMMIT.iter().all(|phase| hits.contains_key(phase)), "{hits:?}");
    assert!(unanswered.is_empty());
    hits.extend(photos::under_kills(&mut site, &mut device, &store, &mut number, KILLS / 2).await);
    tell("a hub", &hits);
    let holdings = Holdings::of(&site).await.unwrap();
    assert!(receipted.len() > KILLS / 2, "only {} receipts: the hub hardly worked", receipted.len());
    for record in &receipted {
        holdings.must_have(*record, None).unwrap();
    }
    assert_eq!(holdings.len(), usize::try_from(number).unwrap(), "every record sent, each once");
    site.hub.must_verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_on_sqlite_killed_two_hundred_times_has_every_record_it_signed_for() {
    a_hub_killed_two_hundred_times(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_on_postgresql_killed_two_hundred_times_has_every_record_it_signed_for() {
    if Engine::all().unwrap().contains(&Engine::Postgres) {
        a_hub_killed_two_hundred_times(Engine::Postgres).await;
    }
}

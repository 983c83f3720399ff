//! kill -9 of phone and hub, two hundred times each, at moments drawn from a seed.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use xuncha_core::domain::{RecordId, Timestamp};
use xuncha_core::field::FieldBook;
use xuncha_core::wire::{Jws, RecordAnswer, verify_receipt};
use xuncha_tests::audit::Holdings;
use xuncha_tests::chance::Chance;
use xuncha_tests::database::Engine;
use xuncha_tests::device::{Answer, Device};
use xuncha_tests::station::Site;

const KILLS: usize = 200;

/// What a phone's process promised before it was killed.
#[derive(Default)]
struct Promised {
    saved: BTreeSet<RecordId>,
    received: BTreeSet<RecordId>,
}

/// Lets a phone's process work for a moment, kills it, and reads its promises.
fn work_and_die(folder: &Path, seed: u64, moment: Duration, promised: &mut Promised) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_phone"))
        .arg(folder)
        .arg(seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    for line in BufReader::new(out).lines() {
        let line = line.unwrap();
        match line.split_once(' ') {
            Some(("saved", id)) => drop(promised.saved.insert(id.parse().unwrap())),
            Some(("received", id)) => drop(promised.received.insert(id.parse().unwrap())),
            _ => assert_eq!(line, "open"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_killed_two_hundred_times_keeps_every_promise() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 5).await.unwrap();
    let home = folder.path().join("phone");
    drop(site.phone(&home, site.volunteers[0], None).await.unwrap());
    let mut chance = Chance::new(1);
    let mut promised = Promised::default();
    for seed in 0..KILLS {
        let moment = Duration::from_millis(20 + chance.below(180) as u64);
        work_and_die(&home, seed as u64, moment, &mut promised);
    }

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

/// Pushes a batch; gives what the hub signed for, none if it was killed under it.
async fn push(
    device: &mut Device,
    site: &Site,
    unanswered: &mut Vec<Jws>,
    number: &mut u64,
) -> Option<Vec<RecordId>> {
    while unanswered.len() < 5 {
        *number += 1;
        let venue = site.venues[usize::try_from(*number).unwrap() % site.venues.len()];
        let now: Timestamp = chrono::Utc::now().into();
        unanswered.push(device.inspect(venue, now.plus_millis(-3_600_000), *number).unwrap());
    }
    let Ok(Answer::Read(push)) = device.push_sealed(unanswered).await else { return None };
    let mut receipted = Vec::new();
    for (answer, sent) in push.answers.iter().zip(unanswered.iter()) {
        let (RecordAnswer::Accepted { id, receipt } | RecordAnswer::AlreadyHad { id, receipt }) = answer
        else {
            panic!("{answer:?}");
        };
        verify_receipt(receipt, &device.hub_key, *id, sent.hash()).unwrap();
        receipted.push(*id);
    }
    unanswered.clear();
    Some(receipted)
}

async fn a_hub_killed_two_hundred_times(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::build(folder.path(), engine.create().await.unwrap(), 1, 7).await.unwrap();
    let mut device = site.device(site.volunteers[0], 9).await.unwrap();
    let mut chance = Chance::new(2);
    let (mut receipted, mut unanswered, mut number) = (Vec::new(), Vec::new(), 0);
    // As long as the first push takes on this machine, so that kills fall before, into and after one.
    let begun = Instant::now();
    receipted.extend(push(&mut device, &site, &mut unanswered, &mut number).await.unwrap());
    let usual = usize::try_from(begun.elapsed().as_micros()).unwrap().min(100_000);
    for _ in 0..KILLS {
        let pid = site.hub.pid().unwrap();
        let moment = Duration::from_micros(1_000 + chance.below(3 * usual) as u64);
        let killer = tokio::task::spawn_blocking(move || {
            std::thread::sleep(moment);
            let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        while let Some(some) = push(&mut device, &site, &mut unanswered, &mut number).await {
            receipted.extend(some);
        }
        killer.await.unwrap();
        site.hub.kill();
        site.hub.start().unwrap();
        device.lead_to(site.hub.url());
    }
    let Answer::Read(last) = device.push_sealed(&unanswered).await.unwrap() else { panic!("turned away") };
    assert_eq!(last.answers.len(), unanswered.len());
    let holdings = Holdings::of(&site).await.unwrap();
    assert!(receipted.len() > KILLS, "only {} receipts: the hub hardly worked", receipted.len());
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

//! Whole months from a seed, in one process, over SQLite and PostgreSQL.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

use std::collections::BTreeSet;

use xuncha_core::domain::{Month, Reason, Role};
use xuncha_core::field::book::RecordShown;
use xuncha_core::field::{FieldError, FieldErrorCode};
use xuncha_core::wire::ProblemCode;
use xuncha_tests::database::Engine;
use xuncha_tests::simulation::month::{Outcome, live};
use xuncha_tests::simulation::world::{Size, World};

fn month(size: Size, seed: u64, engine: Engine) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let november = Month::new(2026, 11).unwrap();
    let lived = runtime.block_on(live(size, november, seed, engine, folder.path()));
    lived.unwrap_or_else(|error| panic!("seed {seed} on {engine:?}: {error:?}"))
}

fn a_month_of_a_thousand_venues(engine: Engine) {
    if !Engine::all().unwrap().contains(&engine) {
        return;
    }
    let outcome = month(Size { stations: 2, venues: 500, volunteers: 5 }, 1, engine);
    println!("{engine:?}: {outcome:?}");
    assert_eq!(outcome.venues, 1_000);
    // What happened was worth the name.
    assert!(outcome.records > 400 && outcome.returned > 20, "{outcome:?}");
    assert!(outcome.accidents > 40 && outcome.killed > 20, "{outcome:?}");
}

// Two tests, so that they run at once: a month is one thread's work.
#[test]
fn after_a_random_month_of_a_thousand_venues_phones_and_hub_on_sqlite_agree() {
    a_month_of_a_thousand_venues(Engine::Sqlite);
}

#[test]
fn after_a_random_month_of_a_thousand_venues_phones_and_hub_on_postgres_agree() {
    a_month_of_a_thousand_venues(Engine::Postgres);
}

#[test]
fn small_months_from_many_seeds_hold_too() {
    for seed in 10..16 {
        month(Size { stations: 1, venues: 8, volunteers: 3 }, seed, Engine::Sqlite);
    }
}

#[test]
fn a_head_reviews_on_the_phone_what_volunteers_sent() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for engine in Engine::all().unwrap() {
        runtime.block_on(review_by_phone(engine)).unwrap();
    }
}

async fn review_by_phone(engine: Engine) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let size = Size { stations: 1, venues: 3, volunteers: 2 };
    let world = World::found(size, Month::new(2026, 11).unwrap(), 3, engine, folder.path()).await?;
    world.road.smooth();
    let volunteer = world.enrolled(Role::Volunteer, 0, folder.path()).await?;
    let head = world.enrolled(Role::Head, 0, folder.path()).await?;
    let (volunteer, head) = (volunteer.book()?, head.book()?);

    let venues: Vec<_> = volunteer.home()?.venues.iter().map(|line| line.venue).collect();
    let mut records = Vec::new();
    for venue in &venues[..3] {
        records.push(volunteer.finish(volunteer.start(*venue, &[], None)?)?.record);
    }
    assert_eq!(head.review_queue()?.lines.len(), 0);
    volunteer.sync(None).await?;
    head.sync(None).await?;
    let queue = head.review_queue()?;
    let waiting: BTreeSet<_> = queue.lines.iter().map(|line| line.record).collect();
    assert_eq!(waiting, records.iter().copied().collect());
    assert_eq!(queue.lines[0].people[0].name, "志愿者0");

    head.approve(records[0]).await?;
    head.return_record(records[1], Reason::new("请补拍门口标识。")?).await?;
    assert_eq!(head.review_queue()?.text, "1 条待审核");
    // The same again changes nothing; another decision is told that somebody was faster.
    head.approve(records[0]).await?;
    let late = head.approve(records[1]).await.unwrap_err();
    assert!(matches!(late, FieldError::Hub { code: ProblemCode::AlreadyReviewed, .. }), "{late}");
    let refused = volunteer.approve(records[2]).await.unwrap_err();
    assert_eq!(refused.code(), FieldErrorCode::NotAllowed);

    volunteer.sync(None).await?;
    assert_eq!(volunteer.record(records[0])?.line.state.note.as_deref(), Some("已审核通过"));
    assert_eq!(volunteer.record(records[1])?.line.state.state, RecordShown::Returned);
    Ok(())
}

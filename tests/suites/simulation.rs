//! Whole months from a seed, in one process, over SQLite and PostgreSQL.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

use xuncha_core::domain::Month;
use xuncha_tests::database::Engine;
use xuncha_tests::simulation::month::{Outcome, live};
use xuncha_tests::simulation::world::Size;

fn month(size: Size, seed: u64, engine: Engine) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let november = Month::new(2026, 11).unwrap();
    let lived = runtime.block_on(live(size, november, seed, engine, folder.path()));
    lived.unwrap_or_else(|error| panic!("seed {seed} on {engine:?}: {error:?}"))
}

#[test]
fn after_a_random_month_of_a_thousand_venues_phones_and_hub_agree() {
    for engine in Engine::all().unwrap() {
        let outcome = month(Size { stations: 2, venues: 500, volunteers: 5 }, 1, engine);
        println!("{engine:?}: {outcome:?}");
        assert_eq!(outcome.venues, 1_000);
        // What happened was worth the name.
        assert!(outcome.records > 400 && outcome.returned > 20, "{outcome:?}");
        assert!(outcome.accidents > 40 && outcome.killed > 20, "{outcome:?}");
    }
}

#[test]
fn small_months_from_many_seeds_hold_too() {
    for seed in 10..16 {
        month(Size { stations: 1, venues: 8, volunteers: 3 }, seed, Engine::Sqlite);
    }
}

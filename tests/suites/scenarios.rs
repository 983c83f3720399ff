//! Every story of `tests/scenarios`, over SQLite and PostgreSQL.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

use std::path::Path;

use xuncha_tests::database::Engine;
use xuncha_tests::scenario::{driver, run, story::Story};

macro_rules! stories {
    ($($name:ident)+) => {
        $(#[test] fn $name() { tell(stringify!($name)); })+

        #[test]
        fn every_file_is_told() {
            let mut files: Vec<String> = std::fs::read_dir(folder())
                .unwrap()
                .filter_map(|file| Some(file.unwrap().file_name().to_str()?.strip_suffix(".json")?.to_owned()))
                .collect();
            files.sort();
            let mut told = vec![$(stringify!($name).to_owned(),)+];
            told.sort();
            assert_eq!(files, told);
        }
    };
}

stories! {
    clock_an_hour_off coarse_reading companions corrected_record double_tap draft_survives_a_kill duplicate_push
    error_page forged_receipt found_again found_again_after_one_did_not_look handed_over_by_stick
    head_looks_before_deciding hub_killed hub_rewound key_store_reset lost_answer month_edge newer_hub
    offline_week phone_newer_than_the_copy photo_cut_ten_times police_check_in reported_phone restored_phone
    returned_record revoked_device same_id_other_bytes spacing_rule suspended_and_closed two_phones_at_one_venue
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn tell(name: &str) {
    let text = std::fs::read_to_string(folder().join(name).with_extension("json")).unwrap();
    let story: Story = serde_json::from_str(&text).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // A phone in another language is told by one kind of hub; that both are alike the core's own phone shows.
    let engines = if driver::is_set() { vec![Engine::Sqlite] } else { Engine::all().unwrap() };
    for engine in engines {
        let folder = tempfile::tempdir().unwrap();
        if let Err(error) = runtime.block_on(run(&story, engine, folder.path())) {
            panic!("{} ({engine:?}): {error:?}", story.name);
        }
    }
}

//! Full disks: a small tmpfs under a phone and under a hub.

use std::path::{Path, PathBuf};
use std::process::Command;

use xuncha_core::domain::{Answer as ItemAnswerKind, ItemAnswer, Note, Timestamp};
use xuncha_core::field::FieldErrorCode;
use xuncha_core::wire::{ProblemCode, RecordAnswer, verify_receipt};
use xuncha_tests::audit::Holdings;
use xuncha_tests::device::Answer;
use xuncha_tests::scenario::picture;
use xuncha_tests::station::Site;

/// A small disk of its own; needs the right to mount, which CI has.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, kilobytes: u32) -> Self {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).status();
        assert!(mounted.unwrap().success(), "mounting a tmpfs needs root");
        Self(at.to_owned())
    }

    /// Fills what is left, down to the last byte.
    fn fill(&self) {
        let ballast = self.0.join("ballast");
        let mut size = 1 << 20;
        let mut bytes = std::fs::read(&ballast).unwrap_or_default();
        while size > 0 {
            let grown = [bytes.as_slice(), &vec![0; size]].concat();
            if std::fs::write(&ballast, &grown).is_ok() {
                bytes = grown;
            } else {
                std::fs::write(&ballast, &bytes).unwrap();
                size /= 2;
            }
        }
    }

    /// Gives back a little: what a write of a page takes.
    fn give_back_a_page(&self) {
        let ballast = std::fs::File::options().write(true).open(self.0.join("ballast")).unwrap();
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub(4096)).unwrap();
    }

    fn free(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_phone_says_so_and_goes_on_where_it_was_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 2).await.unwrap();
    let disk = SmallDisk::mount(&folder.path().join("phone"), 6_000);
    let book = site.phone(&disk.0, site.volunteers[0], None).await.unwrap();
    let saved_before = book.finish(book.start(site.venues[0], &[], None).unwrap()).unwrap();
    let draft = book.start(site.venues[1], &[], None).unwrap();
    let item = book.draft(draft).unwrap().items.last().unwrap().item.clone();
    let answer = |text: &str| ItemAnswer {
        item: item.clone(),
        answer: ItemAnswerKind::Text { text: Note::new(text).unwrap() },
        note: None,
    };
    book.answer(draft, &answer("业主配合")).unwrap();

    disk.fill();
    let full = |code: FieldErrorCode| assert_eq!(code, FieldErrorCode::StorageFull);
    full(book.add_photo(draft, None, &picture::jpeg(1600, 1200).unwrap()).unwrap_err().code());
    // What is already allocated may still take a few small rows; sooner or later none.
    let mut attempts = 0;
    let mut last = "业主配合".to_owned();
    let refused = loop {
        attempts += 1;
        let text = format!("{attempts}:{}", "很长的话".repeat(200));
        match book.answer(draft, &answer(&text)) {
            Ok(()) => last = text,
            Err(error) => break error,
        }
        assert!(attempts < 5_000, "the disk never filled");
    };
    full(refused.code());
    let shown = book.draft(draft).unwrap();
    let kept = shown.items.last().unwrap().answer.clone().unwrap();
    assert_eq!(kept, answer(&last), "the last answer that was taken still stands");

    disk.free();
    book.answer(draft, &answer("有空间了")).unwrap();
    book.finish(draft).unwrap();
    let report = book.sync(None).await.unwrap();
    assert_eq!((report.stuck, report.records_waiting), (None, 0));
    let holdings = Holdings::of(&site).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (2, 2));
    assert!(book.record(saved_before.record).unwrap().receipt.is_some());
    site.hub.must_verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_phone_neither_ends_a_visit_nor_takes_a_receipt_by_halves() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 40).await.unwrap();
    let disk = SmallDisk::mount(&folder.path().join("phone"), 6_000);
    let book = site.phone(&disk.0, site.volunteers[0], None).await.unwrap();
    let drafts: Vec<_> = site.venues.iter().map(|venue| book.start(*venue, &[], None).unwrap()).collect();
    let (early, late) = drafts.split_at(10);
    for draft in early {
        book.finish(*draft).unwrap();
    }
    disk.fill();
    let mut finished = early.len();
    let mut refused = Vec::new();
    for draft in late {
        match book.finish(*draft) {
            Ok(_) => finished += 1,
            Err(error) => {
                assert_eq!(error.code(), FieldErrorCode::StorageFull);
                refused.push(*draft);
            }
        }
    }
    assert!(!refused.is_empty(), "the disk never filled");
    let open: Vec<_> = book.drafts().unwrap().into_iter().map(|line| line.draft).collect();
    assert!(refused.iter().all(|draft| open.contains(draft)) && open.len() == refused.len());
    // The hub takes them; what the phone cannot keep of its answer it asks for again.
    if let Err(error) = book.sync(None).await {
        assert_eq!(error.code(), FieldErrorCode::StorageFull);
    }
    let lines = book.history(None, 100).unwrap().lines;
    assert_eq!(lines.len(), finished);

    disk.free();
    for draft in refused {
        book.finish(draft).unwrap();
        finished += 1;
    }
    let report = book.sync(None).await.unwrap();
    assert_eq!((report.stuck, report.records_waiting), (None, 0));
    let holdings = Holdings::of(&site).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (finished, finished));
    site.hub.must_verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_phone_hands_over_by_file_and_says_of_an_answer_that_it_is_read_as_soon_as_all_of_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 6).await.unwrap();
    let disk = SmallDisk::mount(&folder.path().join("phone"), 6_000);
    let book = site.phone(&disk.0, site.volunteers[0], None).await.unwrap();
    let (last, visited) = site.venues.split_last().unwrap();
    for venue in visited {
        let draft = book.start(*venue, &[], None).unwrap();
        book.add_photo(draft, None, &picture::jpeg(400, 300).unwrap()).unwrap();
        book.finish(draft).unwrap();
    }
    let draft = book.start(*last, &[], None).unwrap();
    let item = book.draft(draft).unwrap().items.last().unwrap().item.clone();
    disk.fill();
    // What is already allocated may still take a few rows.
    let mut attempts = 0;
    let answer = |text: &str| ItemAnswer {
        item: item.clone(),
        answer: ItemAnswerKind::Text { text: Note::new(text).unwrap() },
        note: None,
    };
    while book.answer(draft, &answer(&format!("{attempts}:{}", "很长的话".repeat(200)))).is_ok() {
        attempts += 1;
        assert!(attempts < 5_000, "the disk never filled");
    }

    let [out, back] = ["out.xuncha", "back.xuncha"].map(|name| folder.path().join(name));
    let written = book.hand_over(&out).await.unwrap();
    assert_eq!((written.records, written.photos, written.left), (5, 5, 0));
    assert!(out.is_file() && book.hand_over_page().unwrap().written.is_some());
    site.hub.take_file(&out, &back).unwrap();
    let mut refused = 0;
    let taken = loop {
        match book.take_answer(&back).await {
            Ok(taken) => break taken,
            Err(error) => {
                assert_eq!(error.code(), FieldErrorCode::StorageFull);
                let page = book.hand_over_page().unwrap();
                assert!(page.records + page.photos > 0, "all of it was done, and it was told as a failure");
                assert!(page.written.is_some(), "its answer is not read to the end");
            }
        }
        refused += 1;
        assert!(refused < 400, "it was never read");
        disk.give_back_a_page();
    };
    assert!(refused > 0, "the disk never filled");
    assert_eq!((taken.report.records_waiting, taken.report.photos_waiting), (0, 0));

    disk.free();
    book.sync(None).await.unwrap();
    book.finish(draft).unwrap();
    assert_eq!(book.hand_over_page().unwrap().written, None);
    assert_eq!(book.sync(None).await.unwrap().records_waiting, 0);
    let holdings = Holdings::of(&site).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (6, 6));
    site.hub.must_verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_room_for_photos_says_so_and_gets_them_once_there_is_some() {
    let folder = tempfile::tempdir().unwrap();
    let disk = SmallDisk::mount(&folder.path().join("disk"), 12_000);
    let site = Site::build(&disk.0, None, 1, 3).await.unwrap();
    let book = site.phone(&folder.path().join("phone"), site.volunteers[0], None).await.unwrap();
    for venue in &site.venues {
        let draft = book.start(*venue, &[], None).unwrap();
        for _ in 0..3 {
            book.add_photo(draft, None, &picture::jpeg(1600, 1200).unwrap()).unwrap();
        }
        book.finish(draft).unwrap();
    }
    disk.fill();
    let full = book.sync(None).await.unwrap();
    assert!(full.stuck.is_some() && full.photos_waiting > 0, "{full:?}");
    disk.free();
    let mut report = book.sync(None).await.unwrap();
    // The hub asked to be left alone for a while.
    for _ in 0..20 {
        if report.photos_waiting == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        report = book.sync(None).await.unwrap();
    }
    assert_eq!(
        (report.stuck, report.records_waiting, report.photos_waiting),
        (None, 0, 0),
        "{}",
        site.hub.log()
    );
    let holdings = Holdings::of(&site).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (3, 3));
    site.hub.must_verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_hub_takes_nothing_it_cannot_keep_and_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let disk = SmallDisk::mount(&folder.path().join("disk"), 12_000);
    let site = Site::build(&disk.0, None, 1, 3).await.unwrap();
    let mut device = site.device(site.volunteers[0], 5).await.unwrap();
    let now: Timestamp = chrono::Utc::now().into();
    let mut receipted = Vec::new();
    let mut number = 0;
    let mut was_full = false;
    let mut waiting = Vec::new();
    for round in 0..400 {
        if round == 20 {
            disk.fill();
        }
        if waiting.is_empty() {
            for _ in 0..20 {
                number += 1;
                waiting.push(
                    device.inspect(site.venues[number % 3], now.plus_millis(-60_000), number as u64).unwrap(),
                );
            }
        }
        match device.push_sealed(&waiting).await.unwrap() {
            Answer::Read(push) => {
                for (answer, sent) in push.answers.iter().zip(&waiting) {
                    let (RecordAnswer::Accepted { id, receipt } | RecordAnswer::AlreadyHad { id, receipt }) =
                        answer
                    else {
                        panic!("{answer:?}");
                    };
                    verify_receipt(receipt, &device.hub_key, *id, sent.hash()).unwrap();
                    receipted.push(*id);
                }
                waiting.clear();
                if was_full {
                    break;
                }
            }
            Answer::TurnedAway(status, problem) => {
                assert_eq!(
                    (status.as_u16(), problem.code),
                    (507, ProblemCode::StorageFull),
                    "{}",
                    site.hub.log()
                );
                was_full = true;
                disk.free();
            }
        }
    }
    assert!(was_full, "the disk never filled");
    let holdings = Holdings::of(&site).await.unwrap();
    for record in &receipted {
        holdings.must_have(*record, None).unwrap();
    }
    assert_eq!(holdings.len(), receipted.len(), "nothing was half taken");
    site.hub.must_verify().unwrap();
}

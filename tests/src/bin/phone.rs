//! A phone that works until it is killed: drafts, answers, photos, 完成, sync, in an order drawn from
//! a seed. Each line it prints is a promise: what it names was durable before it was printed; or the phase of
//! its work that begins, so that whoever kills it knows where.
//!
//! `phone ENROLLED_FOLDER SEED`

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use xuncha_core::domain::{Answer, ItemAnswer, ItemId, RecordId};
use xuncha_core::field::observer::{SyncEvent, SyncObserver};
use xuncha_core::field::transport::{HttpTransport, Request, Response, Transport, TransportError};
use xuncha_core::field::{FieldBook, FileVault, SystemClock, SystemEntropy, Tools};
use xuncha_tests::chance::Chance;
use xuncha_tests::scenario::picture;

struct Promises;

impl SyncObserver for Promises {
    fn on_event(&self, event: SyncEvent) {
        if let SyncEvent::RecordReceived { record, .. } = event {
            promise("received", record);
        }
    }
}

fn promise(word: &str, record: RecordId) {
    say(word, &record.to_string());
}

fn say(word: &str, what: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{word} {what}").and_then(|()| out.flush());
}

/// A way to the hub that tells what part of a sync a request belongs to.
struct Told(HttpTransport);

#[async_trait]
impl Transport for Told {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let parts = [("/records", "push"), ("/photos", "photo"), ("/changes", "pull")];
        if let Some((_, phase)) = parts.iter().find(|(path, _)| request.url.contains(path)) {
            say("phase", phase);
        }
        self.0.send(request).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("phone FOLDER SEED")?;
    let mut chance = Chance::new(arguments.next().context("phone FOLDER SEED")?.parse()?);
    let folder = Path::new(&folder);
    let tools = Tools {
        vault: Arc::new(FileVault::new(&folder.join("vault"))),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        transport: Arc::new(Told(HttpTransport::new()?)),
    };
    let book = FieldBook::open(&folder.join("data"), &tools)?;
    println!("open");
    loop {
        inspect(&book, &mut chance)?;
        if chance.one_in(2) {
            // A cut line is no reason to stop working.
            let _ = book.sync(Some(&Promises)).await;
        }
    }
}

fn inspect(book: &FieldBook, chance: &mut Chance) -> Result<()> {
    let venues = book.home()?.venues;
    let venue = &venues[chance.below(venues.len())];
    say("phase", "draft");
    let draft = book.start(venue.venue, &[], None)?;
    let items: Vec<ItemId> = book.draft(draft)?.items.into_iter().map(|item| item.item).collect();
    for item in items.into_iter().take(chance.below(5)) {
        book.answer(draft, &ItemAnswer { item, answer: Answer::NotLooked, note: None })?;
    }
    if chance.one_in(4) && book.draft(draft)?.photos.len() < 3 {
        book.add_photo(draft, None, &picture::jpeg(320, 240)?)?;
    }
    if chance.one_in(3) {
        return Ok(());
    }
    say("phase", "finish");
    promise("saved", book.finish(draft)?.record);
    Ok(())
}

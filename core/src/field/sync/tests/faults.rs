//! Every place to die at, and every disturbance in any order.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use proptest::prelude::*;

use super::line::Fault;
use super::phone::{Phone, content};
use super::{assert_all_received, assert_sound};
use crate::domain::{PhotoId, RecordId};

/// Polls a future so often and then drops it; whether it ended by itself.
async fn drop_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

/// A phone with records and photos that wait.
async fn laden() -> (Phone, Vec<RecordId>, Vec<PhotoId>) {
    let phone = Phone::enrolled().await;
    let (inspection, photos) = phone.inspect(&[content(300_000, 1), content(9, 2)]);
    let records = vec![phone.check_in(), inspection, phone.check_in()];
    (phone, records, photos)
}

#[tokio::test(start_paused = true)]
async fn a_sync_dropped_at_any_await_and_a_phone_that_died_there_lose_nothing() {
    for polls in 1.. {
        let (phone, records, photos) = laden().await;
        let ended = drop_after(polls, phone.syncer.sync(phone.parts(), None)).await.is_some();
        assert_sound(&phone, &records, &photos);
        assert!(phone.syncer.sending().is_empty());
        let phone = if polls % 2 == 0 { phone.restarted(false) } else { phone };
        assert_eq!(phone.sync().await.stuck, None);
        assert_all_received(&phone, &records, &photos);
        if ended {
            assert!(polls > 10, "the sync was never dropped on its way");
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_enrolment_dropped_at_any_await_can_be_made_again_with_the_same_card() {
    for polls in 1.. {
        let phone = Phone::new(super::fake_hub::FakeHub::new());
        let card = phone.line.hub().card();
        let ended = drop_after(polls, phone.enrol(&card)).await.is_some();
        if ended {
            break;
        }
        let phone = phone.restarted(false);
        phone.enrol(&card).await.unwrap();
        assert_eq!(phone.line.hub().devices.len(), 1);
    }
}

#[derive(Debug, Clone)]
enum Event {
    Sync(Vec<Fault>),
    Dropped(usize),
    Restart,
    CheckIn,
    Inspect(usize),
    ForgeReceipts(bool),
    Reset,
}

fn fault() -> impl Strategy<Value = Fault> {
    (prop::sample::select(Fault::KINDS.to_vec()), 0usize..2_000).prop_map(|(fault, at)| match fault {
        Fault::AnswerCut(_) => Fault::AnswerCut(at),
        Fault::AnswerGarbled(_) => Fault::AnswerGarbled(at),
        other => other,
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => prop::collection::vec(fault(), 0..12).prop_map(Event::Sync),
        2 => (1usize..40).prop_map(Event::Dropped),
        1 => Just(Event::Restart),
        3 => Just(Event::CheckIn),
        2 => (1usize..600_000).prop_map(Event::Inspect),
        1 => any::<bool>().prop_map(Event::ForgeReceipts),
        1 => Just(Event::Reset),
    ]
}

async fn live(events: Vec<Event>) {
    let mut phone = Phone::enrolled().await;
    let (mut records, mut photos) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            Event::Sync(faults) => {
                phone.line.disturb(faults);
                phone.sync().await;
                phone.line.disturb([]);
            }
            Event::Dropped(polls) => {
                let _ = drop_after(polls, phone.syncer.sync(phone.parts(), None)).await;
            }
            Event::Restart => phone = phone.restarted(false),
            Event::CheckIn => records.push(phone.check_in()),
            Event::Inspect(length) => {
                let (record, new) = phone.inspect(&[content(length, 5)]);
                records.push(record);
                photos.extend(new);
            }
            Event::ForgeReceipts(forge) => phone.line.hub().forge_receipts = forge,
            Event::Reset => {
                phone = phone.restarted(true);
                let card = phone.line.hub().card();
                phone.enrol(&card).await.unwrap();
            }
        }
        assert_sound(&phone, &records, &photos);
    }
    phone.line.hub().forge_receipts = false;
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts), (None, vec![]));
    assert_all_received(&phone, &records, &photos);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_nothing_is_lost_doubled_or_said_to_be_received(
        events in prop::collection::vec(event(), 1..12),
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(live(events));
    }
}

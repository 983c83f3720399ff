//! Coverage that is kept equals coverage counted anew, by the hub and by any phone.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::test_runner::{Config as Runner, TestRunner};
use tokio::runtime::Runtime;
use xuncha_core::domain::*;
use xuncha_core::wire::{Change, Decision, Fact, Jws, ReviewState};
use xuncha_hub::auth::{Caller, Via};
use xuncha_hub::coverage::{Difference, overseen, station_coverage};
use xuncha_hub::places::{Turn, merge_venues, turn_venue};
use xuncha_hub::reviews::decide;

use crate::support::*;

const VENUES: usize = 3;

/// One thing that happens at a station.
#[derive(Debug, Clone)]
enum Event {
    Inspect {
        venue: usize,
        hours_ago: i64,
    },
    CheckIn {
        venue: usize,
        hours_ago: i64,
    },
    /// A correction of an earlier inspection.
    Correct {
        which: usize,
    },
    /// What was sealed so far is pushed, the last first or the first first; where `keeps` has a bit set,
    /// the record of that number stays for later.
    Push {
        backwards: bool,
        keeps: u64,
    },
    Review {
        which: usize,
        back: bool,
    },
    /// What happens to a venue's life; what can't happen to it is refused.
    Close {
        venue: usize,
        days_ago: i64,
    },
    Suspend {
        venue: usize,
        days_ago: i64,
        days: i64,
    },
    OpenAgain {
        venue: usize,
        days_ago: i64,
    },
    /// One turns out to be another; records about it may still be on their way.
    Merge {
        double: usize,
        into: usize,
    },
    Policy {
        months_ago: u32,
        visits: u8,
        gap: u8,
        check_ins: bool,
        /// One of the venues, then their kind, then the station.
        whose: usize,
        /// Months after which a narrower one ends; 0 for never.
        lasts: u32,
    },
    Later {
        hours: i64,
    },
}

fn event() -> impl Strategy<Value = Event> {
    // Seventy days: three months and their edges.
    let hours = 0_i64..24 * 70;
    prop_oneof![
        4 => (0..VENUES, hours.clone()).prop_map(|(venue, hours_ago)| Event::Inspect { venue, hours_ago }),
        1 => (0..VENUES, hours.clone()).prop_map(|(venue, hours_ago)| Event::CheckIn { venue, hours_ago }),
        3 => any::<usize>().prop_map(|which| Event::Correct { which }),
        3 => any::<(bool, u64)>().prop_map(|(backwards, keeps)| Event::Push { backwards, keeps }),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(which, back)| Event::Review { which, back }),
        1 => (0..VENUES, 0_i64..80).prop_map(|(venue, days_ago)| Event::Close { venue, days_ago }),
        1 => (0..VENUES, -9_i64..80, 0_i64..40)
            .prop_map(|(venue, days_ago, days)| Event::Suspend { venue, days_ago, days }),
        1 => (0..VENUES, 0_i64..80).prop_map(|(venue, days_ago)| Event::OpenAgain { venue, days_ago }),
        1 => (0..VENUES, 0..VENUES).prop_map(|(double, into)| Event::Merge { double, into }),
        2 => (0_u32..4, 1_u8..4, 0_u8..9, any::<bool>(), 0..VENUES + 2, 0_u32..3)
            .prop_map(|(months_ago, visits, gap, check_ins, whose, lasts)| {
                Event::Policy { months_ago, visits, gap, check_ins, whose, lasts }
            }),
        2 => (1_i64..24 * 15).prop_map(|hours| Event::Later { hours }),
    ]
}

struct Story {
    hub: Hub,
    station: Station,
    venues: Vec<Venue>,
    volunteer: Phone,
    police: Phone,
    head: Caller,
    /// Inspections sealed so far: venue, moment, record.
    sealed: Vec<(usize, i64, RecordId)>,
    waiting: Vec<(bool, Jws)>,
    pushed: Vec<RecordId>,
}

impl Story {
    async fn begin(hub: Hub) -> Self {
        // A week before the month's end: much of what happens straddles it.
        hub.set_now(NOW + 7 * DAY);
        let station = hub.station("柳岸站").await;
        let mut venues = Vec::new();
        for _ in 0..VENUES {
            venues.push(hub.venue(&station).await);
        }
        let member = hub.member(&station, Role::Head).await;
        let volunteer = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let police = hub.phone(&hub.member(&station, Role::Police).await).await;
        let head = Caller::of(&mut hub.store().read().await.unwrap(), member, Via::Session).await.unwrap();
        let (sealed, waiting, pushed) = Default::default();
        Self { hub, station, venues, volunteer, police, head, sealed, waiting, pushed }
    }

    async fn happen(&mut self, event: &Event) {
        let now = self.hub.now().millis();
        match *event {
            Event::Inspect { venue, hours_ago } => {
                // A third of these lie in the future: the phone's clock is fast, and the arrival counts.
                let at = now - (hours_ago - 24 * 23) * HOUR;
                let (id, jws) = self.volunteer.inspect(&self.venues[venue], at);
                self.sealed.push((venue, at, id));
                self.waiting.push((true, jws));
            }
            Event::CheckIn { venue, hours_ago } => {
                let record = self.police.record(check_in(&self.venues[venue], now - hours_ago * HOUR));
                let jws = self.police.seal(&record);
                self.waiting.push((false, jws));
            }
            Event::Correct { which } if !self.sealed.is_empty() => {
                let (venue, at, old) = self.sealed[which % self.sealed.len()];
                let (id, jws) = self.volunteer.correct(&self.venues[venue], at, old);
                self.sealed.push((venue, at, id));
                self.waiting.push((true, jws));
            }
            Event::Push { backwards, keeps } => self.push(backwards, keeps).await,
            Event::Review { which, back } if !self.pushed.is_empty() => {
                let id = self.pushed[which % self.pushed.len()];
                let decision = if back {
                    Decision::Return { reason: Reason::new("请补").unwrap() }
                } else {
                    Decision::Approve
                };
                for seen in [ReviewState::Pending, ReviewState::Approved, ReviewState::Returned] {
                    let _ =
                        decide(&self.hub.app, &self.head, self.station.id, id, decision.clone(), seen).await;
                }
            }
            Event::Close { venue, days_ago } => self.turn(venue, Turn::Closed(self.day(days_ago))).await,
            Event::Suspend { venue, days_ago, days } => {
                let range = DateRange::new(self.day(days_ago), self.day(days_ago - days)).unwrap();
                self.turn(venue, Turn::Suspended(range)).await;
            }
            Event::OpenAgain { venue, days_ago } => {
                self.turn(venue, Turn::OpenAgain(self.day(days_ago))).await;
            }
            Event::Merge { double, into } => {
                let (double, into) = (self.venues[double].id, self.venues[into].id);
                let _ = merge_venues(&self.hub.app, &self.head, self.station.id, double, into).await;
            }
            Event::Policy { months_ago, visits, gap, check_ins, whose, lasts } => {
                let mut from = self.hub.now().month();
                (0..months_ago).for_each(|_| from = from.previous());
                let policy = Policy {
                    visits_per_month: visits,
                    min_gap_days: gap,
                    check_ins_count: check_ins,
                    ..Policy::default()
                };
                let mut entry = PolicyFrom::of_station(from, policy);
                if whose < VENUES {
                    entry.venues = PolicyFor::Venue(self.venues[whose].id);
                } else if whose == VENUES {
                    entry.venues = PolicyFor::Kind(self.venues[0].kind.clone());
                }
                if !entry.venues.is_station() && lasts > 0 {
                    entry.until = Some((0..lasts).fold(from, |month, _| month.next()));
                }
                self.hub.write_policy(&self.station, &entry).await;
            }
            Event::Later { hours } => self.hub.set_now(now + hours * HOUR),
            Event::Correct { .. } | Event::Review { .. } => {}
        }
    }

    fn day(&self, days_ago: i64) -> chrono::NaiveDate {
        self.hub.now().plus_millis(-days_ago * DAY).day()
    }

    async fn turn(&self, venue: usize, turn: Turn) {
        let _ = turn_venue(&self.hub.app, &self.head, self.station.id, self.venues[venue].id, turn).await;
    }

    async fn push(&mut self, backwards: bool, keeps: u64) {
        let mut number = 0;
        let all = std::mem::take(&mut self.waiting).into_iter();
        let (kept, mut waiting): (Vec<_>, Vec<_>) = all.partition(|_| {
            number += 1;
            keeps >> (number % 64) & 1 == 1
        });
        self.waiting = kept;
        if backwards {
            waiting.reverse();
        }
        for (phone, own) in [(&self.volunteer, true), (&self.police, false)] {
            let records: Vec<&Jws> =
                waiting.iter().filter(|(by, _)| *by == own).map(|(_, jws)| jws).collect();
            for answer in phone.push(&records).await {
                if let xuncha_core::wire::RecordAnswer::Accepted { id, .. } = answer {
                    self.pushed.push(id);
                } else {
                    panic!("{answer:?}");
                }
            }
        }
    }

    /// The hub's own recount, a phone's count from the feed, and the sums of the city: all the same.
    async fn end(mut self) {
        self.push(false, 0).await;
        let (hub, station) = (&self.hub, self.station.id);
        assert_eq!(xuncha_hub::coverage::recount(hub.store(), station).await.unwrap(), []);

        let (mut visits, mut policies, mut venues) = (Vec::new(), Vec::new(), Vec::new());
        for change in self.volunteer.changes("limit=2000").await.changes {
            match change {
                Change::Visit(visit) => visits.push(visit),
                Change::Policy(policy) => policies.push(policy),
                Change::Venue(venue) => venues.push(venue),
                _ => {}
            }
        }
        assert_eq!((visits.len(), venues.len()), (self.pushed.len(), VENUES));
        let today = hub.now().day();
        let mut month = hub.now().month().next();
        for _ in 0..5 {
            let told = station_coverage(hub.store(), station, month, today).await.unwrap().unwrap();
            let by_venue: BTreeMap<_, _> = told.venues.iter().map(|row| (row.venue.id, row)).collect();
            for venue in &venues {
                let of_venue: Vec<Visit> = visits.iter().filter(|v| v.venue == venue.id).cloned().collect();
                let policy = policy_for(&policies, month, venue.id, &venue.kind);
                let counted = Tally::of(&of_venue, &venue.life, &policy, month);
                // One that was merged into another is expected nowhere and in no list.
                let Some(row) = by_venue.get(&venue.id) else {
                    assert_eq!((&venue.life, of_venue.len()), (&VenueLife::never(), 0));
                    continue;
                };
                assert_eq!(row.tally, counted, "{month}");
                assert_eq!(row.coverage, counted.state(&venue.life, &policy, today));
            }
            let city = overseen(&hub.app, &self.head, month, today).await.unwrap().stations;
            assert_eq!(city.iter().find(|row| row.station.id == station).unwrap().totals, told.totals);
            month = month.previous();
        }
    }
}

async fn story(hub: Hub, events: Vec<Event>) {
    let mut story = Story::begin(hub).await;
    for event in &events {
        story.happen(event).await;
    }
    story.end().await;
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

#[test]
fn whatever_happens_kept_coverage_equals_a_recount() {
    let mut runner = TestRunner::new(Runner { cases: 48, failure_persistence: None, ..Runner::default() });
    let events = proptest::collection::vec(event(), 1..40);
    runner
        .run(&events, |events| {
            runtime().block_on(both(|hub| story(hub, events.clone())));
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_city_page_is_remembered_until_a_station_changes() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸站").await, hub.station("远山站").await);
        let venue = hub.venue(&here).await;
        hub.venue(&there).await;
        let mut phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let city = hub.phone(&hub.member(&there, Role::Supervisor).await).await;
        let path = "/api/v1/coverage?month=2026-11";
        let first = city.get(path).await.json();
        assert_eq!(first["stations"].as_array().unwrap().len(), 2);
        assert_eq!(first["stations"][0]["totals"]["met"], 0);
        for days in [1, 10] {
            let (_, jws) = phone.inspect(&venue, NOW - days * DAY);
            accepted(&phone.push(&[&jws]).await[0]);
        }
        let second = city.get(path).await.json();
        let met = |told: &serde_json::Value, station: &Station| {
            let rows = told["stations"].as_array().unwrap();
            let row = rows.iter().find(|row| row["station"]["id"] == station.id.to_string()).unwrap();
            row["totals"]["met"].as_u64().unwrap()
        };
        assert_eq!((met(&second, &here), met(&second, &there)), (1, 0));
        assert_eq!(city.get(path).await.json(), second);

        let own = phone.get(path).await.json();
        assert_eq!(own["venues"][0]["coverage"]["state"], "met");
        assert_eq!(own["totals"]["met"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_tampered_tally_is_found() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let record = phone.record(Fact::Inspection(Box::new(inspection(&venue, NOW - HOUR))));
        let jws = phone.seal(&record);
        accepted(&phone.push(&[&jws]).await[0]);
        let mut tx = hub.store().begin().await.unwrap();
        sqlx::query("DELETE FROM tallies").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let found = xuncha_hub::coverage::recount(hub.store(), station.id).await.unwrap();
        let [Difference::Tally { venue: of, kept: None, .. }] = found[..] else { panic!("{found:?}") };
        assert_eq!(of, venue.id);
    })
    .await;
}

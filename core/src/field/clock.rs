//! The phone's clocks, and how far the one people set is off.
//!
//! A wall clock can be set by anybody. So at each answer of the hub the phone remembers the hub's time
//! beside its own two clocks ([`ClockAnchor`]), and later tells from the boot clock, which nobody can
//! set, what time it must be.

use std::sync::LazyLock;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// Tells the time.
#[cfg_attr(feature = "ffi", uniffi::export(rust, foreign))]
pub trait Clock: Send + Sync {
    /// The wall clock, as people set it; it stands still before 2000, which no record can tell of.
    fn now(&self) -> Timestamp;

    /// Milliseconds since the machine started, time asleep included.
    fn uptime_ms(&self) -> i64;

    /// Names this run of the machine: another text after each start. `None` where it cannot be told.
    fn boot(&self) -> Option<String>;
}

/// The machine's own clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// Counts time asleep too, which Linux's monotonic clock does not.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UPTIME: ClockId = ClockId::Boottime;
/// Apple's monotonic clock counts time asleep.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const UPTIME: ClockId = ClockId::Monotonic;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from(chrono::Utc::now()).recordable()
    }

    fn uptime_ms(&self) -> i64 {
        let time = clock_gettime(UPTIME);
        time.tv_sec.saturating_mul(1_000).saturating_add(time.tv_nsec / 1_000_000)
    }

    fn boot(&self) -> Option<String> {
        // A process does not outlive the run of its machine.
        static BOOT: LazyLock<Option<String>> = LazyLock::new(|| {
            let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
            Some(id.trim().to_owned())
        });
        BOOT.clone()
    }
}

/// What the phone's own clocks said at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockReading {
    /// The wall clock.
    pub wall: Timestamp,
    /// The boot clock, in milliseconds.
    pub uptime_ms: i64,
    /// Which run of the machine that was, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<String>,
}

impl ClockReading {
    /// What the clocks say now.
    pub fn take(clock: &dyn Clock) -> Self {
        Self { wall: clock.now(), uptime_ms: clock.uptime_ms(), boot: clock.boot() }
    }

    /// Milliseconds by which the wall clock was set ahead between this moment and another; `None` if the machine may
    /// have started again between.
    pub fn set_until(&self, then: &Self) -> Option<i64> {
        let by_boot_clock = then.uptime_ms.saturating_sub(self.uptime_ms);
        let by_wall = then.wall.millis_since(self.wall);
        let differ = by_wall.saturating_sub(by_boot_clock);
        let same_run = match (&self.boot, &then.boot) {
            (Some(here), Some(there)) => here == there,
            // After a restart the boot clock is behind the wall clock by all the time that it had shown before, or
            // more: if it is behind by less, or not at all, it has gone on and the wall clock was set.
            _ if by_boot_clock >= 0 => differ <= ALIKE_MS || differ < self.uptime_ms,
            _ => differ.abs() <= ALIKE_MS,
        };
        same_run.then_some(differ)
    }
}

/// The hub's time and both of the phone's clocks at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockAnchor {
    /// The hub's clock.
    pub hub: Timestamp,
    /// The phone's wall clock.
    pub wall: Timestamp,
    /// The phone's boot clock, in milliseconds.
    pub uptime_ms: i64,
    /// Which run of the machine that was, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<String>,
}

/// Without a name for the run, clocks that went alike to within this are taken to be of one run.
const ALIKE_MS: i64 = 2 * 60_000;

impl ClockAnchor {
    /// What the clocks say as the hub says `hub`.
    pub fn learn(clock: &dyn Clock, hub: Timestamp) -> Self {
        Self { hub, wall: clock.now(), uptime_ms: clock.uptime_ms(), boot: clock.boot() }
    }

    /// Milliseconds by which the wall clock is ahead of the hub's now; negative when behind.
    ///
    /// After a restart the boot clock tells nothing, and the shift is taken to be what it was. But it is never earlier
    /// than when the hub told its time, whatever a clock says that began in 1970 again.
    pub fn shift_ms(&self, clock: &dyn Clock) -> i64 {
        let now = ClockReading::take(clock);
        self.shift_at(&now).unwrap_or_else(|| self.known_shift_ms().min(now.wall.millis_since(self.hub)))
    }

    /// The same at a moment before or after the anchor; `None` if the machine may have started again between.
    pub fn shift_at(&self, then: &ClockReading) -> Option<i64> {
        let learnt = ClockReading { wall: self.wall, uptime_ms: self.uptime_ms, boot: self.boot.clone() };
        Some(self.known_shift_ms().saturating_add(learnt.set_until(then)?))
    }

    /// The shift as the hub told its time.
    fn known_shift_ms(&self) -> i64 {
        self.wall.millis_since(self.hub)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Set {
        now: i64,
        uptime: i64,
        boot: Option<&'static str>,
    }

    impl Clock for Set {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.now)
        }
        fn uptime_ms(&self) -> i64 {
            self.uptime
        }
        fn boot(&self) -> Option<String> {
            self.boot.map(str::to_owned)
        }
    }

    const HOUR: i64 = 3_600_000;
    const START: i64 = 1_795_000_000_000;

    fn anchor(shift: i64, boot: Option<&'static str>) -> ClockAnchor {
        let clock = Set { now: START + shift, uptime: 5 * HOUR, boot };
        ClockAnchor::learn(&clock, Timestamp::from_millis(START))
    }

    proptest! {
        #[test]
        fn in_one_run_the_shift_is_exact_however_the_clock_was_set(
            before in -HOUR..HOUR, after in -100 * HOUR..100 * HOUR, passed in 0..10_000 * HOUR,
        ) {
            let later = Set { now: START + passed + after, uptime: 5 * HOUR + passed, boot: Some("a") };
            prop_assert_eq!(anchor(before, Some("a")).shift_ms(&later), after);
        }

        #[test]
        fn what_the_clock_was_ahead_before_the_anchor_is_told_exactly_in_the_same_run(
            then in -100 * HOUR..100 * HOUR, passed in 0..5 * HOUR, later in -HOUR..HOUR,
        ) {
            let before = Set { now: START - passed + then, uptime: 5 * HOUR - passed, boot: Some("a") };
            let reading = ClockReading::take(&before);
            prop_assert_eq!(anchor(later, Some("a")).shift_at(&reading), Some(then));
            prop_assert_eq!(anchor(later, Some("b")).shift_at(&reading), None);
        }

        #[test]
        fn after_a_restart_the_shift_is_the_last_known(
            shift in -HOUR..HOUR, passed in HOUR..10_000 * HOUR, uptime in 0..10_000 * HOUR,
        ) {
            let later = Set { now: START + passed + shift, uptime, boot: Some("b") };
            prop_assert_eq!(anchor(shift, Some("a")).shift_ms(&later), shift);
        }

        #[test]
        fn after_a_restart_it_is_never_earlier_than_the_hub_said_it_was(
            shift in -HOUR..HOUR, wall in 0..2 * START, uptime in 0..10_000 * HOUR,
        ) {
            let later = Set { now: wall, uptime, boot: Some("b") };
            prop_assert!(wall - anchor(shift, Some("a")).shift_ms(&later) >= START);
        }

        #[test]
        fn without_a_name_for_the_run_a_clock_set_ahead_by_less_than_the_machine_ran_is_told_exactly(
            before in -HOUR..HOUR, ahead in 0..5 * HOUR, passed in 0..10_000 * HOUR,
        ) {
            let later = Set { now: START + passed + before + ahead, uptime: 5 * HOUR + passed, boot: None };
            prop_assert_eq!(anchor(before, None).shift_ms(&later), before + ahead);
        }

        #[test]
        fn a_restart_that_cannot_be_told_never_makes_up_more_than_the_tolerance(
            shift in -HOUR..HOUR, passed in HOUR..10_000 * HOUR, uptime in 0..10_000 * HOUR,
        ) {
            // The machine started again after the anchor, so its boot clock is younger than `passed`.
            prop_assume!(uptime < passed);
            let later = Set { now: START + passed + shift, uptime, boot: None };
            let told = anchor(shift, None).shift_ms(&later);
            prop_assert!((told - shift).abs() <= ALIKE_MS, "{told} for {shift}");
        }
    }

    #[test]
    fn the_machines_clocks_go_forward() {
        let clock = SystemClock;
        let (now, uptime) = (clock.now(), clock.uptime_ms());
        assert!(clock.uptime_ms() >= uptime && uptime > 0);
        assert!(clock.now().millis_since(now) >= 0);
    }
}

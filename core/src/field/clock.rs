//! The phone's clocks, and how far the one people set is off.
//!
//! A wall clock can be set by anybody. So at each answer of the hub the phone remembers the hub's time
//! beside its own two clocks ([`ClockAnchor`]), and later tells from the boot clock, which nobody can
//! set, what time it must be.

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// Tells the time.
#[cfg_attr(feature = "ffi", uniffi::export(rust, foreign))]
pub trait Clock: Send + Sync {
    /// The wall clock, as people set it.
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
        chrono::Utc::now().into()
    }

    fn uptime_ms(&self) -> i64 {
        let time = clock_gettime(UPTIME);
        time.tv_sec.saturating_mul(1_000).saturating_add(time.tv_nsec / 1_000_000)
    }

    fn boot(&self) -> Option<String> {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_owned())
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
    /// After a restart the boot clock tells nothing, and the shift is taken to be what it was.
    pub fn shift_ms(&self, clock: &dyn Clock) -> i64 {
        let was = self.wall.millis_since(self.hub);
        let by_boot_clock = clock.uptime_ms().saturating_sub(self.uptime_ms);
        let by_wall = clock.now().millis_since(self.wall);
        let same_run = match (&self.boot, clock.boot()) {
            (Some(then), Some(now)) => *then == now,
            // A boot clock that restarted is behind the wall clock: only the other way round, or when
            // both went alike, is it sure to have gone on.
            _ => by_boot_clock >= 0 && by_wall - by_boot_clock <= ALIKE_MS,
        };
        if same_run && by_boot_clock >= 0 { was.saturating_add(by_wall - by_boot_clock) } else { was }
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
        fn after_a_restart_the_shift_is_the_last_known(
            shift in -HOUR..HOUR, passed in HOUR..10_000 * HOUR, uptime in 0..10_000 * HOUR,
        ) {
            let later = Set { now: START + passed + shift, uptime, boot: Some("b") };
            prop_assert_eq!(anchor(shift, Some("a")).shift_ms(&later), shift);
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

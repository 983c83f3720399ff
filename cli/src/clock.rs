//! The clock of tests and demos: `--now` and `--clock-file` put hub and phones into another day, so
//! that a month of visits fits into a minute. Nobody else needs them, so `--help` does not show them.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use xuncha_core::domain::Timestamp;
use xuncha_core::field;
use xuncha_hub::world::{self, World};

use crate::failure::Failure;

/// Options for another clock than the machine's.
#[derive(Debug, Clone, Default, Args)]
pub struct ClockArgs {
    /// The moment it is when the program starts; time goes on from there
    #[arg(long, value_name = "RFC3339", hide = true, global = true)]
    pub now: Option<Timestamp>,
    /// A file with one moment; it is that moment for as long as the file says so
    #[arg(long, value_name = "FILE", hide = true, global = true, conflicts_with = "now")]
    pub clock_file: Option<PathBuf>,
}

impl ClockArgs {
    /// The clock they ask for; `None` for the machine's own.
    ///
    /// # Errors
    /// If the file holds no moment.
    pub fn clock(&self) -> Result<Option<SetClock>, Failure> {
        let source = match (&self.now, &self.clock_file) {
            (Some(now), _) => Source::From(*now, Instant::now()),
            (None, Some(file)) => Source::File(file.clone(), read(file)?),
            (None, None) => return Ok(None),
        };
        Ok(Some(SetClock(Arc::new(source))))
    }

    /// The hub's world with that clock.
    ///
    /// # Errors
    /// If the file holds no moment.
    pub fn world(&self) -> Result<World, Failure> {
        let real = World::real();
        Ok(match self.clock()? {
            Some(clock) => World { clock: Arc::new(clock), ..real },
            None => real,
        })
    }

    /// A phone's clock.
    ///
    /// # Errors
    /// If the file holds no moment.
    pub fn field_clock(&self) -> Result<Arc<dyn field::Clock>, Failure> {
        Ok(match self.clock()? {
            Some(clock) => Arc::new(clock),
            None => Arc::new(field::SystemClock),
        })
    }
}

/// A clock that was set. As a phone's it has run since 1970 without a restart, so that two processes of
/// one phone agree on how much time lies between them.
#[derive(Debug, Clone)]
pub struct SetClock(Arc<Source>);

#[derive(Debug)]
enum Source {
    From(Timestamp, Instant),
    /// The file, and what it said at first: that holds while it cannot be read.
    File(PathBuf, Timestamp),
}

fn read(file: &PathBuf) -> Result<Timestamp, Failure> {
    let text = fs::read_to_string(file);
    let moment = text.ok().and_then(|text| text.trim().parse().ok());
    moment.ok_or_else(|| Failure::usage(format!("{} holds no moment (RFC 3339)", file.display())))
}

impl SetClock {
    fn moment(&self) -> Timestamp {
        match &*self.0 {
            Source::From(start, since) => {
                start.plus_millis(i64::try_from(since.elapsed().as_millis()).unwrap_or(0))
            }
            Source::File(file, first) => read(file).unwrap_or(*first),
        }
    }
}

impl world::Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.moment()
    }
}

impl field::Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.moment()
    }

    fn uptime_ms(&self) -> i64 {
        self.moment().millis()
    }

    fn boot(&self) -> Option<String> {
        Some("a clock that was set".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use field::Clock as _;

    #[test]
    fn a_set_clock_goes_on_and_a_file_is_read_each_time() {
        let now: Timestamp = "2026-11-05T14:00:00+08:00".parse().unwrap();
        let clock = ClockArgs { now: Some(now), clock_file: None }.clock().unwrap().unwrap();
        assert!(field::Clock::now(&clock) >= now && clock.uptime_ms() >= now.millis());

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clock");
        let args = ClockArgs { now: None, clock_file: Some(file.clone()) };
        assert!(args.clock().is_err());
        fs::write(&file, "2026-11-05T06:00:00Z\n").unwrap();
        let clock = args.clock().unwrap().unwrap();
        assert_eq!(clock.moment(), now);
        fs::write(&file, "2026-11-06T06:00:00Z").unwrap();
        assert_eq!(clock.moment(), now.plus_millis(86_400_000));
        fs::remove_file(&file).unwrap();
        assert_eq!(clock.moment(), now);
    }
}

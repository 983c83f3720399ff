//! The one clock of a story, which phones and hub read: it stands still until a step moves it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use sha2::{Digest as _, Sha256};
use xuncha_core::domain::Timestamp;
use xuncha_core::field::{Clock, Entropy};

/// The moment of the story, in a file for the hub's process.
#[derive(Debug)]
pub struct WorldClock {
    now: AtomicI64,
    file: PathBuf,
}

impl WorldClock {
    /// A clock that stands at a moment.
    pub fn at(now: Timestamp, file: PathBuf) -> Result<Arc<Self>> {
        let clock = Self { now: AtomicI64::new(0), file };
        clock.set(now)?;
        Ok(Arc::new(clock))
    }

    /// Moves it.
    pub fn set(&self, now: Timestamp) -> Result<()> {
        self.now.store(now.millis(), Ordering::SeqCst);
        // Renamed into place, so that the hub never reads half a moment.
        let draft = self.file.with_extension("new");
        std::fs::write(&draft, now.to_string())?;
        Ok(std::fs::rename(draft, &self.file)?)
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }
}

/// A phone's clocks: the wall clock may be off, the boot clock never is.
#[derive(Debug)]
pub struct PhoneClock {
    world: Arc<WorldClock>,
    skew_ms: AtomicI64,
}

impl PhoneClock {
    /// A clock that is right.
    pub fn new(world: Arc<WorldClock>) -> Arc<Self> {
        Arc::new(Self { world, skew_ms: AtomicI64::new(0) })
    }

    /// Sets the wall clock off by so many minutes.
    pub fn skew(&self, minutes: i64) {
        self.skew_ms.store(minutes * 60_000, Ordering::SeqCst);
    }
}

impl Clock for PhoneClock {
    fn now(&self) -> Timestamp {
        self.world.now().plus_millis(self.skew_ms.load(Ordering::SeqCst))
    }

    fn uptime_ms(&self) -> i64 {
        self.world.now().millis()
    }

    fn boot(&self) -> Option<String> {
        Some("story".to_owned())
    }
}

/// Randomness that can be begun anywhere: SHA-256 of a seed and a counter.
#[derive(Debug)]
pub struct StoryEntropy {
    seed: u64,
    count: Mutex<u64>,
}

impl StoryEntropy {
    /// The randomness of a seed, after so much of it was drawn.
    pub fn new(seed: u64, drawn: u64) -> Arc<Self> {
        Arc::new(Self { seed, count: Mutex::new(drawn) })
    }

    /// How much was drawn so far.
    pub fn position(&self) -> u64 {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entropy for StoryEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(32) {
            *count += 1;
            let seed = self.seed.to_be_bytes();
            let hash = Sha256::new().chain_update(seed).chain_update(count.to_be_bytes()).finalize();
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
    }
}

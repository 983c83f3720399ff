//! How fast the machine itself is, measured in the same run as the figures. One that is rented shares cores and disk with
//! others: what took a millisecond yesterday takes three today, and only beside this do two runs compare.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use anyhow::Result;
use serde::Serialize;
use xuncha_core::wire::{SigningKey, Typ, sign};

/// Signatures that are checked, and syncs that are waited for.
const TIMES: u32 = 300;

/// What it can do at most.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// Cores that hub, database and whoever asks share.
    cores: usize,
    /// Signatures of short messages that one core checks in a second.
    signatures_per_second: f64,
    /// Milliseconds until 64 KB more of a file are on disk.
    sync_ms: f64,
}

impl Machine {
    /// Measures it.
    pub fn measure() -> Result<Self> {
        let cores = std::thread::available_parallelism()?.get();
        Ok(Self { cores, signatures_per_second: signatures()?, sync_ms: syncs()? })
    }

    /// In a few words.
    pub fn in_words(&self) -> String {
        format!(
            "{} cores, {:.0} signatures/s each, a sync in {:.2} ms",
            self.cores, self.signatures_per_second, self.sync_ms
        )
    }
}

fn signatures() -> Result<f64> {
    let key = SigningKey::from_seed([7; 32]);
    let (signed, key) = (sign(&key, Typ::Record, &"short")?, key.verifying_key());
    let begun = Instant::now();
    for _ in 0..TIMES {
        let _: String = signed.verify(&key, Typ::Record)?;
    }
    Ok(f64::from(TIMES) / begun.elapsed().as_secs_f64())
}

fn syncs() -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let mut file = File::create(folder.path().join("synced"))?;
    let more = vec![7; 1 << 16];
    let begun = Instant::now();
    for _ in 0..TIMES {
        file.write_all(&more)?;
        file.sync_data()?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1_000.0 / f64::from(TIMES))
}

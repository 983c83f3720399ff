//! Faults: processes killed at random moments, connections cut anywhere, full disks, damaged files.
//! After each, the audit: nothing lost, nothing doubled, nothing altered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

mod damage;
mod disk;
mod kills;
mod network;

//! Faults: processes killed at random moments, connections cut anywhere, full disks, damaged files.
//! After each, the audit: nothing lost, nothing doubled, nothing altered.

mod damage;
mod disk;
mod kills;
mod network;

//! Reference data from files.

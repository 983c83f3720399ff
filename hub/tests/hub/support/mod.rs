//! A hub over each database, phones that seal what they are told to, and a clock that is set by hand.

mod browser;
mod database;
mod facts;
mod hub;
mod phone;
mod world;

pub(crate) use browser::{Browser, PASSWORD, encoded, header, must_be_a_page_of_ours, seen_in};
pub(crate) use database::{both, both_configs, both_with};
pub(crate) use facts::{accepted, all_accepted, already_had, check_in, inspection, policy_form, refused};
pub(crate) use hub::{Hub, Reply, bearing};
pub(crate) use phone::Phone;
pub(crate) use world::Dice;

/// 2026-11-16, a Monday, 10:00 in Shanghai.
pub(crate) const NOW: i64 = 1_794_794_400_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;

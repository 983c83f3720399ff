//! `xuncha` as a library: what its commands are made of, for the tests to use as well.

pub mod demo;

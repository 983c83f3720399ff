//! The library that the apps load: the core's border as it is, in a file of its own name.

#![allow(unsafe_code, reason = "UniFFI's macro exports C symbols")]

xuncha_core::uniffi_reexport_scaffolding!();

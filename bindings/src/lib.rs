//! The library that the apps load: the core's border as it is, under the file name that they look for.

#![allow(unsafe_code, reason = "C symbols are exported: by UniFFI's macro, and on Android by JNI's name")]

#[cfg(target_os = "android")]
mod android;

xuncha_core::uniffi_reexport_scaffolding!();

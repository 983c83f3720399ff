//! Gives the border (feature `ffi`) a fingerprint of the sources, by which library and bindings know
//! whether they are of one build. UniFFI's own checks see calls, not the fields of a page.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_FFI").is_none() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed=src");
    let mut files = Vec::new();
    collect(Path::new("src"), &mut files)?;
    files.sort();
    let mut hash = FNV_OFFSET;
    for file in files {
        hash = fnv(hash, file.to_string_lossy().replace('\\', "/").as_bytes());
        hash = fnv(hash, &fs::read(&file)?);
    }
    println!("cargo::rustc-env=XUNCHA_FINGERPRINT={hash:016x}");
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// FNV-1a, 64 bits: nobody attacks this, it only tells builds apart.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

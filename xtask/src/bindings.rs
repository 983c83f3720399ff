//! `cargo xtask bindings`: the core as a library, and its Kotlin and Swift put where the apps look for them.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use crate::{compile::Compile, progress::Progress, workspace::Workspace};

/// Where the Kotlin and Swift tests find the library.
pub(crate) const LIBRARY_ENV: &str = "XUNCHA_LIBRARY";

/// Generated Kotlin, from the workspace's root.
const KOTLIN: &str = "android/core/build/generated/kotlin";
/// Generated Swift, from the workspace's root.
const SWIFT: &str = "ios/XunchaKit/Generated";

/// `UniFFI`'s own says `use "Darwin"`, which is not there on Linux.
const MODULE_MAP: &str = "module XunchaCoreFFI {\n    header \"XunchaCoreFFI.h\"\n    export *\n}\n";

/// The command.
pub(crate) fn run(ws: &Workspace) -> Result<ExitCode> {
    let mut progress = Progress::start("building the bindings");
    let library = make(ws, &mut progress, &[], |_| {})?;
    progress.say(format!("library  {}", library.display()));
    progress.say(format!("Kotlin   {}", ws.root().join(KOTLIN).display()));
    progress.say(format!("Swift    {}", ws.root().join(SWIFT).display()));
    Ok(ExitCode::SUCCESS)
}

/// Builds with these flags, generates and places; gives the library of this machine.
pub(crate) fn make(
    ws: &Workspace,
    progress: &mut Progress,
    flags: &[&str],
    said: impl FnMut(&str),
) -> Result<PathBuf> {
    let flags = &[&["--bin", "bindgen"], flags].concat();
    let compile = Compile { verb: "build", flags };
    let compiled = compile.run(ws, progress, said)?;
    if !compiled.ok {
        bail!("the bindings do not build:\n{}", compiled.printed);
    }
    let library_name = format!("{DLL_PREFIX}xuncha{DLL_SUFFIX}");
    let library = named(&compiled.libraries, &library_name)?;
    let bindgen = named(&compiled.programs, &format!("bindgen{}", std::env::consts::EXE_SUFFIX))?;

    let fresh = ws.corner("bindings")?;
    let output = ws.command(bindgen).arg(library).arg(&fresh).output().context("cannot run bindgen")?;
    if !output.status.success() {
        bail!("the bindings were not generated:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    fs::write(fresh.join("swift/module.modulemap"), MODULE_MAP)?;

    let kotlin = ws.root().join(KOTLIN).join("org/xuncha/core");
    for file in ["xuncha.kt", "Contract.kt"] {
        place(&fresh.join("kotlin/org/xuncha/core").join(file), &kotlin)?;
    }
    let swift = ws.root().join(SWIFT);
    for file in ["XunchaCore.swift", "Contract.swift"] {
        place(&fresh.join("swift").join(file), &swift.join("XunchaCore"))?;
    }
    place(&ws.root().join("bindings/swift/OpenBook.swift"), &swift.join("XunchaCore"))?;
    for file in ["XunchaCoreFFI.h", "module.modulemap"] {
        place(&fresh.join("swift").join(file), &swift.join("XunchaCoreFFI"))?;
    }
    Ok(library.clone())
}

fn named<'a>(paths: &'a [PathBuf], name: &str) -> Result<&'a PathBuf> {
    let found = paths.iter().find(|path| path.file_name().is_some_and(|file| file == name));
    found.with_context(|| format!("cargo named no {name}"))
}

/// Puts a file into a folder, and leaves one alone that is the same: what depends on it is not built again.
fn place(file: &Path, folder: &Path) -> Result<()> {
    let told = || format!("cannot put {} into {}", file.display(), folder.display());
    let target = folder.join(file.file_name().with_context(told)?);
    let wanted = fs::read(file).with_context(told)?;
    if fs::read(&target).is_ok_and(|is| is == wanted) {
        return Ok(());
    }
    fs::create_dir_all(folder).and_then(|()| fs::write(&target, wanted)).with_context(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_the_same_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (file, folder) = (dir.path().join("a.kt"), dir.path().join("deep/down"));
        fs::write(&file, "one").unwrap();
        place(&file, &folder).unwrap();
        let placed = folder.join("a.kt");
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().write(true).open(&placed).unwrap().set_modified(long_ago).unwrap();

        place(&file, &folder).unwrap();
        assert_eq!(fs::metadata(&placed).unwrap().modified().unwrap(), long_ago);
        fs::write(&file, "two").unwrap();
        place(&file, &folder).unwrap();
        assert_eq!(fs::read_to_string(&placed).unwrap(), "two");
    }
}

//! Handing over by file, where no network joins phone and hub.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use xuncha_core::field::FieldBook;

use super::sync::show;
use crate::commands::block_on;
use crate::failure::Failure;
use crate::output::Out;

/// Writes what waits to a file for the hub.
pub(super) fn export(book: &FieldBook, to: &Path, out: Out) -> Result<ExitCode, Failure> {
    let written = block_on(async { Ok(book.hand_over(to).await?) })?;
    let told = json!({
        "file": to, "records": written.records, "photos": written.photos, "left": written.left,
    });
    out.show(&told, |text| writeln!(text, "{}: {}", to.display(), written.text))
}

/// Takes the hub's answer from a file.
pub(super) fn take(book: &FieldBook, from: &Path, out: Out) -> Result<ExitCode, Failure> {
    show(&block_on(async { Ok(book.take_answer(from).await?) })?.report, out)
}

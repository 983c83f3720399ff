//! Handing over by file, where no network joins phone and hub.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;
use xuncha_core::field::FieldBook;
use xuncha_core::wire::limits;

use super::sync::show;
use crate::commands::write_whole;
use crate::failure::Failure;
use crate::output::Out;

/// Writes what waits to a file for the hub.
pub(super) fn export(book: &FieldBook, to: &Path, out: Out) -> Result<ExitCode, Failure> {
    let exported = book.export_outbox()?;
    write_whole(to, &exported.file)?;
    let told = json!({
        "file": to, "records": exported.records, "photos": exported.photos, "left": exported.left,
    });
    out.show(&told, |text| {
        let (records, photos) = (exported.records, exported.photos);
        let (r, p) = (out.pick("条记录", "records"), out.pick("张照片", "photos"));
        writeln!(text, "{}: {records} {r}, {photos} {p}", to.display())?;
        if exported.left > 0 {
            let words = out.pick("放不下、下次再导出的", "with no room, for the next export");
            writeln!(text, "{words}: {}", exported.left)?;
        }
        writeln!(
            text,
            "{}",
            out.pick(
                "都还保存在本机。请把文件交给本站电脑，再把答复文件拷回来。",
                "All of it is still on this phone. Take the file to the station's computer and bring its answer back."
            )
        )
    })
}

/// Takes the hub's answer from a file.
pub(super) fn take(book: &FieldBook, from: &Path, out: Out) -> Result<ExitCode, Failure> {
    show(&book.take_answer(&read_bundle(from)?)?, out)
}

/// A file, if it is not longer than a bundle may be.
fn read_bundle(file: &Path) -> Result<Vec<u8>, Failure> {
    let name = file.display();
    let length = fs::metadata(file).with_context(|| format!("cannot read {name}"))?.len();
    if length > limits::BUNDLE_BYTES as u64 {
        return Err(Failure::coded("wrong_file", format!("{name} is larger than a bundle may be")));
    }
    Ok(fs::read(file).with_context(|| format!("cannot read {name}"))?)
}

//! The texts that go with a package, as it ships them.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::{Crate, Package};

/// The crate whose file is the whole text of Apache-2.0, which says nothing of whose it is.
pub(super) const APACHE: (&str, &str) = ("sync_wrapper", "LICENSE");
/// Crates that ship no text: that of a crate of the same authors under the same licence.
const SIBLINGS: [(&str, (&str, &str)); 1] = [("i_key_sort", ("i_float", "LICENSE"))];
/// What MPL-2.0 wants told where its text is not at hand (its exhibit A); the source is named beside it.
const MPL: &str = "This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. \
    If a copy of the MPL was not distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.";
/// How the names of files begin that hold terms or notices.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
/// A line that ends before this column ends there on purpose; longer ones are put together, for narrow screens.
const SHORT: usize = 50;

/// On which terms a package is taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Terms {
    pub(super) licence: String,
    pub(super) texts: Vec<String>,
}

impl Terms {
    pub(super) fn apache(text: &str) -> Self {
        Self { licence: "Apache-2.0".to_owned(), texts: vec![text.to_owned()] }
    }
}

/// A crate's terms. Where there is a choice it is Apache-2.0, which many share.
pub(super) fn terms(found: &Crate, all: &[Crate], apache: &str) -> Result<Terms> {
    if offers_apache(&found.licence) {
        let mut terms = Terms::apache(apache);
        terms.texts.extend(notices(&found.folder, |name| name.starts_with("NOTICE"))?);
        return Ok(terms);
    }
    let mut texts = notices(&found.folder, |_| true)?;
    if texts.is_empty() {
        let sibling = SIBLINGS.iter().find(|(name, _)| *name == found.name);
        texts.push(match (sibling, found.licence.as_str()) {
            (Some((_, sibling)), _) => of_crate(all, *sibling)?,
            (None, "MPL-2.0") => MPL.to_owned(),
            _ => bail!("{} ships no licence: find its text a place in xtask/src/licences", found.name),
        });
    }
    Ok(Terms { licence: found.licence.replace('/', " OR "), texts })
}

/// A file of a crate.
pub(super) fn of_crate(all: &[Crate], (name, file): (&str, &str)) -> Result<String> {
    let found = all.iter().find(|found| found.name == name);
    read(&found.with_context(|| format!("{name} is not in the library any more"))?.folder.join(file))
}

/// Libraries in C that lie in crates.
pub(super) fn in_c(all: &[Crate]) -> Result<[Package; 2]> {
    let package = |name: &str, source: &str, licence: &str, text| Package {
        name: name.to_owned(),
        source: source.to_owned(),
        terms: Terms { licence: licence.to_owned(), texts: vec![text] },
    };
    let blessing = "The author disclaims copyright to this source code. In place of a legal notice, here is a blessing: \
        May you do good and not evil. May you find forgiveness for yourself and forgive others. \
        May you share freely, never taking more than you give.";
    let zstd = of_crate(all, ("zstd-sys", "zstd/LICENSE"))?;
    Ok([
        package("SQLite", "https://www.sqlite.org", "public domain", blessing.to_owned()),
        package("Zstandard", "https://github.com/facebook/zstd", "BSD-3-Clause", zstd),
    ])
}

fn offers_apache(licence: &str) -> bool {
    let choices = licence.replace('/', " OR ");
    !choices.contains(" AND ") && choices.split(" OR ").any(|choice| choice.trim() == "Apache-2.0")
}

/// The texts in a crate's folder, by the names of their files.
fn notices(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let file = file?;
        let name = file.file_name().to_string_lossy().to_uppercase();
        let is_text = file.file_type()?.is_file() && NAMES.iter().any(|begin| name.starts_with(begin));
        if is_text && wanted(&name) {
            files.push(file.path());
        }
    }
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(flowing(&String::from_utf8_lossy(&bytes)))
}

/// The same words with lines put together that were broken for a wide screen.
fn flowing(text: &str) -> String {
    let mut flowing = String::new();
    let mut goes_on = false;
    for line in text.lines().map(str::trim) {
        if !flowing.is_empty() && !line.is_empty() {
            flowing.push_str(if goes_on { " " } else { "\n" });
        } else if line.is_empty() && !flowing.is_empty() && !flowing.ends_with('\n') {
            flowing.push('\n');
        }
        flowing.push_str(line);
        goes_on = line.chars().count() >= SHORT;
    }
    flowing.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apache_is_taken_where_it_is_offered_and_only_there() {
        assert!(
            offers_apache("MIT OR Apache-2.0")
                && offers_apache("MIT/Apache-2.0")
                && offers_apache("Apache-2.0")
        );
        assert!(!offers_apache("Apache-2.0 AND ISC") && !offers_apache("(MIT OR Apache-2.0) AND ISC"));
        assert!(!offers_apache("MIT") && !offers_apache("Apache-2.0 WITH LLVM-exception"));
    }

    #[test]
    fn broken_lines_flow_and_short_ones_stay() {
        let long = "Permission is hereby granted, free of charge, to any person";
        let text = format!(
            "The MIT License\n\nCopyright (c) 2020 A\nCopyright (c) 2021 B\n\n{long}\nobtaining a copy\n"
        );
        let wanted = format!(
            "The MIT License\n\nCopyright (c) 2020 A\nCopyright (c) 2021 B\n\n{long} obtaining a copy"
        );
        assert_eq!(flowing(&text), wanted);
    }
}

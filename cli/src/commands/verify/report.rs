//! What was found.

use std::fmt::{self, Write as _};

use serde::Serialize;
use xuncha_core::domain::{Name, Sha256Hash, StationId};

use crate::output::Out;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// The stations.
    pub stations: Vec<StationReport>,
    /// What is wrong with the hub as a whole.
    pub wrong: Vec<Problem>,
}

/// What was found in one station.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StationReport {
    /// The station.
    pub station: StationId,
    /// Its name.
    pub name: Name,
    /// Records in its log.
    pub records: u64,
    /// Of these, how many were erased on purpose.
    pub erased: u64,
    /// Of these, how many are kept as extracts without positions.
    pub positions_erased: u64,
    /// Photos that were erased on purpose.
    pub photos_erased: u64,
    /// Devices that sealed them.
    pub devices: u64,
    /// Photos that the hub has.
    pub photos: u64,
    /// Photos that records name and that have not come yet.
    pub photos_waiting: u64,
    /// The root of its log, built anew.
    pub root: Sha256Hash,
    /// What is wrong.
    pub wrong: Vec<Problem>,
    /// What somebody may want to know and is not wrong.
    pub notes: Vec<Problem>,
}

/// The code of a photo whose receipt was given and whose file is gone.
pub(super) const PHOTO_MISSING: &str = "photo_missing";

/// The code of a row that holds what it should not.
pub(super) const UNREADABLE: &str = "unreadable";

/// One thing that is wrong, or noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// A stable code.
    pub code: &'static str,
    /// The record, device, venue or photo.
    pub subject: String,
    /// In words.
    pub detail: String,
}

impl Problem {
    pub(super) fn new(code: &'static str, subject: impl fmt::Display, detail: impl fmt::Display) -> Self {
        Self { code, subject: subject.to_string(), detail: detail.to_string() }
    }
}

impl Report {
    pub(super) fn new(stations: Vec<StationReport>, wrong: Vec<Problem>) -> Self {
        let ok = wrong.is_empty() && stations.iter().all(|station| station.wrong.is_empty());
        Self { ok, stations, wrong }
    }

    /// Whether all is well but for photos whose files are gone.
    pub(in crate::commands) fn lacks_only_photos(&self) -> bool {
        let of_stations = self.stations.iter().flat_map(|station| &station.wrong);
        of_stations.chain(&self.wrong).all(|problem| problem.code == PHOTO_MISSING)
    }

    pub(in crate::commands) fn tell(&self, to: &mut String, out: Out) -> fmt::Result {
        for station in &self.stations {
            let counts = out.counts(&[
                (station.records, "条记录", "records"),
                (station.devices, "部手机", "devices"),
                (station.photos, "张照片", "photos"),
                (station.wrong.len() as u64, "处不符", "wrong"),
            ]);
            writeln!(to, "{}: {counts}", station.name)?;
            writeln!(to, "  {} {}", out.pick("日志根", "log root"), station.root)?;
            told(to, out.pick("不符", "WRONG"), &station.wrong)?;
            told(to, out.pick("说明", "note"), &station.notes)?;
        }
        told(to, out.pick("不符", "WRONG"), &self.wrong)?;
        let end = if self.ok {
            out.pick("全部相符。", "All is well.")
        } else {
            out.pick("有不符之处，见上。", "Something is wrong, see above.")
        };
        writeln!(to, "{end}")
    }
}

fn told(to: &mut String, word: &str, problems: &[Problem]) -> fmt::Result {
    problems.iter().try_for_each(|problem| {
        writeln!(to, "  {word} [{}] {}: {}", problem.code, problem.subject, problem.detail)
    })
}

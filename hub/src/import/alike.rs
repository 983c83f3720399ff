//! Names that are written but a little differently from another's: the row is still what it is, and somebody is told
//! to look whether both are one.

use std::sync::Arc;

use xuncha_core::domain::Locale;

/// Another of the same station and kind whose name is the same but for spaces, width of letters and case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The other's name.
    pub name: String,
    /// The file and line of the other; none if it was on file before.
    pub at: Option<(Arc<str>, u64)>,
}

impl Alike {
    /// What is said of it.
    #[must_use]
    pub fn sentence(&self, l: Locale) -> String {
        let Self { name, at } = self;
        match (l, at) {
            (Locale::ZhHans, None) => format!("与已登记的“{name}”很像：请核对是不是同一个"),
            (Locale::ZhHans, Some((file, line))) => {
                format!("与{file}第 {line} 行的“{name}”很像：请核对是不是同一个")
            }
            (Locale::En, None) => format!("very like “{name}” on file: make sure that they are two"),
            (Locale::En, Some((file, line))) => {
                format!("very like “{name}” in {file}, line {line}: make sure that they are two")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use xuncha_core::domain::{Timestamp, VenueId};

    use crate::import::{Format, ImportPlan, Kind, OnFile, Outcome, Settings, Sheet, plan};

    use super::*;

    /// Ids that nothing on file has.
    fn mint(on_file: &OnFile) -> impl FnMut() -> Uuid {
        let mut last = u8::try_from(on_file.stations.len() + on_file.venues.len()).unwrap();
        move || {
            last += 1;
            VenueId::mint(Timestamp::from_millis(1_000), [last; 10]).uuid()
        }
    }

    fn planned(kind: Kind, text: &str, on_file: &OnFile) -> ImportPlan {
        let sheet = Sheet::read("list.csv", Format::Csv, text.as_bytes()).unwrap();
        plan(&[(kind, sheet)], on_file, &Settings::default(), &mut mint(on_file))
    }

    /// The outcome of each row, and what it is like.
    fn told(plan: &ImportPlan) -> Vec<(bool, String)> {
        let row = |row: &crate::import::PlannedRow| {
            let alike = row.alike.as_ref().map(|alike| alike.sentence(Locale::En)).unwrap_or_default();
            (row.outcome == Outcome::New, alike)
        };
        plan.rows.iter().map(row).collect()
    }

    #[test]
    fn a_new_name_that_is_written_but_a_little_differently_is_new_and_told_of() {
        let stations = planned(
            Kind::Stations,
            "name,sub_bureau\n柳岸工作站,东城分局\n桥头工作站,东城分局\n",
            &OnFile::default(),
        );
        let on_file = stations.upserts;
        let venues = planned(Kind::Venues, "station,name,kind\n柳岸工作站,E网吧 2店,网吧\n", &on_file);
        let on_file = OnFile { venues: venues.upserts.venues, ..on_file };
        let list = "station,name,kind\n\
                    柳岸工作站,Ｅ网吧２店,网吧\n\
                    柳岸工作站,e 网吧 2 店,网吧\n\
                    桥头工作站,e网吧2店,网吧\n\
                    柳岸工作站,E网吧 2店,网吧\n\
                    柳岸工作站,E网吧 3店,网吧\n";
        let plan = planned(Kind::Venues, list, &on_file);
        let on_file = "very like “E网吧 2店” on file: make sure that they are two";
        let nothing = "";
        let expected = [(true, on_file), (true, on_file), (true, nothing), (false, nothing), (true, nothing)];
        assert_eq!(told(&plan), expected.map(|(new, told)| (new, told.to_owned())));
    }

    #[test]
    fn two_rows_of_one_file_that_are_alike_are_told_of_at_the_second() {
        let on_file =
            planned(Kind::Stations, "name,sub_bureau\n柳岸工作站,东城分局\n", &OnFile::default()).upserts;
        for (kind, columns, one, two) in [
            (Kind::Members, "role", "李 明,volunteer", "李明,volunteer"),
            (
                Kind::Schools,
                "level,gates,datum",
                "Ａ小学,小学,32.05 118.79,wgs84",
                "a小学,小学,32.06 118.79,wgs84",
            ),
            (Kind::Venues, "kind", "夜航网吧,网吧", "夜航网吧,电竞酒店"),
        ] {
            let plan = planned(kind, &format!("name,{columns}\n{one}\n{two}\n"), &on_file);
            let name = one.split(',').next().unwrap();
            let expected = format!("very like “{name}” in list.csv, line 2: make sure that they are two");
            assert_eq!(told(&plan), [(true, String::new()), (true, expected)], "{kind}");
        }
    }
}

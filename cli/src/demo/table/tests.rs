use xuncha_core::domain::{
    Address, Counted, Month, Name, Policy, RecordId, Station, StationId, Tally, Timestamp, Venue, VenueId,
    VenueKind, VenueLife,
};
use xuncha_hub::coverage::Totals;

use super::*;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn venue(name: &str, visits: &[(u32, Verdict)], coverage: CoverageState) -> VenueCoverage {
    let now = Timestamp::from_millis(1_000);
    let station = StationId::mint(now, [0; 10]);
    let records = visits.iter().map(|(on, verdict)| Counted {
        record: RecordId::mint(now, [1; 10]),
        day: day(*on),
        verdict: *verdict,
    });
    VenueCoverage {
        venue: Venue {
            id: VenueId::mint(now, [2; 10]),
            station,
            name: Name::new(name).unwrap(),
            kind: VenueKind::InternetCafe,
            address: Address::new("").unwrap(),
            position: None,
            placard: None,
            life: VenueLife::default(),
        },
        tally: Tally { month: Month::new(2026, 11).unwrap(), required: 2, records: records.collect() },
        coverage,
    }
}

fn station() -> StationCoverage {
    let now = Timestamp::from_millis(1_000);
    StationCoverage {
        station: Station {
            id: StationId::mint(now, [0; 10]),
            name: Name::new("柳岸关爱工作站").unwrap(),
            sub_bureau: Name::new("云浦分局").unwrap(),
        },
        month: Month::new(2026, 11).unwrap(),
        today: day(20),
        policy: Policy::default(),
        totals: Totals::default(),
        venues: vec![
            venue("极昼网吧", &[(3, Verdict::Counts), (12, Verdict::Counts)], CoverageState::Met),
            venue(
                "Blue Whale",
                &[(4, Verdict::Counts), (8, Verdict::TooClose), (14, Verdict::CheckIn)],
                CoverageState::Due { last_day: day(30) },
            ),
            venue("第九站网吧", &[], CoverageState::Late { last_day: day(23) }),
            venue("麦田网吧", &[(6, Verdict::Corrected), (6, Verdict::Counts)], CoverageState::Missed),
        ],
    }
}

fn drawn(locale: Locale) -> Vec<String> {
    let table = draw(&[station()], &Voice::new(locale, true));
    table.lines().map(str::to_owned).collect()
}

/// The places at which the cells of a line begin, as a terminal counts.
fn begins(line: &str, cell: &str) -> usize {
    line[..line.find(cell).unwrap_or_else(|| panic!("no {cell} in {line}"))].width()
}

#[test]
fn columns_stand_under_each_other_whatever_the_script() {
    for locale in [Locale::ZhHans, Locale::En] {
        let lines = drawn(locale);
        let title = begins(&lines[0], locale.pick("状态", "State"));
        for (line, state) in [(1, "Late"), (2, "Due"), (3, "Missed"), (4, "Met")] {
            let state = match (state, locale) {
                ("Late", Locale::ZhHans) => "已滞后",
                ("Due", Locale::ZhHans) => "应检查",
                ("Missed", Locale::ZhHans) => "未达标",
                ("Met", Locale::ZhHans) => "已达标",
                (state, Locale::En) => state,
                other => panic!("{other:?}"),
            };
            assert_eq!(begins(&lines[line], state), title, "{}", lines[line]);
        }
    }
}

#[test]
fn the_most_urgent_is_on_top_with_its_last_day_and_what_does_not_count_is_in_brackets() {
    let lines = drawn(Locale::En);
    assert!(lines[1].contains("! 第九站网吧") && lines[1].ends_with("Late, still possible · by 23 Nov"));
    assert!(lines[2].contains("4 (8)") && lines[2].contains("14"), "{}", lines[2]);
    assert!(lines[3].contains("✗ 麦田网吧") && !lines[3].contains("6 6"), "{}", lines[3]);
    assert!(lines.iter().any(|line| line.contains("✓ Met 1") && line.contains("- Exempt 0")));
}

#[test]
fn every_sign_is_one_wide_in_any_terminal() {
    for venue in station().venues {
        let (sign, _) = look(venue.coverage);
        assert_eq!((sign.width(), sign.width_cjk()), (1, 1), "{sign}");
    }
}

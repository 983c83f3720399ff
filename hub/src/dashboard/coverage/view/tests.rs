use chrono::NaiveTime;

use super::*;
use crate::search::Sought;

fn november(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

fn line(day: u32, team: &[&str], grade: Grade, verdict: Verdict, found: &[Severity]) -> Line {
    let at = Timestamp::at_shanghai(november(day), NaiveTime::MIN);
    Line {
        record: RecordId::mint(at, [3; 10]),
        day: november(day),
        kind: if verdict == Verdict::CheckIn { VisitKind::CheckIn } else { VisitKind::Inspection },
        team: team.iter().map(|name| (*name).to_owned()).collect(),
        grade,
        verdict,
        found: found.to_vec(),
    }
}

fn row(number: u8, name: &str, kind: VenueKind, state: CoverageState, visits: Vec<Line>) -> Row {
    let counted = visits.iter().filter(|line| line.verdict == Verdict::Counts).count();
    Row {
        id: VenueId::mint(Timestamp::from_millis(1_000), [number; 10]),
        name: name.to_owned(),
        kind,
        near_school: number == 1,
        address: format!("柳岸路 {} 号", u32::from(number) * 17),
        state,
        required: u8::from(state != CoverageState::Exempt) * 2,
        counted,
        own: None,
        visits,
    }
}

/// A month on its 20th day, with a venue in every state. Invented names.
fn sample() -> Page {
    let (cafe, arcade) = (VenueKind::InternetCafe, VenueKind::GameArcade);
    let (on_site, near, none) = (Grade::OnSite, Grade::Near, Grade::Unlocated);
    let (counts, last_day) = (Verdict::Counts, november(23));
    let rows = vec![
        row(
            1,
            "青藤网吧",
            cafe.clone(),
            CoverageState::Met,
            vec![
                line(3, &["孟春和", "石敬之"], on_site, counts, &[Severity::N]),
                line(8, &["孟春和"], on_site, Verdict::TooClose, &[]),
                line(17, &["石敬之", "卫长安"], none, counts, &[]),
            ],
        ),
        row(
            2,
            "星河游戏厅",
            arcade.clone(),
            CoverageState::Late { last_day },
            vec![line(12, &["严警官"], near, Verdict::CheckIn, &[])],
        ),
        row(
            3,
            "极光电竞酒店",
            VenueKind::EsportsHotel,
            CoverageState::Due { last_day: november(30) },
            vec![line(
                5,
                &["卫长安", "孟春和", "石敬之"],
                Grade::Doubtful,
                counts,
                &[Severity::S, Severity::R],
            )],
        ),
        row(4, "蓝鲸网络会所", cafe.clone(), CoverageState::Missed, vec![]),
        row(
            5,
            "老街电玩城",
            arcade,
            CoverageState::OnTrack { last_day: november(30) },
            vec![line(14, &["卫长安", "石敬之"], on_site, counts, &[])],
        ),
        row(6, "云顶网咖", cafe, CoverageState::Exempt, vec![]),
    ];
    Page {
        station: "柳岸派出所关爱工作站".to_owned(),
        month: Month::new(2026, 11).unwrap(),
        now: Timestamp::at_shanghai(november(20), NaiveTime::from_hms_opt(9, 30, 0).unwrap()),
        policy: Policy::default(),
        rows,
        schools: Vec::new(),
        query: Query::default(),
        has_tiles: false,
        may_keep: true,
    }
}

fn drawn(sample: &Page) -> String {
    page(sample, Locale::ZhHans).into_string()
}

#[test]
fn every_state_has_its_sign_its_words_and_its_last_day() {
    let html = drawn(&sample());
    for standing in Standing::ALL {
        let pill = signs::state(standing, Locale::ZhHans).into_string();
        assert!(html.contains(&pill) && pill.contains(standing.sign()), "{pill}");
    }
    assert!(html.contains("最晚 11月23日"));
    assert!(html.contains("不计：与另一次间隔不足"));
}

#[test]
fn what_needs_somebody_stands_on_top_and_a_filter_leaves_the_rest_out() {
    let mut sample = sample();
    let names = |page: &Page| page.shown().iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&sample)[..2], ["星河游戏厅", "极光电竞酒店"]);
    sample.query.state = Some(Standing::Missed);
    assert_eq!(names(&sample), ["蓝鲸网络会所"]);
    assert!(!drawn(&sample).contains("青藤网吧"));
}

#[test]
fn venues_are_found_by_pinyin_and_school_and_sorted_both_ways() {
    let mut sample = sample();
    let names = |page: &Page| page.shown().iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    sample.query.sought = Sought::new("ljwl");
    assert_eq!(names(&sample), ["蓝鲸网络会所"]);
    sample.query = Query { near_school: true, ..Query::default() };
    assert_eq!(names(&sample), ["青藤网吧"]);
    sample.query = Query { sort: Sort::Name, ..Query::default() };
    let by_name = names(&sample);
    assert_eq!(by_name[..3], ["极光电竞酒店", "蓝鲸网络会所", "老街电玩城"]);
    sample.query.descending = true;
    assert!(names(&sample).iter().eq(by_name.iter().rev()));
    sample.query = Query { sort: Sort::Found, ..Query::default() };
    assert_eq!(names(&sample)[..2], ["极光电竞酒店", "青藤网吧"]);
}

#[test]
fn a_row_says_how_many_days_lie_between_its_visits_and_what_else_is_expected_of_it() {
    let mut sample = sample();
    let html = drawn(&sample);
    // The one in between does not count.
    assert!(
        html.contains("相隔 14 天") && html.matches("相隔 ").count() == 2,
        "the heading and one row: {html}"
    );
    assert!(!html.contains("另有要求"));
    sample.rows[4].own = Some(Policy { visits_per_month: 4, min_gap_days: 3, ..Policy::default() });
    sample.rows[0].visits[1].verdict = Verdict::Counts;
    let html = drawn(&sample);
    assert!(html.contains("每月 4 次，隔 3 天") && html.contains("另有要求的写在该场所一行"));
    assert!(html.contains("相隔 5、9 天"));
    let english = page(&sample, Locale::En).into_string();
    assert!(english.contains("4 a month, 3 days apart") && english.contains("5, 9 days apart"));
}

#[test]
fn a_name_from_outside_cannot_become_markup() {
    let mut sample = sample();
    sample.rows[0].name = "<script>alert(1)</script>".to_owned();
    let html = drawn(&sample);
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"));
}

#[test]
fn what_a_correction_replaced_is_not_counted_among_the_findings() {
    let mut sample = sample();
    sample.rows[2].visits[0].verdict = Verdict::Corrected;
    assert!(found(&sample.rows[2]).is_empty());
    assert_eq!(found(&sample.rows[0]), [(Severity::N, 1)]);
}

#[test]
fn a_station_without_venues_says_so_and_leads_those_on_who_may_add_one() {
    let mut empty = Page { rows: Vec::new(), ..sample() };
    assert!(drawn(&empty).contains("还没有登记场所") && drawn(&empty).contains("/places/venues/new"));
    empty.may_keep = false;
    assert!(!drawn(&empty).contains("/places/venues/new"));
    let mut narrowed = sample();
    narrowed.query.sought = Sought::new("没有这个馆");
    assert!(drawn(&narrowed).contains("没有这样的场所"));
}

#[test]
fn another_month_is_looked_at_as_narrowly_as_this_one() {
    let mut sample = sample();
    sample.query.state = Some(Standing::Late);
    sample.query.sought = Sought::new("青藤");
    sample.query.sub_bureau = Some("东城分局".to_owned());
    let html = months(sample.month, &sample.query.clone().month(sample.month), Locale::ZhHans).into_string();
    let form = html.split("<form").nth(1).unwrap().split("</form>").next().unwrap();
    for (name, value) in [("state", "late"), ("q", "青藤"), ("sub_bureau", "东城分局")] {
        assert!(form.contains(&format!("type=\"hidden\" name=\"{name}\" value=\"{value}\"")), "{form}");
    }
    assert_eq!(form.matches("name=\"month\"").count(), 1, "{form}");
}

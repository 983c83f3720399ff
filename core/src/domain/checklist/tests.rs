use serde_json::{Value, json};

use super::*;
use crate::domain::{DayType, Locale, Severity, Statute};

fn list(kind: &str) -> &'static Checklist {
    Checklist::default_for(&kind.parse().unwrap()).unwrap()
}

fn rule(kind: &str, item: &str, choice: &str) -> FindingRule {
    let item = list(kind).item(&item.parse().unwrap()).unwrap();
    item.choice(&choice.parse().unwrap()).unwrap().finding.unwrap()
}

const PLAIN: Circumstances = Circumstances {
    day_type: DayType::Ordinary,
    hours_severity: Severity::N,
    seen_before: false,
    child_in_danger: false,
};

#[test]
fn the_default_checklists_are_sound_and_cover_the_known_kinds() {
    assert_eq!(Checklist::defaults().unwrap().len(), 2);
    assert_eq!(list("internet_cafe").items.len(), 14);
    assert_eq!(list("game_arcade").items.len(), 14);
    assert_eq!(list("esports_hotel").code, list("internet_cafe").code);
    assert!(Checklist::default_for(&"escape_room".parse().unwrap()).is_none());
    assert_eq!(Checklist::find(&"game_arcade".parse().unwrap(), 1), Some(list("game_arcade")));
    assert!(Checklist::find(&"game_arcade".parse().unwrap(), 2).is_none());
}

/// So an inspection in which all is well need not know what was found before.
#[test]
fn what_was_found_before_makes_a_finding_graver_and_never_one_of_what_is_none() {
    for kind in ["internet_cafe", "game_arcade"] {
        let days = [DayType::Ordinary, DayType::ShiftedRest, DayType::Statutory, DayType::Unknown];
        let rules = list(kind).items.iter().flat_map(Item::choices).filter_map(|choice| choice.finding);
        for (rule, day_type) in rules.flat_map(|rule| days.map(|day_type| (rule, day_type))) {
            let [first, again] = [false, true]
                .map(|seen_before| rule.severity(&Circumstances { day_type, seen_before, ..PLAIN }));
            assert!(first <= again && first.is_some() == again.is_some(), "{kind} {rule:?}");
        }
    }
}

#[test]
fn every_item_has_the_severities_of_the_tables() {
    // Item, choice, first time, second time; by an ordinary day.
    let table = "
        internet_cafe wb_minor yes R R      internet_cafe wb_sign no N R
        internet_cafe wb_id partly R R      internet_cafe wb_id no R R
        internet_cafe wb_lend yes R R       internet_cafe wb_hours no N N
        internet_cafe wb_licence one N N    internet_cafe wb_licence none R R
        internet_cafe wb_exit no S S        internet_cafe wb_smoke smoking R R
        internet_cafe wb_smoke no_sign R R  internet_cafe wb_fire no N R
        internet_cafe wb_fire unsure N N    internet_cafe wb_flame yes S S
        internet_cafe wb_bars yes R R       internet_cafe wb_content yes S S
        internet_cafe wb_content unsure R R internet_cafe wb_staff yes R R
        internet_cafe wb_staff unsure N N
        game_arcade yj_minor yes R R        game_arcade yj_gamble yes S S
        game_arcade yj_gamble unsure R R    game_arcade yj_prize yes S S
        game_arcade yj_sign partly N R      game_arcade yj_sign none N R
        game_arcade yj_hours no R R         game_arcade yj_licence one N N
        game_arcade yj_licence none R R     game_arcade yj_exit no S S
        game_arcade yj_fire no N R          game_arcade yj_fire unsure N N
        game_arcade yj_zone no N N          game_arcade yj_crowd yes N R
        game_arcade yj_staff yes R R        game_arcade yj_staff unsure N N
        game_arcade yj_guard no N N         game_arcade yj_crime yes S S";
    let words: Vec<&str> = table.split_whitespace().collect();
    for row in words.chunks(5) {
        let rule = rule(row[0], row[1], row[2]);
        let times = [false, true].map(|seen_before| rule.severity(&Circumstances { seen_before, ..PLAIN }));
        let letters = times.map(|severity| format!("{:?}", severity.unwrap()));
        assert_eq!(letters, [row[3], row[4]], "{row:?}");
    }
    let rules = Checklist::defaults().unwrap().iter().flat_map(|list| &list.items);
    let rules = rules.flat_map(Item::choices).filter(|choice| choice.finding.is_some()).count();
    assert_eq!(words.len() / 5, rules, "a choice is missing from the table");
}

#[test]
fn minors_at_machines_are_nothing_on_a_statutory_day_and_a_note_when_nobody_knows() {
    let rule = rule("game_arcade", "yj_minor", "yes");
    let on = |day_type| rule.severity(&Circumstances { day_type, ..PLAIN });
    assert_eq!(on(DayType::Ordinary), Some(Severity::R));
    assert_eq!(on(DayType::ShiftedRest), Some(Severity::N));
    assert_eq!(on(DayType::Unknown), Some(Severity::N));
    assert_eq!(on(DayType::Statutory), None);
}

#[test]
fn a_child_in_danger_makes_a_minor_in_a_cafe_urgent() {
    let danger = Circumstances { child_in_danger: true, ..PLAIN };
    assert_eq!(rule("internet_cafe", "wb_minor", "yes").severity(&danger), Some(Severity::S));
    assert_eq!(rule("internet_cafe", "wb_lend", "yes").severity(&danger), Some(Severity::R));
}

#[test]
fn the_station_decides_how_grave_the_hours_are() {
    let strict = Circumstances { hours_severity: Severity::R, ..PLAIN };
    assert_eq!(rule("internet_cafe", "wb_hours", "no").severity(&strict), Some(Severity::R));
}

#[test]
fn internet_cafes_are_not_held_to_the_entertainment_statute_nor_the_other_way_round() {
    for (kind, foreign) in
        [("internet_cafe", Statute::Entertainment), ("game_arcade", Statute::InternetCafes)]
    {
        let mut cited = list(kind).items.iter().flat_map(|item| &item.basis);
        assert!(cited.all(|basis| basis.statute != foreign), "{kind}");
    }
}

#[test]
fn no_question_speaks_of_enforcement_or_asks_for_what_volunteers_must_not_judge() {
    for item in Checklist::defaults().unwrap().iter().flat_map(|list| &list.items) {
        let question = item.question.get(Locale::ZhHans);
        let forbidden = ["查处", "处罚", "200米", "60日", "真伪", "姓名"];
        assert!(!forbidden.iter().any(|word| question.contains(word)), "{question}");
    }
}

#[test]
fn a_checklist_travels_unchanged() {
    for list in Checklist::defaults().unwrap() {
        let json = serde_json::to_string(&**list).unwrap();
        assert_eq!(Checklist::parse(&json).unwrap(), **list);
    }
}

fn small() -> Value {
    json!({
        "code": "tea_house", "version": 1, "venue_kinds": ["tea_house"],
        "title": {"zh": "茶馆", "en": "Tea house"}, "note": {"zh": "例", "en": "An example"},
        "items": [{
            "id": "th_exit", "question": {"zh": "出口畅通吗？", "en": "Is the exit clear?"},
            "basis": [{"statute": "local", "articles": []}],
            "kind": {"type": "choice", "choices": [
                {"code": "yes", "label": {"zh": "是", "en": "Yes"}, "tone": "good"},
                {"code": "no", "label": {"zh": "否", "en": "No"}, "tone": "bad",
                 "finding": {"severity": {"always": "N"}, "repeat": true}}
            ]}
        }]
    })
}

#[test]
fn each_flaw_is_found_and_named() {
    assert!(Checklist::parse(&small().to_string()).is_ok());
    let choices = "/items/0/kind/choices";
    let good = small().pointer(choices).unwrap()[0].clone();
    let item = small()["items"][0].clone();
    let cases = [
        ("/version", json!(0), Flaw::Version),
        ("/items", json!([]), Flaw::Count { found: 0, min: 1, max: 60 }),
        ("/venue_kinds", json!(["a", "a"]), Flaw::Twice),
        ("/items", json!([item, item]), Flaw::Twice),
        ("/title/en", json!(" "), Flaw::EmptyText),
        ("/title/zh", json!("长".repeat(31)), Flaw::LongText { found: 31, max: 30 }),
        ("/items/0/basis", json!([]), Flaw::Count { found: 0, min: 1, max: 8 }),
        ("/items/0/basis/0/statute", json!("网"), Flaw::Articles),
        ("/items/0/basis/0", json!({"statute": "网", "articles": [9, 6]}), Flaw::Articles),
        (choices, json!([good]), Flaw::Count { found: 1, min: 2, max: 4 }),
        (choices, json!([good, good]), Flaw::Twice),
        ("/items/0/kind/choices/0/tone", json!("unsure"), Flaw::NoGoodChoice),
        ("/items/0/kind/choices/1/finding", json!(null), Flaw::FindingAndTone),
        ("/items/0/kind/choices/1/finding/severity", json!({"always": "R"}), Flaw::RepeatWithoutNote),
        (
            "/items/0/kind/choices/1/finding",
            json!({"severity": {"always": "R"}, "child_in_danger_raises": true}),
            Flaw::DangerNotAsked,
        ),
        (
            "/items/0/kind/choices/1/finding",
            json!({"severity": {"by_day_type":
                {"ordinary": "R", "shifted_rest": "N", "statutory": null, "unknown": "N"}}}),
            Flaw::DayTypeHidden,
        ),
    ];
    for (place, value, expected) in cases {
        let mut flawed = small();
        *flawed.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        match Checklist::parse(&flawed.to_string()) {
            Err(ChecklistError::Flawed(Flawed { flaw, .. })) => assert_eq!(flaw, expected, "{place}"),
            other => panic!("{place}: {other:?}"),
        }
        assert!(serde_json::from_value::<Checklist>(flawed).is_err(), "{place}");
    }
}

#[test]
fn all_flaws_are_found_at_once_in_the_order_in_which_they_stand() {
    let mut list = Checklist::parse(&small().to_string()).unwrap();
    list.version = 0;
    list.items.push(list.items[0].clone());
    list.items[0].question.en.clear();
    let flaws: Vec<_> = list.flaws().into_iter().map(|flawed| (flawed.at, flawed.flaw)).collect();
    let at = |at: &str, flaw| (at.to_owned(), flaw);
    assert_eq!(
        flaws,
        [at("version", Flaw::Version), at("th_exit", Flaw::Twice), at("th_exit", Flaw::EmptyText)]
    );
}

#[test]
fn a_form_nobody_knows_is_refused() {
    let mut strange = small();
    strange["items"][0]["colour"] = json!("red");
    assert!(matches!(Checklist::parse(&strange.to_string()), Err(ChecklistError::Json(_))));
    let long = format!("{}{}", " ".repeat(300_000), small());
    assert!(matches!(
        Checklist::parse(&long),
        Err(ChecklistError::Flawed(Flawed { flaw: Flaw::FileTooLong(_), .. }))
    ));
    assert!(Checklist::parse(&"[".repeat(200_000)).is_err());
}

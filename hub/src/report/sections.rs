//! The tables of a report, in words.

use xuncha_core::domain::{Duty, FollowUpStage, Grade, Locale, Severity, Station, Verdict};

use super::figures::{Figures, OfStation};
use super::{Column, Section};
use crate::dashboard::look::{dates, signs::Standing};

/// The signs of notes.
const MARKS: [&str; 10] = ["①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩"];

/// One figure: what it is called, this month, last month, how it was counted.
struct Line {
    name: &'static str,
    this: String,
    last: String,
    note: &'static str,
}

/// All tables. `stations` is this month's, `last` the sums of last month.
pub(super) fn all(stations: &[(&Station, OfStation)], last: &Figures, l: Locale) -> Vec<Section> {
    let mut this = Figures::default();
    for (_, station) in stations {
        this.add(station.figures.clone());
    }
    let mut sections = vec![
        coverage(&this, last, l),
        visits(&this, last, l),
        findings(&this, last, l),
        evidence(&this, last, l),
    ];
    match stations {
        [(_, only)] => sections.extend([venues(only, l), people(only, l), ledger(only, l)]),
        many => sections.extend([by_station(many, l), duties(many, l)]),
    }
    let numbers = ["一", "二", "三", "四", "五", "六", "七"];
    for (number, section) in (0..).zip(&mut sections) {
        section.title = match l {
            Locale::ZhHans => format!("{}、{}", numbers[number], section.title),
            Locale::En => format!("{}. {}", number + 1, section.title),
        };
    }
    sections
}

fn column(title: &str, share: u16, number: bool) -> Column {
    Column { title: title.to_owned(), share, number }
}

/// A table of figures; notes that several figures share stand once.
fn figures(title: &str, lines: Vec<Line>, l: Locale) -> Section {
    let mut notes: Vec<&str> = Vec::new();
    let rows = lines.into_iter().map(|line| {
        let at = notes.iter().position(|note| *note == line.note).unwrap_or_else(|| {
            notes.push(line.note);
            notes.len() - 1
        });
        vec![format!("{}{}", line.name, MARKS[at]), line.this, line.last]
    });
    let rows = rows.collect();
    Section {
        title: title.to_owned(),
        columns: vec![
            column(l.pick("项目", "Figure"), 50, false),
            column(l.pick("本月", "This month"), 25, true),
            column(l.pick("上月", "Last month"), 25, true),
        ],
        rows,
        notes: MARKS.iter().zip(notes).map(|(mark, note)| format!("{mark} {note}")).collect(),
    }
}

fn coverage(this: &Figures, last: &Figures, l: Locale) -> Section {
    let state = l.pick(
        "按工作要求（每月次数、间隔天数）计算：计入次数够了为已达标；本月还来得及的按急缓分为进度正常、应检查、滞后；来不及的为未达标。以截至日为准，过去的月份只有已达标、未达标、免检。",
        "By what is expected (visits a month, days apart): met once enough visits count; what can still be met is on track, due or late; the rest is missed. As of the day above; a month that is over has only met, missed and exempt.",
    );
    let all = l.pick(
        "登记的全部场所，包括停业和暂停的（这些为免检）。",
        "Every venue on file, closed and suspended ones too, which are exempt.",
    );
    let rate = l.pick("已达标 ÷（全部场所 − 免检）。", "Met ÷ (all venues − exempt).");
    let share = |figures: &Figures| {
        let asked = figures.totals.venues() - figures.totals.exempt;
        #[allow(clippy::cast_precision_loss, reason = "counts of venues are small")]
        if asked == 0 {
            "—".to_owned()
        } else {
            format!("{:.1}%", figures.totals.met as f64 * 100.0 / asked as f64)
        }
    };
    let mut lines = vec![Line {
        name: l.pick("全部场所", "All venues"),
        this: this.totals.venues().to_string(),
        last: last.totals.venues().to_string(),
        note: all,
    }];
    lines.extend(Standing::REPORTED.into_iter().map(|standing| Line {
        name: standing.label(l),
        this: standing.count(&this.totals).to_string(),
        last: standing.count(&last.totals).to_string(),
        note: state,
    }));
    lines.push(Line {
        name: l.pick("达标率", "Share met"),
        this: share(this),
        last: share(last),
        note: rate,
    });
    figures(l.pick("场所覆盖", "Coverage"), lines, l)
}

fn visits(this: &Figures, last: &Figures, l: Locale) -> Section {
    let line = |name, note, get: &dyn Fn(&Figures) -> u64| Line {
        name,
        this: get(this).to_string(),
        last: get(last).to_string(),
        note,
    };
    let stands = l.pick(
        "按检查发生的月份计；已退回、已由更正代替的不算。",
        "In the month they happened; without what was returned or replaced by a correction.",
    );
    let peak = l.pick(
        "检查次数中，在未成年人较可能到场的时候开始的：平日 12–14 时、18–24 时，周末、节假日、调休日和学校放假全天；放假以当月要求里登记的为准。",
        "Inspections that began while minors are likely to be about: 12–14 and 18–24 on weekdays, all of weekends, holidays, rest days and school vacations, as they stand in what was expected that month.",
    );
    let counts = l.pick(
        "计入每月次数的到访：两次之间满足间隔要求；签到只在要求允许时计入。",
        "Visits that count: far enough apart; check-ins only where the policy says so.",
    );
    let people = l.pick(
        "检查或签到的记录人和同行人，每人算一次；人次为各次检查人数之和。",
        "Those who recorded or went along, each once; attendances are the sum over inspections.",
    );
    let review = l.pick("截至日的审核情况。", "Reviews as of the day above.");
    let lines = vec![
        line(l.pick("检查次数", "Inspections"), stands, &|f| f.inspections),
        line(l.pick("其中高峰时段", "At peak hours"), peak, &|f| f.at_peak),
        line(l.pick("签到次数", "Check-ins"), stands, &|f| f.check_ins),
        line(l.pick("计入次数", "Visits that count"), counts, &|f| f.counted),
        line(l.pick("间隔不足未计入", "Too near another to count"), counts, &|f| f.too_close),
        line(l.pick("参加人数", "People"), people, &|f| f.people.len() as u64),
        line(l.pick("检查人次", "Attendances"), people, &|f| f.people.values().map(|sum| sum.0).sum()),
        line(l.pick("待审核", "To be reviewed"), review, &|f| f.pending),
        line(l.pick("已退回、等待更正", "Returned, awaiting correction"), review, &|f| f.returned),
    ];
    figures(l.pick("检查与签到", "Visits"), lines, l)
}

fn findings(this: &Figures, last: &Figures, l: Locale) -> Section {
    let note = l.pick(
        "检查时发现的问题，一项一个；轻重由检查清单规定。已退回、已由更正代替的记录不算。",
        "One for each item found wrong; its severity is the checklist's. Without returned and replaced records.",
    );
    let again =
        l.pick("上一次检查同一场所时也有的问题。", "Found at the same venue the time before as well.");
    let mut lines: Vec<Line> = Severity::ALL
        .into_iter()
        .map(|severity| Line {
            name: severity.label(l),
            this: this.findings.get(&severity).copied().unwrap_or(0).to_string(),
            last: last.findings.get(&severity).copied().unwrap_or(0).to_string(),
            note,
        })
        .collect();
    lines.push(Line {
        name: l.pick("其中再次发现", "Found again"),
        this: this.repeated.to_string(),
        last: last.repeated.to_string(),
        note: again,
    });
    let way = l.pick(
        "这个月发现的问题现在走到哪一步：转交、整改、复查、办结；后来检查又发现的列为再次发现。",
        "Where what was found in the month stands now: handed over, mended, rechecked, closed, or found again since.",
    );
    lines.extend(FollowUpStage::ALL.into_iter().zip(this.stages).zip(last.stages).map(
        |((stage, this), last)| Line {
            name: stage.label(l),
            this: this.to_string(),
            last: last.to_string(),
            note: way,
        },
    ));
    figures(l.pick("发现的问题及去向", "Findings and what became of them"), lines, l)
}

fn evidence(this: &Figures, last: &Figures, l: Locale) -> Section {
    let note = l.pick(
        "检查次数按到场依据分；依据不足不影响计入，供站长了解。",
        "Inspections by how well their place is proven; a weak proof changes no count.",
    );
    let count = |figures: &Figures, grade| figures.grades.get(&grade).copied().unwrap_or(0).to_string();
    let lines = Grade::ALL.into_iter().map(|grade| Line {
        name: grade.label(l),
        this: count(this, grade),
        last: count(last, grade),
        note,
    });
    figures(l.pick("到场依据", "Evidence of place"), lines.collect(), l)
}

fn venues(station: &OfStation, l: Locale) -> Section {
    let row = |venue: &crate::coverage::VenueCoverage| {
        let days = venue.tally.records.iter().filter(|record| record.verdict == Verdict::Counts);
        let days: Vec<_> = days.map(|record| dates::day(record.day, l)).collect();
        vec![
            venue.venue.name.to_string(),
            venue.venue.kind.label(l).to_owned(),
            format!("{}/{}", venue.tally.counted(), venue.tally.required),
            Standing::of(venue.coverage).label(l).to_owned(),
            days.join(l.pick("、", ", ")),
        ]
    };
    Section {
        title: l.pick("各场所", "Venues").to_owned(),
        columns: vec![
            column(l.pick("场所", "Venue"), 32, false),
            column(l.pick("类型", "Kind"), 16, false),
            column(l.pick("次数", "Visits"), 10, true),
            column(l.pick("状态", "State"), 20, false),
            column(l.pick("计入日期", "Days that count"), 22, false),
        ],
        rows: station.venues.iter().map(row).collect(),
        notes: vec![
            l.pick("次数为“计入次数/应查次数”。", "Visits: those that count / those expected.").to_owned(),
        ],
    }
}

fn people(station: &OfStation, l: Locale) -> Section {
    let mut people: Vec<_> = station.figures.people.iter().collect();
    people.sort_by_key(|(member, (inspections, _))| (std::cmp::Reverse(*inspections), **member));
    let row = |(member, (inspections, check_ins)): (&xuncha_core::domain::MemberId, &(u64, u64))| {
        let name = station.names.get(member).cloned().unwrap_or_else(|| "—".to_owned());
        vec![name, inspections.to_string(), check_ins.to_string()]
    };
    Section {
        title: l.pick("参加人员", "Who took part").to_owned(),
        columns: vec![
            column(l.pick("姓名", "Name"), 50, false),
            column(l.pick("检查", "Inspections"), 25, true),
            column(l.pick("签到", "Check-ins"), 25, true),
        ],
        rows: people.into_iter().map(row).collect(),
        notes: vec![
            l.pick(
                "记录人和同行人各算一次；本月没有参加的不列。",
                "Those who recorded and who went along; nobody who took no part.",
            )
            .to_owned(),
        ],
    }
}

fn ledger(station: &OfStation, l: Locale) -> Section {
    let row = |version: &crate::ledger::Version| {
        let entry = &version.entry;
        let names: Vec<_> = entry.members.iter().filter_map(|id| station.names.get(id).cloned()).collect();
        vec![
            dates::day(entry.day, l),
            entry.duty.label(l).to_owned(),
            entry.title.to_string(),
            names.join(l.pick("、", ", ")),
            entry.children.as_ref().map_or(String::new(), |children| children.count().to_string()),
        ]
    };
    let computed = (station.supervised.venues > 0).then(|| {
        let words = station.supervised.words(l);
        vec![String::new(), Duty::VenueSupervision.label(l).to_owned(), words, String::new(), String::new()]
    });
    Section {
        title: l.pick("台账", "Ledger").to_owned(),
        columns: vec![
            column(l.pick("日期", "Day"), 12, false),
            column(l.pick("职责", "Duty"), 24, false),
            column(l.pick("事项", "What was done"), 34, false),
            column(l.pick("参加人", "Who took part"), 20, false),
            column(l.pick("孩子", "Children"), 10, true),
        ],
        rows: station.ledger.iter().map(row).chain(computed).collect(),
        notes: vec![
            l.pick("已作废的不列；场所检查由记录自动汇总。孩子只记人数。", "Without what was struck out; inspections are summed by themselves. Children are counts only.").to_owned(),
        ],
    }
}

fn by_station(stations: &[(&Station, OfStation)], l: Locale) -> Section {
    let row = |(station, told): &(&Station, OfStation)| {
        let figures = &told.figures;
        let found = |severity| figures.findings.get(&severity).copied().unwrap_or(0).to_string();
        vec![
            station.name.to_string(),
            figures.totals.venues().to_string(),
            figures.totals.met.to_string(),
            figures.totals.missed.to_string(),
            figures.inspections.to_string(),
            figures.people.len().to_string(),
            [Severity::S, Severity::R, Severity::N].map(found).join("/"),
        ]
    };
    Section {
        title: l.pick("各站", "Stations").to_owned(),
        columns: vec![
            column(l.pick("工作站", "Station"), 30, false),
            column(l.pick("场所", "Venues"), 11, true),
            column(l.pick("已达标", "Met"), 11, true),
            column(l.pick("未达标", "Missed"), 11, true),
            column(l.pick("检查", "Inspections"), 12, true),
            column(l.pick("人数", "People"), 10, true),
            column(l.pick("问题", "Findings"), 15, true),
        ],
        rows: stations.iter().map(row).collect(),
        notes: vec![l.pick("问题按“紧急/上报/记下”。", "Findings: urgent / report / note.").to_owned()],
    }
}

fn duties(stations: &[(&Station, OfStation)], l: Locale) -> Section {
    let row = |duty: Duty| {
        let entries = || {
            stations
                .iter()
                .flat_map(|(_, told)| &told.ledger)
                .map(|version| &version.entry)
                .filter(move |entry| entry.duty == duty)
        };
        let children: u64 =
            entries().filter_map(|entry| entry.children.as_ref()).map(|some| u64::from(some.count())).sum();
        vec![duty.label(l).to_owned(), entries().count().to_string(), children.to_string()]
    };
    Section {
        title: l.pick("台账", "Ledger").to_owned(),
        columns: vec![
            column(l.pick("职责", "Duty"), 60, false),
            column(l.pick("条数", "Entries"), 20, true),
            column(l.pick("孩子人次", "Children"), 20, true),
        ],
        rows: Duty::ALL.into_iter().map(row).collect(),
        notes: vec![
            l.pick(
                "已作废的不算；同一孩子参加两次算两次。",
                "Without what was struck out; a child who came twice counts twice.",
            )
            .to_owned(),
        ],
    }
}

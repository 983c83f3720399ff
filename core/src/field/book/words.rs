//! Words of the phone's screens: days, what waits, what was answered.

use chrono::{Datelike, NaiveDate, Timelike};

use super::unsent::{Unsent, UnsentShown};
use crate::domain::{
    Answer, Checklist, Checklists, CoverageState, DateRange, FollowUp, FollowUpStage, Inspection, ItemAnswer,
    ItemId, ItemKind, Locale, MinorsSeen, Month, OpeningHours, Review, Timestamp,
};
use crate::field::store::photos::{self, PhotoState};
use crate::field::sync::photo_refusal;
use crate::wire::{ProblemCode, Whereabouts};

/// Day and time as people say them: `11月24日 14:12`.
pub(super) fn moment(at: Timestamp, locale: Locale) -> String {
    let local = at.shanghai();
    let (hour, minute) = (local.hour(), local.minute());
    match locale {
        Locale::ZhHans => format!("{}月{}日 {hour:02}:{minute:02}", local.month(), local.day()),
        Locale::En => format!("{} {hour:02}:{minute:02}", local.format("%-d %b")),
    }
}

/// The same with the hours in which a café may open, where the question is about them.
pub(super) fn moment_and_hours(at: Timestamp, hours: Option<OpeningHours>, locale: Locale) -> String {
    let moment = moment(at, locale);
    let Some(hours) = hours else { return moment };
    let (opens, closes) = (hours.opens_text(), hours.closes_text());
    match locale {
        Locale::ZhHans => format!("{moment}，规定营业时间 {opens}–{closes}"),
        Locale::En => format!("{moment}; may open {opens}–{closes}"),
    }
}

/// A month as people say it: `11月`.
pub(super) fn month(month: Month, locale: Locale) -> String {
    match locale {
        Locale::ZhHans => format!("{}月", month.first_day().month()),
        Locale::En => month.first_day().format("%B").to_string(),
    }
}

/// A month of whatever year: `2026年11月`.
pub(super) fn month_and_year(month: Month, locale: Locale) -> String {
    let first = month.first_day();
    match locale {
        Locale::ZhHans => format!("{}年{}月", first.year(), first.month()),
        Locale::En => first.format("%B %Y").to_string(),
    }
}

/// A day as people say it: `11月24日`.
pub(super) fn day(day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::ZhHans => format!("{}月{}日", day.month(), day.day()),
        Locale::En => day.format("%-d %b").to_string(),
    }
}

/// That schools have vacation, now or soon.
pub(super) fn vacation(vacation: DateRange, locale: Locale) -> String {
    let (from, to) = (day(vacation.from(), locale), day(vacation.to(), locale));
    match locale {
        Locale::ZhHans => format!("{from}至{to}学校放假，全天都可能有未成年人"),
        Locale::En => format!("School vacation from {from} to {to}: minors may be about all day"),
    }
}

/// How much waits on the phone.
pub(super) fn waiting(records: u64, photos: u64, locale: Locale) -> String {
    let things = things(records, photos, locale);
    match locale {
        Locale::ZhHans => format!("{things}等待上传"),
        Locale::En => format!("{things} waiting to be uploaded"),
    }
}

/// Photos that the hub will not get.
fn not_uploaded(photos: u64, locale: Locale) -> String {
    let things = things(0, photos, locale);
    match locale {
        Locale::ZhHans => format!("{things}没能上传"),
        Locale::En => format!("{things} could not be uploaded"),
    }
}

/// What the hub does not have. That everything is uploaded is said only where a receipt is here for everything.
pub(super) fn unsent(unsent: Unsent, locale: Locale) -> String {
    let Unsent { records_waiting, photos_waiting, records_refused, photos_refused } = unsent;
    let not_accepted = || {
        let things = things(records_refused, 0, locale);
        match locale {
            Locale::ZhHans => format!("{things}未被接收"),
            Locale::En => format!("{things} not accepted"),
        }
    };
    let parts = [
        (records_waiting + photos_waiting > 0).then(|| waiting(records_waiting, photos_waiting, locale)),
        (records_refused > 0).then(not_accepted),
        (photos_refused > 0).then(|| not_uploaded(photos_refused, locale)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let parts = parts.join(locale.pick("，", ", "));
    match unsent.shown() {
        UnsentShown::Nothing => locale.pick("全部已上传", "Everything is uploaded").to_owned(),
        UnsentShown::Waiting => parts,
        UnsentShown::Refused => format!("{parts}{}", locale.pick("，请点开看原因", ": open it to see why")),
    }
}

/// The photos of a record that the hub does not have; nothing where there are none.
pub(super) fn photos_missing(waiting: u64, refused: u64, locale: Locale) -> Option<String> {
    let still = || match locale {
        Locale::ZhHans => format!("还有 {}", self::waiting(0, waiting, locale)),
        Locale::En => self::waiting(0, waiting, locale),
    };
    let parts = [(waiting > 0).then(still), (refused > 0).then(|| not_uploaded(refused, locale))];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(locale.pick("，", ", ")))
}

/// Where a photo stands, and why the hub did not take it.
pub(super) fn photo(state: &PhotoState, locale: Locale) -> String {
    let plain = match state {
        PhotoState::Draft => locale.pick("照片已保存在本机", "The photo is saved on this phone"),
        PhotoState::Waiting => locale.pick("在本机，等待上传", "On this phone, waiting to be uploaded"),
        PhotoState::Received(_) => locale.pick("服务器已收到", "The hub has it"),
        PhotoState::Refused(why) if why == photos::DAMAGED => locale.pick(
            "照片在本机坏了，传不上去。记录本身不受影响。",
            "It is damaged on this phone and cannot be sent. The record itself is not affected.",
        ),
        PhotoState::Refused(why) => {
            let code = ProblemCode::of_code(why);
            let why = code.map(|code| photo_refusal(code, locale)).unwrap_or_default();
            return format!("{}{why}", locale.pick("没能上传：", "Not uploaded: "));
        }
    };
    plain.to_owned()
}

/// Where a photo is that somebody else took.
pub(super) fn whereabouts(photo: Whereabouts, locale: Locale) -> String {
    let words = match photo {
        Whereabouts::OnItsWay => locale.pick("照片还没有上传", "The photo is not uploaded yet"),
        Whereabouts::Here => locale.pick("服务器已收到", "The hub has it"),
        Whereabouts::Erased => locale.pick("照片已按期限删除", "The photo was erased after its time"),
    };
    words.to_owned()
}

/// Where the review of a record stands.
pub(super) fn review(review: &Review, locale: Locale) -> String {
    match review {
        Review::Pending => locale.pick("待审核", "To review").to_owned(),
        Review::Approved => locale.pick("已审核通过", "Approved").to_owned(),
        Review::Returned { reason } => format!("{}{reason}", locale.pick("已退回：", "Returned: ")),
    }
}

/// How many records were returned, and what is to be done.
pub(super) fn returned(records: usize, locale: Locale) -> String {
    match (locale, records) {
        (Locale::ZhHans, count) => format!("有 {count} 条记录被退回，没有计入。请点开更正。"),
        (Locale::En, 1) => "1 record was returned and does not count. Open it and correct it.".to_owned(),
        (Locale::En, count) => {
            format!("{count} records were returned and do not count. Open them and correct them.")
        }
    }
}

/// How many visits a venue has that count, and how many it still needs: of a month that is lost, how many it
/// should have had.
pub(super) fn visits(counted: usize, required: u8, state: CoverageState, locale: Locale) -> String {
    let missing = usize::from(required).saturating_sub(counted);
    match (state, locale) {
        (CoverageState::Met | CoverageState::Exempt, Locale::ZhHans) => format!("已查 {counted} 次"),
        (CoverageState::Missed, Locale::ZhHans) => format!("已查 {counted} 次，应查 {required} 次"),
        (_, Locale::ZhHans) => format!("已查 {counted} 次，还要查 {missing} 次"),
        (CoverageState::Met | CoverageState::Exempt, Locale::En) => format!("Visits: {counted}"),
        (CoverageState::Missed, Locale::En) => format!("Visits: {counted}, should be {required}"),
        (_, Locale::En) => format!("Visits: {counted}, {missing} more needed"),
    }
}

/// Records and photos by their number; of what there is none, nothing is said.
pub(super) fn things(records: u64, photos: u64, locale: Locale) -> String {
    let many = |count: u64, zh: &str, en: &str| match (locale, count) {
        (_, 0) => None,
        (Locale::ZhHans, _) => Some(format!("{count} {zh}")),
        (Locale::En, 1) => Some(format!("1 {en}")),
        (Locale::En, _) => Some(format!("{count} {en}s")),
    };
    let things = [many(records, "条记录", "record"), many(photos, "张照片", "photo")];
    things.into_iter().flatten().collect::<Vec<_>>().join(locale.pick("、", " and "))
}

/// Bytes as people read them, by the thousand as phones count: `2.1 MB`.
pub(super) fn size(bytes: u64, locale: Locale) -> String {
    const MB: u64 = 1_000_000;
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..100_000 => locale.pick("不到 0.1 MB", "under 0.1 MB").to_owned(),
        100_000..1_000_000_000 => format!("{} MB", tenths(MB)),
        _ => format!("{} GB", tenths(1_000 * MB)),
    }
}

/// How many records wait for the head, and that not all of them are shown.
pub(super) fn to_review(count: u64, shown: u64, locale: Locale) -> String {
    match (count, locale) {
        (0, _) => locale.pick("没有待审核的记录", "Nothing waits for your review").to_owned(),
        (n, Locale::ZhHans) if n > shown => format!("{n} 条待审核，先列出 {shown} 条"),
        (n, Locale::En) if n > shown => format!("{n} to review; here are {shown} of them"),
        (n, Locale::ZhHans) => format!("{n} 条待审核"),
        (n, Locale::En) => format!("{n} to review"),
    }
}

/// The question of an item as a list asks it; its bare id if none has it.
pub(super) fn question(
    lists: &Checklists,
    made_by: Option<&Checklist>,
    item: &ItemId,
    locale: Locale,
) -> String {
    let asked = lists.item(made_by, item);
    asked.map_or_else(|| item.to_string(), |item| item.question.get(locale).to_owned())
}

/// What was answered where something was found, if but one answer to that item is bad.
pub(super) fn only_bad_answer(
    lists: &Checklists,
    made_by: Option<&Checklist>,
    item: &ItemId,
    locale: Locale,
) -> Option<String> {
    let ItemKind::Choice { choices } = &lists.item(made_by, item)?.kind else { return None };
    let mut bad = choices.iter().filter(|choice| choice.finding.is_some());
    let only = bad.next().filter(|_| bad.next().is_none())?;
    Some(only.label.get(locale).to_owned())
}

/// What was answered to an item of an inspection.
pub(super) fn said(made_by: &Checklist, fact: &Inspection, item: &ItemId, locale: Locale) -> Option<String> {
    let given = fact.answers.iter().find(|answer| answer.item == *item)?;
    Some(answer(made_by, given, locale))
}

/// What is to be known of a finding about which something was done.
pub(super) fn followed_up(way: &FollowUp, locale: Locale) -> Option<String> {
    match (way.stage, way.handed_to()) {
        (FollowUpStage::Mended, _) => {
            Some(locale.pick("说是已整改，请再看一次。", "Said to be mended; please look again.").to_owned())
        }
        (FollowUpStage::HandedOver, Some(to)) => Some(match locale {
            Locale::ZhHans => format!("已转交{}，下次来再看。", to.label(locale)),
            Locale::En => format!("Handed over ({}); look again at the next visit.", to.label(locale)),
        }),
        _ => None,
    }
}

/// An answer as people read it.
pub(super) fn answer(checklist: &Checklist, answer: &ItemAnswer, locale: Locale) -> String {
    match &answer.answer {
        Answer::NotLooked => locale.pick("未查看", "Not looked at").to_owned(),
        Answer::Text { text } => text.as_str().to_owned(),
        Answer::Choice { choice, minors } => {
            let known = checklist.item(&answer.item).and_then(|item| item.choice(choice));
            let label = known.map_or(choice.as_str(), |choice| choice.label.get(locale));
            match minors {
                Some(seen) => format!("{label}{}{}", locale.pick("：", ": "), minors_seen(seen, locale)),
                None => label.to_owned(),
            }
        }
    }
}

/// What may be told of minors, as it stands on a button; within an answer English begins it small.
pub(super) const DISSUADED: (&str, &str) = ("已劝离", "Talked into leaving");
pub(super) const IN_DANGER: (&str, &str) = ("有孩子处于危险", "A child is in danger");

fn minors_seen(seen: &MinorsSeen, locale: Locale) -> String {
    let mut parts = vec![match locale {
        Locale::ZhHans => format!("约{}人", seen.count),
        Locale::En => format!("about {}", seen.count),
    }];
    parts.extend(seen.bands.iter().map(|band| band.label(locale).to_owned()));
    if seen.dissuaded {
        parts.push(locale.pick(DISSUADED.0, "talked into leaving").to_owned());
    }
    if seen.in_danger {
        parts.push(locale.pick(IN_DANGER.0, "a child is in danger").to_owned());
    }
    parts.join(locale.pick("、", ", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_said_in_a_sentence() {
        assert_eq!(waiting(2, 3, Locale::ZhHans), "2 条记录、3 张照片等待上传");
        assert_eq!(waiting(1, 2, Locale::En), "1 record and 2 photos waiting to be uploaded");
        assert_eq!(waiting(0, 1, Locale::En), "1 photo waiting to be uploaded");
    }

    #[test]
    fn all_is_said_to_be_uploaded_only_where_nothing_waits_and_nothing_was_refused() {
        let say = |[records_waiting, photos_waiting, records_refused, photos_refused]: [u64; 4], locale| {
            unsent(Unsent { records_waiting, photos_waiting, records_refused, photos_refused }, locale)
        };
        let zh = |counts| say(counts, Locale::ZhHans);
        assert_eq!(zh([0, 0, 0, 0]), "全部已上传");
        assert_eq!(zh([1, 2, 0, 0]), "1 条记录、2 张照片等待上传");
        assert_eq!(zh([0, 0, 1, 0]), "1 条记录未被接收，请点开看原因");
        assert_eq!(zh([0, 0, 0, 2]), "2 张照片没能上传，请点开看原因");
        assert_eq!(zh([1, 0, 2, 1]), "1 条记录等待上传，2 条记录未被接收，1 张照片没能上传，请点开看原因");
        assert_eq!(
            say([0, 1, 1, 0], Locale::En),
            "1 photo waiting to be uploaded, 1 record not accepted: open it to see why"
        );
        for counts in 1_u64..16 {
            let counts = [0, 1, 2, 3].map(|bit| counts >> bit & 1);
            for (locale, all) in [(Locale::ZhHans, "全部"), (Locale::En, "Everything")] {
                assert!(!say(counts, locale).contains(all), "{counts:?}");
            }
        }
    }

    #[test]
    fn a_photo_that_will_not_go_is_not_said_to_wait() {
        let say = |waiting, refused| photos_missing(waiting, refused, Locale::ZhHans);
        assert_eq!(say(0, 0), None);
        assert_eq!(say(2, 0).unwrap(), "还有 2 张照片等待上传");
        assert_eq!(say(0, 1).unwrap(), "1 张照片没能上传");
        assert_eq!(say(1, 1).unwrap(), "还有 1 张照片等待上传，1 张照片没能上传");
    }

    #[test]
    fn a_venue_that_can_still_be_checked_says_how_often_and_a_lost_month_does_not_ask_for_more() {
        let last_day = "2026-11-23".parse().unwrap();
        let say = |counted, state| visits(counted, 2, state, Locale::ZhHans);
        assert_eq!(say(0, CoverageState::Due { last_day }), "已查 0 次，还要查 2 次");
        assert_eq!(say(1, CoverageState::Late { last_day }), "已查 1 次，还要查 1 次");
        assert_eq!(say(1, CoverageState::Missed), "已查 1 次，应查 2 次");
        assert_eq!(say(3, CoverageState::Met), "已查 3 次");
        let late = visits(1, 2, CoverageState::Late { last_day }, Locale::En);
        assert_eq!(late, "Visits: 1, 1 more needed");
    }

    #[test]
    fn a_size_is_said_to_a_tenth() {
        assert_eq!(size(99_999, Locale::ZhHans), "不到 0.1 MB");
        assert_eq!(size(100_000, Locale::En), "0.1 MB");
        assert_eq!(size(999_999_999, Locale::ZhHans), "999.9 MB");
        assert_eq!(size(20_060_000_000, Locale::En), "20.0 GB");
    }

    #[test]
    fn a_moment_is_said_in_the_time_of_shanghai() {
        let at: Timestamp = "2026-11-30T15:59:59Z".parse().unwrap();
        assert_eq!(moment(at, Locale::ZhHans), "11月30日 23:59");
        assert_eq!(moment(at, Locale::En), "30 Nov 23:59");
    }
}

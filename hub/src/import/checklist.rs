//! A checklist from a file, which people write by hand: all that is wrong with it is told at once, each thing with
//! its line.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;
use xuncha_core::domain::{
    Checklist, ChecklistCode, ChecklistError, Choice, Flaw, Flawed, Item, Locale, Localized, VenueKind,
};

use super::{BadSheet, encoding};

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its line, from 1; none if it is about the whole file.
    pub line: Option<usize>,
    /// The field, question, or question and choice.
    pub at: String,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Neither UTF-8 nor GB18030.
    NotText,
    /// Not of a checklist's form.
    Form(String),
    /// A field that every checklist has.
    Missing,
    /// A field that none has.
    Unknown,
    /// Of the right form, but it must not be so.
    Flaw(Flaw),
}

impl Why {
    /// In words for the desk.
    #[must_use]
    pub fn sentence(&self, l: Locale) -> String {
        match self {
            Self::NotText => l.pick("文件不是文字。", "The file is no text.").to_owned(),
            Self::Form(why) => format!("{}{why}", l.pick("格式不对：", "not of the form of a checklist: ")),
            Self::Missing => l.pick("没有这一项。", "This is missing.").to_owned(),
            Self::Unknown => l.pick("没有叫这个名字的项。", "Nothing has this name.").to_owned(),
            Self::Flaw(flaw) if l == Locale::En => flaw.to_string(),
            Self::Flaw(flaw) => match flaw {
                Flaw::FileTooLong(bytes) => format!("文件有 {bytes} 字节，太长了。"),
                Flaw::Version => "版本号从 1 起。".to_owned(),
                Flaw::Count { found, min, max } => format!("有 {found} 个，应有 {min} 至 {max} 个。"),
                Flaw::Twice => "出现了两次。".to_owned(),
                Flaw::EmptyText => "中文或英文空着。".to_owned(),
                Flaw::LongText { found, max } => format!("有 {found} 个字，最多 {max} 个。"),
                Flaw::Articles => "条文号应从小到大；只有本地要求（local）不写条文号。".to_owned(),
                Flaw::NoGoodChoice => "没有一个回答表示正常（good）。".to_owned(),
                Flaw::FindingAndTone => "正常的回答没有问题（finding），别的回答都有。".to_owned(),
                Flaw::RepeatWithoutNote => "只有 N 级的问题能写再次发现升级（repeat）。".to_owned(),
                Flaw::DangerNotAsked => {
                    "孩子有危险时升级（child_in_danger_raises），要追问未成年人（detail: minors）。"
                        .to_owned()
                }
                Flaw::DayTypeHidden => {
                    "轻重看是什么日子，这道题要显示日期类型（shows_day_type）。".to_owned()
                }
            },
        }
    }
}

/// Reads a file.
///
/// # Errors
/// Every [`BadLine`], in the order in which they stand.
pub fn read(bytes: &[u8]) -> Result<Checklist, Vec<BadLine>> {
    let whole = |why| vec![BadLine { line: None, at: String::new(), why }];
    let (text, _) = encoding::decode(bytes).map_err(|error| {
        let line = match error {
            BadSheet::Damaged(line) => usize::try_from(line).ok(),
            _ => None,
        };
        vec![BadLine { line, at: String::new(), why: Why::NotText }]
    })?;
    Checklist::parse(&text).map_err(|error| {
        let mut bad = Finder::of(&text).bad;
        bad.sort_by_key(|bad| bad.line);
        match error {
            _ if !bad.is_empty() => bad,
            ChecklistError::Json(why) => whole(Why::Form(why)),
            ChecklistError::Flawed(Flawed { flaw, .. }) => whole(Why::Flaw(flaw)),
        }
    })
}

const FIELDS: [&str; 6] = ["code", "version", "venue_kinds", "title", "note", "items"];

#[derive(Default, Deserialize)]
struct ItemOutline<'a> {
    id: String,
    #[serde(borrow)]
    kind: KindOutline<'a>,
}

#[derive(Default, Deserialize)]
struct KindOutline<'a> {
    #[serde(borrow, default)]
    choices: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct ChoiceOutline {
    code: String,
}

/// Goes through a file that is no checklist, part by part, so that one bad part does not hide the next.
struct Finder<'a> {
    text: &'a str,
    /// What [`Flawed::at`] may name, and the line it begins on.
    places: Vec<(String, usize)>,
    bad: Vec<BadLine>,
}

impl<'a> Finder<'a> {
    fn of(text: &'a str) -> Self {
        let mut finder = Self { text, places: Vec::new(), bad: Vec::new() };
        match serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
            Ok(parts) => finder.parts(&parts),
            Err(error) => finder.malformed(1, "", &error),
        }
        finder
    }

    fn parts(&mut self, parts: &BTreeMap<String, &'a RawValue>) {
        for (name, raw) in parts.iter().filter(|(name, _)| !FIELDS.contains(&name.as_str())) {
            let line = Some(self.line(raw));
            self.bad.push(BadLine { line, at: name.clone(), why: Why::Unknown });
        }
        let code = self.field::<ChecklistCode>(parts, "code");
        let version = self.field::<u16>(parts, "version");
        let venue_kinds = self.field::<Vec<VenueKind>>(parts, "venue_kinds");
        let title = self.field::<Localized>(parts, "title");
        let note = self.field::<Localized>(parts, "note");
        let raws = self.field::<Vec<&RawValue>>(parts, "items").unwrap_or_default();
        let items: Vec<Item> =
            raws.iter().zip(1..).filter_map(|(raw, number)| self.item(number, raw)).collect();
        let (Some(code), Some(version), Some(venue_kinds), Some(title), Some(note)) =
            (code, version, venue_kinds, title, note)
        else {
            return;
        };
        let all_read = items.len() == raws.len();
        let list = Checklist { code, version, venue_kinds, title, note, items };
        for Flawed { at, flaw } in list.flaws() {
            // Questions that could not be read are missing from the count.
            if all_read || at != "items" {
                let line = self.places.iter().rev().find(|(name, _)| *name == at).map(|(_, line)| *line);
                self.bad.push(BadLine { line, at, why: Why::Flaw(flaw) });
            }
        }
    }

    fn field<T: Deserialize<'a>>(&mut self, parts: &BTreeMap<String, &'a RawValue>, name: &str) -> Option<T> {
        let Some(raw) = parts.get(name) else {
            self.bad.push(BadLine { line: None, at: name.to_owned(), why: Why::Missing });
            return None;
        };
        self.part(name.to_owned(), raw)
    }

    /// A question; a bad choice is named by itself, not as a bad question.
    fn item(&mut self, number: usize, raw: &'a RawValue) -> Option<Item> {
        let outline: ItemOutline<'a> = serde_json::from_str(raw.get()).unwrap_or_default();
        let id = named(outline.id, number);
        let before = self.bad.len();
        for (choice, number) in outline.kind.choices.into_iter().zip(1..) {
            let code = serde_json::from_str(choice.get()).map_or(String::new(), |it: ChoiceOutline| it.code);
            self.part::<Choice>(format!("{id}/{}", named(code, number)), choice);
        }
        if self.bad.len() > before { None } else { self.part(id, raw) }
    }

    fn part<T: Deserialize<'a>>(&mut self, name: String, raw: &'a RawValue) -> Option<T> {
        let line = self.line(raw);
        let read = serde_json::from_str(raw.get()).inspect_err(|error| self.malformed(line, &name, error));
        self.places.push((name, line));
        read.ok()
    }

    fn malformed(&mut self, begin: usize, at: &str, error: &serde_json::Error) {
        let line = begin + error.line().saturating_sub(1);
        let told = error.to_string();
        // It counts the lines of the part only.
        let why = told.rsplit_once(" at line ").map_or(&*told, |(why, _)| why);
        self.bad.push(BadLine { line: Some(line), at: at.to_owned(), why: Why::Form(why.to_owned()) });
    }

    /// The line on which a part of the text begins.
    fn line(&self, part: &RawValue) -> usize {
        let begin = part.get().as_ptr().addr() - self.text.as_ptr().addr();
        self.text.bytes().take(begin).filter(|byte| *byte == b'\n').count() + 1
    }
}

/// What a part calls itself, or its number.
fn named(own: String, number: impl fmt::Display) -> String {
    if own.is_empty() { format!("#{number}") } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
  "code": "tea_house", "version": 1, "venue_kinds": ["tea_house"],
  "title": {"zh": "茶馆", "en": "Tea house"},
  "note": {"zh": "例", "en": "An example"},
  "items": [
    {
      "id": "th_exit",
      "question": {"zh": "出口畅通吗？", "en": "Is the exit clear?"},
      "basis": [{"statute": "local", "articles": []}],
      "kind": {"type": "choice", "choices": [
        {"code": "yes", "label": {"zh": "是", "en": "Yes"}, "tone": "good"},
        {"code": "no", "label": {"zh": "否", "en": "No"}, "tone": "bad", "finding": {"severity": {"always": "N"}}}
      ]}
    },
    {
      "id": "th_note", "kind": {"type": "text"},
      "question": {"zh": "还有什么？", "en": "Anything else?"},
      "basis": [{"statute": "local", "articles": []}]
    }
  ]
}"#;

    /// Line and place of all that is wrong with the file after words in it were exchanged.
    fn wrong(exchanged: &[(&str, &str)]) -> Vec<(Option<usize>, String)> {
        let text = exchanged.iter().fold(FILE.to_owned(), |text, (old, new)| {
            assert!(text.contains(old), "{old}");
            text.replace(old, new)
        });
        read(text.as_bytes()).unwrap_err().into_iter().map(|bad| (bad.line, bad.at)).collect()
    }

    fn at(line: usize, place: &str) -> (Option<usize>, String) {
        (Some(line), place.to_owned())
    }

    #[test]
    fn a_good_file_is_read_in_either_encoding() {
        let list = read(FILE.as_bytes()).unwrap();
        assert_eq!((list.version, list.items.len()), (1, 2));
        let (old, ..) = encoding_rs::GB18030.encode(FILE);
        assert_eq!(read(&old).unwrap(), list);
    }

    #[test]
    fn every_bad_line_is_named_whether_of_another_form_or_flawed() {
        let found = wrong(&[
            ("\"tone\": \"bad\"", "\"tone\": \"worse\""),
            ("{\"zh\": \"例\"", "{\"zh\": \"\""),
            ("\"version\": 1", "\"version\": 0"),
            ("{\"zh\": \"还有什么？\"", "{\"zh\": \"\""),
        ]);
        assert_eq!(found, [at(2, "version"), at(4, "note"), at(12, "th_exit/no"), at(15, "th_note")]);
        assert_eq!(wrong(&[("th_note", "th_exit")]), [at(15, "th_exit")]);
        assert_eq!(wrong(&[("\"id\": \"th_exit\",\n", "\n")]), [at(14, "#1")]);
        assert_eq!(wrong(&[("\"note\"", "\"notes\"")]), [(None, "note".to_owned()), at(4, "notes")]);
        assert_eq!(wrong(&[("\"code\": \"no\",", "")]), [at(12, "th_exit/#2")]);
    }

    #[test]
    fn what_is_no_json_and_what_is_no_text_is_told() {
        assert_eq!(wrong(&[("\"title\": {", "\"title\": [")]), [at(3, "")]);
        let bad = read(b"\x80\xff\xff").unwrap_err();
        assert_eq!(bad, [BadLine { line: None, at: String::new(), why: Why::NotText }]);
        let long = format!("{}{FILE}", " ".repeat(300_000));
        let bad = read(long.as_bytes()).unwrap_err();
        assert!(matches!(bad[..], [BadLine { line: None, why: Why::Flaw(Flaw::FileTooLong(_)), .. }]));
    }
}

//! How pages look: the frame around each, the one style sheet, the signs of states. Server-rendered, and
//! whole without a script, so that any browser of the last ten years shows it.

pub(crate) mod dates;
pub(crate) mod overtaken;
pub(crate) mod signs;

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
use qrcode::QrCode;
use qrcode::render::svg;
use xuncha_core::domain::{Locale, Sha256Hash};

use super::islands;
use crate::scope::Operation;

/// The style sheet.
pub(crate) const STYLE: &str = include_str!("style.css");

/// Where the style sheet is. The name changes with its content, so browsers may keep it for good.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = Sha256Hash::of(STYLE.as_bytes()).to_string();
    format!("/assets/{}.css", &hash[..16])
});

/// The parts of the dashboard that the head of each page leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// 覆盖.
    Coverage,
    /// 待审核.
    Reviews,
    /// 问题台.
    Findings,
    /// 提醒.
    Alerts,
    /// 台账.
    Ledger,
    /// 月报.
    Report,
    /// 手机.
    Devices,
    /// 导入.
    Import,
    /// 导出.
    Export,
    /// 管理.
    Manage,
}

impl Place {
    /// All of them, as they stand in the head of a page.
    pub(crate) const ALL: [Self; 10] = [
        Self::Coverage,
        Self::Reviews,
        Self::Findings,
        Self::Alerts,
        Self::Ledger,
        Self::Report,
        Self::Devices,
        Self::Import,
        Self::Export,
        Self::Manage,
    ];

    /// What one must be allowed to do to open it.
    pub(crate) const fn operation(self) -> Operation {
        match self {
            Self::Coverage
            | Self::Reviews
            | Self::Findings
            | Self::Alerts
            | Self::Ledger
            | Self::Report
            | Self::Manage => Operation::Read,
            Self::Devices => Operation::KeepDevices,
            Self::Import => Operation::Import,
            Self::Export => Operation::Export,
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Coverage => "/coverage",
            Self::Reviews => "/reviews",
            Self::Findings => "/findings",
            Self::Alerts => "/alerts",
            Self::Ledger => "/ledger",
            Self::Report => "/report",
            Self::Devices => "/devices",
            Self::Import => "/import",
            Self::Export => "/export",
            Self::Manage => "/manage",
        }
    }

    /// What it is called.
    pub(crate) const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Coverage => locale.pick("覆盖", "Coverage"),
            Self::Reviews => locale.pick("待审核", "To review"),
            Self::Findings => locale.pick("问题台", "Findings"),
            Self::Alerts => locale.pick("提醒", "Alerts"),
            Self::Ledger => locale.pick("台账", "Ledger"),
            Self::Report => locale.pick("月报", "Report"),
            Self::Devices => locale.pick("手机", "Phones"),
            Self::Import => locale.pick("导入", "Import"),
            Self::Export => locale.pick("导出", "Export"),
            Self::Manage => locale.pick("管理", "Manage"),
        }
    }
}

/// Who is signed in, as the head of a page says it.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    /// Their name.
    pub name: String,
    /// Their role, in words.
    pub role: String,
    /// Their station.
    pub station: String,
    /// What every form of theirs must carry.
    pub csrf: String,
    /// The parts they may open there.
    pub places: Vec<Place>,
    /// How many records wait for review; counted no further than one over [`MANY`].
    pub reviews: u64,
    /// How many alerts nobody has looked at.
    pub alerts: u64,
}

/// Where nobody reviews, thousands of records wait: no page counts them all.
pub(crate) const MANY: u64 = 999;

/// A count of what waits, as far as it was counted.
pub(crate) fn up_to_many(count: u64) -> String {
    if count > MANY { format!("{MANY}+") } else { count.to_string() }
}

/// Entries of a list that a page has room for.
pub(crate) const ROOM: i64 = 200;

/// Takes off the one entry that was read beyond what a page has room for; whether there was one.
pub(crate) fn cut<T>(entries: &mut Vec<T>) -> bool {
    let room = usize::try_from(ROOM).unwrap_or_default();
    let more = entries.len() > room;
    entries.truncate(room);
    more
}

/// Says that a list goes on where the page ends.
pub(crate) fn goes_on(l: Locale) -> Markup {
    html! { p.told.due { i.sign aria-hidden="true" { "!" } @match l {
        Locale::ZhHans => { "只列出前 " (ROOM) " 条，后面还有；处理完这些之后会列出来。" }
        Locale::En => { "Only the first " (ROOM) " are listed. There are more, which are listed once these are done." }
    } } }
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The language.
    pub locale: Locale,
    /// Its title.
    pub title: String,
    /// The part it belongs to.
    pub place: Option<Place>,
    /// Who looks at it.
    pub who: Option<Who>,
    /// Its own address, for the switch of languages; empty if it has none, and then there is no switch.
    pub here: String,
    /// `?station=…` for those who look at more stations than their own and chose one, else empty.
    pub scope: String,
    /// Where it hears what is new, if it listens.
    pub live: Option<String>,
    /// Whether the hub's clock is known to be wrong: then so is what goes by it.
    pub clock_is_off: bool,
}

impl Frame {
    /// Around what is shown to nobody that is known.
    pub(crate) fn of_nobody(locale: Locale, title: &str, here: &str) -> Self {
        Self {
            locale,
            title: title.to_owned(),
            place: None,
            who: None,
            here: here.to_owned(),
            scope: String::new(),
            live: None,
            clock_is_off: false,
        }
    }
}

/// A whole page.
pub(crate) fn page(frame: &Frame, body: &Markup) -> Markup {
    let l = frame.locale;
    html! {
        (DOCTYPE)
        html lang=(l.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (frame.title) " · " (l.pick("巡查", "Xuncha")) }
                link rel="stylesheet" href=(*STYLE_PATH);
                link rel="icon" href="data:,";
                @if frame.live.is_some() { @if let Some(script) = islands::script() { (script) } }
            }
            body {
                a.skip href="#main" { (l.pick("跳到正文", "Skip to content")) }
                (top(frame))
                @if let Some(live) = &frame.live {
                    p #news.told.news.no-print role="status" hidden data-live=(live)
                        data-records=(l.pick("有 {n} 条新记录", "New records: {n}"))
                        data-other=(l.pick("本页内容有更新", "Something on this page has changed"))
                        data-ended=(l.pick("本页不再自动更新", "This page is no longer kept up to date"))
                        data-show=(l.pick("显示", "show")) {}
                }
                main #main { div.in {
                    @if frame.clock_is_off { (clock_is_off(l)) }
                    (body)
                } }
                footer { div.in { (l.pick(
                    "巡查 · 看、劝、记、报。本页只供站内工作使用。",
                    "Xuncha · look, dissuade, record, report. For the station's own work.",
                )) } }
            }
        }
    }
}

/// What goes by the clock is shown all the same: a wrong clock is no reason to hide what was found.
fn clock_is_off(l: Locale) -> Markup {
    bad(l.pick(
        "服务器的时钟不准：本页的日期、进度和“已滞后”“未达标”可能不对，手机暂时不能上传，这里也暂时不能审核。\
         记录都在手机里，不会丢失。请通知管理员校准时钟。",
        "The server's clock is wrong: dates, late, missed and progress on this page may be so too. Phones can't \
         upload and nothing can be reviewed until it is set; records stay on the phones. Tell your administrator.",
    ))
}

fn top(frame: &Frame) -> Markup {
    let l = frame.locale;
    html! {
        header.top { div.in {
            a.brand href="/coverage" { (l.pick("巡查", "Xuncha")) }
            @if let Some(who) = &frame.who {
                nav aria-label=(l.pick("主要页面", "Main pages")) {
                    @for place in who.places.iter().copied() {
                        a href={ (place.path()) (frame.scope) } aria-current=[(frame.place == Some(place)).then_some("page")] {
                            (place.label(l))
                            @let count = match place { Place::Reviews => who.reviews, Place::Alerts => who.alerts, _ => 0 };
                            @if count > 0 { span.count { (up_to_many(count)) } }
                        }
                    }
                }
                div.who {
                    a href="/account" { (who.name) " · " (who.role) " · " (who.station) }
                    (language(frame))
                    form method="post" action="/sign-out" {
                        (csrf(&who.csrf))
                        button.link type="submit" { (l.pick("退出", "Sign out")) }
                    }
                }
            } @else {
                nav {}
                div.who { (language(frame)) }
            }
        } }
    }
}

fn language(frame: &Frame) -> Markup {
    let (other, name) = match frame.locale {
        Locale::ZhHans => (Locale::En, "English"),
        Locale::En => (Locale::ZhHans, "中文"),
    };
    let back = percent(&frame.here);
    html! { @if !frame.here.is_empty() {
        a href={ "/lang/" (other.tag()) "?back=" (back) } lang=(other.tag()) hreflang=(other.tag()) { (name) }
    } }
}

/// What was done, above the rest of a page.
pub(crate) fn good(words: impl Render) -> Markup {
    html! { p.told.good role="status" { i.sign aria-hidden="true" { "✓" } (words) } }
}

/// What was not done, and why.
pub(crate) fn bad(words: impl Render) -> Markup {
    html! { p.told.bad role="alert" { i.sign aria-hidden="true" { "✕" } (words) } }
}

/// The hidden field that shows a form to be ours.
pub(crate) fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// A text as a QR code; `None` if it is too long for one.
pub(crate) fn qr(text: &str) -> Option<Markup> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(260, 260).build();
    // The XML declaration has no place inside a page.
    let svg = drawn.find("<svg").map_or("", |at| &drawn[at..]);
    Some(PreEscaped(svg.to_owned()))
}

/// A text as part of an address (RFC 3986: everything but the unreserved characters is encoded).
pub fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_told_as_far_as_it_was_counted() {
        assert_eq!(up_to_many(7), "7");
        assert_eq!(up_to_many(MANY), "999");
        assert_eq!(up_to_many(MANY + 1), "999+");
    }
}

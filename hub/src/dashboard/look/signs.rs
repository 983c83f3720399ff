//! States, grades and severities as they are drawn: each with a sign and a word, so that no meaning
//! lies in a colour alone.

use maud::{Markup, html};
use xuncha_core::domain::{CoverageState, FollowUpStage, Grade, Locale, Severity, Verdict};

use crate::coverage::Totals;

/// The states without their days, in the order of how much they need somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// 已滞后,仍可补.
    Late,
    /// 应检查.
    Due,
    /// 未达标.
    Missed,
    /// 进度正常.
    OnTrack,
    /// 已达标.
    Met,
    /// 免检.
    Exempt,
}

impl Standing {
    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Late, Self::Due, Self::Missed, Self::OnTrack, Self::Met, Self::Exempt];

    /// The same as reports list them: from what is well to what is not.
    pub(crate) const REPORTED: [Self; 6] =
        [Self::Met, Self::OnTrack, Self::Due, Self::Late, Self::Missed, Self::Exempt];

    /// How many venues stand there.
    pub(crate) const fn count(self, totals: &Totals) -> u64 {
        match self {
            Self::Late => totals.late,
            Self::Due => totals.due,
            Self::Missed => totals.missed,
            Self::OnTrack => totals.on_track,
            Self::Met => totals.met,
            Self::Exempt => totals.exempt,
        }
    }

    /// Of a state.
    pub(crate) const fn of(state: CoverageState) -> Self {
        match state {
            CoverageState::Met => Self::Met,
            CoverageState::OnTrack { .. } => Self::OnTrack,
            CoverageState::Due { .. } => Self::Due,
            CoverageState::Late { .. } => Self::Late,
            CoverageState::Missed => Self::Missed,
            CoverageState::Exempt => Self::Exempt,
        }
    }

    /// Its name in addresses and in the style sheet.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Due => "due",
            Self::Missed => "missed",
            Self::OnTrack => "on-track",
            Self::Met => "met",
            Self::Exempt => "exempt",
        }
    }

    /// The one of a name.
    pub(crate) fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.slug() == slug)
    }

    /// Its sign.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Late => "!",
            Self::Due => "●",
            Self::Missed => "✕",
            Self::OnTrack => "○",
            Self::Met => "✓",
            Self::Exempt => "–",
        }
    }

    /// Its words, as the core has them.
    pub(crate) fn label(self, locale: Locale) -> &'static str {
        let last_day = chrono::NaiveDate::MIN;
        let state = match self {
            Self::Late => CoverageState::Late { last_day },
            Self::Due => CoverageState::Due { last_day },
            Self::Missed => CoverageState::Missed,
            Self::OnTrack => CoverageState::OnTrack { last_day },
            Self::Met => CoverageState::Met,
            Self::Exempt => CoverageState::Exempt,
        };
        state.label(locale)
    }
}

/// A state: sign and word.
pub(crate) fn state(standing: Standing, locale: Locale) -> Markup {
    html! {
        span class={ "state " (standing.slug()) } { i aria-hidden="true" { (standing.sign()) } (standing.label(locale)) }
    }
}

/// An evidence grade: sign and word.
pub(crate) fn grade(grade: Grade, locale: Locale) -> Markup {
    let (class, sign) = match grade {
        Grade::OnSite => ("grade on-site", "◉"),
        Grade::Near => ("grade near", "◎"),
        Grade::Away => ("grade away", "△"),
        Grade::Unlocated => ("grade unlocated", "–"),
        Grade::Doubtful => ("grade doubtful", "?"),
    };
    html! { span class=(class) { i.sign aria-hidden="true" { (sign) } (grade.label(locale)) } }
}

/// Whether a record counts, and if not, why: sign and words.
pub(crate) fn verdict(verdict: Verdict, locale: Locale) -> Markup {
    let (class, sign) = if verdict == Verdict::Counts { ("counts", "✓") } else { ("not", "✕") };
    html! { span class=(class) { i.sign aria-hidden="true" { (sign) } (verdict.label(locale)) } }
}

/// Where a finding stands: sign and words.
pub(crate) fn stage(stage: FollowUpStage, locale: Locale) -> Markup {
    let (class, sign) = match stage {
        FollowUpStage::Open => ("late", "!"),
        FollowUpStage::HandedOver => ("on-track", "→"),
        FollowUpStage::Mended => ("due", "●"),
        FollowUpStage::Rechecked => ("met", "○"),
        FollowUpStage::Closed => ("met", "✓"),
        FollowUpStage::FoundAgain => ("exempt", "↻"),
    };
    html! { span class={ "state " (class) } { i aria-hidden="true" { (sign) } (stage.label(locale)) } }
}

/// A severity: letter and word.
pub(crate) fn severity(severity: Severity, locale: Locale) -> Markup {
    let (class, letter) = match severity {
        Severity::S => ("severity s", "S"),
        Severity::R => ("severity r", "R"),
        Severity::N => ("severity n", "N"),
    };
    html! { span class=(class) { (letter) " " (severity.label(locale)) } }
}

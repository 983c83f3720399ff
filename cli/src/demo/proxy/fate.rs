//! What becomes of a connection.

use std::time::Duration;

use super::super::Seeded;

/// How often what goes wrong, in connections out of a thousand; the rest passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Cut on the way to the hub.
    pub cut_up: u16,
    /// Cut on the way back: the hub did what was asked, the phone does not know.
    pub cut_down: u16,
    /// The first answer's body becomes noise from some byte on.
    pub garble: u16,
    /// An HTML page in place of the hub's answer, half of them with status 200.
    pub page: u16,
    /// The first request reaches the hub twice, at the same time.
    pub repeat: u16,
    /// The longest pause before a piece of up to 16 KiB is carried on.
    pub delay: Duration,
}

impl Faults {
    /// Nothing goes wrong.
    pub const NONE: Self =
        Self { cut_up: 0, cut_down: 0, garble: 0, page: 0, repeat: 0, delay: Duration::ZERO };

    /// A basement with one bar: three of four connections go wrong.
    pub const ROUGH: Self = Self {
        cut_up: 270,
        cut_down: 200,
        garble: 100,
        page: 80,
        repeat: 100,
        delay: Duration::from_millis(4),
    };

    /// Draws the fate of one connection.
    pub(super) fn draw(&self, chance: &mut Seeded) -> Fate {
        let drawn = chance.below(1000);
        let mut end = 0;
        for (share, fate) in [
            (self.cut_up, Fate::CutUp as fn(u64) -> Fate),
            (self.cut_down, Fate::CutDown),
            (self.garble, Fate::Garble),
            (self.page, |n| Fate::Page { ok: n % 2 == 0 }),
            (self.repeat, |_| Fate::Repeat),
        ] {
            end += u64::from(share);
            if drawn < end {
                return fate(an_offset(chance));
            }
        }
        Fate::Pass
    }
}

/// Small and great offsets alike, up to 128 KiB: requests are of a hundred bytes, photos of a hundred
/// thousand.
fn an_offset(chance: &mut Seeded) -> u64 {
    let magnitude = chance.below(13);
    (32 << magnitude) + chance.below(32 << magnitude)
}

/// The fate of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing.
    Pass,
    /// Cut after so many bytes to the hub.
    CutUp(u64),
    /// Cut after so many bytes from the hub.
    CutDown(u64),
    /// Noise from so many bytes into the first answer's body.
    Garble(u64),
    /// An HTML page, with status 200 or 502.
    Page { ok: bool },
    /// The first request twice.
    Repeat,
}

impl Fate {
    /// Bytes to the hub after which it is cut.
    pub(super) const fn cut_up(self) -> Option<u64> {
        if let Self::CutUp(at) = self { Some(at) } else { None }
    }

    /// Bytes from the hub after which it is cut.
    pub(super) const fn cut_down(self) -> Option<u64> {
        if let Self::CutDown(at) = self { Some(at) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_goes_wrong_as_was_asked_for() {
        let mut chance = Seeded::new(3);
        let fates: Vec<_> = (0..10_000).map(|_| Faults::ROUGH.draw(&mut chance)).collect();
        let passed = fates.iter().filter(|fate| **fate == Fate::Pass).count();
        assert!((2_200..2_800).contains(&passed), "{passed}");
        assert!((0..100).all(|_| Faults::NONE.draw(&mut chance) == Fate::Pass));
    }
}

//! Chance that can be had again: everything random in demos and tests comes from one seed.

/// `SplitMix64` (Steele, Lea, Flood 2014). Good enough to draw faults and to scatter places; nothing
/// secret ever comes from it.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// The sequence of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A sequence of its own for one of several users of this one.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self(self.bits())
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The bias of the high half of a product is below `end` / 2⁶⁴.
        let wide = u128::from(self.bits()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// Whether something happens that happens `times` in a thousand.
    pub fn per_mille(&mut self, times: u16) -> bool {
        self.below(1000) < u64::from(times)
    }

    /// A number from −1 to 1.
    pub fn swing(&mut self) -> f64 {
        let thousandths = u32::try_from(self.below(2_000_001)).unwrap_or(0);
        f64::from(thousandths) / 1_000_000.0 - 1.0
    }

    /// One of some things; `None` of none.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let index = self.below(u64::try_from(things.len()).unwrap_or(0));
        things.get(usize::try_from(index).ok()?)
    }

    /// Ten bytes, as an id is minted from.
    pub fn ten_bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.bits().to_be_bytes());
        bytes[8..].copy_from_slice(&self.bits().to_be_bytes()[..2]);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_again_and_numbers_keep_their_bounds() {
        let draw = |seed| {
            let mut seeded = Seeded::new(seed);
            (0..100).map(|_| seeded.below(7)).collect::<Vec<_>>()
        };
        assert_eq!(draw(5), draw(5));
        assert_ne!(draw(5), draw(6));
        assert_eq!((0..7).filter(|n| draw(5).contains(n)).count(), 7);
        let mut seeded = Seeded::new(1);
        assert!((0..1000).map(|_| seeded.swing()).all(|x| (-1.0..=1.0).contains(&x)));
        assert_eq!(seeded.pick::<u8>(&[]), None);
    }
}

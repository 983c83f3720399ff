//! Many keys in one text: what nobody has is found nowhere in one pass over it, however many there are.

use std::iter;

use super::Sought;

/// Keys as [`super::key`] makes them, one after the other.
#[derive(Debug, Default)]
pub(super) struct Keys {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Keys {
    /// Adds one behind the others.
    pub(super) fn push(&mut self, key: &str) {
        self.text.push_str(key);
        self.ends.push(self.text.len());
    }

    /// Which of them are meant, by their places, in order.
    pub(super) fn meant<'a>(&'a self, sought: &'a Sought) -> impl Iterator<Item = usize> + 'a {
        let mut next = 0;
        iter::from_fn(move || {
            loop {
                let place = self.with_first_word(sought, next)?;
                next = place + 1;
                if sought.is_in(&self.text[self.start(place)..self.ends[place]]) {
                    return Some(place);
                }
            }
        })
    }

    /// The first from a place on that has the first word. A word never reaches from one key into the next: a key ends
    /// with its line, and no word has a line's end.
    fn with_first_word(&self, sought: &Sought, from: usize) -> Option<usize> {
        let ends = self.ends.get(from..).filter(|ends| !ends.is_empty())?;
        let Some(word) = sought.words.first() else { return Some(from) };
        let start = self.start(from);
        let at = start + word.find(&self.text.as_bytes()[start..])?;
        Some(from + ends.partition_point(|end| *end <= at))
    }

    fn start(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::key;
    use super::*;

    proptest! {
        #[test]
        fn those_are_meant_that_would_be_one_by_one(
            names in prop::collection::vec("[蓝鲸长乐A-B1]{0,4}", 0..12),
            typed in "[蓝鲸长lyA1a ]{0,4}",
        ) {
            let mut keys = Keys::default();
            for name in &names {
                keys.push(&key([name.as_str()]));
            }
            let sought = Sought::new(&typed);
            let one_by_one = (0..names.len()).filter(|place| sought.is_in(&key([names[*place].as_str()])));
            prop_assert_eq!(keys.meant(&sought).collect::<Vec<_>>(), one_by_one.collect::<Vec<_>>());
        }
    }
}
